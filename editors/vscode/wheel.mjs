// Builds the server that the extension can install: this project's wheel, into server/.
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";

const FOLDER = "server";
const python = process.env.PYTHON ?? (process.platform === "win32" ? "python" : "python3");

rmSync(FOLDER, { recursive: true, force: true });
const args = ["-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "--wheel-dir", FOLDER, "../.."];
const { status, error } = spawnSync(python, args, { stdio: ["ignore", "inherit", "inherit"] });
if (status !== 0) {
  console.error(`The server's wheel cannot be built: ${error?.message ?? `${python} ended with status ${status}`}.`);
  console.error("Python 3.11 or newer with pip is needed; the variable PYTHON names another one.");
  process.exit(1);
}
console.log(`server/${readdirSync(FOLDER).join(", ")}`);
