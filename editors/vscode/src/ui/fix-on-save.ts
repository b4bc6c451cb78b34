import {
  CodeAction,
  Range,
  TextDocumentSaveReason,
  commands,
  workspace,
  type Command,
  type ExtensionContext,
  type TextDocument,
  type TextEdit,
} from "vscode";
import type { Calibrant } from "../client/session";
import { isWorkflow } from "../workflows";
import { tell } from "./acting";

const KIND = "source.fixAll.calibrant";

/** Applies all safe fixes when the user saves, as `editor.codeActionsOnSave` does with `source.fixAll.calibrant`. */
export function registerFixOnSave(context: ExtensionContext, session: Calibrant): void {
  /** What the server wants to be called with once the edit is in the text; see `calibrant.applied`. */
  const afterwards = new Map<string, Command>();
  context.subscriptions.push(
    workspace.onWillSaveTextDocument((event) => {
      const { document, reason } = event;
      if (reason === TextDocumentSaveReason.Manual && session.state === "ready" && isWanted(document)) {
        event.waitUntil(fixesOf(document, afterwards));
      }
    }),
    workspace.onDidSaveTextDocument(async (document) => {
      const command = afterwards.get(document.uri.toString());
      afterwards.delete(document.uri.toString());
      if (!command) return;
      try {
        await commands.executeCommand(command.command, ...((command.arguments ?? []) as unknown[]));
      } catch (error) {
        tell(session, error);
      }
    }),
  );
}

function isWanted(document: TextDocument): boolean {
  return isWorkflow(document) && workspace.getConfiguration("calibrant", document).get("fixOnSave", false);
}

async function fixesOf(document: TextDocument, afterwards: Map<string, Command>): Promise<TextEdit[]> {
  const all = new Range(0, 0, document.lineCount, 0);
  const actions = await commands.executeCommand<(CodeAction | Command)[]>("vscode.executeCodeActionProvider", document.uri, all, KIND, 1);
  const action = actions.find((one): one is CodeAction => one instanceof CodeAction && one.kind?.value === KIND);
  if (action?.command) afterwards.set(document.uri.toString(), action.command);
  return action?.edit?.get(document.uri) ?? [];
}
