import assert from "node:assert/strict";
import { test } from "node:test";
import { ATTEMPTS, nextAttempt, WINDOW_SECONDS } from "../src/client/backoff";

test("each attempt waits twice as long as the one before", () => {
  const crashes: number[] = [];
  const delays = Array.from({ length: ATTEMPTS }, () => {
    crashes.push(1000 + crashes.length);
    return nextAttempt(crashes)?.delaySeconds;
  });
  assert.deepEqual(delays, [1, 2, 4, 8, 16]);
});

test("one crash too many in a short time is the end", () => {
  const crashes = Array.from({ length: ATTEMPTS + 1 }, (_, at) => 1000 + at);
  assert.equal(nextAttempt(crashes), undefined);
});

test("crashes of long ago do not count", () => {
  assert.deepEqual(nextAttempt([1, 2, 3, 4, 5, 6, 6 + WINDOW_SECONDS]), { attempt: 1, delaySeconds: 1 });
});
