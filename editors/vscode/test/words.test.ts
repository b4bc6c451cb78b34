import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { trustOf } from "../src/client/trust";
import type { Input, Status } from "../src/client/protocol";
import { isRun, isWorkflowPath } from "../src/names";
import { plain } from "../src/plain";
import { actionsFor } from "../src/ui/actions";
import { shown } from "../src/ui/input-words";
import { shownOf } from "../src/ui/status-words";

const STATUS: Status = {
  uri: "file:///a.workflow.yaml",
  state: "idle",
  session: null,
  percentage: null,
  message: "",
  counts: { error: 2, warning: 0, hint: 0 },
  result: true,
  standing: 1,
  trusted: true,
  words: "2 errors",
};

const INPUT: Input = { name: "team", type: "string", description: "", choices: null, default: null, value: null, needed: true, problem: "" };

describe("trust", () => {
  const editor = { trusted: true, asks: true, follows: true, folders: ["file:///w"] };
  test("the editor vouches for its folders where it asked the user", () => {
    assert.deepEqual(trustOf(editor), { restricted: false, folders: ["file:///w"] });
  });
  test("nothing is passed on where the editor never asks, or is told not to", () => {
    assert.deepEqual(trustOf({ ...editor, asks: false }).folders, []);
    assert.deepEqual(trustOf({ ...editor, follows: false }).folders, []);
  });
  test("restricted mode is the editor’s last word", () => {
    assert.deepEqual(trustOf({ ...editor, trusted: false }), { restricted: true, folders: [] });
  });
});

describe("what can be done", () => {
  const commands = (...given: Parameters<typeof actionsFor>): string[] => actionsFor(...given).map(({ command }) => command.replace("calibrant.ui.", ""));
  test("a run that goes on can be cancelled, not started", () => {
    const running = commands("ready", true, { ...STATUS, state: "running", session: "1" });
    assert.ok(running.includes("cancel"));
    assert.ok(!running.includes("calibrate"));
  });
  test("fixes that are tried can be cancelled, or give way to a run", () => {
    const trying = commands("ready", true, { ...STATUS, state: "trying", session: "1" });
    assert.ok(trying.includes("cancel"));
    assert.ok(trying.includes("calibrate"));
  });
  test("only what there is to fix, to roll back, to show and to trust is offered", () => {
    assert.ok(commands("ready", true, STATUS).includes("applySafeFixes"));
    const clean = commands("ready", true, { ...STATUS, counts: { error: 0, warning: 0, hint: 3 }, result: false, standing: 0 });
    for (const command of ["applySafeFixes", "rollBack", "showResult", "trust"]) assert.ok(!clean.includes(command), command);
    assert.ok(commands("ready", true, { ...STATUS, trusted: false }).includes("trust"));
  });
  test("what is only checked can be fixed, and is neither run nor trusted", () => {
    const checked = commands("ready", true, { ...STATUS, runs: false, trusted: false, result: false });
    assert.ok(checked.includes("applySafeFixes"));
    for (const command of ["calibrate", "calibrateWithInputs", "trust"]) assert.ok(!checked.includes(command), command);
  });
  test("with which tools a workspace is built can be shown in a workflow and outside of any", () => {
    assert.ok(commands("ready", true, STATUS).includes("toolchains"));
    assert.ok(commands("ready", false, undefined).includes("toolchains"));
  });
  test("without a server, what may bring one", () => {
    assert.deepEqual(commands("failed", true, undefined), ["install", "restart", "showLog"]);
  });
});

describe("status bar", () => {
  test("it has the server’s words, and alarms for errors", () => {
    const { text, alarm } = shownOf("ready", true, STATUS);
    assert.equal(text, "$(error) 2 errors");
    assert.equal(alarm, "warning");
  });
  test("it turns while something goes on", () => {
    const { text, alarm } = shownOf("ready", true, { ...STATUS, state: "running", session: "1", words: "Calibrating 40 %" });
    assert.equal(text, "$(loading~spin) Calibrating 40 %");
    assert.equal(alarm, "none");
  });
  test("a text of a workflow is no Markdown", () => {
    const { tooltip } = shownOf("ready", true, { ...STATUS, words: "[a](command:evil) `b`" });
    assert.ok(tooltip.includes("\\[a\\]\\(command:evil\\) \\`b\\`"));
  });
  test("it says that there is no server", () => {
    assert.equal(shownOf("failed", false, undefined).alarm, "error");
  });
});

test("an input shows what a run would use", () => {
  const cases: readonly (readonly [Partial<Input>, Record<string, unknown>, string])[] = [
    [{}, {}, "needs a value"],
    [{ needed: false }, {}, "not given"],
    [{ default: 3 }, {}, "3 (default)"],
    [{ default: 3, value: 4 }, {}, "4"],
    [{ default: 3, value: 4 }, { team: null }, "3 (default)"],
    [{ value: 4 }, { team: "5" }, "5 (now)"],
    [{ problem: "‘x’ is not a number." }, { team: "x" }, "‘x’ is not a number."],
    [{ value: ["a"] }, {}, '["a"]'],
    [{ secret: true }, { team: "hunter2" }, "•••••• (now)"],
    [{ secret: true, remembered: true, needed: false }, {}, "••••••"],
    [{ secret: true, remembered: true }, { team: null }, "needs a value"],
  ];
  for (const [given, values, words] of cases) assert.equal(shown({ ...INPUT, ...given }, values), words);
});

test("workflows are told by their names", () => {
  for (const name of ["a.workflow.yaml", "a.workflow.yml", "a.b.workflow.json"]) assert.ok(isWorkflowPath(name) && isRun(name), name);
  for (const name of ["workflow.yaml", "a.workflow.yaml.bak", "a.yaml", "aworkflow.yaml"]) assert.ok(!isWorkflowPath(name), name);
});

test("files of GitHub Actions are told by their paths, and are not run", () => {
  const ours = ["/x/.github/workflows/ci.yml", ".github/workflows/ci.yaml", "/x/action.yml", "/x/.github/actions/y/action.yaml", "/x/.github/workflows/ci.workflow.yml"];
  for (const path of ours) assert.ok(isWorkflowPath(path) && !isRun(path), path);
  for (const path of ["/x/.github/ci.yml", "/x/.github/workflows/deep/ci.yml", "/x/my-action.yml", "/x/.github/workflows/readme.md", "/xaction.yml"]) {
    assert.ok(!isWorkflowPath(path), path);
  }
});

test("a message has no links, whatever a workflow is called", () => {
  const message = plain("Not everything in [a](command:b).workflow.yaml was run.");
  assert.doesNotMatch(message, /\]\(/);
  assert.equal(message.replace("\u200b", ""), "Not everything in [a](command:b).workflow.yaml was run.");
});

test("a text has no icons, whatever a workflow says", () => {
  assert.equal(plain("Change ‘$(date)’ to ‘$(id -u)’"), "Change ‘$\u200b(date)’ to ‘$\u200b(id -u)’");
  assert.equal(shownOf("ready", true, { ...STATUS, words: "Calibrating · $(trash)" }).text, "$(error) Calibrating · $\u200b(trash)");
});
