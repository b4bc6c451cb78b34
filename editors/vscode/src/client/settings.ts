import { workspace, type Uri } from "vscode";

/** The settings that are the server's; the others are the extension's own. */
export const SERVER_SETTINGS = [
  "run",
  "resume",
  "reuseSeconds",
  "trials",
  "previews",
  "inlayHints",
  "onFatal",
  "execute",
  "openPaths",
  "ignore",
  "severity",
  "overrides",
  "timeLimit",
  "concurrency",
  "stateLimit",
  "backupCount",
  "backupDays",
  "exclude",
] as const;

/**
 * Returns what the user has set for a resource, and null for the rest: a default of the editor would hide what the
 * workspace's own settings file says.
 */
export function settingsOf(resource?: Uri): Record<string, unknown> {
  const configuration = workspace.getConfiguration("calibrant", resource);
  return Object.fromEntries(
    SERVER_SETTINGS.map((name) => {
      const seen = configuration.inspect(name);
      const isSet = [seen?.globalValue, seen?.workspaceValue, seen?.workspaceFolderValue].some((value) => value !== undefined);
      return [name, isSet ? configuration.get(name) : null];
    }),
  );
}
