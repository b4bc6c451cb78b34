import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import { workspace, type LogOutputChannel } from "vscode";
import { expand, ofEnvironment, ofProgram, type Candidate } from "./candidate";
import { environmentsOf } from "./environments";
import { onPath } from "./path";
import { isFound, probe, type Found } from "./probe";
import { wordsOf, type Problem } from "./problem";

/** Folders that belong to the extension: `cwd` for the server, `environment` for one that the extension installs. */
export interface Home {
  readonly cwd: string;
  readonly environment: string;
}

/**
 * Looks for the server: the setting, the Python environment of the editor or the workspace, `PATH`, our own environment.
 * What a setting names is taken at its word: nothing else is tried in its place.
 */
export async function find(home: Home, log: LogOutputChannel): Promise<Found | Problem> {
  const named = await ofSetting();
  if (named) return settled(await probe(named, home.cwd), log);
  let worst: Problem = { kind: "absent" };
  for await (const candidate of candidates(home, log)) {
    const probed = await probe(candidate, home.cwd);
    if (isFound(probed)) return settled(probed, log);
    log.debug(`${candidate.origin}: ${wordsOf(probed)}`);
    if (worst.kind === "absent" && probed.kind !== "absent" && isMeant(candidate, probed)) worst = probed;
  }
  return settled(worst, log);
}

async function* candidates(home: Home, log: LogOutputChannel): AsyncGenerator<Candidate> {
  yield* environmentsOf(workspace.isTrusted, log);
  yield* await onPath(workspace.isTrusted);
  yield ofEnvironment("private", home.environment);
}

/** Returns the candidate that the setting names. In restricted mode the editor leaves the workspace's values out. */
async function ofSetting(): Promise<Candidate | undefined> {
  const value = workspace.getConfiguration("calibrant").get("server.path", "");
  if (value.trim() === "") return undefined;
  const path = expand(value, homedir(), workspace.workspaceFolders?.[0]?.uri.fsPath);
  const isFolder = await stat(path).then((found) => found.isDirectory(), () => false);
  return isFolder ? ofEnvironment("setting", path) : ofProgram("setting", path);
}

/** Any Python environment may be an old one: only one that has the server is meant to run it. */
function isMeant(candidate: Candidate, problem: Problem): boolean {
  return problem.kind !== "wrongPython" || candidate.origin === "private";
}

function settled(probed: Found | Problem, log: LogOutputChannel): Found | Problem {
  if (isFound(probed)) log.info(`Server ${probed.version}: ${probed.candidate.command} (${probed.candidate.origin})`);
  else log.warn(wordsOf(probed));
  return probed;
}
