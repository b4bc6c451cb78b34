import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Written last: an environment without it was never finished. */
const MARK = "complete";
const PREFIX = "environment-";
const ABANDONED_SECONDS = 3600;

/** Returns the environments that were finished, the newest first. */
export async function finished(storage: string): Promise<string[]> {
  const all = await environments(storage);
  const marked = await Promise.all(all.map((folder) => exists(join(folder, MARK))));
  return all.filter((_, at) => marked[at]);
}

/** Makes the folder for a new environment; its name tells when. */
export async function begin(storage: string): Promise<string> {
  const folder = join(storage, PREFIX + String(Date.now()));
  await mkdir(folder, { recursive: true });
  return folder;
}

/**
 * Marks an environment as finished, and removes those that nobody needs: all but the one before, which another window may
 * still run, and what was left half made long ago.
 */
export async function finish(storage: string, folder: string): Promise<void> {
  await writeFile(join(folder, MARK), "");
  const done = await finished(storage);
  const stale = await abandoned(storage);
  await Promise.all([...done.slice(2), ...stale].map(remove));
}

/** Removes an environment, whatever there is of it. */
export async function remove(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

async function abandoned(storage: string): Promise<string[]> {
  const done = new Set(await finished(storage));
  const half = (await environments(storage)).filter((folder) => !done.has(folder));
  const ages = await Promise.all(half.map(async (folder) => Date.now() - (await stat(folder)).mtimeMs));
  return half.filter((_, at) => (ages[at] ?? 0) > ABANDONED_SECONDS * 1000);
}

async function environments(storage: string): Promise<string[]> {
  const names = await readdir(storage).catch(() => []);
  const ours = names.filter((name) => name.startsWith(PREFIX));
  return ours.sort((one, other) => other.localeCompare(one, "en", { numeric: true })).map((name) => join(storage, name));
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false);
}
