import { commands, window, workspace, type ExtensionContext } from "vscode";
import { installServer } from "../install/install";
import { showToolchains } from "../views/toolchains";
import { started, telling, uriOf, type Acting } from "./acting";
import { askNeeded, change } from "./inputs";
import { showMenu } from "./menu";
import { openServerSetting } from "./telling";
import { runWorkspace } from "./workspace-run";

/** Registers the commands of the palette. Those of the server have the server's own ids, which the client registers. */
export function registerCommands(context: ExtensionContext, acting: Acting): void {
  const { session, supervisor } = acting;
  const run: Record<string, (given?: unknown) => Promise<unknown>> = {
    calibrate: (given) => calibrate(acting, given, "full"),
    calibrateChanged: (given) => calibrate(acting, given, "partial"),
    calibrateWithInputs: (given) => calibrateWithInputs(acting, given),
    calibrateWorkspace: () => calibrateWorkspace(acting),
    toolchains: () => toolchains(acting),
    cancel: () => cancel(acting),
    applySafeFixes: (given) => applySafeFixes(acting, given),
    trust: () => trust(acting),
    restart: () => supervisor.restart(),
    install: oneAtATime(() => installServer(context, acting)),
    showLog: () => {
      session.log.show();
      return Promise.resolve();
    },
    menu: () => showMenu(session),
    openServerSetting: () => openServerSetting(),
  };
  for (const [name, command] of Object.entries(run)) {
    context.subscriptions.push(commands.registerCommand(`calibrant.ui.${name}`, telling(session, command)));
  }
  context.subscriptions.push(
    session.intercept("calibrant.calibrate", async (argument, next) =>
      next(argument.inputs ? argument : { ...argument, inputs: await askNeeded(session, argument.uri) }),
    ),
  );
}

/** Returns a command that is not begun again while it goes on. */
function oneAtATime(run: () => Promise<void>): () => Promise<void> {
  let going: Promise<void> | undefined;
  return () => (going ??= run().finally(() => { going = undefined; }));
}

async function calibrate(acting: Acting, given: unknown, resume: "full" | "partial"): Promise<void> {
  const uri = await uriOf(acting.session, given);
  await started(acting);
  await acting.session.request("calibrant.calibrate", { uri, resume, inputs: await askNeeded(acting.session, uri) });
}

async function calibrateWithInputs(acting: Acting, given: unknown): Promise<void> {
  const uri = await uriOf(acting.session, given);
  await started(acting);
  await acting.session.request("calibrant.calibrate", { uri, inputs: await change(acting.session, uri) });
}

async function calibrateWorkspace(acting: Acting): Promise<void> {
  const uri = await folderOf(acting);
  if (uri === undefined) return;
  await started(acting);
  await runWorkspace(acting.session, uri);
}

/** Shows the toolchains of the active workflow's workspace, or of a folder. */
async function toolchains(acting: Acting): Promise<void> {
  const uri = acting.session.activeUri?.toString() ?? (await folderOf(acting));
  if (uri === undefined) return;
  await started(acting);
  await showToolchains(acting.session, uri);
}

/** Cancels what goes on with the workflow that the user is in. */
async function cancel({ session }: Acting): Promise<void> {
  const running = session.activeUri && session.statusOf(session.activeUri)?.session;
  if (running) await session.request("calibrant.cancel", { session: running });
}

async function applySafeFixes(acting: Acting, given: unknown): Promise<void> {
  const uri = await uriOf(acting.session, given);
  await started(acting);
  await acting.session.request("calibrant.applyFixes", { uri, fixes: "safe" });
}

/** Where the editor itself does not trust the workspace, that is to be decided first. */
async function trust(acting: Acting): Promise<void> {
  if (!workspace.isTrusted) {
    await commands.executeCommand("workbench.trust.manage");
    return;
  }
  const uri = acting.session.activeUri?.toString() ?? (await folderOf(acting));
  if (uri === undefined) return;
  await started(acting);
  await acting.session.request("calibrant.trust", { uri });
}

/** Returns the folder that a command is about: that of the active workflow, the only one, or the one that the user chooses. */
async function folderOf({ session }: Acting): Promise<string | undefined> {
  const folders = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
  const active = session.activeUri && workspace.getWorkspaceFolder(session.activeUri);
  const only = active ?? (folders.length === 1 ? folders[0] : undefined);
  if (only) return only.uri.toString();
  if (folders.length === 0) throw new Error("Open a folder first: its workflows and projects are what this is about.");
  return (await window.showWorkspaceFolderPick())?.uri.toString();
}

