"""A workspace for Node with six faults: two of its workflow's, a package that is not installed, and three of its sources.

The tools are the workspace's; the package `app` in it has dependencies of its own, with a lock file of its own.
"""

from pathlib import Path

from builds.projects import call, node_environment, package, write

FLOW = "checks.workflow.yaml"

FILES = {
    "package.json": '{"name": "workspace", "private": true}\n',
    "eslint.config.js": """\
module.exports = [{files: ["app/src/*.js"], rules: {"no-unused-vars": "error"}}];
""",
    "app/package.json": """\
{
  "name": "app",
  "version": "1.0.0",
  "private": true,
  "scripts": {"test": "node --test", "types": "tsc -p ."},
  "dependencies": {"greeting": "file:vendor/greeting-1.0.0.tgz"}
}
""",
    "app/tsconfig.json": """\
{"compilerOptions": {"strict": true, "noEmit": true, "module": "commonjs", "target": "es2022", "types": ["node"],
  "skipLibCheck": true}, "files": ["src/label.ts"]}
""",
    "app/src/bill.js": """\
const kept = 1;

exports.total = (prices) => prices.reduce((sum, price) => sum + price, 0) - 1;
""",
    "app/src/label.ts": """\
export function label(total: number): string {
  return total;
}
""",
    "app/test/bill.test.js": """\
const test = require("node:test");
const assert = require("node:assert");
const { total } = require("../src/bill.js");

test("total adds up", () => {
  assert.strictEqual(total([1, 2]), 3);
});
""",
    "app/hello.js": """\
const { greet } = require("greeting");
console.log(greet("Ada"));
""",
    FLOW: """\
name: checks
steps:
  - id: lint
    run: eslint app/src
  - id: types
    run: npm run types
    cwd: app
  - id: tests
    run: node --test
    cwd: app
  - id: hello
    run: node hello.js
    cwd: app
  - id: locked
    run: pnpm install --frozen-lockfile
    cwd: app
  - id: again
    run: npm run types
""",
}
"""The faults: an unused variable, a wrong type, a wrong sum, `greeting` is not installed, another manager's command, a folder."""

MENDED = {
    "app/src/bill.js": "exports.total = (prices) => prices.reduce((sum, price) => sum + price, 0);\n",
    "app/src/label.ts": "export function label(total: number): string {\n  return String(total);\n}\n",
}
"""The sources as their author mends them, led by what was found."""


def make(root: Path) -> Path:
    """Make the workspace in a folder; returns its workflow."""
    write(root, FILES)
    package(root / "app" / "vendor", "greeting", "1.0.0", "exports.greet = (name) => `Hello, ${name}`;\n")
    node_environment(root)
    call(root / "app", "npm", "install", "--silent", "--no-audit", "--no-fund", "--package-lock-only")
    return root / FLOW
