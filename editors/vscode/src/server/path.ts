import { access } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { workspace } from "vscode";
import { ofProgram, type Candidate } from "./candidate";
import { isInside, programFolders } from "./folders";

/** Returns the folders in which programs are looked for; those of a workspace that is not trusted are none of them. */
export function foldersToSearch(trusted: boolean, environ: NodeJS.ProcessEnv, home: string): string[] {
  const hostile = trusted ? [] : (workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath);
  return programFolders(environ, home).filter((folder) => !isInside(folder, hostile));
}

/** Returns the programs called `calibrant`. */
export async function onPath(trusted: boolean): Promise<Candidate[]> {
  const name = process.platform === "win32" ? "calibrant.exe" : "calibrant";
  const found: Candidate[] = [];
  for (const folder of foldersToSearch(trusted, process.env, homedir())) {
    const path = join(folder, name);
    if (await exists(path)) found.push(ofProgram("path", path));
  }
  return found;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(() => true, () => false);
}
