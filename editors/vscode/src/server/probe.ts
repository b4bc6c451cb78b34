import { access, constants, stat } from "node:fs/promises";
import type { Candidate } from "./candidate";
import { isNewEnough, type Problem } from "./problem";
import { run, type Ran } from "./run";

/** A candidate that answered, with its version. */
export interface Found {
  readonly candidate: Candidate;
  readonly version: string;
}

const SECONDS = 20;
const VERSION = /^calibrant, version (\S+)/m;
const NO_MODULE = /No module named '?calibrant\b/;

/**
 * Asks a candidate for its version. `cwd` has to be a folder that nobody else writes: Python looks for modules there.
 */
export async function probe(candidate: Candidate, cwd: string): Promise<Found | Problem> {
  const path = candidate.command;
  const missing = await unusable(path);
  if (missing) return missing;
  const ran = await run(path, [...candidate.args, "--version"], cwd, SECONDS);
  const version = VERSION.exec(ran.stdout)?.[1];
  if (ran.status === 0 && version !== undefined) return { candidate, version };
  if (ran.timedOut) return { kind: "slow", path, seconds: SECONDS };
  if (ran.status === "EACCES") return { kind: "noPermission", path };
  return (await pythonProblem(candidate, ran, cwd)) ?? { kind: "broken", path, detail: detailOf(ran) };
}

export function isFound(probed: Found | Problem): probed is Found {
  return "candidate" in probed;
}

/** Returns the version of a Python interpreter, such as `3.11.2`, or undefined where it does not answer. */
export async function pythonVersion(python: string, cwd: string): Promise<string | undefined> {
  const ran = await run(python, ["-c", "import sys; print('.'.join(map(str, sys.version_info[:3])))"], cwd, SECONDS);
  return ran.status === 0 ? /^\d+\.\d+\.\d+/.exec(ran.stdout.trim())?.[0] : undefined;
}

/** Tells whether a path is a program that may be run. */
export async function isUsable(path: string): Promise<boolean> {
  return (await unusable(path)) === undefined;
}

async function unusable(path: string): Promise<Problem | undefined> {
  try {
    if (!(await stat(path)).isFile()) return { kind: "absent", path };
  } catch {
    return { kind: "absent", path };
  }
  try {
    await access(path, constants.X_OK);
  } catch {
    return { kind: "noPermission", path };
  }
  return undefined;
}

async function pythonProblem(candidate: Candidate, ran: Ran, cwd: string): Promise<Problem | undefined> {
  if (candidate.args.length === 0) return undefined;
  const path = candidate.command;
  const version = await pythonVersion(path, cwd);
  if (version !== undefined && !isNewEnough(version)) return { kind: "wrongPython", path, version };
  return NO_MODULE.test(ran.stderr) ? { kind: "absent", path } : undefined;
}

function detailOf(ran: Ran): string {
  if (ran.status === "ENOENT") return "Its interpreter is not there any more.";
  return ran.stderr.trim() || ran.stdout.trim() || `It ended with status ${ran.status}.`;
}
