import { Disposable, EventEmitter, type Uri, type Event, type LogOutputChannel } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type { Candidate, Origin } from "../server/candidate";
import type { Command, Commands, Session, Status } from "./protocol";

/** How the server is: `off` until a workflow is met, `waiting` between two attempts, `failed` until the user does something. */
export type ServerState = "off" | "starting" | "ready" | "waiting" | "failed";

/** What the rest of the extension sees of the server. It outlives the server's restarts. */
export interface Calibrant {
  readonly log: LogOutputChannel;
  readonly state: ServerState;
  readonly onDidChangeState: Event<ServerState>;
  /** The server’s version, empty where there is none. */
  readonly version: string;
  /** The program that is the server, empty where there is none. */
  readonly program: string;
  /** The server is ready, for the first time or again. */
  readonly onDidStart: Event<void>;
  /** How a workflow stands; only of open workflows. */
  readonly onStatus: Event<Status>;
  /** A run or a change came to its end. */
  readonly onSession: Event<Session>;
  /** The workflow that the user is in, if any. */
  readonly activeUri: Uri | undefined;
  readonly onDidChangeActive: Event<Uri | undefined>;
  /** The last that `calibrant/status` told of a workflow. */
  statusOf(uri: Uri): Status | undefined;
  /**
   * Calls a command of the server.
   *
   * @throws Error with the server's own words, or that it is not running.
   */
  request<C extends Command>(command: C, argument: Commands[C][0]): Promise<Commands[C][1]>;
  /**
   * Handles a command of the server that the user gives by a lens or an action, as long as the result is not disposed.
   * `next` lets the server do it. What is asked by {@link request} comes by no handler.
   */
  intercept<C extends Command>(command: C, handler: Handler<C>): Disposable;
}

/** What stands between the user and a command of the server. */
export type Handler<C extends Command> = (
  argument: Commands[C][0],
  next: (argument: Commands[C][0]) => Promise<unknown>,
) => Promise<unknown>;

/** The one {@link Calibrant} there is; only the code that starts servers changes it. */
export class LiveSession implements Calibrant, Disposable {
  private readonly states = new EventEmitter<ServerState>();
  private readonly starts = new EventEmitter<void>();
  private readonly statuses = new EventEmitter<Status>();
  private readonly sessions = new EventEmitter<Session>();
  private readonly actives = new EventEmitter<Uri | undefined>();
  private readonly known = new Map<string, Status>();
  private readonly handlers = new Map<Command, Handler<Command>>();
  private client: LanguageClient | undefined;
  private current: ServerState = "off";
  private active: Uri | undefined;
  private running: Candidate | undefined;

  readonly onDidChangeState = this.states.event;
  readonly onDidStart = this.starts.event;
  readonly onStatus = this.statuses.event;
  readonly onSession = this.sessions.event;
  readonly onDidChangeActive = this.actives.event;

  constructor(readonly log: LogOutputChannel) {}

  get state(): ServerState {
    return this.current;
  }

  get version(): string {
    return this.client?.initializeResult?.serverInfo?.version ?? "";
  }

  get program(): string {
    return this.running?.command ?? "";
  }

  /** Where the server was found. */
  get origin(): Origin | undefined {
    return this.running?.origin;
  }

  get activeUri(): Uri | undefined {
    return this.active;
  }

  statusOf(uri: Uri): Status | undefined {
    return this.known.get(uri.toString());
  }

  async request<C extends Command>(command: C, argument: Commands[C][0]): Promise<Commands[C][1]> {
    if (!this.client) throw new Error("Calibrant’s server is not running.");
    return this.client.sendRequest("workspace/executeCommand", { command, arguments: [argument] });
  }

  intercept<C extends Command>(command: C, handler: Handler<C>): Disposable {
    this.handlers.set(command, handler as unknown as Handler<Command>);
    return new Disposable(() => this.handlers.delete(command));
  }

  /** Lets a command's handler have it, or the server where there is none. */
  intercepted: (command: Command, ...rest: Parameters<Handler<Command>>) => Promise<unknown> = (command, argument, next) => {
    const handler = this.handlers.get(command);
    return handler ? handler(argument, next) : next(argument);
  };

  /** Tells the server something, if there is one. */
  async notify(method: string, params: unknown): Promise<void> {
    const { client } = this;
    if (!client?.isRunning()) return; // a client that was stopped would start its server anew
    try {
      await client.sendNotification(method, params);
    } catch (error) {
      if (client.isRunning()) throw error;
      this.log.debug(`The server was gone before it was told ‘${method}’.`);
    }
  }

  /** Takes a server that is ready. */
  attach(client: LanguageClient, running: Candidate): void {
    this.client = client;
    this.running = running;
    this.become("ready");
    this.starts.fire();
  }

  /** Lets go of the server; what it told of workflows no longer holds. */
  detach(state: Exclude<ServerState, "ready">): void {
    this.client = undefined;
    this.running = undefined;
    this.known.clear();
    this.become(state);
  }

  told(status: Status, uri: Uri): void {
    this.known.set(uri.toString(), status);
    this.statuses.fire(status);
  }

  ended(session: Session): void {
    this.sessions.fire(session);
  }

  /** Forgets what was told of a workflow that was closed. */
  forget(uri: Uri): void {
    this.known.delete(uri.toString());
  }

  activate(uri: Uri | undefined): void {
    if (this.active?.toString() === uri?.toString()) return;
    this.active = uri;
    this.actives.fire(uri);
  }

  dispose(): void {
    for (const emitter of [this.states, this.starts, this.statuses, this.sessions, this.actives]) emitter.dispose();
  }

  private become(state: ServerState): void {
    if (this.current === state) return;
    this.current = state;
    this.states.fire(state);
  }
}
