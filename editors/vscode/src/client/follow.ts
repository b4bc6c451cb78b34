import { workspace, type ExtensionContext } from "vscode";
import type { LiveSession } from "./session";
import type { Supervisor } from "./supervisor";
import { onDidSelect } from "../server/python-extension";
import { currentTrust } from "./editor-trust";

const ASKS = "security.workspace.trust.enabled";
const FOLLOWS = "calibrant.trustFollowsEditor";
const PATH = "calibrant.server.path";

/** Passes on what the editor decides later: its trust, its folders, its Python, and where the server is. */
export function followEditor(context: ExtensionContext, session: LiveSession, supervisor: Supervisor): void {
  const tell = (): void => {
    void session.notify("calibrant/trust", currentTrust());
  };
  context.subscriptions.push(
    onDidSelect(session.log, () => {
      // Another environment may hold another server, or the one that was missing.
      if (workspace.isTrusted && (session.state === "failed" || session.origin === "environment")) void supervisor.restart();
    }),
    workspace.onDidGrantWorkspaceTrust(() => {
      // The workspace’s own environments, and what its settings name, count only from now on.
      if (session.state === "failed") void supervisor.restart();
      else tell();
    }),
    workspace.onDidChangeWorkspaceFolders(tell),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(ASKS) || event.affectsConfiguration(FOLLOWS)) tell();
      if (event.affectsConfiguration(PATH) && session.state !== "off") void supervisor.restart();
    }),
  );
}
