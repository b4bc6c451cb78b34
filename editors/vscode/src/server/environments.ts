import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { workspace, type LogOutputChannel } from "vscode";
import { ofEnvironment, type Candidate } from "./candidate";
import { selected } from "./python-extension";

const USUAL = [".venv", "venv", "env", ".env"];

/**
 * Gives the Python environments in which the server may be: the one selected in the Python extension, the one the editor was
 * started in, and those that lie in the workspace. None in a workspace that is not trusted: they run its code.
 */
export async function* environmentsOf(trusted: boolean, log: LogOutputChannel): AsyncGenerator<Candidate> {
  if (!trusted) return;
  const chosen = await selected(log);
  if (chosen) yield chosen;
  const active = process.env["VIRTUAL_ENV"];
  if (active) yield ofEnvironment("environment", active);
  for (const folder of workspace.workspaceFolders ?? []) {
    if (folder.uri.scheme !== "file") continue;
    for (const name of await environmentsIn(folder.uri.fsPath)) {
      yield ofEnvironment("workspace", join(folder.uri.fsPath, name));
    }
  }
}

async function environmentsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const there = new Set(entries.filter((entry) => !entry.isFile()).map((entry) => entry.name));
  return USUAL.filter((name) => there.has(name));
}
