"""Every rule on real files, in both directions: nothing unexpected is told, nothing expected is left out.

The files are `tests/data/native/err/*.workflow.*`, and `tests/data/actions/err/**/*.yml` for GitHub Actions: what lies
there below `actions/` is read as the metadata of an action, all else as a workflow. What is wanted stands in their comments:

    - id: fetch
      uses: mail.raed
    #       ^^^^^^^^^ unknown-connector: no connector called ‘mail.raed’ | Did you mean ‘mail.read’?

A comment with carets speaks of the nearest line above that is no such comment, on exactly the marked characters.
Where a comment cannot stand (JSON, scripts, the first column), a file beside it, or a comment anywhere, names line and
columns (from 1, the end excluded):

    # want 12:7-16 unknown-connector: no connector called ‘mail.raed’

For JSON these stand in `<name>.want`. Words after the code must be in the message, words after ` | ` in the hint.
A finding that ends on a later line is taken to the end of its first line.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from calibrant import connectors, dialects, rules
from calibrant.github.specs import ActionSpecs
from calibrant.model.connector import Specs
from calibrant.model.issue import Finding
from calibrant.model.text import LineIndex
from calibrant.model.workflow import Workflow
from calibrant.rules import actions
from calibrant.rules.checking import check as run
from calibrant.rules.rule import RuleSet
from calibrant.workspace.analysis import around_on_disk

DATA = Path(__file__).parents[1] / "data"
NATIVE, ACTIONS = DATA / "native", DATA / "actions"
ERR = sorted(path for path in NATIVE.glob("err/*.workflow.*") if path.suffix != ".want")
ERR += sorted(ACTIONS.glob("err/**/*.yml"))
OK = sorted(NATIVE.glob("ok/*.workflow.*")) + sorted(ACTIONS.glob("ok/**/*.yml"))

CARETS = re.compile(r"\s*#[ #]*(?P<carets>\^+)\s+(?P<code>[a-z-]+): (?P<words>.*)")
WANT = re.compile(r"(?:.*\s)?# want (?P<line>\d+):(?P<start>\d+)-(?P<end>\d+) (?P<code>[a-z-]+): (?P<words>.*)")


class Want(NamedTuple):
    """A finding as wanted: 1-based line and columns, code, words of the message and of the hint."""

    line: int
    start: int
    end: int
    code: str
    message: str
    hint: str


def wanted(path: Path) -> list[Want]:
    beside = path.with_suffix(".want")
    found = wanted_in(path.read_text(encoding="utf-8"))
    if beside.is_file():
        for line in beside.read_text(encoding="utf-8").splitlines():
            named = WANT.fullmatch(line)
            assert named, line
            found.append(_want(int(named["line"]), int(named["start"]), int(named["end"]), named))
    return found


def wanted_in(text: str) -> list[Want]:
    """Return what the comments of a text want."""
    found: list[Want] = []
    above = 0
    for number, line in enumerate(text.split("\n"), 1):
        marked, named = CARETS.fullmatch(line), WANT.fullmatch(line)
        if marked:
            found.append(_want(above, marked.start("carets") + 1, marked.end("carets") + 1, marked))
        elif named:
            found.append(_want(int(named["line"]), int(named["start"]), int(named["end"]), named))
        else:
            above = number
    return found


def _want(line: int, start: int, end: int, match: re.Match[str]) -> Want:
    message, _, hint = match["words"].partition(" | ")
    return Want(line, start, end, match["code"], message.strip(), hint.strip())


def place(finding: Finding, index: LineIndex) -> tuple[int, int, int]:
    start = index.position(finding.span.start, "utf-32")
    end = min(finding.span.end, index.line_span(start.line).end)
    return start.line + 1, start.character + 1, start.character + 1 + end - finding.span.start


def name_of(path: Path) -> str:
    """Return the path of a file in a repository, by which its language is known."""
    if path.is_relative_to(NATIVE):
        return path.name
    return "action.yml" if "actions" in path.relative_to(ACTIONS).parts else f".github/workflows/{path.name}"


def read(path: Path) -> Workflow:
    workflow = dialects.read(name_of(path), path.read_text(encoding="utf-8"))
    assert workflow is not None
    return workflow


def specs_of(path: Path, workflow: Workflow) -> Specs:
    """Return what steps and jobs may call; for files in `calls/`, what lies in `tests/data/actions/repository`, too."""
    if path.is_relative_to(NATIVE):
        return connectors.specs()
    if path.parent.name != "calls":
        return ActionSpecs({})
    return ActionSpecs(*around_on_disk(str(ACTIONS / "repository" / ".github" / "workflows" / path.name), workflow))


def found_in(path: Path) -> Sequence[Finding]:
    workflow = read(path)
    return rules.check(workflow, specs_of(path, workflow)).findings


@pytest.mark.parametrize("path", ERR, ids=lambda path: path.relative_to(DATA).as_posix())
def test_what_is_wrong_is_told_on_its_characters(path: Path) -> None:
    workflow = read(path)
    index = LineIndex(workflow.text)
    left = wanted(path)
    assert left, "this file wants nothing"
    unexpected: list[str] = []
    for finding in rules.check(workflow, specs_of(path, workflow)).findings:
        here = (*place(finding, index), finding.code)
        match = next((want for want in left if want[:4] == here and fits(want, finding)), None)
        if match is None:
            unexpected.append(f"{here}: {finding.message} | {finding.hint}")
        else:
            left.remove(match)
    assert (unexpected, left) == ([], [])


def fits(want: Want, finding: Finding) -> bool:
    return want.message in finding.message and want.hint in finding.hint


@pytest.mark.parametrize("path", OK, ids=lambda path: path.relative_to(DATA).as_posix())
def test_on_right_files_no_rule_speaks(path: Path) -> None:
    assert [f"{found.code}: {found.message}" for found in found_in(path)] == []


def test_every_code_of_every_rule_is_wanted_somewhere() -> None:
    """Those that hang on the workspace are in `test_ground.py`."""
    cases = {want.code for path in ERR if path.is_relative_to(NATIVE) for want in wanted(path)}
    missing = {code for rule in rules.RULES if rule is not rules.on_ground.RULE for code in rule.codes} - cases
    assert missing == {"broken-connector"}, "which takes a broken package (tests/connectors/test_plugins.py)"


def test_every_code_of_every_rule_for_github_actions_is_wanted_somewhere() -> None:
    cases = {want.code for path in ERR if path.is_relative_to(ACTIONS) for want in wanted(path)}
    assert {code for rule in actions.RULES if rule is not actions.on_ground.RULE for code in rule.codes} <= cases


@pytest.mark.parametrize("path", ERR, ids=lambda path: path.relative_to(DATA).as_posix())
def test_findings_are_of_the_codes_that_their_rules_name(path: Path) -> None:
    workflow = read(path)
    known = rules.Known(workflow.language, specs_of(path, workflow))
    ruleset = rules.ruleset(workflow.language.name)
    read_only = {found.code for found in run(RuleSet((), ruleset.reach), workflow, known.specs, None).findings}
    for rule in ruleset.rules:
        alone = run(RuleSet((rule,), ruleset.reach), workflow, known.specs, None).findings
        assert {found.code for found in alone} <= {*rule.codes, *read_only}
        if rule.workflow is not None:
            assert {found.code for found in rule.workflow(workflow, known)} <= set(rule.codes)
        for step in workflow.steps:
            if rule.step is not None:
                assert {found.code for found in rule.step(step.body, known)} <= set(rule.codes)
        for job in workflow.jobs:
            if rule.job is not None:
                assert {found.code for found in rule.job(job.body, known)} <= set(rule.codes)
