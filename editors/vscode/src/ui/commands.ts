import { commands, Uri, type ExtensionContext } from "vscode";
import type { Calibrant } from "../client/session";
import type { Supervisor } from "../client/supervisor";

/** Registers the commands of the palette. Those of the server have the server's own ids, which the client registers. */
export function registerCommands(context: ExtensionContext, session: Calibrant, supervisor: Supervisor): void {
  const add = (name: string, run: (given?: unknown) => unknown): void => {
    context.subscriptions.push(commands.registerCommand(`calibrant.ui.${name}`, run));
  };
  add("calibrate", (given) => commands.executeCommand("calibrant.calibrate", { uri: uriOf(session, given) }));
  add("cancel", () => {
    const running = session.activeUri && session.statusOf(session.activeUri)?.session;
    return running ? session.request("calibrant.cancel", { session: running }) : undefined;
  });
  add("restart", () => supervisor.restart());
  add("showLog", () => { session.log.show(); });
}

/** Returns the workflow that a command is about: the one that a menu gives, else the one that the user is in. */
export function uriOf(session: Calibrant, given: unknown): string {
  const uri = given instanceof Uri ? given : session.activeUri;
  if (!uri) throw new Error("Open a workflow first.");
  return uri.toString();
}
