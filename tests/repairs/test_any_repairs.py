"""Repairs on anything: they never raise, and what they propose can be written, or says why not."""

import random
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calibrant import dialects
from calibrant.model.change import CannotChange, Change
from calibrant.model.issue import Issue, Kind
from calibrant.model.text import Span, apply_edits
from calibrant.model.workflow import Workflow
from calibrant.repairs import MOST, REPAIRS, propose
from house.source import ROOT
from repairs.test_repairs import CASES, DATA
from repairs.trying import SPECS, checked, read

FILES = sorted(
    path
    for folder in (DATA.parent / "native", DATA, ROOT / "docs" / "examples")
    for path in folder.rglob("*.workflow.*")
    if path.suffix != ".want"
)
TEXTS = {path: path.read_text(encoding="utf-8") for path in FILES}
CODES = sorted({code for repair in REPAIRS for code in repair.codes})
MANY = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def tried(path: Path, text: str, change: random.Random | None = None) -> int:
    """Propose for all that is wrong with a text, and write it; returns how many fixes could be written."""
    analysis = read(path, text)
    issues = checked(analysis)
    if change is not None:
        issues = tuple(changed(issue, change, len(text)) for issue in issues)
    written = 0
    for issue, fixes in propose(issues, analysis.workflow, SPECS).items():
        assert len(fixes) <= MOST, issue
        for fix in fixes:
            assert fix.title == fix.title.strip()
            assert "\n" not in fix.title
            written += can_be_written(path, text, fix.changes, analysis.workflow)
    return written


def can_be_written(path: Path, text: str, changes: Sequence[Change], workflow: Workflow) -> bool:
    try:
        edits = dialects.write(str(path), workflow, changes)
    except CannotChange:
        return False
    assert apply_edits(text, edits) != text, f"nothing changes by {changes}"
    return True


def changed(issue: Issue, chance: random.Random, length: int) -> Issue:
    """Return an issue of which something is another: its code, place, candidates or evidence."""
    finding = issue.finding
    start = chance.randrange(length + 1)
    words = ("array", "string", "integer", "object", "number", "", "x", "[1", '["a"]', "inputs.x", "a b", "yes")
    evidence = {
        name: chance.choice(words)
        for name in ("wanted", "found", "field", "item", "value", "input", "type", "secret", "json", "number", "each")
        if chance.random() < 0.5
    }
    candidates = tuple(
        chance.choice(("a", "fetch", "content", "x y", "", "é", '"')) for _ in range(chance.randrange(4))
    )
    given = {
        "code": chance.choice(CODES),
        "kind": chance.choice(list(Kind)),
        "span": Span(start, min(length, start + chance.randrange(30))),
        "where": chance.choice([(), ("with",), ("with", "items"), ("needs", 0), ("inputs", "team"), (0,), ("id", 1)]),
        "candidates": candidates,
        "evidence": finding.evidence | evidence,
        "details": "'>' not supported between instances of 'str' and 'int'; can only concatenate str",
    }
    some = {name: value for name, value in given.items() if chance.random() < 0.4}
    return msgspec.structs.replace(issue, finding=msgspec.structs.replace(finding, **some))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_file_of_the_corpus(path: Path) -> None:
    tried(path, TEXTS[path])


@MANY
@given(st.randoms(use_true_random=False))
def test_texts_with_faults_in_them(chance: random.Random) -> None:
    path = chance.choice(FILES)
    text = TEXTS[path]
    for _ in range(chance.randrange(1, 5)):
        at = chance.randrange(len(text) + 1)
        cut = at + chance.randrange(12)
        text = (
            text[:at] + chance.choice(("", "", "x", "{{", "}}", "'", ": ", "- ", "\n", " ", "*a", "&a ")) + text[cut:]
        )
    tried(path, text)


@MANY
@given(st.randoms(use_true_random=False))
def test_findings_that_say_anything(chance: random.Random) -> None:
    path = chance.choice(FILES)
    tried(path, TEXTS[path], chance)


def test_a_credential_is_in_no_title() -> None:
    text = "steps:\n  - id: a\n    uses: mail.send\n    with: {password: 83027461, server: a, to: a@b.example, subject: x}\n"
    analysis = read(Path("x.workflow.yaml"), text)
    hidden = analysis.checked.confidential
    found = propose(checked(analysis), analysis.workflow, SPECS, hidden)
    titles = [fix.title for fixes in found.values() for fix in fixes]
    assert titles
    assert not [title for title in titles for secret in hidden if secret in title]


def test_the_table_of_the_documentation_is_the_registry() -> None:
    rows = [line.split(" | ") for line in (ROOT / "docs" / "repairs.md").read_text(encoding="utf-8").splitlines()]
    told = {row[0].strip("| `"): row[2] for row in rows if row[0].startswith("| `")}
    assert told == {repair.name: f"{repair.prior:g}" for repair in REPAIRS}
    assert CASES
