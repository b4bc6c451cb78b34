import { readdir } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { extensions, workspace, type LogOutputChannel, type Uri } from "vscode";
import { ofEnvironment, ofProgram, type Candidate } from "./candidate";

/** What we use of the Python extension's interface. */
interface PythonExtension {
  readonly environments: { getActiveEnvironmentPath(resource?: Uri): { readonly path: string } };
}

const USUAL = [".venv", "venv", "env", ".env"];

/**
 * Gives the Python environments in which the server may be: the one selected in the Python extension, the one the editor was
 * started in, and those that lie in the workspace. None in a workspace that is not trusted: they run its code.
 */
export async function* environmentsOf(trusted: boolean, log: LogOutputChannel): AsyncGenerator<Candidate> {
  if (!trusted) return;
  const selected = await selectedPython(log);
  if (selected !== undefined) yield ofProgram("environment", selected);
  const active = process.env["VIRTUAL_ENV"];
  if (active) yield ofEnvironment("environment", active);
  for (const folder of workspace.workspaceFolders ?? []) {
    if (folder.uri.scheme !== "file") continue;
    for (const name of await environmentsIn(folder.uri.fsPath)) {
      yield ofEnvironment("workspace", join(folder.uri.fsPath, name));
    }
  }
}

async function selectedPython(log: LogOutputChannel): Promise<string | undefined> {
  const extension = extensions.getExtension<PythonExtension>("ms-python.python");
  if (!extension) return undefined;
  try {
    const python = await extension.activate();
    const { path } = python.environments.getActiveEnvironmentPath(workspace.workspaceFolders?.[0]?.uri);
    return isAbsolute(path) ? path : undefined;
  } catch (error) {
    log.warn(`The Python extension does not tell its environment: ${String(error)}`);
    return undefined;
  }
}

async function environmentsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const there = new Set(entries.filter((entry) => !entry.isFile()).map((entry) => entry.name));
  return USUAL.filter((name) => there.has(name));
}
