import { MarkdownString, StatusBarAlignment, ThemeColor, window, type ExtensionContext } from "vscode";
import type { Calibrant } from "../client/session";
import { shownOf, type Shown } from "./status-words";

const COLOURS: Record<Shown["alarm"], string | undefined> = {
  none: undefined,
  warning: "statusBarItem.warningBackground",
  error: "statusBarItem.errorBackground",
};

/** Shows how it stands with the workflow that the user is in, and anywhere that there is no server. */
export function registerStatusBar(context: ExtensionContext, session: Calibrant): void {
  const item = window.createStatusBarItem("calibrant.status", StatusBarAlignment.Left, 10);
  item.name = "Calibrant";
  item.command = "calibrant.ui.menu";
  const show = (): void => {
    const { activeUri, state } = session;
    if (activeUri === undefined && state !== "failed" && state !== "waiting") {
      item.hide();
      return;
    }
    const shown = shownOf(state, activeUri !== undefined, activeUri && session.statusOf(activeUri));
    const colour = COLOURS[shown.alarm];
    item.text = shown.text;
    item.tooltip = tooltip(shown.tooltip);
    item.backgroundColor = colour === undefined ? undefined : new ThemeColor(colour);
    item.accessibilityInformation = { label: `Calibrant: ${shown.text.replace(/\$\([^)]*\)\s*/g, "")}`, role: "button" };
    item.show();
  };
  context.subscriptions.push(item, session.onStatus(show), session.onDidChangeActive(show), session.onDidChangeState(show));
  show();
}

function tooltip(markdown: string): MarkdownString {
  const text = new MarkdownString(markdown, true);
  text.isTrusted = { enabledCommands: [...markdown.matchAll(/\(command:([\w.]+)\)/g)].map(([, command]) => command ?? "") };
  return text;
}
