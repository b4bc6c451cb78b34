import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { loadWASM, OnigScanner, OnigString } from "vscode-oniguruma";
import { INITIAL, parseRawGrammar, Registry, type IGrammar } from "vscode-textmate";

/** The folder of the editor's own extensions, which hold the grammars of YAML, JSON and shell scripts. */
const EDITOR = process.env["CALIBRANT_VSCODE_EXTENSIONS"] ?? "";
const HERE = process.cwd();
const CASES = join(HERE, "test", "grammar");

interface Manifest {
  readonly contributes?: { readonly grammars?: readonly { readonly scopeName: string; readonly path: string }[] };
}

interface Token {
  readonly start: number;
  readonly end: number;
  readonly scopes: readonly string[];
}

/** One line of a .scopes file: on that line, the text's first character has these scopes, and none of those with `!`. */
interface Expectation {
  readonly line: number;
  readonly text: string;
  readonly nth: number;
  readonly scopes: readonly string[];
}

const skip = EDITOR === "" ? "CALIBRANT_VSCODE_EXTENSIONS does not name the folder of VS Code’s own extensions" : false;
if (skip) process.stderr.write(`The colours of workflows were NOT tested: ${skip}.\n`);

describe("colours of workflows", { skip }, () => {
  for (const [file, scope] of [["workflow.workflow.yaml", "source.calibrant"], ["workflow.workflow.json", "source.calibrant.json"]] as const) {
    for (const [ends, made] of [["LF", "\n"], ["CRLF", "\r\n"]] as const) {
      it(`${file} with ${ends}`, async () => {
        const text = readFileSync(join(CASES, file), "utf8").replaceAll("\n", made);
        const lines = text.split(/\r?\n/);
        const tokens = tokenize(await grammar(scope), lines);
        for (const expected of expectations(`${file}.scopes`)) check(expected, lines, tokens);
      });
    }
  }

  it("leave all of YAML as it is where no expression stands", async () => {
    const lines = ["# note", "x-list: &a", "  - 'one''s'", '  - "t\\n"', "  - |", "    block", "other: {a: [1, true, ~], b: *a}", "---"];
    const [ours, theirs] = [tokenize(await grammar("source.calibrant"), lines), tokenize(await grammar("source.yaml"), lines)];
    const rest = (all: readonly Token[][]): unknown => all.map((line) => line.map((token) => ({ ...token, scopes: token.scopes.slice(1) })));
    assert.deepEqual(rest(ours), rest(theirs));
  });

  it("end an expression that is not closed with its text", async () => {
    for (const open of ['a: "{{ x"', "a: '{{ x'", "a: b {{ x", 'a: {b: "{{ x"}', "run: echo {{ x", 'if: "{{ x"', "a: |\n      {{ x"]) {
      const lines = ["steps:", "  - id: s", ...`    ${open}`.split("\n"), "  - id: next", "    uses: file.read"];
      const last = tokenize(await grammar("source.calibrant"), lines).at(-1) ?? [];
      assert.ok(last.every((token) => !token.scopes.includes("meta.embedded.expression.calibrant")), open);
    }
  });
});

const registry = new Registry({
  onigLib: loadWASM(readFileSync(join(HERE, "node_modules/vscode-oniguruma/release/onig.wasm"))).then(() => ({
    createOnigScanner: (patterns) => new OnigScanner(patterns),
    createOnigString: (text) => new OnigString(text),
  })),
  loadGrammar: (scope) => {
    const path = paths().get(scope);
    return Promise.resolve(path === undefined ? null : parseRawGrammar(readFileSync(path, "utf8"), path));
  },
});

async function grammar(scope: string): Promise<IGrammar> {
  const found = await registry.loadGrammar(scope);
  assert.ok(found, `There is no grammar ${scope}.`);
  return found;
}

/** Returns where each grammar lies, of this extension and of the editor's own. */
function paths(): ReadonlyMap<string, string> {
  const folders = [HERE, ...["yaml", "json", "shellscript"].map((name) => join(EDITOR, name))];
  const found = folders.filter((folder) => existsSync(join(folder, "package.json"))).flatMap((folder) => {
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
    return (manifest.contributes?.grammars ?? []).map(({ scopeName, path }) => [scopeName, join(folder, path)] as const);
  });
  return new Map(found);
}

function tokenize(by: IGrammar, lines: readonly string[]): Token[][] {
  let state = INITIAL;
  return lines.map((line) => {
    const { tokens, ruleStack } = by.tokenizeLine(line, state);
    state = ruleStack;
    return tokens.map(({ startIndex, endIndex, scopes }) => ({ start: startIndex, end: endIndex, scopes }));
  });
}

function expectations(file: string): Expectation[] {
  assert.ok(readdirSync(CASES).includes(file));
  const lines = readFileSync(join(CASES, file), "utf8").trim().split("\n");
  return lines.map((line) => {
    const found = /^(\d+) "(.*?)(?:#(\d+))?" (.+)$/.exec(line);
    assert.ok(found, line);
    const [, number, text, nth, scopes] = found;
    return { line: Number(number), text: text ?? "", nth: Number(nth ?? 1), scopes: (scopes ?? "").split(" ") };
  });
}

function check({ line, text, nth, scopes }: Expectation, lines: readonly string[], tokens: readonly Token[][]): void {
  let at = -1;
  for (let time = 0; time < nth; time++) at = (lines[line - 1] ?? "").indexOf(text, at + 1);
  assert.ok(at >= 0, `line ${line} has no ‘${text}’`);
  const has = tokens[line - 1]?.find((token) => token.start <= at && at < token.end)?.scopes ?? [];
  for (const scope of scopes) {
    if (scope.startsWith("!")) assert.ok(!has.includes(scope.slice(1)), `line ${line}: ‘${text}’ has ${has.join(" ")}`);
    else assert.ok(has.includes(scope), `line ${line}: ‘${text}’ has ${has.join(" ")}, not ${scope}`);
  }
}
