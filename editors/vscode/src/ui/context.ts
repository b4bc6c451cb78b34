import { commands, window, workspace, type ExtensionContext } from "vscode";
import type { LiveSession } from "../client/session";
import { isRun } from "../names";
import { isWorkflow } from "../workflows";

/** Follows which workflow the user is in, and keeps the context keys that menus and key bindings go by. */
export function registerContext(context: ExtensionContext, session: LiveSession): void {
  const follow = (): void => {
    const document = window.activeTextEditor?.document;
    if (document?.uri.scheme === "output") return; // the log beside a workflow leads nowhere else
    session.activate(document && isWorkflow(document) ? document.uri : undefined);
  };
  const shown = new Map<string, unknown>();
  const show = (): void => {
    for (const [key, value] of Object.entries(keysOf(session))) {
      if (shown.get(key) === value) continue;
      shown.set(key, value);
      void commands.executeCommand("setContext", `calibrant.${key}`, value);
    }
  };
  context.subscriptions.push(
    window.onDidChangeActiveTextEditor(follow),
    workspace.onDidOpenTextDocument(follow), // a document that gets another language is opened anew
    workspace.onDidCloseTextDocument((document) => { session.forget(document.uri); }),
    workspace.onDidChangeWorkspaceFolders(show),
    session.onDidChangeActive(show),
    session.onDidChangeState(show),
    session.onStatus(show),
  );
  follow();
  show();
}

function keysOf(session: LiveSession): Record<string, boolean> {
  const status = session.activeUri && session.statusOf(session.activeUri);
  return {
    isWorkflow: session.activeUri !== undefined,
    isRun: runsActive(session),
    hasFolder: (workspace.workspaceFolders ?? []).some((folder) => folder.uri.scheme === "file"),
    ready: session.state === "ready",
    failed: session.state === "failed",
    running: status?.state === "running" || status?.state === "changing", // fixes that are tried give way to a run
    hasResult: status?.result ?? false,
    canRollBack: (status?.standing ?? 0) > 0,
    trusted: status?.trusted ?? false,
  };
}

function runsActive({ activeUri }: LiveSession): boolean {
  return activeUri !== undefined && isRun(activeUri.path);
}
