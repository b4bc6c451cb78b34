/** Why there is no server to talk to. `path` is the program that was looked at. */
export type Problem =
  | { readonly kind: "absent"; readonly path?: string }
  | { readonly kind: "noPermission"; readonly path: string }
  | { readonly kind: "wrongPython"; readonly path: string; readonly version: string }
  | { readonly kind: "slow"; readonly path: string; readonly seconds: number }
  | { readonly kind: "broken"; readonly path: string; readonly detail: string }
  | { readonly kind: "tooOld"; readonly path: string; readonly version: string; readonly missing: readonly string[] }
  | { readonly kind: "died"; readonly path: string; readonly how: string; readonly detail: string };

/** The oldest Python that runs the server. */
export const OLDEST_PYTHON = [3, 11] as const;

const HOW_MANY_LINES = 3;

/** Returns what is wrong and what would mend it, in plain words. */
export function wordsOf(problem: Problem): string {
  switch (problem.kind) {
    case "absent":
      return problem.path === undefined
        ? "Calibrant’s server was not found in the Python environment, nor in PATH. The extension can install it into an environment of its own."
        : `There is no Calibrant server at ${problem.path}, which the setting ‘calibrant.server.path’ names.`;
    case "noPermission":
      return `Calibrant’s server at ${problem.path} may not be run by you. Make it executable (chmod +x), or name another one.`;
    case "wrongPython":
      return `Calibrant’s server needs Python ${OLDEST_PYTHON.join(".")} or newer, but ${problem.path} is Python ${problem.version}.`;
    case "slow":
      return `Calibrant’s server at ${problem.path} gave no answer within ${problem.seconds} seconds.`;
    case "broken":
      return `Calibrant’s server at ${problem.path} cannot be run.${lastOf(problem.detail)}`;
    case "tooOld":
      return `Calibrant’s server at ${problem.path} is version ${problem.version}, which is too old for this extension. Install a newer one there, or let the extension install its own.`;
    case "died":
      return `Calibrant’s server at ${problem.path} ended while starting (${problem.how}).${lastOf(problem.detail)}`;
  }
}

/** Returns the last lines of what a program wrote, for a message. */
function lastOf(output: string): string {
  const lines = output.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  return lines.length === 0 ? "" : ` It said: ${lines.slice(-HOW_MANY_LINES).join(" · ")}`;
}

/** Tells whether a Python of that version, such as `3.9.2`, runs the server. */
export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > OLDEST_PYTHON[0] || (major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1]);
}
