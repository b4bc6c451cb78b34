import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { begin, finish, finished, remove } from "../src/install/environments";
import { reasonOf } from "../src/install/steps";

let storage = "";
before(async () => {
  storage = await mkdtemp(join(tmpdir(), "calibrant-environments-"));
});
after(() => rm(storage, { recursive: true }));

async function made(): Promise<string> {
  const folder = await begin(storage);
  await new Promise((resolve) => setTimeout(resolve, 2)); // the next one has another name
  return folder;
}

test("an environment counts once it is finished, the newest first; one before it is kept for other windows", async () => {
  assert.deepEqual(await finished(join(storage, "nowhere")), []);
  const first = await made();
  assert.deepEqual(await finished(storage), []);
  await finish(storage, first);
  const second = await made();
  await finish(storage, second);
  assert.deepEqual(await finished(storage), [second, first]);
  const third = await made();
  await finish(storage, third);
  assert.deepEqual(await finished(storage), [third, second]);
  assert.ok(!(await readdir(storage)).some((name) => first.endsWith(name)));
});

test("what was left half made long ago is removed, not what another window makes now", async () => {
  const old = await made();
  await utimes(old, new Date(0), new Date(0));
  const now = await made();
  await mkdir(join(storage, "something-else"));
  const done = await made();
  await finish(storage, done);
  const names = await readdir(storage);
  assert.ok(!names.some((name) => old.endsWith(name)));
  assert.ok(names.some((name) => now.endsWith(name)));
  assert.ok(names.includes("something-else"));
  await remove(now);
  assert.ok(!(await readdir(storage)).some((name) => now.endsWith(name)));
});

test("why a step failed is told by its errors, else by its last lines", () => {
  assert.equal(reasonOf("Collecting calibrant\nWARNING: old\nERROR: No matching distribution found for calibrant\n"), "No matching distribution found for calibrant");
  assert.equal(reasonOf("one\ntwo\n\nthree\nfour\nfive\n"), "two three four five");
  assert.equal(reasonOf(""), "");
});
