import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isKey, jsonPlace, jsonText, yamlPlace, yamlText, type Snippet } from "../src/language/snippet-place";

const snippet = (...body: string[]): Snippet => ({ prefix: "x", body, description: "" });
const STEP = snippet("- id: ${1:a}", "  uses: mail.read");
const TOP = snippet("steps:", "  - id: a");
const KEY = snippet("timeout: ${1:120}");

/** Returns what a snippet would put at the end of a text. */
function yaml(text: string, of: Snippet): string | undefined {
  const lines = text.split("\n").reverse();
  const place = yamlPlace(lines[0] ?? "", lines.slice(1));
  return place && yamlText(of, place);
}

describe("a snippet in YAML", () => {
  it("takes the place of the word that calls it, dots and all", () => {
    assert.equal(yamlPlace("  mail.re", [])?.start, 2);
    assert.equal(yamlPlace("  - mail.re", [])?.start, 4);
  });

  it("of a step brings no second dash", () => {
    assert.equal(yaml("steps:\n  mail", STEP), "- id: ${1:a}\n  uses: mail.read");
    assert.equal(yaml("steps:\n  - mail", STEP), "id: ${1:a}\n  uses: mail.read");
  });

  it("of a step goes where a step can begin, and not into one", () => {
    for (const text of ["steps:\n- id: a\n- ma", "steps:\n- id: a\nma", "steps: # all\n\n  # first\n  - id: a\n    run: b\n\n  ma"]) {
      assert.ok(yaml(text, STEP), text);
    }
    for (const text of ["ma", "steps:\n  - id: a\n    ma", "steps:\n  - id: a\n    needs:\n      - ma", "inputs:\n  ma"]) {
      assert.equal(yaml(text, STEP), undefined, text);
    }
  });

  it("of an input goes among inputs", () => {
    const input = snippet("${1:team}:", "  type: string");
    assert.ok(yaml("inputs:\n  a: {}\n  in", input));
    assert.equal(yaml("steps:\n  - id: a\n    in", input), undefined);
  });

  it("that is a key alone is told from a step and a workflow", () => {
    for (const one of [KEY, snippet('"timeout": 1'), snippet("inputs:", "  a: {}")]) assert.ok(isKey(one));
    for (const one of [STEP, snippet("name: a", "steps:", "  - id: b"), snippet("{", '  "id": "a"'), snippet("# a")]) assert.ok(!isKey(one));
  });

  it("goes where it means something: keys of a workflow at the left, keys of a step not there", () => {
    assert.ok(yaml("st", TOP));
    assert.equal(yaml("  st", TOP), undefined);
    assert.ok(yaml("steps:\n  - id: a\n    ti", KEY));
    assert.equal(yaml("ti", KEY), undefined);
    assert.equal(yaml("steps:\n  - id: a\n    with:\n      ti", KEY), undefined);
  });

  it("stays out of values, expressions and comments", () => {
    for (const before of ["uses: m", '    items: "{{ a', "# m", "    run: echo m"]) assert.equal(yamlPlace(before, []), undefined, before);
  });
});

describe("a snippet in JSON", () => {
  it("goes where an element or a key begins", () => {
    assert.equal(jsonPlace('    {"id": "a"}, mail.re')?.start, 17);
    for (const before of ["", "  ma", '"steps": [ma', "{ ti"]) assert.ok(jsonPlace(before), before);
    for (const before of ['"uses": "m', '{"id": m']) assert.equal(jsonPlace(before), undefined, before);
  });

  it("of a whole workflow goes only into an empty file", () => {
    const whole = snippet("{", '  "steps": []', "}");
    assert.ok(jsonText(whole, true));
    assert.equal(jsonText(whole, false), undefined);
    assert.equal(jsonText(snippet('"timeout": 5'), true), undefined);
  });
});
