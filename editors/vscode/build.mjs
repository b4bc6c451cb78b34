// Bundles the extension into dist/, or with --tests the unit tests into out/.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const tests = process.argv.includes("--tests");
const outdir = tests ? "out" : "dist";
rmSync(outdir, { recursive: true, force: true });

const result = await build({
  entryPoints: tests ? readdirSync("test").filter((name) => name.endsWith(".test.ts")).map((name) => join("test", name)) : ["src/extension.ts"],
  outdir,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  external: ["vscode"],
  minify: !tests,
  keepNames: !tests, // so that a stack in the log can be read
  sourcemap: tests ? "inline" : false,
  metafile: true,
  logLevel: "warning",
});

if (!tests) writeFileSync(join(outdir, "third-party.txt"), notices(Object.keys(result.metafile.inputs)));

/** Returns the licences of the packages whose code is in the bundle: they ask to come along. */
function notices(inputs) {
  const folders = new Set();
  for (const input of inputs) {
    const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (found) folders.add(found[1]);
  }
  return [...folders].sort().map(notice).join("\n\n");
}

function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  const text = file ? readFileSync(join(folder, file), "utf8").trim() : `Licence: ${license}`;
  return `${name} ${version}\n${"-".repeat(60)}\n${text}`;
}
