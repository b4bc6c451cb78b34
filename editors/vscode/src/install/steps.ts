import { spawn } from "node:child_process";
import type { CancellationToken, LogOutputChannel } from "vscode";
import { byLine } from "../server/lines";

/** Says why a step of the installation failed: the last lines that it wrote. */
export class StepFailed extends Error {}

const KEPT_LINES = 4;
const KEPT = 4000;
const ERROR = /^(error|fatal): /i;

/**
 * Runs a program, writes what it says into the log, and ends it where the user cancels.
 *
 * @throws StepFailed where it does not end well.
 */
export function step(command: string, args: readonly string[], cwd: string, log: LogOutputChannel, token: CancellationToken): Promise<void> {
  log.info(`$ ${[command, ...args].join(" ")}`);
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], { cwd, windowsHide: true, stdio: ["ignore", "pipe", "pipe"] });
    const cancelling = token.onCancellationRequested(() => child.kill());
    let said = "";
    const tell = byLine((line) => { log.info(line); });
    const listen = (text: string): void => {
      said = (said + text).slice(-KEPT);
      tell(text);
    };
    child.stdout.setEncoding("utf8").on("data", listen);
    child.stderr.setEncoding("utf8").on("data", listen);
    child.once("error", (error) => { reject(new StepFailed(error.message)); });
    child.once("close", (code) => {
      cancelling.dispose();
      if (code === 0) resolve();
      else reject(new StepFailed(reasonOf(said)));
    });
  });
}

/** Returns why a program failed, of what it wrote: what it calls errors, else the last lines. */
export function reasonOf(output: string): string {
  const lines = output.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const errors = lines.filter((line) => ERROR.test(line)).map((line) => line.replace(ERROR, ""));
  return (errors.length > 0 ? errors : lines).slice(-KEPT_LINES).join(" ");
}
