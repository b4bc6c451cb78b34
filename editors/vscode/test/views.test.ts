import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Issue, Session, Step } from "../src/client/protocol";
import { childrenOf, countOf, groupsOf, issueOf } from "../src/views/nodes";

const PLACE = { start: { line: 2, character: 4 }, end: { line: 2, character: 9 } };

function issue(id: string, more: Partial<Issue> = {}): Issue {
  return {
    id, code: "unknown-step", kind: "definition", severity: "error", path: "a.workflow.yaml", step: "one", message: `about ${id}`,
    hint: "", details: "", range: PLACE, related: [], provisional: false, fixes: [], ...more,
  };
}

function step(id: string): Step {
  return { id, status: "completed", reason: "", seconds: 0, provisional: false, reused: false };
}

function result(issues: Partial<Session["issues"]>, steps: readonly Step[]): Session {
  const all = { critical: [], warnings: [], auto_repairs: [], ...issues };
  return { session: "s", path: "/a.workflow.yaml", status: "completed", summary: {}, issues: all, steps };
}

describe("the rows of a result", () => {
  it("are the groups that have something in them, then the steps", () => {
    const found = groupsOf(result({ critical: [issue("a")], auto_repairs: [issue("b"), issue("c")] }, [step("one")]));
    assert.deepEqual(found.map((node) => node.id), ["critical", "auto_repairs", "steps"]);
  });

  it("of a run without issues are its steps, which then are open", () => {
    const [only, ...others] = groupsOf(result({}, [step("one")]));
    assert.ok(only?.kind === "steps" && only.clean);
    assert.equal(others.length, 0);
  });

  it("of a workflow without steps are its issues alone", () => {
    assert.deepEqual(groupsOf(result({ critical: [issue("a")] }, [])).map((node) => node.kind), ["issues"]);
  });

  it("show the other places of an issue below it", () => {
    const related = [{ message: "also here", path: "a.workflow.yaml", range: PLACE }];
    const [group] = groupsOf(result({ warnings: [issue("a", { related })] }, []));
    assert.ok(group);
    const [row] = childrenOf(group);
    assert.ok(row);
    assert.deepEqual(childrenOf(row).map((node) => node.id), ["warnings/a/0"]);
  });

  it("all have ids of their own", () => {
    const shown = result({ critical: [issue("a")], warnings: [issue("b")] }, [step("a"), step("b")]);
    const ids = groupsOf(shown).flatMap((node) => [node, ...childrenOf(node)]).map((node) => node.id);
    assert.equal(new Set(ids).size, ids.length);
  });

  it("lead to the issue of a newer result", () => {
    const newer = result({ critical: [issue("a")], auto_repairs: [issue("b", { message: "newer" })] }, []);
    assert.equal(issueOf(newer, "b")?.message, "newer");
    assert.equal(issueOf(newer, "gone"), undefined);
    assert.equal(countOf(newer), 2);
  });
});
