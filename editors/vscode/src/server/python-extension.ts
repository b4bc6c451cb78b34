import { stat } from "node:fs/promises";
import { isAbsolute } from "node:path";
import { Disposable, extensions, workspace, type Event, type LogOutputChannel, type Uri } from "vscode";
import { ofEnvironment, ofProgram, type Candidate } from "./candidate";

/** What we use of the Python extension’s interface. */
interface PythonExtension {
  readonly ready: Promise<void>;
  readonly environments: {
    /** The path is that of an interpreter, or of an environment’s folder. */
    getActiveEnvironmentPath(resource?: Uri): { readonly path: string };
    readonly onDidChangeActiveEnvironmentPath: Event<unknown>;
  };
}

const PATIENCE_SECONDS = 10;

/** Returns the environment that is selected in the Python extension, or undefined without it. */
export async function selected(log: LogOutputChannel): Promise<Candidate | undefined> {
  const python = await pythonExtension(log);
  if (!python) return undefined;
  try {
    const { path } = python.environments.getActiveEnvironmentPath(workspace.workspaceFolders?.[0]?.uri);
    if (!isAbsolute(path)) return undefined;
    return (await isFolder(path)) ? ofEnvironment("environment", path) : ofProgram("environment", path);
  } catch (error) {
    log.warn(`The Python extension does not tell its environment: ${String(error)}`);
    return undefined;
  }
}

/** Calls back when another environment is selected, until the result is disposed. */
export function onDidSelect(log: LogOutputChannel, changed: () => void): Disposable {
  let listening: Disposable | undefined;
  let disposed = false;
  pythonExtension(log)
    .then((python) => {
      if (!disposed) listening = python?.environments.onDidChangeActiveEnvironmentPath(changed);
    })
    .catch((error: unknown) => { log.warn(`The Python extension does not tell of another environment: ${String(error)}`); });
  return new Disposable(() => {
    disposed = true;
    listening?.dispose();
  });
}

async function pythonExtension(log: LogOutputChannel): Promise<PythonExtension | undefined> {
  const extension = extensions.getExtension<PythonExtension>("ms-python.python");
  if (!extension) return undefined;
  try {
    const python = await extension.activate();
    const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_SECONDS * 1000).unref());
    await Promise.race([python.ready, patience]);
    return python;
  } catch (error) {
    log.warn(`The Python extension does not start: ${String(error)}`);
    return undefined;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then((found) => found.isDirectory(), () => false);
}
