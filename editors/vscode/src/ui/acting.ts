import { basename, dirname } from "node:path";
import { CancellationError, commands, TabInputText, Uri, window, workspace } from "vscode";
import { plain } from "../plain";
import type { Calibrant } from "../client/session";
import type { Supervisor } from "../client/supervisor";
import { isWorkflowPath } from "../names";

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

/**
 * Returns the workflow that a command is about: the one that a menu gives, the one that the user is in, or one in a tab: the
 * user may be in a tree or in the first steps, with workflows beside or behind it.
 *
 * @throws CancellationError where the user chooses none of several.
 */
export async function uriOf(session: Calibrant, given: unknown): Promise<string> {
  const uri = given instanceof Uri ? given : session.activeUri;
  if (uri) return uri.toString();
  const [first, ...others] = inTabs();
  if (!first) throw new Error("Open a workflow file first: *.workflow.yaml, *.workflow.yml or *.workflow.json, or one of GitHub Actions.");
  return (others.length === 0 ? first : await oneOf([first, ...others])).toString();
}

function inTabs(): Uri[] {
  const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
  const uris = tabs.flatMap(({ input }) => (input instanceof TabInputText && input.uri.scheme === "file" && isWorkflowPath(input.uri.path) ? [input.uri] : []));
  return [...new Map(uris.map((uri) => [uri.toString(), uri])).values()];
}

async function oneOf(uris: readonly Uri[]): Promise<Uri> {
  const items = uris.map((uri) => ({ label: plain(basename(uri.fsPath)), description: plain(folderOf(uri)), uri }));
  const chosen = await window.showQuickPick(items, { title: "Calibrant", placeHolder: "Which of the open workflows?", matchOnDescription: true, ignoreFocusOut: true });
  if (!chosen) throw new CancellationError();
  return chosen.uri;
}

function folderOf(uri: Uri): string {
  const folder = dirname(workspace.asRelativePath(uri));
  return folder === "." ? "" : folder;
}

/** Starts the server where it is not running. Where it cannot be, the user was told, and nothing more happens. */
export async function started({ session, supervisor }: Acting): Promise<void> {
  await supervisor.ready();
  if (session.state !== "ready") throw new CancellationError();
}
