import { mkdir } from "node:fs/promises";
import { window, workspace, type ExtensionContext } from "vscode";
import { followEditor } from "./client/follow";
import { LiveSession } from "./client/session";
import { Supervisor } from "./client/supervisor";
import { registerCommands } from "./ui/commands";
import { registerContext } from "./ui/context";
import { registerFixOnSave } from "./ui/fix-on-save";
import { registerLanguageStatus } from "./ui/language-status";
import { registerReadOnly } from "./ui/read-only";
import { registerStatusBar } from "./ui/status-bar";
import { teller } from "./ui/telling";
import { registerUnreachable } from "./ui/unreachable";
import { registerViews } from "./views/register";
import { CHECKED, PATTERN } from "./names";
import { isWorkflow } from "./workflows";

let supervisor: Supervisor | undefined;

/** Called by the editor when a file that may be a workflow is met. The server starts with the first real one. */
export async function activate(context: ExtensionContext): Promise<void> {
  const log = window.createOutputChannel("Calibrant", { log: true });
  const session = new LiveSession(log);
  const storage = context.globalStorageUri.fsPath;
  await mkdir(storage, { recursive: true });
  supervisor = new Supervisor(session, storage, teller);
  context.subscriptions.push(log, session, supervisor);
  registerContext(context, session);
  registerStatusBar(context, session);
  registerLanguageStatus(context, session);
  registerCommands(context, { session, supervisor });
  registerFixOnSave(context, session);
  registerViews(context, { session, supervisor });
  followEditor(context, session, supervisor);
  registerUnreachable(context);
  registerReadOnly(context);
  startWithFirstWorkflow(context, supervisor);
}

/** Waits for the server's end, so that its runs end in good order. */
export async function deactivate(): Promise<void> {
  await supervisor?.stop();
}

function startWithFirstWorkflow(context: ExtensionContext, starting: Supervisor): void {
  context.subscriptions.push(
    workspace.onDidOpenTextDocument((document) => {
      if (isWorkflow(document)) void starting.ensure();
    }),
  );
  if (workspace.textDocuments.some(isWorkflow)) void starting.ensure();
  else void anyWorkflow().then((found) => (found ? starting.ensure() : undefined));
}

async function anyWorkflow(): Promise<boolean> {
  for (const pattern of [PATTERN, ...CHECKED.slice(0, 1)]) {
    const found = await workspace.findFiles(pattern, "**/{node_modules,.venv,.git}/**", 1);
    if (found.some((uri) => uri.scheme === "file")) return true;
  }
  return false;
}
