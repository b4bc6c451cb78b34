"""Repairs of any GitHub Actions file: they never raise, can be written, and the safe ones hold; the documentation knows them."""

import random
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calibrant import dialects
from calibrant.model.change import CannotChange
from calibrant.model.issue import Issue
from calibrant.model.settings import Settings
from calibrant.model.text import Span, apply_edits
from calibrant.repairs import MOST, propose
from calibrant.repairs.actions import REPAIRS
from calibrant.repairs.extract import extractions
from calibrant.workspace.rechecking import Bench
from house.source import ROOT
from repairs.test_repairs import CASES
from repairs.trying import SPECS, checked, read

DATA = ROOT / "tests" / "data" / "actions"
MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
CODES = sorted({code for repair in REPAIRS for code in repair.codes})


def placed(path: Path) -> Path:
    """Return the path at which a file of the corpus is read."""
    name = f"{path.parent.name}-{path.name}"
    return (
        Path("/w/x/action.yml")
        if path.parent.name == "actions" or path.name == "action.yml"
        else Path("/w/.github/workflows") / name
    )


FILES = sorted(path for folder in ("ok", "err") for path in (DATA / folder).rglob("*.y*ml"))
FILES += sorted(path for case in CASES for name in ("before.yml", "action.yml") for path in case.rglob(name))
TEXTS = {path: path.read_text(encoding="utf-8") for path in FILES}


def tried(path: Path, text: str, chance: random.Random | None = None, *, hold: bool = False) -> None:
    """Propose for all that is wrong with a text, and write it; what is safe must `hold`."""
    path = placed(path)
    analysis = read(path, text)
    issues = checked(analysis)
    bench = Bench(path, analysis, Settings(), issues)
    given_issues = tuple(changed(issue, chance, len(text)) for issue in issues) if chance else issues
    for issue, fixes in propose(given_issues, analysis.workflow, analysis.checked.specs).items():
        assert len(fixes) <= MOST, issue
        for fix in fixes:
            assert fix.title == fix.title.strip()
            assert "\n" not in fix.title
            try:
                after = apply_edits(text, dialects.write(str(path), analysis.workflow, fix.changes))
            except CannotChange:
                continue
            assert after != text, f"nothing changes by {fix.changes}"
            if fix.safety == "safe" and hold:
                verdict = bench.recheck(fix)
                assert verdict.holds is not False, (fix.title, verdict.reason)


def changed(issue: Issue, chance: random.Random, length: int) -> Issue:
    """Return an issue of which something is another: its code, place, candidates or evidence."""
    start = chance.randrange(length + 1)
    words = (
        "string",
        "boolean",
        "x",
        "needs.a",
        "steps.b",
        "${{",
        "a b",
        "github.ref",
        "bash",
        "python",
        "set-output",
        "v4",
    )
    names = (
        "wanted",
        "of",
        "expression",
        "variable",
        "shell",
        "old",
        "new",
        "file",
        "newest",
        "version",
        "secret",
        "mended",
    )
    where = [
        (),
        ("run",),
        ("with", "x"),
        ("jobs", "build", "needs", 0),
        ("on", "push", "branches", 0),
        ("env", "A"),
        (0,),
    ]
    given_values = {
        "code": chance.choice(CODES),
        "span": Span(start, min(length, start + chance.randrange(30))),
        "where": chance.choice(where),
        "subject": chance.choice(("run", "shell", "uses", "build", "x", "", "a b")),
        "candidates": tuple(
            chance.choice(("a", "build", "push", "x y", "", "é", "'")) for _ in range(chance.randrange(4))
        ),
        "evidence": {name: chance.choice(words) for name in names if chance.random() < 0.5},
        "step": chance.choice((None, issue.finding.step)),
    }
    some = {name: value for name, value in given_values.items() if chance.random() < 0.4}
    return msgspec.structs.replace(issue, finding=msgspec.structs.replace(issue.finding, **some))


@pytest.mark.parametrize("path", FILES, ids=lambda path: "/".join(path.parts[-3:]))
def test_every_file_of_the_corpus(path: Path) -> None:
    tried(path, TEXTS[path], hold=True)


@MANY
@given(st.randoms(use_true_random=False))
def test_texts_with_faults_in_them(chance: random.Random) -> None:
    path = chance.choice(FILES)
    text = TEXTS[path]
    for _ in range(chance.randrange(1, 5)):
        at = chance.randrange(len(text) + 1)
        cut = at + chance.randrange(12)
        bits = ("", "", "x", "${{ ", " }}", "'", ": ", "- ", "\n", " ", "*a", "&a ", "github.", "steps.x.outputs.y")
        text = text[:at] + chance.choice(bits) + text[cut:]
    tried(path, text)


@MANY
@given(st.randoms(use_true_random=False))
def test_findings_that_say_anything(chance: random.Random) -> None:
    path = chance.choice(FILES)
    tried(path, TEXTS[path], chance)


@MANY
@given(st.randoms(use_true_random=False))
def test_what_is_made_of_any_literal_can_be_written_and_brings_no_error(chance: random.Random) -> None:
    source = chance.choice(FILES)
    path, text = placed(source), TEXTS[source]
    analysis = read(path, text)
    if any(issue.severity == "error" for issue in checked(analysis)):
        return
    start = chance.randrange(len(text) + 1)
    span = Span(start, min(len(text), start + chance.choice((0, 0, 5, 20))))
    for fix in extractions(analysis.workflow, span, SPECS, analysis.checked.confidential):
        try:
            after = apply_edits(text, dialects.write(str(path), analysis.workflow, fix.changes))
        except CannotChange:
            continue
        errors = [issue.finding.message for issue in checked(read(path, after)) if issue.severity == "error"]
        assert not errors, (fix.title, errors, after)


def test_the_table_of_the_documentation_is_the_registry() -> None:
    page = (ROOT / "docs" / "github-actions.md").read_text(encoding="utf-8").partition("## Repairs")[2]
    rows = [line.split(" | ") for line in page.splitlines()]
    told = {row[0].strip("| `"): row[2] for row in rows if row[0].startswith("| `")}
    assert told == {repair.name: f"{repair.prior:g}" for repair in REPAIRS}
