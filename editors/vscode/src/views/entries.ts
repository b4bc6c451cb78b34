import type { Session } from "../client/protocol";

/** Tells whether an entry of the history is a change that can be rolled back. */
export function stands({ change }: Session): boolean {
  return change?.standing ?? false;
}

/** Returns what an entry of the history is called. */
export function titleOf({ words, session }: Session): string {
  return words?.title ?? session;
}

/** Returns when an entry of the history was begun, as people of this place write it. */
export function timeOf({ started }: Session): string {
  return started === undefined ? "" : new Date(started * 1000).toLocaleString();
}
