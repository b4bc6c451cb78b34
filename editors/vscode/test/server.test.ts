import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { expand, ofEnvironment, ofProgram, programIn } from "../src/server/candidate";
import { isInside, programFolders } from "../src/server/folders";
import { byLine } from "../src/server/lines";
import { isNewEnough, wordsOf, type Problem } from "../src/server/problem";

test("an interpreter runs the package, anything else is the program itself", () => {
  for (const name of ["python", "python3", "python3.12", "python.exe", "pypy3"]) {
    assert.deepEqual(ofProgram("setting", join("/opt", name)).args, ["-m", "calibrant"], name);
  }
  for (const name of ["calibrant", "python-calibrant", "calibrant.exe"]) {
    assert.deepEqual(ofProgram("setting", join("/opt", name)).args, [], name);
  }
});

test("an environment’s programs are where its platform puts them", () => {
  assert.match(programIn("env", "python", "win32"), /Scripts[\\/]python\.exe$/);
  assert.equal(programIn("/env", "python", "linux"), join("/env", "bin", "python"));
  assert.equal(ofEnvironment("workspace", "/env").origin, "workspace");
});

test("a setting’s path may use the home and the workspace folder", () => {
  assert.equal(expand("~/bin/calibrant", "/home/a", undefined), "/home/a/bin/calibrant");
  assert.equal(expand("~", "/home/a", undefined), "/home/a");
  assert.equal(expand("/a~b", "/home/a", undefined), "/a~b");
  assert.equal(expand(" ${workspaceFolder}/.venv ", "/home/a", "/work$&"), "/work$&/.venv");
});

test("programs are looked for in PATH first, then where tools put them; never in relative folders", () => {
  const folders = programFolders({ PATH: "/one:.:bin::/two:/one" }, "/home/a");
  assert.deepEqual(folders.slice(0, 3), ["/one", "/two", "/home/a/.local/bin"]);
  assert.ok(folders.includes("/home/a/.local/share/uv/tools/calibrant/bin"));
  assert.ok(programFolders({ PATH: "", PIPX_HOME: "/pipx" }, "/home/a").includes("/pipx/venvs/calibrant/bin"));
});

test("what lies in a folder is told by whole names", () => {
  assert.ok(isInside("/work/bin", ["/work"]));
  assert.ok(isInside("/work", ["/work"]));
  assert.ok(!isInside("/workshop/bin", ["/work"]));
  assert.ok(isInside("/bin", ["/"]));
});

test("Python is new enough from 3.11 on", () => {
  const versions: readonly (readonly [string, boolean])[] = [["2.7.18", false], ["3.9.2", false], ["3.10.14", false], ["3.11.0", true], ["3.14.1", true], ["4.0.0", true]];
  for (const [version, enough] of versions) assert.equal(isNewEnough(version), enough, version);
});

test("each problem says which program it is about, and the last that it wrote", () => {
  const path = "/opt/calibrant";
  const problems: Problem[] = [
    { kind: "absent", path },
    { kind: "noPermission", path },
    { kind: "wrongPython", path, version: "3.9.2" },
    { kind: "slow", path, seconds: 20 },
    { kind: "broken", path, detail: "one\ntwo\n\nthree\nfour\n" },
    { kind: "tooOld", path, version: "0.0.1", missing: ["calibrant.inputs"] },
    { kind: "died", path, how: "exit status 3", detail: "" },
  ];
  for (const problem of problems) assert.ok(wordsOf(problem).includes(path), problem.kind);
  assert.match(wordsOf({ kind: "broken", path, detail: "one\ntwo\n\nthree\nfour\n" }), /It said: two · three · four$/);
  assert.match(wordsOf({ kind: "wrongPython", path, version: "3.9.2" }), /3\.11.+3\.9\.2/);
  assert.match(wordsOf({ kind: "absent" }), /not found/);
});

test("a stream is passed on by whole lines", () => {
  const lines: string[] = [];
  const listen = byLine((line) => lines.push(line));
  for (const text of ["on", "e\r\ntw", "o\n\n \nthree"]) listen(text);
  assert.deepEqual(lines, ["one", "two"]);
});
