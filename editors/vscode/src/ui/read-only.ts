import { access, constants, stat } from "node:fs/promises";
import { basename } from "node:path";
import { window, workspace, type ExtensionContext, type TextDocument } from "vscode";
import { plain } from "../plain";
import { isWorkflow } from "../workflows";

const ANY_WRITE = 0o222;

/** Says of a workflow that cannot be written, once it is changed, that saving will not work and what would help. */
export function registerReadOnly(context: ExtensionContext): void {
  const looked = new Set<string>();
  context.subscriptions.push(
    workspace.onDidChangeTextDocument(async ({ document }) => {
      if (!document.isDirty || !isWorkflow(document) || looked.has(document.uri.toString())) return;
      looked.add(document.uri.toString());
      if (await isReadOnly(document)) void window.showWarningMessage(plain(wordsOf(document)));
    }),
    workspace.onDidCloseTextDocument(({ uri }) => looked.delete(uri.toString())),
  );
}

function wordsOf({ uri }: TextDocument): string {
  return `‘${basename(uri.fsPath)}’ is read-only: what you change or fix here cannot be saved. Make the file writable, or save it under another name. It is checked and run all the same.`;
}

async function isReadOnly({ uri }: TextDocument): Promise<boolean> {
  try {
    const { mode } = await stat(uri.fsPath);
    await access(uri.fsPath, constants.W_OK);
    return (mode & ANY_WRITE) === 0; // the system’s own user may write it all the same; the file’s owner did not want that
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ENOENT"; // a new file, or one that was deleted, can be saved
  }
}
