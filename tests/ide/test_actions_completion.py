"""What may be typed at a place of a GitHub Actions file."""

import pytest

from ide.actions import ACTION, COMPOSITE, PATH, TEXT, at
from ide.completing import labels, offers, taken
from ide.marked import CURSOR

JOB = f"on: push\njobs:\n  build:\n    {CURSOR}"
STEP = "on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n"

KEYS: list[tuple[str, list[str], list[str]]] = [
    # (a text, what comes first, what is not there)
    ("‸", ["name", "on", "permissions", "env", "jobs"], ["steps"]),
    ("name: x\n‸\non: push\n", ["permissions", "env", "jobs"], ["name", "on"]),
    ("on:\n  ‸", ["push", "pull_request", "workflow_dispatch"], []),
    ("on:\n  push:\n  ‸", ["pull_request", "workflow_dispatch"], ["push"]),
    ("on:\n  push:\n    ‸", ["branches", "branches-ignore", "tags"], ["types"]),
    ("on:\n  workflow_dispatch:\n    inputs:\n      a:\n        ‸", ["description", "type", "required"], []),
    (JOB, ["name", "runs-on", "needs", "if"], []),
    (at("  test:\n", "  test:\n    ‸\n"), ["name", "if", "permissions"], ["needs", "runs-on", "steps", "uses"]),
    (
        at("    uses: ./", "    ‸\n    uses: ./"),
        ["name", "permissions", "strategy"],
        ["steps", "runs-on", "if", "with"],
    ),
    (f"{STEP}      - ‸", ["name", "uses", "run"], []),
    (
        at("      - id: ver\n", "      - id: ver\n        ‸\n"),
        ["if", "working-directory", "shell"],
        ["uses", "with", "run"],
    ),
    (at("  contents: read", "  ‸"), ["actions", "artifact-metadata"], []),
    (at("    strategy:\n", "    strategy:\n      ‸\n"), ["fail-fast", "max-parallel"], ["matrix"]),
    (at("  contents: read", "  contents: read\n  ‸"), ["actions", "artifact-metadata"], ["contents"]),
]


@pytest.mark.parametrize(("text", "first", "missing"), KEYS)
def test_keys(text: str, first: list[str], missing: list[str]) -> None:
    found = labels(offers(text, path=PATH))
    assert found[: len(first)] == first
    assert not set(missing) & set(found)


VALUES: list[tuple[str, list[str], list[str]]] = [
    # (a text, what is there, what is not)
    ("on: ‸", ["push", "pull_request", "schedule"], []),
    ("on: [push, ‸]", ["pull_request"], ["push"]),
    ("on:\n  - push\n  - ‸", ["pull_request"], ["push"]),
    ("on:\n  pull_request:\n    types: [opened, ‸]", ["synchronize", "labeled"], ["opened"]),
    (at("runs-on: ubuntu-latest", "runs-on: ‸"), ["ubuntu-latest", "macos-15", "windows-2025"], ["macos-13"]),
    (at("contents: read", "contents: ‸"), ["read", "write", "none"], []),
    (at("shell: bash", "shell: ‸"), ["bash", "pwsh"], []),
    (at("type: choice", "type: ‸"), ["string", "choice", "environment"], []),
    (at("required: true", "required: ‸"), ["true", "false"], []),
    (at("needs: test", "needs: ‸"), ["build", "test"], ["deploy"]),
    (at("needs: [build]", "needs: [‸]"), ["build"], ["test", "deploy"]),
    (at("needs: test", "needs: [build, ‸]"), ["test"], ["build", "deploy"]),
]


@pytest.mark.parametrize(("text", "there", "missing"), VALUES)
def test_values(text: str, there: list[str], missing: list[str]) -> None:
    found = labels(offers(text, path=PATH))
    assert set(there) <= set(found)
    assert not set(missing) & set(found)


BEGUN = [
    ("on: push\njobs:\n  a:\n    steps:\n      ‸", ["- name", "- uses", "- run"]),
    ("on:\n  schedule:\n    ‸", ["- cron"]),
]


@pytest.mark.parametrize(("text", "first"), BEGUN)
def test_a_list_is_begun(text: str, first: list[str]) -> None:
    known = offers(text, path=PATH)
    assert labels(known)[: len(first)] == first
    assert taken(text, known, first[0]) == text.replace("‸", f"{first[0]}: ")


