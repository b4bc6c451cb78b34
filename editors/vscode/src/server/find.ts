import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import { workspace, type LogOutputChannel } from "vscode";
import { finished } from "../install/environments";
import { expand, ofEnvironment, ofProgram, type Candidate } from "./candidate";
import { environmentsOf } from "./environments";
import { onPath } from "./path";
import { isFound, probe, type Found } from "./probe";
import { wordsOf, type Problem } from "./problem";
import { named } from "./setting";

/**
 * Looks for the server, and gives each that answers: what the setting names, then the Python environment of the editor or the
 * workspace, `PATH`, our own environment. What a setting names is taken at its word: nothing is tried in its place.
 * Returns why there is none, of those that were looked at.
 *
 * `storage` is the extension’s own folder.
 */
export async function* find(storage: string, log: LogOutputChannel): AsyncGenerator<Found, Problem> {
  let worst: Problem = { kind: "absent" };
  for await (const candidate of candidates(storage, log)) {
    const probed = await probe(candidate, storage);
    if (isFound(probed)) {
      log.info(`Server ${probed.version}: ${probed.candidate.command} (${candidate.origin})`);
      yield probed;
    } else {
      log.debug(`${candidate.origin}: ${wordsOf(probed)}`);
      if (worst.kind === "absent" && isTelling(candidate, probed)) worst = probed;
    }
  }
  return worst;
}

async function* candidates(storage: string, log: LogOutputChannel): AsyncGenerator<Candidate> {
  const chosen = await ofSetting();
  if (chosen) {
    yield chosen;
    return;
  }
  yield* environmentsOf(workspace.isTrusted, log);
  yield* await onPath(workspace.isTrusted);
  for (const folder of await finished(storage)) yield ofEnvironment("private", folder);
}

async function ofSetting(): Promise<Candidate | undefined> {
  const value = named("server.path");
  if (value === "") return undefined;
  const path = expand(value, homedir(), workspace.workspaceFolders?.[0]?.uri.fsPath);
  const isFolder = await stat(path).then((found) => found.isDirectory(), () => false);
  return isFolder ? ofEnvironment("setting", path) : ofProgram("setting", path);
}

/** Any Python environment may lack the server, or be too old for it: that alone is nothing to tell. */
function isTelling(candidate: Candidate, problem: Problem): boolean {
  const isOrdinary = problem.kind === "absent" || problem.kind === "wrongPython";
  return candidate.origin === "setting" || !isOrdinary;
}
