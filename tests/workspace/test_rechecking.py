"""Fixes of workflows that are only checked: what checking again says of them."""

from pathlib import Path

import pytest

from calibrant import failures
from calibrant.model.applied import Verdict
from calibrant.model.change import Change, RemoveKey, RenameKey, SetValue
from calibrant.model.fix import Fix
from calibrant.model.settings import Settings
from calibrant.workspace.analysis import analyse
from calibrant.workspace.rechecking import bench, with_verdict

PATH = Path("/w/.github/workflows/ci.yml")
HEAD = "on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n"
BUILD = ("jobs", "build")


def verdict(text: str, code: str, *changes: Change) -> tuple[bool | None, str]:
    """Return what checking again says of changes that answer the issue of a code."""
    analysis = analyse(str(PATH), text, {}, Settings())
    assert analysis is not None
    issues = failures.group("", analysis.findings).all
    (issue,) = [one for one in issues if one.code == code]
    found = bench(PATH, text, Settings(), issues).recheck(Fix("f", issue.id, "s", "Do it", changes))
    return found.holds, found.reason


def test_a_fix_holds_where_its_issue_is_gone_and_nothing_new_is_wrong() -> None:
    text = HEAD + "    stps: [{run: make}]\n"
    assert verdict(text, "unknown-key", RenameKey((*BUILD, "stps"), "steps"))[0] is True


def test_what_an_unknown_key_hid_is_not_held_against_its_fix() -> None:
    text = HEAD + "    stps: [{run: make, nmae: x}]\n"
    assert verdict(text, "unknown-key", RenameKey((*BUILD, "stps"), "steps"))[0] is True


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (RenameKey((*BUILD, "stps"), "stpes"), "‘stpes’ is not a key of a job"),
        (RemoveKey((*BUILD, "stps")), "The job ‘build’ does nothing"),
        (SetValue((*BUILD, "stps"), 1), "‘stps’ is not a key of a job"),
    ],
)
def test_a_fix_does_not_hold_where_its_issue_stays_or_an_error_comes(change: Change, words: str) -> None:
    holds, reason = verdict(HEAD + "    stps: [{run: make}]\n", "unknown-key", change)
    assert holds is False
    assert words in reason


def test_what_was_wrong_before_is_known_again_where_its_job_is_called_something_else() -> None:
    text = HEAD.replace("build", "build it") + "    steps:\n      - run: make\n        nmae: x\n"
    assert verdict(text, "invalid-id", RenameKey(("jobs", "build it"), "build-it"))[0] is True


def test_nothing_is_said_of_what_cannot_be_written() -> None:
    holds, reason = verdict(HEAD + "    stps: []\n", "unknown-key", RemoveKey(("jobs", "other")))
    assert holds is None
    assert "any more" in reason
    fix = with_verdict(Fix("f", "i", "s", "Do it", ()), Verdict(holds, reason))
    assert (fix.verified, fix.outcome) == (False, reason)