NAMES: list[tuple[str, list[str], list[str]]] = [
    # contexts and functions, where they may be used
    (
        at("${{ matrix.os }}", "${{ ‸ }}"),
        ["github", "matrix", "needs", "contains"],
        ["steps", "secrets", "always", "hashFiles"],
    ),
    (at("${{ matrix.os }}", "${{ ‸"), ["github", "matrix"], []),
    (at("${{ matrix.os }}", "${{‸"), ["github", "matrix"], []),
    (at("${{ steps.ver.outcome", "${{ ‸"), ["steps", "secrets", "env", "hashFiles"], ["always", "jobs"]),
    (at("if: steps.ver.outputs.version != ''", "if: ‸"), ["steps", "always", "hashFiles"], ["secrets"]),
    (at("if: steps.ver.outputs.version != ''", "if: steps.ver.outcome == 'x' && ‸"), ["steps", "github"], []),
    (at("if: github.ref ==", "if: ‸ =="), ["github", "needs", "always"], ["steps", "matrix", "env"]),
    (at("COLOR: blue", "COLOR: ${{ ‸ }}"), ["github", "secrets"], ["env", "steps"]),
    # what is in them
    (at("github.ref }}", "github.‸ }}"), ["ref", "sha", "event_name", "actor"], ["nothing"]),
    (at("if: steps.ver.outputs.version", "if: steps.‸"), ["ver"], []),
    (at("if: steps.ver.outputs.version", "if: steps.ver.‸"), ["outputs", "outcome", "conclusion"], []),
    (at("if: steps.ver.outputs.version", "if: steps.VER.outputs.‸"), ["version"], []),
    (at("if: steps.ver.outputs.version", "if: steps['ver'].outputs.‸"), ["version"], []),
    (at("needs.build.outputs", "needs.‸"), ["build"], ["test", "deploy"]),
    (at("needs.build.outputs.version", "needs.build.outputs.‸"), ["version"], []),
    (at("needs.build.outputs.version", "needs.build.‸"), ["outputs", "result"], []),
    (at("matrix.os", "matrix.‸"), ["os", "node", "extra"], []),
    (at("inputs.level", "inputs.‸"), ["level"], []),
    (at("secrets.DEPLOY_TOKEN", "secrets.‸"), ["GITHUB_TOKEN"], []),
    (at("${{ inputs.level }}", "${{ secrets.‸ }}"), ["GITHUB_TOKEN", "DEPLOY_TOKEN"], []),
    (at("${{ steps.ver.outcome }}", "${{ env.‸ }}"), ["MODE", "COLOR"], ["LEVEL", "TOKEN"]),
    (at("${{ inputs.level }}", "${{ env.‸ }}"), ["MODE", "COLOR", "TOKEN"], []),
    (at("${{ job.services.db.id", "${{ job.services.‸"), ["db"], []),
    (at("${{ job.services.db.id", "${{ job.services.db.‸"), ["id", "ports"], []),
    (at("${{ job.services.db.id", "${{ runner.‸"), ["os", "temp"], []),
    (at("${{ job.services.db.id", "${{ strategy.‸"), ["job-index", "fail-fast"], []),
    (at("secrets.DEPLOY_TOKEN", "secrets.DEP‸"), ["GITHUB_TOKEN"], ["DEP"]),
    (at("${{ steps.ver.outcome }}", "${{ secrets.DEP‸ }}"), ["DEPLOY_TOKEN"], ["DEP"]),
    (at("LEVEL: ${{ inputs.level }}", "LEVEL: ${{ vars.A }}${{ vars.‸ }}"), ["A"], []),
    (at("github.ref }}", "github.event.head_‸ }}"), ["head_commit"], []),
    # what something is compared with, and what events bring
    (at("github.ref == 'refs/heads/main'", "github.event_name == '‸'"), ["push", "workflow_dispatch"], ["issues"]),
    (at("steps.ver.outputs.version != ''", "steps.ver.outcome != 'fail‸'"), ["failure", "success"], []),
    (at("steps.ver.outputs.version != ''", "runner.os == '‸"), ["Linux", "macOS"], []),
    (at("steps.ver.outputs.version != ''", "inputs.level == '‸'"), ["low", "high"], []),
    (at("steps.ver.outputs.version != ''", "matrix.os == '‸'"), ["ubuntu-latest", "windows-2025"], []),
    (at("steps.ver.outputs.version != ''", "contains(github.ref, '‸')"), [], ["push"]),
    (at("github.ref }}", "github.event.‸ }}"), ["head_commit", "inputs", "repository"], ["issue"]),
    (at("github.ref }}", "github.event.head_commit.‸ }}"), ["message", "author"], []),
    (at("github.ref }}", "github.event.head_commit.author.‸ }}"), ["name", "email"], ["message"]),
    (at("          - os: windows-2025\n            extra: true", "          - ‸"), ["os", "node"], ["include"]),
    (at("${{ job.services.db.id", "${{ steps.ver.outcome ‸"), ["==", "&&"], ["github"]),
]


