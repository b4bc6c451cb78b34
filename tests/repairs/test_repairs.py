"""Every repair on real files: what it proposes for a fault, really found, gives the file that is wanted, and the fault is gone.

A case is a folder `tests/data/repairs/<strategy>/<case>/` with `before.workflow.*`, `after.workflow.*` and what they need;
or with `.github/workflows/before.yml` and `after.yml`; or with `before/action.yml` and `after/action.yml`.
The first line of both says what is mended:

    # unknown-step: Change ‘urgnet’ to ‘urgent’ (safe)

Where a check does not find that issue, the workflow is calibrated. `(safe, first)`: the fix is the first on offer.
"""

import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from calibrant import dialects
from calibrant.change.hunks import inverse
from calibrant.model.fix import Fix
from calibrant.model.issue import Issue
from calibrant.model.text import apply_edits
from calibrant.repairs import MOST, REPAIRS, propose
from calibrant.repairs.actions import REPAIRS as OF_ACTIONS
from repairs.plain_changes import applied
from repairs.trying import SPECS, calibrated, checked, data_of, read, words

DATA = Path(__file__).parents[1] / "data" / "repairs"
BEFORE = ("before.workflow.*", ".github/workflows/before.yml", "before/action.yml")
CASES = sorted(path for path in DATA.glob("*/*") if any(next(path.glob(one), None) for one in BEFORE))
EVERY = (*REPAIRS, *OF_ACTIONS)
HEAD = re.compile(
    r'(?:# |\s*\{"x-mends": ")(?P<code>[a-z-]+): (?P<title>.+) \((?P<safety>safe|review)(?P<first>, first)?\)'
)


class Case(NamedTuple):
    """A case as read: the texts, and what mends what."""

    folder: Path
    path: Path
    before: str
    after: str
    code: str
    title: str
    safety: str
    first: bool


def case_of(folder: Path) -> Case:
    (path,) = (path for one in BEFORE for path in folder.glob(one))
    before = path.read_text(encoding="utf-8")
    after = folder / str(path.relative_to(folder)).replace("before", "after")
    head = HEAD.match(before)
    assert head, f"{path} does not begin with what is mended"
    text = after.read_text(encoding="utf-8")
    return Case(folder, path, before, text, head["code"], head["title"], head["safety"], bool(head["first"]))


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def test_the_fix_gives_the_file_that_is_wanted_and_the_issue_is_gone(folder: Path, tmp_path: Path) -> None:
    case = case_of(folder)
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    analysis = read(case.path, case.before, folder)
    issues, find = checked(analysis), False
    if not any(issue.code == case.code for issue in issues) and analysis.workflow.language.runs:
        issues, find = calibrated(analysis, tmp_path), True
    issue = next((issue for issue in issues if issue.code == case.code), None)
    assert issue, [f"{issue.code}: {issue.finding.message}" for issue in issues]
    fix = chosen(case, propose([issue], analysis.workflow, SPECS).get(issue.id, ()))
    assert fix.safety == case.safety

    wanted = read(case.path, case.after, folder)
    if all(getattr(change, "nth", None) is None for change in fix.changes):  # plain data holds each key once
        assert applied(data_of(analysis.workflow), fix.changes) == data_of(wanted.workflow), words(fix.changes)
    edits = dialects.write(str(case.path), analysis.workflow, fix.changes)
    assert apply_edits(case.before, edits) == case.after

    left = calibrated(wanted, tmp_path) if find else checked(wanted)
    assert_mended(issue, issues, left)
    assert_once(fix, propose(left, wanted.workflow, SPECS))
    assert apply_edits(case.after, inverse(case.before, edits)) == case.before


def assert_once(fix: Fix, offers: Mapping[str, Sequence[Fix]]) -> None:
    """Check that a fix is not offered a second time, under whatever identity."""
    again = [one.title for fixes in offers.values() for one in fixes if one.id == fix.id or one.changes == fix.changes]
    assert not again


def chosen(case: Case, fixes: Sequence[Fix]) -> Fix:
    titles = [f"{fix.strategy}: {fix.title} ({fix.safety})" for fix in fixes]
    found = [fix for fix in fixes if fix.strategy == case.folder.parent.name and fix.title == case.title]
    assert len(found) == 1, titles
    assert not case.first or found[0] is fixes[0], titles
    return found[0]


def assert_mended(issue: Issue, before: Sequence[Issue], after: Sequence[Issue]) -> None:
    assert issue.id not in {other.id for other in after}, "the issue is still there"
    known = {(other.code, other.finding.step, other.finding.subject) for other in before}
    errors = [other for other in after if other.severity == "error" and other.code not in PLACEHOLDERS]
    new = [other for other in errors if (other.code, other.finding.step, other.finding.subject) not in known]
    assert not new, [f"{other.code}: {other.finding.message}" for other in new]


PLACEHOLDERS = frozenset({"file-not-found"})
"""What may be wrong with a value that stands for one still to be written."""


def test_every_repair_has_a_case() -> None:
    assert {folder.parent.name for folder in CASES} == {repair.name for repair in EVERY}


def test_every_repair_of_github_actions_has_a_case() -> None:
    assert {folder.parent.name for folder in CASES if not (next(folder.glob(BEFORE[0]), None))} == {
        repair.name for repair in OF_ACTIONS
    }


def test_repairs_are_told_apart_and_trusted_within_reason() -> None:
    for repairs in (REPAIRS, OF_ACTIONS):
        assert len({repair.name for repair in repairs}) == len(repairs)
        assert all(0 < repair.prior < 1 and (repair.codes or repair.kinds) for repair in repairs)


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def test_fixes_are_the_same_each_time_and_in_the_order_of_trust(folder: Path) -> None:
    case = case_of(folder)
    analysis = read(case.path, case.before, folder)
    found = propose(checked(analysis), analysis.workflow, SPECS)
    again = read(case.path, case.before, folder)
    assert found == propose(checked(again), again.workflow, SPECS)
    for issue, fixes in found.items():
        assert 0 < len(fixes) <= MOST
        assert all(fix.issue == issue and fix.title and fix.title[0].isupper() for fix in fixes)
        assert [fix.confidence for fix in fixes] == sorted((fix.confidence for fix in fixes), reverse=True)
        assert len({fix.id for fix in fixes}) == len(fixes)
