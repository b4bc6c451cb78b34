import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { TabInputText, window, workspace, type ExtensionContext, type Tab, type Uri } from "vscode";
import { isWorkflowPath } from "../names";
import { plain } from "../plain";

/** The editor keeps larger files from its extensions. */
const LARGEST_MB = 50;

/** Says of workflows that the server cannot see, once each, why not and what would help. */
export function registerUnreachable(context: ExtensionContext): void {
  const told = new Set<string>();
  const look = async (tab: Tab): Promise<void> => {
    if (!tab.isActive || !(tab.input instanceof TabInputText) || told.has(tab.input.uri.toString())) return;
    const words = await whyNot(tab.input.uri);
    if (words === undefined || told.has(tab.input.uri.toString())) return;
    told.add(tab.input.uri.toString());
    void window.showWarningMessage(plain(words));
  };
  context.subscriptions.push(
    window.tabGroups.onDidChangeTabs(({ opened, changed }) => {
      for (const tab of [...opened, ...changed]) void look(tab);
    }),
  );
  for (const group of window.tabGroups.all) {
    for (const tab of group.tabs) void look(tab);
  }
}

/** Returns why a workflow in a tab cannot be checked, or undefined where it can, or is none. */
async function whyNot(uri: Uri): Promise<string | undefined> {
  const name = basename(uri.path);
  if (!isWorkflowPath(uri.path)) return undefined;
  if (uri.scheme === "untitled") return `Calibrant checks ‘${name}’ once it is saved: a workflow’s paths start at its folder.`;
  if (uri.scheme !== "file") {
    const isFileSystem = workspace.fs.isWritableFileSystem(uri.scheme) !== undefined;
    return isFileSystem
      ? `‘${name}’ lies in a virtual file system (${uri.scheme}), which Calibrant’s server cannot read: highlighting and snippets work, checks and runs do not. Open it from a folder on the machine that the editor works on.`
      : undefined;
  }
  const size = await stat(uri.fsPath).then((found) => found.size, () => 0);
  return size > LARGEST_MB * 1024 * 1024
    ? `‘${name}’ is larger than ${LARGEST_MB} MB. The editor keeps such files from extensions, so Calibrant does not check it. Split the workflow into smaller ones.`
    : undefined;
}
