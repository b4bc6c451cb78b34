import { spawn, type ChildProcess } from "node:child_process";
import type { LogOutputChannel } from "vscode";
import type { Candidate } from "../server/candidate";
import { byLine } from "../server/lines";

const KEPT = 4000;

/** A server's process: what it wrote to stderr lately, and how it ended. */
export class ServerProcess {
  private written = "";
  private how: string | undefined;
  /** Settles when the process has ended, with how it did. Never rejects. */
  readonly ended: Promise<string>;

  private constructor(
    readonly child: ChildProcess,
    log: LogOutputChannel,
  ) {
    const tell = byLine((line) => { log.info(`server: ${line}`); });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.written = (this.written + text).slice(-KEPT);
      tell(text);
    });
    this.ended = new Promise((resolve) => {
      const end = (how: string): void => {
        this.how ??= how;
        resolve(this.how);
      };
      child.once("error", (error) => { end(error.message); });
      child.once("close", (code, signal) => { end(signal ? `ended by ${signal}` : `exit status ${code ?? "unknown"}`); });
    });
  }

  static start(candidate: Candidate, cwd: string, log: LogOutputChannel): ServerProcess {
    const child = spawn(candidate.command, [...candidate.args, "serve"], { cwd, windowsHide: true });
    return new ServerProcess(child, log);
  }

  /** The last that it wrote to stderr. */
  get lastWords(): string {
    return this.written;
  }

  get hasEnded(): boolean {
    return this.how !== undefined;
  }
}
