import { execFile } from "node:child_process";

/** How a program ended that was only asked something. */
export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  /** `0` when all went well, else an exit status, a signal, or why it could not be started (`ENOENT`, `EACCES`). */
  readonly status: number | string;
  readonly timedOut: boolean;
}

/** Runs a program to its end, or for so many seconds. Never rejects. */
export function run(command: string, args: readonly string[], cwd: string, seconds: number): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(
      command,
      [...args],
      { cwd, timeout: seconds * 1000, killSignal: "SIGKILL", windowsHide: true, maxBuffer: 1 << 20 },
      (error, stdout, stderr) => {
        const status = error ? (error.code ?? error.signal ?? "unknown") : 0;
        resolve({ stdout, stderr, status, timedOut: error?.killed === true });
      },
    );
  });
}
