/** How often, in which time, a server may end unexpectedly before we stop starting it again. */
export const ATTEMPTS = 5;
export const WINDOW_SECONDS = 180;

/** What follows from a crash: when to try again, and the how-manieth attempt it is. */
export interface Again {
  readonly attempt: number;
  readonly delaySeconds: number;
}

/**
 * Returns when to start the server again, or undefined where it is time to give up.
 * `crashes` are the times in seconds at which it ended, the last one just now.
 */
export function nextAttempt(crashes: readonly number[]): Again | undefined {
  const now = crashes.at(-1) ?? 0;
  const attempt = crashes.filter((time) => now - time < WINDOW_SECONDS).length;
  return attempt > ATTEMPTS ? undefined : { attempt, delaySeconds: 2 ** (attempt - 1) };
}
