import type { Disposable } from "vscode";
import { find, type Home } from "../server/find";
import { isFound } from "../server/probe";
import type { Problem } from "../server/problem";
import { nextAttempt, type Again } from "./backoff";
import { Connection } from "./connection";
import type { LiveSession } from "./session";

/** What the user is told. */
export interface Teller {
  /** There is no server, and nothing is tried until the user does something. */
  failed(problem: Problem): void;
  /** The server ended unexpectedly and is started again, or not any more. */
  crashed(how: string, again: Again | undefined): void;
}

/** Keeps one server running: finds it, starts it, starts it again when it crashes. One thing at a time. */
export class Supervisor implements Disposable {
  private connection: Connection | undefined;
  private crashes: number[] = [];
  private timer: NodeJS.Timeout | undefined;
  private busy: Promise<void> = Promise.resolve();
  private disposed = false;

  constructor(
    private readonly session: LiveSession,
    private readonly home: Home,
    private readonly teller: Teller,
  ) {}

  /** Starts the server where none is, or none is about to be. */
  ensure(): Promise<void> {
    return this.next(async () => {
      if (this.session.state === "off") await this.open();
    });
  }

  /** Ends the server, if any, and starts one afresh, forgetting earlier crashes. */
  restart(): Promise<void> {
    clearTimeout(this.timer);
    this.crashes = [];
    return this.next(async () => {
      await this.close();
      await this.open();
    });
  }

  /** Ends the server; it stays off until it is asked for. */
  stop(): Promise<void> {
    clearTimeout(this.timer);
    return this.next(() => this.close());
  }

  dispose(): void {
    this.disposed = true;
    void this.stop();
  }

  private async open(): Promise<void> {
    if (this.disposed) return;
    this.session.detach("starting");
    const found = await find(this.home, this.session.log);
    if (!isFound(found)) {
      this.fail(found);
      return;
    }
    const opened = await Connection.open(found, this.home.cwd, this.session);
    if (!(opened instanceof Connection)) {
      if (opened.kind === "died" && this.crashes.length > 0) this.crashed(opened.how);
      else this.fail(opened);
      return;
    }
    this.connection = opened;
    opened.onCrash((how) => { this.crashed(how); });
    this.session.attach(opened.client);
  }

  private async close(): Promise<void> {
    const closing = this.connection;
    this.connection = undefined;
    this.session.detach("off");
    await closing?.close();
  }

  private fail(problem: Problem): void {
    this.session.detach("failed");
    this.teller.failed(problem);
  }

  private crashed(how: string): void {
    this.connection = undefined;
    this.crashes.push(Date.now() / 1000);
    const again = nextAttempt(this.crashes);
    this.session.log.error(`The server ended unexpectedly (${how}).`);
    this.session.detach(again ? "waiting" : "failed");
    this.teller.crashed(how, again);
    if (again) this.timer = setTimeout(() => void this.next(() => this.open()), again.delaySeconds * 1000);
  }

  private next(work: () => Promise<void>): Promise<void> {
    this.busy = this.busy.then(work, work);
    return this.busy;
  }
}
