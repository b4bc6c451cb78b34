import { LanguageStatusSeverity, languages, type ExtensionContext } from "vscode";
import type { Calibrant, ServerState } from "../client/session";
import { SELECTOR } from "../workflows";

const WORDS: Record<ServerState, string> = {
  off: "Calibrant’s server is not running",
  starting: "Calibrant’s server is starting",
  ready: "Calibrant",
  waiting: "Calibrant’s server is about to be started again",
  failed: "Calibrant has no server",
};

/** Shows in the language’s own menu which server works on it, and where it is. */
export function registerLanguageStatus(context: ExtensionContext, session: Calibrant): void {
  const item = languages.createLanguageStatusItem("calibrant.server", SELECTOR);
  item.name = "Calibrant’s server";
  item.command = { command: "calibrant.ui.restart", title: "Restart" };
  const show = (): void => {
    item.text = [WORDS[session.state], session.version].join(" ").trim();
    item.detail = session.program;
    item.busy = session.state === "starting" || session.state === "waiting";
    item.severity = session.state === "failed" ? LanguageStatusSeverity.Error : LanguageStatusSeverity.Information;
  };
  context.subscriptions.push(item, session.onDidChangeState(show));
  show();
}
