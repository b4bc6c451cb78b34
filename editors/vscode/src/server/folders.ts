import { delimiter, isAbsolute, join, sep } from "node:path";

/** Returns the folders of `PATH`, and those in which pip, pipx and uv put programs even where an editor’s `PATH` lacks them. */
export function programFolders(environ: Readonly<Record<string, string | undefined>>, home: string): string[] {
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

/** Tells whether a path is one of the folders, or lies in one. */
export function isInside(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep));
}
