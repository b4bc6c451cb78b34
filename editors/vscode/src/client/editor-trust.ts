import { workspace } from "vscode";
import { trustOf, type Trust } from "./trust";

/** Returns the trust as it is now in this window. */
export function currentTrust(): Trust {
  return trustOf({
    trusted: workspace.isTrusted,
    asks: workspace.getConfiguration("security.workspace.trust").get("enabled", true),
    follows: workspace.getConfiguration("calibrant").get("trustFollowsEditor", true),
    folders: (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file").map(({ uri }) => uri.toString()),
  });
}
