import type { Disposable } from "vscode";
import { find } from "../server/find";
import { wordsOf, type Problem } from "../server/problem";
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
    private readonly storage: string,
    private readonly teller: Teller,
  ) {}

  /** Starts the server where none is, or none is about to be. */
  ensure(): Promise<void> {
    return this.next(async () => {
      if (this.session.state === "off") await this.open();
    });
  }

  /** Starts the server where it is not running, also where that failed before: the user wants something of it. */
  async ready(): Promise<void> {
    await this.busy;
    if (this.session.state === "off" || this.session.state === "failed" || this.session.state === "waiting") await this.restart();
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
    const opened = await this.firstThatFits();
    if (opened instanceof Connection) {
      this.connection = opened;
      opened.onCrash((how) => { this.crashed(how); });
      this.session.attach(opened.client, opened.candidate);
    } else if (opened.kind === "died" && this.crashes.length > 0) {
      this.crashed(opened.how);
    } else {
      this.session.log.error(wordsOf(opened));
      this.session.detach("failed");
      this.teller.failed(opened);
    }
  }

  /** A server that is too old does not keep us from a newer one further on. */
  private async firstThatFits(): Promise<Connection | Problem> {
    const finding = find(this.storage, this.session.log);
    let tooOld: Problem | undefined;
    for (let next = await finding.next(); ; next = await finding.next()) {
      if (next.done) return tooOld ?? next.value;
      const opened = await Connection.open(next.value, this.storage, this.session);
      if (opened instanceof Connection || opened.kind !== "tooOld") return opened;
      this.session.log.warn(wordsOf(opened));
      tooOld ??= opened;
    }
  }

  private async close(): Promise<void> {
    const closing = this.connection;
    this.connection = undefined;
    this.session.detach("off");
    await closing?.close();
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
