"""Whether fixes hold: what a run of the text with them says, beside a run of the text before."""

from collections.abc import Container, Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from calibrant.model.applied import Verdict
from calibrant.model.issue import Finding, Issue
from calibrant.model.session import SessionResult
from calibrant.model.workflow import Workflow

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
        return _by_reading(mended, before, after)
    touched = {issue.finding.step for issue in mended}
    unseen = [step.id for step in after.result.steps if step.status in _OPEN and step.id in touched]
    if unseen:
        return Verdict(
            None, f"Not verified by a run: {_named(unseen)} {'was' if len(unseen) == 1 else 'were'} not run."
        )
    return Verdict(True, HOLDS if mended else HARMLESS)


def _by_reading(mended: Sequence[Issue], before: Baseline | None, after: "Outcome") -> Verdict:
    """Return whether a change that mended its issues holds in a workflow that is only checked: it must bring no new error."""
    issues = after.result.issues.all
    new = brought_by(mended, before.result.issues.all, issues, after.workflow) if before is not None else None
    if new is not None:
        return Verdict(False, f"With it, there is a new error: {new.finding.message}")
    return Verdict(True, READS_WELL)


_HIDE = frozenset({"unknown-key", "unknown-event", "duplicate-key", "not-a-mapping", "wrong-type"})
"""Codes of issues that keep what is below from being looked at."""

_OF_KEYS = frozenset({"unknown-key", "missing-key", "duplicate-key", "conflicting-keys"})
"""Codes of issues that are about a key and not about its value."""


_NAMES = frozenset({"unknown-job", "missing-need", "unknown-step", "unknown-context"})
"""Codes of issues that keep what is behind a name in an expression from being looked at, anywhere in the job."""

_BEHIND_NAMES = frozenset({"unknown-output", "missing-field", "missing-need", "unknown-step", "shape-mismatch"})


def brought_by(
    mended: Sequence[Issue], before: Sequence[Issue], after: Sequence[Issue], workflow: Workflow
) -> Issue | None:
    """Return the first error that a change brought to a workflow that is only checked, None where it brought none.

    What was wrong before is still known where a step or job is called something else; and what a mended issue hid is not
    held against the change. `workflow` is the one with it.
    """
    known = {issue.id for issue in before} | {_alike(issue) for issue in before}
    places = {(issue.finding.step, issue.finding.where) for issue in before if issue.severity == "error"}
    opened = [one.finding for one in mended if one.code in _HIDE and one.finding.where]
    named = {_job_of(one.finding) for one in mended if one.code in _NAMES}
    for issue in after:
        if issue.severity == "error" and issue.id not in known and _alike(issue) not in known:
            place = issue.finding.step, issue.finding.where
            if issue.code in _BEHIND_NAMES and _job_of(issue.finding) in named:
                continue
            if place not in places and not any(_below(issue, one, workflow) for one in opened):
                return issue
    return None


def _job_of(finding: Finding) -> str:
    """Return the id of the job that an issue is in, empty around the jobs."""
    if finding.step is not None:
        return finding.step.partition("/")[0]
    return str(finding.where[1]) if len(finding.where) > 1 and finding.where[0] == "jobs" else ""


def _alike(issue: Issue) -> tuple[object, ...]:
    return issue.code, issue.finding.subject, issue.finding.where[-2:]


def _below(issue: Issue, mended: Finding, workflow: Workflow) -> bool:
    """Tell whether an issue is about what stands below a key, of which a mended one was about the name."""
    own, where = issue.finding, mended.where
    if mended.step is None and own.step is not None:
        return len(where) < 4  # a key around the steps
    if own.step != mended.step or own.where[: len(where) - 1] != where[:-1] or len(own.where) < len(where):
        return False
    return len(own.where) > len(where) or own.code not in _OF_KEYS or _is_there(own, workflow)


def _is_there(finding: Finding, workflow: Workflow) -> bool:
    """Tell whether a key that is missed stands there, so that it is its value that is missed."""
    from calibrant.repairs.sites import node_at, path_of  # who has no such files pays nothing for them

    return finding.code == "missing-key" and node_at(workflow, path_of(workflow, finding)) is not None


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
