import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { expand } from "../server/candidate";
import { named } from "../server/setting";

/** The server’s name in package indexes. */
const NAME = "calibrant";

/** What is given to pip, and what it is called for the user. */
export interface Package {
  readonly given: string;
  readonly shown: string;
}

/** Returns what is to be installed: what the setting names, else the server that came with the extension, else the newest there is. */
export async function packageToInstall(extension: string): Promise<Package> {
  const chosen = named("server.package");
  if (chosen !== "") return { given: expand(chosen, homedir(), undefined), shown: chosen };
  const folder = join(extension, "server");
  const wheel = (await readdir(folder).catch(() => [])).find((name) => name.endsWith(".whl"));
  return wheel === undefined ? { given: NAME, shown: NAME } : { given: join(folder, wheel), shown: wheel };
}
