import { basename, join } from "node:path";

/** Where a candidate for the server was found. */
export type Origin = "setting" | "environment" | "workspace" | "path" | "private";

/** A program that may be the server: `command` with `args` takes what the `calibrant` command line takes. */
export interface Candidate {
  readonly origin: Origin;
  readonly command: string;
  readonly args: readonly string[];
}

const PYTHON = /^(python|pypy)[\d.]*(\.exe)?$/i;

/** Returns the candidate that a file is: a Python interpreter runs the package, anything else is the program itself. */
export function ofProgram(origin: Origin, path: string): Candidate {
  return PYTHON.test(basename(path))
    ? { origin, command: path, args: ["-m", "calibrant"] }
    : { origin, command: path, args: [] };
}

/** Returns where a virtual environment has a program. */
export function programIn(environment: string, name: string, platform = process.platform): string {
  return platform === "win32" ? join(environment, "Scripts", `${name}.exe`) : join(environment, "bin", name);
}

/** Returns the candidate that an environment's folder stands for. */
export function ofEnvironment(origin: Origin, environment: string): Candidate {
  return ofProgram(origin, programIn(environment, "python"));
}

/** Returns a setting's path with `~` and `${workspaceFolder}` filled in. */
export function expand(path: string, home: string, folder: string | undefined): string {
  const there = path.trim().replace(/^~(?=$|[\\/])/, () => home);
  return folder === undefined ? there : there.replaceAll("${workspaceFolder}", () => folder);
}
