"""Whether fixes hold: what a run of the text with them says, beside a run of the text before."""

from collections.abc import Container, Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from calibrant.model.applied import Verdict
from calibrant.model.issue import Issue
from calibrant.model.session import SessionResult

if TYPE_CHECKING:
    from calibrant.workspace.calibration import Outcome

HOLDS = "A run with it found the issue gone and nothing else broken."
READS_WELL = "Checked again with it, the issue is gone and there is no new error."
HARMLESS = "A run with it found nothing broken."


class Baseline(Protocol):
    """A run of the text before."""

    @property
    def result(self) -> SessionResult:
        """What it found."""


_WORKED = frozenset({"completed", "rehearsed"})
_OPEN = frozenset({"not_run", "skipped"})


def verdict_on(mended: Sequence[Issue], before: Baseline | None, after: "Outcome") -> Verdict:
    """Return whether the issues are gone, and what worked before still does; None where the run could not tell.

    A change that answers no issue holds where nothing fails that worked before: that takes a run of the text before.
    """
    if not mended and before is None:
        return Verdict(None, "There was no run of the text before it to compare with.")
    if after.result.status != "completed":
        return Verdict(None, after.result.reason or "The run to verify it did not come to its end.")
    for issue in mended:
        still = still_there(issue, before, after)
        if still:
            return Verdict(False, still.finding.message)
    broken = broken_by(before, after)
    if broken:
        return Verdict(False, broken)
    if not after.workflow.language.runs:
        return _by_reading(before, after)
    touched = {issue.finding.step for issue in mended}
    unseen = [step.id for step in after.result.steps if step.status in _OPEN and step.id in touched]
    if unseen:
        return Verdict(
            None, f"Not verified by a run: {_named(unseen)} {'was' if len(unseen) == 1 else 'were'} not run."
        )
    return Verdict(True, HOLDS if mended else HARMLESS)


def _by_reading(before: Baseline | None, after: "Outcome") -> Verdict:
    """Return whether a change that mended its issues holds in a workflow that is only checked: it must bring no new error."""
    known = {issue.id for issue in before.result.issues.all} if before else set()
    new = [one for one in after.result.issues.all if one.severity == "error" and one.id not in known]
    if before is not None and new:
        return Verdict(False, f"With it, there is a new error: {new[0].finding.message}")
    return Verdict(True, READS_WELL)


def still_there(mended: Issue, before: Baseline | None, after: "Outcome") -> Issue | None:
    """Return the issue that is still there, or the new one that took its place: the same complaint of another value."""
    known = {issue.id for issue in before.result.issues.all} if before else None
    return standing(mended, known, after.result.issues.all)


def standing(mended: Issue, known: Container[str] | None, issues: Iterable[Issue]) -> Issue | None:
    """Return which of the issues is the mended one, or took its place; `known` are the ids of those that were there before."""
    for issue in issues:
        same = known is not None and issue.id not in known and _about(issue) == _about(mended)
        if same or issue.id == mended.id:
            return issue
    return None


def broken_by(before: Baseline | None, after: "Outcome") -> str:
    """Return in words which steps fail now that worked on real data before; empty where none does."""
    steps = before.result.steps if before else ()
    worked = {step.id for step in steps if step.status in _WORKED and not step.provisional}
    broken = _named(step.id for step in after.result.steps if step.status == "failed" and step.id in worked)
    return f"With it, what worked before fails: {broken}." if broken else ""


def _about(issue: Issue) -> tuple[object, ...]:
    return issue.code, issue.finding.step, issue.finding.where


def _named(steps: Iterable[str]) -> str:
    return ", ".join(f"‘{step}’" for step in steps)
