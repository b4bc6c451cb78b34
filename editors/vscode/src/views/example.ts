import { commands, Uri, window, workspace, type ExtensionContext } from "vscode";

const NAME = "calibrant-example";
const WORKFLOW = "orders.workflow.yaml";

/** Where it is remembered which workflow a window opens that is opened for it. */
const PENDING = "example.pending";

/** Copies the example into a folder that the user chooses, and opens it. */
export async function openExample(context: ExtensionContext): Promise<void> {
  const folder = await choose();
  if (!folder) return;
  const target = await free(folder);
  await workspace.fs.copy(Uri.joinPath(context.extensionUri, "example"), target);
  if (within(target)) await window.showTextDocument(Uri.joinPath(target, WORKFLOW), { preview: false });
  else await offer(context, target);
}

/** Opens the example's workflow in the window that was opened for it. */
export async function openPending(context: ExtensionContext): Promise<void> {
  const pending = context.globalState.get<string>(PENDING);
  if (pending === undefined) return;
  const workflow = Uri.parse(pending);
  if (!workspace.getWorkspaceFolder(workflow)) return;
  await context.globalState.update(PENDING, undefined);
  await window.showTextDocument(workflow, { preview: false });
}

async function choose(): Promise<Uri | undefined> {
  const open = workspace.workspaceFolders?.find(({ uri }) => uri.scheme === "file");
  const [chosen] = (await window.showOpenDialog({
    title: "Where shall the example go?",
    openLabel: "Put the Example Here",
    canSelectFiles: false,
    canSelectFolders: true,
    ...(open ? { defaultUri: open.uri } : {}),
  })) ?? [];
  return chosen;
}

/** Returns a folder that is not there yet: nothing of the user's is written over. */
async function free(folder: Uri): Promise<Uri> {
  const taken = new Set((await workspace.fs.readDirectory(folder)).map(([name]) => name));
  let name = NAME;
  for (let number = 2; taken.has(name); number++) name = `${NAME}-${number}`;
  return Uri.joinPath(folder, name);
}

function within(target: Uri): boolean {
  return workspace.getWorkspaceFolder(target) !== undefined;
}

/** Opens the workflow beside what is open, or its folder in place of it. */
async function offer(context: ExtensionContext, target: Uri): Promise<void> {
  const workflow = Uri.joinPath(target, WORKFLOW);
  if (!workspace.workspaceFolders?.length) {
    await context.globalState.update(PENDING, workflow.toString());
    await commands.executeCommand("vscode.openFolder", target, { forceReuseWindow: true });
    return;
  }
  await window.showTextDocument(workflow, { preview: false });
  const open = "Open Its Folder";
  const chosen = await window.showInformationMessage(`The example is in ${target.fsPath}.`, open);
  if (chosen) await commands.executeCommand("vscode.openFolder", target, { forceNewWindow: true });
}
