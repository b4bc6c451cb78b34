import { commands, window, type QuickPickItem } from "vscode";
import type { Calibrant } from "../client/session";
import { actionsFor, type Action } from "./actions";

/** Shows what can be done now, as a click on the status bar asks for. */
export async function showMenu(session: Calibrant): Promise<void> {
  const status = session.activeUri && session.statusOf(session.activeUri);
  const known = new Set(await commands.getCommands(true));
  const items = actionsFor(session.state, session.activeUri !== undefined, status)
    .filter(({ command }) => known.has(command))
    .map((action): QuickPickItem & { action: Action } => ({ label: `$(${action.icon}) ${action.title}`, action }));
  const chosen = await window.showQuickPick(items, { title: ["Calibrant", session.version].join(" ").trim(), placeHolder: status?.words ?? "" });
  if (chosen) await commands.executeCommand(chosen.action.command);
}
