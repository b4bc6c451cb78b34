import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { jsonPlace, jsonText, yamlPlace, yamlText, type Snippet } from "../src/language/snippet-place";

const snippet = (...body: string[]): Snippet => ({ prefix: "x", body, description: "" });
const STEP = snippet("- id: ${1:a}", "  uses: mail.read");
const TOP = snippet("steps:", "  - id: a");
const KEY = snippet("timeout: ${1:120}");

function yaml(before: string, of: Snippet): string | undefined {
  const place = yamlPlace(before);
  return place && yamlText(of, place);
}

describe("a snippet in YAML", () => {
  it("takes the place of the word that calls it, dots and all", () => {
    assert.equal(yamlPlace("  mail.re")?.start, 2);
    assert.equal(yamlPlace("  - mail.re")?.start, 4);
  });

  it("of a step brings no second dash", () => {
    assert.equal(yaml("  mail", STEP), "- id: ${1:a}\n  uses: mail.read");
    assert.equal(yaml("  - mail", STEP), "id: ${1:a}\n  uses: mail.read");
  });

  it("goes where it means something: keys of a workflow at the left, keys of a step not there", () => {
    assert.ok(yaml("st", TOP));
    assert.equal(yaml("  st", TOP), undefined);
    assert.ok(yaml("    ti", KEY));
    assert.equal(yaml("ti", KEY), undefined);
  });

  it("stays out of values, expressions and comments", () => {
    for (const before of ["uses: m", '    items: "{{ a', "# m", "    run: echo m"]) assert.equal(yamlPlace(before), undefined, before);
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
