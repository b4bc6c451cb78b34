/** What the server takes and tells beyond LSP, as `docs/language-server.md` has it. Objects of LSP keep their own types. */

/** A range of LSP: lines and characters from 0. */
export interface Range {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

/** A short text and what stands smaller beside it. */
export interface Words {
  readonly title: string;
  readonly detail: string;
}

/** How a workflow stands, told by `calibrant/status`. */
export interface Status {
  readonly uri: string;
  readonly state: "idle" | "running" | "trying" | "changing";
  readonly session: string | null;
  readonly percentage: number | null;
  readonly message: string;
  readonly counts: { readonly error: number; readonly warning: number; readonly hint: number };
  /** There is a last result to show. */
  readonly result: boolean;
  /** How many changes stand that can be rolled back. */
  readonly standing: number;
  readonly trusted: boolean;
  /** It can be run, not only checked; an older server does not say so of any. */
  readonly runs?: boolean;
  /** A short line for a status bar. */
  readonly words: string;
}

/** A fix that is on offer for an issue. */
export interface Fix {
  readonly id: string;
  readonly title: string;
  readonly safety: "safe" | "review";
  readonly confidence: number;
  readonly verified: boolean;
  /** What the menu of quick fixes calls it; only in the last result, not in those of the history. */
  readonly words?: string;
}

/** An issue, with its place in the newest text. */
export interface Issue {
  readonly id: string;
  readonly code: string;
  readonly kind: string;
  readonly severity: "error" | "warning" | "hint";
  readonly path: string;
  readonly step: string | null;
  readonly message: string;
  readonly hint: string;
  readonly details: string;
  readonly range: Range;
  readonly related: readonly { readonly message: string; readonly path: string; readonly range: Range }[];
  readonly provisional: boolean;
  readonly fixes: readonly Fix[];
  /** The text that it stood on is not there any longer. */
  readonly edited?: boolean;
  /** The URI of the page on its code. */
  readonly page?: string | null;
}

/** What a step of a run did. `range` is null where the step is gone. */
export interface Step {
  readonly id: string;
  readonly status: "completed" | "failed" | "skipped" | "rehearsed" | "not_run";
  readonly reason: string;
  readonly seconds: number;
  readonly provisional: boolean;
  readonly reused: boolean;
  readonly range?: Range | null;
  readonly detail?: string;
}

/** A change of files by fixes. */
export interface Change {
  readonly session: string;
  readonly status: "verified" | "unverified" | "kept" | "rolled_back" | "refused";
  /** It stands in the file and can be rolled back. */
  readonly standing: boolean;
  readonly reason: string;
  readonly fixes: readonly { readonly id: string; readonly title: string; readonly strategy: string; readonly issue: string }[];
  readonly left: readonly { readonly id: string; readonly title: string; readonly reason: string }[];
  readonly files: readonly string[];
  readonly answers: string;
  readonly run: string;
  readonly started: number;
  readonly ended: number;
}

/** The object with which a session ends: a run, or with `change` a change of files. */
export interface Session {
  readonly session: string;
  readonly path: string;
  readonly status: "completed" | "failed" | "cancelled";
  readonly summary: Readonly<Record<string, number>>;
  readonly issues: {
    readonly critical: readonly Issue[];
    readonly warnings: readonly Issue[];
    readonly auto_repairs: readonly Issue[];
  };
  readonly steps: readonly Step[];
  readonly started?: number;
  readonly change?: Change;
  readonly words?: Words;
}

/** An input of a workflow, as `calibrant.inputs` tells it. */
export interface Input {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly choices: readonly unknown[] | null;
  readonly default: unknown;
  /** What earlier runs were given. */
  readonly value: unknown;
  /** A run has no value for it. */
  readonly needed: boolean;
  /** What is wrong with a given value, in words. */
  readonly problem: string;
  /** It is a password or the like, to be seen by nobody. */
  readonly secret?: boolean;
  /** A value is at hand, also where it is a secret and not shown. */
  readonly remembered?: boolean;
}

/** With which tools a folder is built, as `calibrant.toolchains` tells it with words. */
export interface Toolchain {
  readonly ecosystem: string;
  readonly manager: string;
  /** From the folder that was asked about. */
  readonly root: string;
  /** `lines` are what contradicts it, and what speaks for it. */
  readonly words: Words & { readonly lines: readonly string[] };
  /** The file that declares it. */
  readonly uri: string | null;
}

/** What a rollback did, or with `preview` would do. */
export interface Rollback {
  readonly session: string;
  readonly reason?: string;
  readonly conflicts?: readonly { readonly uri: string; readonly path: string; readonly reason: string }[];
  readonly files?: readonly {
    readonly uri: string;
    readonly path: string;
    readonly open: boolean;
    readonly before: string | null;
    readonly after: string | null;
  }[];
}

/** The server's commands: what each takes and what it answers. */
export interface Commands {
  "calibrant.inputs": [{ uri: string; values?: Record<string, unknown> }, { inputs: readonly Input[] }];
  "calibrant.calibrate": [
    { uri: string; inputs?: Record<string, unknown>; resume?: "full" | "partial"; live?: boolean },
    { session: string },
  ];
  "calibrant.calibrateWorkspace": [{ uri: string }, { sessions: readonly string[] }];
  "calibrant.cancel": [{ session: string }, { session: string; cancelled: boolean }];
  "calibrant.trust": [{ uri: string }, { workspace: string }];
  "calibrant.applyFixes": [{ uri: string; fixes: readonly string[] | "safe" }, { session: string }];
  "calibrant.rollback": [
    { uri: string; session?: string; whole?: boolean; preview?: boolean; tell?: boolean },
    Rollback,
  ];
  "calibrant.history": [{ uri: string }, readonly Session[]];
  "calibrant.result": [{ uri: string }, Session | null];
  "calibrant.status": [{ uri: string }, Status | null];
  "calibrant.toolchains": [{ uri: string; words: true }, readonly Toolchain[]];
}

export type Command = keyof Commands;

/** The commands without which a server is too old for this extension. */
export const NEEDED: readonly Command[] = [
  "calibrant.inputs",
  "calibrant.calibrate",
  "calibrant.calibrateWorkspace",
  "calibrant.cancel",
  "calibrant.trust",
  "calibrant.applyFixes",
  "calibrant.rollback",
  "calibrant.history",
  "calibrant.result",
  "calibrant.status",
  "calibrant.toolchains",
];
