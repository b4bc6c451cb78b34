import { access } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join, sep } from "node:path";
import { workspace } from "vscode";
import { ofProgram, type Candidate } from "./candidate";

/** Returns the folders of `PATH`, and those in which pip, pipx and uv put programs even where an editor’s `PATH` lacks them. */
export function programFolders(environ: NodeJS.ProcessEnv, home: string): string[] {
  const named = (environ["PATH"] ?? "").split(delimiter);
  const pipx = environ["PIPX_HOME"] ?? join(home, ".local", "share", "pipx");
  const uv = environ["UV_TOOL_DIR"] ?? join(home, ".local", "share", "uv", "tools");
  const more = [
    join(home, ".local", "bin"),
    join(pipx, "venvs", "calibrant", "bin"),
    join(uv, "calibrant", "bin"),
    "/usr/local/bin",
    "/opt/homebrew/bin",
  ];
  return [...new Set([...named, ...more])].filter((folder) => isAbsolute(folder));
}

/** Tells whether a path lies in one of the folders. */
export function isInside(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep));
}

/** Returns the programs called `calibrant`; those of the workspace itself only where it is trusted. */
export async function onPath(trusted: boolean): Promise<Candidate[]> {
  const own = trusted ? [] : (workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath);
  const name = process.platform === "win32" ? "calibrant.exe" : "calibrant";
  const found: Candidate[] = [];
  for (const folder of programFolders(process.env, homedir())) {
    const path = join(folder, name);
    if (!isInside(path, own) && (await exists(path))) found.push(ofProgram("path", path));
  }
  return found;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(() => true, () => false);
}
