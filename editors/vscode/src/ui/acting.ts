import { CancellationError, commands, TabInputText, Uri, window } from "vscode";
import { plain } from "../plain";
import type { Calibrant } from "../client/session";
import type { Supervisor } from "../client/supervisor";
import { isWorkflowName } from "../names";

/** What every command needs: the session, and the server running. */
export interface Acting {
  readonly session: Calibrant;
  readonly supervisor: Supervisor;
}

/** Returns a command that tells the user in the error’s own words what went wrong. */
export function telling(session: Calibrant, run: (given?: unknown) => Promise<unknown>): (given?: unknown) => Promise<unknown> {
  return async (given) => {
    try {
      return await run(given);
    } catch (error) {
      if (!(error instanceof CancellationError)) tell(session, error);
      return undefined;
    }
  };
}

/** Shows an error of the server, or of a command. */
export function tell(session: Calibrant, error: unknown): void {
  session.log.error(error instanceof Error ? error : String(error));
  const words = error instanceof Error ? error.message : String(error);
  void window.showErrorMessage(plain(words), "Show Log").then((chosen) => {
    if (chosen) void commands.executeCommand("calibrant.ui.showLog");
  });
}

/** Returns the workflow that a command is about: the one that a menu gives, the one that the user is in, the only one in a tab. */
export function uriOf(session: Calibrant, given: unknown): string {
  const uri = given instanceof Uri ? given : (session.activeUri ?? onlyOpen());
  if (!uri) throw new Error("Open a workflow file first: *.workflow.yaml, *.workflow.yml or *.workflow.json.");
  return uri.toString();
}

/** The user may be in a tree or in the first steps, with the workflow in a tab beside or behind it. */
function onlyOpen(): Uri | undefined {
  const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
  const uris = tabs.flatMap(({ input }) => (input instanceof TabInputText && input.uri.scheme === "file" && isWorkflowName(input.uri.path) ? [input.uri.toString()] : []));
  const [only, ...others] = new Set(uris);
  return only !== undefined && others.length === 0 ? Uri.parse(only) : undefined;
}

/** Starts the server where it is not running. Where it cannot be, the user was told, and nothing more happens. */
export async function started({ session, supervisor }: Acting): Promise<void> {
  await supervisor.ready();
  if (session.state !== "ready") throw new CancellationError();
}
