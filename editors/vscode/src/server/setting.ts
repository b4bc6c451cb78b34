import { workspace } from "vscode";

/** Settings that are texts. In restricted mode the editor leaves the workspace’s values out. */
export type TextSetting = "server.path" | "server.package";

/** Returns what a setting names, or an empty text: settings are written by hand, and may be no text at all. */
export function named(setting: TextSetting): string {
  const value: unknown = workspace.getConfiguration("calibrant").get(setting);
  return typeof value === "string" ? value.trim() : "";
}
