import { homedir } from "node:os";
import { join } from "node:path";
import { workspace, type LogOutputChannel } from "vscode";
import { environmentsOf } from "../server/environments";
import { foldersToSearch } from "../server/path";
import { isUsable, pythonVersion } from "../server/probe";
import { isNewEnough } from "../server/problem";

/** A Python interpreter and its version. */
export interface Python {
  readonly path: string;
  readonly version: string;
}

const NAMES =
  process.platform === "win32"
    ? ["python.exe", "python3.exe"]
    : ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python"];

/** Returns the first Python that is new enough to run the server, and those that were met before and are not. */
export async function newEnough(cwd: string, log: LogOutputChannel): Promise<{ python?: Python; old: Python[] }> {
  const old: Python[] = [];
  for await (const path of interpreters(log)) {
    const version = await pythonVersion(path, cwd);
    if (version === undefined) continue;
    if (isNewEnough(version)) return { python: { path, version }, old };
    old.push({ path, version });
  }
  return { old };
}

async function* interpreters(log: LogOutputChannel): AsyncGenerator<string> {
  const folders = foldersToSearch(workspace.isTrusted, process.env, homedir());
  for (const name of NAMES) {
    for (const folder of folders) {
      const path = join(folder, name);
      if (await isUsable(path)) yield path;
    }
  }
  for await (const { command } of environmentsOf(workspace.isTrusted, log)) {
    if (await isUsable(command)) yield command;
  }
}
