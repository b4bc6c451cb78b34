import { Uri, type Disposable } from "vscode";
import {
  CloseAction,
  ErrorAction,
  RevealOutputChannelOn,
  type LanguageClient,
  type LanguageClientOptions,
  type StaticFeature,
} from "vscode-languageclient/node";
import type { Candidate } from "../server/candidate";
import type { Found } from "../server/probe";
import type { Problem } from "../server/problem";
import { SELECTOR } from "../workflows";
import { showMessages } from "./messages";
import { middlewareOf } from "./middleware";
import { ServerProcess } from "./process";
import { NEEDED, type Session, type Status } from "./protocol";
import { QuietClient } from "./quiet-client";
import type { LiveSession } from "./session";
import { settingsOf } from "./settings";
import { currentTrust } from "./editor-trust";

const START_SECONDS = 60;
/** A server that breaks off is about to end, and its end says more than the broken pipe. */
const LAST_WORDS_SECONDS = 3;

/** Asks for `calibrant/status`, and tells that VS Code itself closes braces and keeps its cursor between them. */
const STATUS: StaticFeature = {
  fillClientCapabilities: (capabilities) => {
    const experimental = capabilities.experimental as object | undefined;
    capabilities.experimental = { ...experimental, calibrant: { status: true, closesBraces: true } };
  },
  initialize: () => undefined,
  getState: () => ({ kind: "static" }),
  clear: () => undefined,
};

/** One server from its start to its end. */
export class Connection implements Disposable {
  private stopped = false;

  private constructor(
    readonly client: LanguageClient,
    readonly candidate: Candidate,
    private readonly process: ServerProcess,
  ) {}

  /** Starts a server and returns the connection once it is ready, or why it is not. */
  static async open(found: Found, cwd: string, session: LiveSession): Promise<Connection | Problem> {
    const process = ServerProcess.start(found.candidate, cwd, session.log);
    const client = new QuietClient("calibrant", "Calibrant", () => Promise.resolve(process.child), optionsOf(session));
    client.registerFeature(STATUS);
    listen(client, session);
    showMessages(client);
    const connection = new Connection(client, found.candidate, process);
    const problem = await connection.ready(found);
    if (problem) await connection.close();
    return problem ?? connection;
  }

  /** Calls back when the server ends although nobody asked it to. */
  onCrash(crashed: (how: string, lastWords: string) => void): void {
    void this.process.ended.then((how) => {
      if (!this.stopped) crashed(how, this.process.lastWords);
    });
  }

  /** Ends the server, politely where it still listens. */
  async close(): Promise<void> {
    this.stopped = true;
    try {
      await this.client.dispose();
    } catch (error) {
      this.client.outputChannel.debug(`The server was not stopped in good order: ${String(error)}`);
    }
    if (!this.process.hasEnded) this.process.child.kill();
  }

  dispose(): void {
    void this.close();
  }

  private async ready({ candidate, version }: Found): Promise<Problem | undefined> {
    const path = candidate.command;
    const ended = this.process.ended.then((how): Problem => ({ kind: "died", path, how, detail: this.process.lastWords }));
    const slow = after(START_SECONDS, (): Problem => ({ kind: "slow", path, seconds: START_SECONDS }));
    const started = this.client.start().then(
      () => undefined,
      (error: unknown) => Promise.race([ended, after(LAST_WORDS_SECONDS, (): Problem => ({ kind: "died", path, how: String(error), detail: this.process.lastWords }))]),
    );
    const problem = await Promise.race([started, ended, slow]);
    if (problem) return problem;
    const offered = this.client.initializeResult?.capabilities.executeCommandProvider?.commands ?? [];
    const missing = NEEDED.filter((command) => !offered.includes(command));
    const told = this.client.initializeResult?.serverInfo?.version ?? version;
    return missing.length === 0 ? undefined : { kind: "tooOld", path, version: told, missing };
  }
}

function optionsOf(session: LiveSession): LanguageClientOptions {
  return {
    documentSelector: SELECTOR.map(({ scheme, pattern }) => ({ scheme, pattern })) as LanguageClientOptions["documentSelector"] & object,
    outputChannel: session.log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: () => ({ calibrant: settingsOf(), trust: currentTrust() }),
    initializationFailedHandler: () => false,
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
    },
    middleware: middlewareOf(session),
    stdioOptions: { stdout: () => undefined, stderr: () => undefined },
  };
}

function listen(client: LanguageClient, session: LiveSession): void {
  client.onNotification("calibrant/status", (status: Status) => {
    session.told(status, Uri.parse(status.uri));
  });
  client.onNotification("calibrant/session", (ended: Session) => {
    session.ended(ended);
  });
}

function after<Value>(seconds: number, value: () => Value): Promise<Value> {
  return new Promise((resolve) => {
    setTimeout(() => { resolve(value()); }, seconds * 1000).unref();
  });
}
