import { ProgressLocation, window, type CancellationToken, type ExtensionContext, type Progress } from "vscode";
import { ofEnvironment, programIn } from "../server/candidate";
import { isFound, probe } from "../server/probe";
import { plain } from "../plain";
import { wordsOf } from "../server/problem";
import { named } from "../server/setting";
import type { Acting } from "../ui/acting";
import { offer, SETTING } from "../ui/telling";
import { begin, finish, finished, remove } from "./environments";
import { packageToInstall, type Package } from "./package";
import { newEnough, type Python } from "./pythons";
import { step, StepFailed } from "./steps";

type Reporting = Progress<{ message?: string }>;

/** Installs the server, or a newer one, into an environment of the extension’s own, after saying what it will do. */
export async function installServer(context: ExtensionContext, acting: Acting): Promise<void> {
  const { session, supervisor } = acting;
  const storage = context.globalStorageUri.fsPath;
  const wanted = await packageToInstall(context.extensionPath);
  const { python, old } = await newEnough(storage, session.log);
  if (!python) throw new Error(noPython(old));
  const isThere = (await finished(storage)).length > 0;
  if (!(await isWanted(storage, wanted, python, isThere))) return;
  const title = isThere ? "Updating Calibrant’s server" : "Installing Calibrant’s server";
  const version = await window.withProgress({ location: ProgressLocation.Notification, title, cancellable: true }, (progress, token) =>
    install(storage, wanted, python, acting, progress, token),
  );
  if (version === undefined) return;
  await supervisor.restart();
  tellOf(version);
}

function tellOf(version: string): void {
  const words = `Calibrant’s server ${version} is installed.`;
  const other = named("server.path");
  if (other === "") void window.showInformationMessage(words);
  else void offer(window.showWarningMessage(plain(`${words} It is not used: the setting ‘calibrant.server.path’ names ${other}.`), SETTING));
}

async function isWanted(storage: string, wanted: Package, python: Python, isThere: boolean): Promise<boolean> {
  const button = isThere ? "Update" : "Install";
  const detail = [
    `A Python environment is made in ${storage}, with Python ${python.version} (${python.path}).`,
    `pip then installs ‘${wanted.shown}’ there, and fetches what it needs from the package index that your pip uses.`,
    "Nothing else on this machine is changed. You can cancel at any time.",
  ].join("\n\n");
  const title = isThere ? "Update the server that this extension installed?" : "Install Calibrant’s server?";
  return (await window.showInformationMessage(title, { modal: true, detail }, button)) === button;
}

/** Returns the version that was installed, or undefined where the user cancelled. */
async function install(
  storage: string,
  wanted: Package,
  python: Python,
  { session: { log } }: Acting,
  progress: Reporting,
  token: CancellationToken,
): Promise<string | undefined> {
  const folder = await begin(storage);
  try {
    progress.report({ message: "making an environment" });
    await step(python.path, ["-m", "venv", folder], storage, log, token);
    progress.report({ message: `installing ‘${wanted.shown}’` });
    const pip = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off", wanted.given];
    await step(programIn(folder, "python"), pip, storage, log, token);
    progress.report({ message: "trying it" });
    const probed = await probe(ofEnvironment("private", folder), storage);
    if (!isFound(probed)) throw new StepFailed(wordsOf(probed));
    await finish(storage, folder);
    return probed.version;
  } catch (error) {
    await remove(folder);
    if (token.isCancellationRequested) {
      log.info("The installation was cancelled. What was made of it is removed.");
      return undefined;
    }
    if (!(error instanceof StepFailed)) throw error;
    throw new Error(`Calibrant’s server could not be installed, and what was made is removed again. ${error.message}`, { cause: error });
  }
}

function noPython(old: readonly Python[]): string {
  const met = old.map(({ path, version }) => `${path} (${version})`).join(", ");
  const found = met === "" ? "No Python was found." : `Found only: ${met}.`;
  return `Calibrant needs Python 3.11 or newer. ${found} Install a newer Python, from python.org or your system’s packages, then try again.`;
}
