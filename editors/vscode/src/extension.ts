import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { window, workspace, type ExtensionContext } from "vscode";
import { LiveSession } from "./client/session";
import { Supervisor } from "./client/supervisor";
import { registerCommands } from "./ui/commands";
import { registerContext } from "./ui/context";
import { teller } from "./ui/telling";
import { isWorkflow, PATTERN } from "./workflows";

let supervisor: Supervisor | undefined;

/** Called by the editor when a file that may be a workflow is met. The server starts with the first real one. */
export async function activate(context: ExtensionContext): Promise<void> {
  const log = window.createOutputChannel("Calibrant", { log: true });
  const session = new LiveSession(log);
  const storage = context.globalStorageUri.fsPath;
  await mkdir(storage, { recursive: true });
  supervisor = new Supervisor(session, { cwd: storage, environment: join(storage, "environment") }, teller);
  context.subscriptions.push(log, session, supervisor);
  registerContext(context, session);
  registerCommands(context, session, supervisor);
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
  const found = await workspace.findFiles(PATTERN, "**/{node_modules,.venv,.git}/**", 1);
  return found.some((uri) => uri.scheme === "file");
}