@pytest.mark.parametrize(("text", "there", "missing"), NAMES)
def test_expressions(text: str, there: list[str], missing: list[str]) -> None:
    found = labels(offers(text, path=PATH))
    assert set(there) <= set(found)
    assert not set(missing) & set(found)


@pytest.mark.parametrize(
    "text",
    [
        at("name: CI", "name: CI # ‸"),
        at('echo "version=1"', 'echo "versio‸n=1"'),
        at("${{ github.ref }}", "${{ 'gith‸ub' }}"),
        at("name: Build it", "name: Bui‸ld it"),
        at("${{ github.ref }}", "${‸{ github.ref }}"),
    ],
)
def test_nothing_is_offered_where_nothing_makes_sense(text: str) -> None:
    assert labels(offers(text, path=PATH)) == []


TAKEN = [
    ("on: pu‸", "push", False, "on: push"),
    ("‸", "jobs", True, "jobs:\n  "),
    ("on:\n  ‸", "push", True, "on:\n  push:"),
    ("on:\n  workflow_call:\n    ‸", "inputs", True, "on:\n  workflow_call:\n    inputs:\n      "),
    ("‸", "on", True, "on:\n  "),
    ("x: ${{ git‸", "github", False, "x: ${{ github"),
    (f"{STEP}      - ru‸", "run", False, f"{STEP}      - run: "),
    (f"{STEP}      - run: echo ${{{{ gith‸", "github", True, f"{STEP}      - run: echo ${{{{ github }}}}"),
    (f"{STEP}      - if: alw‸", "always", True, f"{STEP}      - if: always()"),
    (f"{STEP}      - if: cont‸", "contains", True, f"{STEP}      - if: contains(‸)"),
    (f"{STEP}      - if: cont‸(x)", "contains", True, f"{STEP}      - if: contains(x)"),
    (f"{STEP}      - if: github['re‸']", "ref", False, f"{STEP}      - if: github['ref']"),
    (f"{STEP}      - if: github[‸]", "ref", False, f"{STEP}      - if: github['ref']"),
    (f"{STEP}      - run: x\n        she‸", "shell", True, f"{STEP}      - run: x\n        shell: ‸"),
]


@pytest.mark.parametrize(("text", "label", "snippet", "after"), TAKEN)
def test_what_is_taken_stands_there(text: str, label: str, snippet: bool, after: str) -> None:
    known = offers(text, path=PATH)
    if text.startswith("x:"):
        assert known.items == ()
        return
    assert taken(text, known, label, snippet=snippet).replace(CURSOR, "‸") == after


def test_the_words_are_documented() -> None:
    (push,) = [item for item in offers("on: ‸", path=PATH).items if item.label == "push"]
    assert push.doc == "Someone pushed commits or a tag."
    found = offers(at("github.ref }}", "github.‸ }}"), path=PATH).items
    assert "refs/heads/main" in next(item.doc for item in found if item.label == "ref")
    (contains,) = [item for item in offers(at("github.ref }}", "con‸ }}"), path=PATH).items if item.label == "contains"]
    assert contains.detail == "(search, item) → boolean"


def test_a_name_that_is_used_is_offered_where_it_is_made_known() -> None:
    text = TEXT.replace("  build:\n    name", "  ‸\n  other:\n    name", 1)
    assert labels(offers(text, path=PATH)) == ["build"]
    text = TEXT.replace("needs: [build]", "needs: [build, lint]") + "  ‸"
    assert labels(offers(text, path=PATH)) == ["lint"]


COMPOSITES: list[tuple[str, list[str], list[str]]] = [
    (at("  who:\n", "  ‸\n  who:\n", COMPOSITE), [], ["uses"]),
    (
        at("    - id: say\n", "    - id: say\n      ‸\n", COMPOSITE),
        ["name", "if", "working-directory"],
        ["timeout-minutes"],
    ),
    (at("using: composite", "using: ‸", COMPOSITE), ["composite", "node24"], []),
    (at("${{ inputs.who }}", "${{ ‸ }}", COMPOSITE), ["inputs", "github"], ["secrets", "needs"]),
    (at("${{ inputs.who }}", "${{ inputs.‸ }}", COMPOSITE), ["who"], []),
    (at("${{ steps.say.outputs.text }}", "${{ steps.‸ }}", COMPOSITE), ["say"], []),
    (at("${{ steps.say.outputs.text }}", "${{ steps.say.outputs.‸ }}", COMPOSITE), ["text"], []),
    (f"{COMPOSITE}branding:\n  color: ‸", ["white", "gray-dark"], []),
]


@pytest.mark.parametrize(("text", "there", "missing"), COMPOSITES)
def test_actions(text: str, there: list[str], missing: list[str]) -> None:
    found = labels(offers(text, path=ACTION))
    assert set(there) <= set(found)
    assert not set(missing) & set(found)
