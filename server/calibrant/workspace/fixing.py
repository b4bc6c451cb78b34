"""Fixes applied to a workflow file: chosen, tried on a run of the changed text, and only then written through the door."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import msgspec

from calibrant.change import Done, FileEdits, Site, apply
from calibrant.dialects import write
from calibrant.model.applied import AppliedFix, Verdict
from calibrant.model.change import CannotChange
from calibrant.model.event import Event
from calibrant.model.fix import Fix, best_safe
from calibrant.model.issue import Issue
from calibrant.model.text import TextEdit, apply_edits
from calibrant.workspace.analysis import standing_on
from calibrant.workspace.calibration import Calibration, Outcome, RunOptions
from calibrant.workspace.drafts import Left
from calibrant.workspace.meeting import why_left
from calibrant.workspace.rechecking import bench
from calibrant.workspace.verdict import broken_by, brought_by, still_there, verdict_on

_ROUNDS = 4
"""How often fixes that do not hold are left out and the rest is tried again."""


class Plan(msgspec.Struct, frozen=True):
    """What would be changed: `fixes` written as `edits` of `before`, which gives `after`; and what a run of it said.

    `remaining` is the outcome of that run, `issues` what the fixes answer. `verdict.holds` is None where it could not be told,
    and False only where the fixes were to be kept all the same.
    """

    before: str
    after: str
    edits: tuple[TextEdit, ...]
    fixes: tuple[Fix, ...]
    left: tuple[Left, ...]
    verdict: Verdict
    remaining: Outcome
    issues: tuple[Issue, ...] = ()


def safe_fixes(outcome: Outcome) -> tuple[Fix, ...]:
    """Return the best safe fix of each issue, in the order of the issues; none that failed its trial."""
    best = (best_safe(outcome.fixes.get(issue.id, ())) for issue in outcome.result.issues.all)
    return tuple(fix for fix in best if fix is not None)


def named_fixes(outcome: Outcome, ids: Collection[str]) -> tuple[Fix, ...]:
    """Return the fixes on offer with these ids; ids that none has are passed over."""
    return tuple(fix for fixes in outcome.fixes.values() for fix in fixes if fix.id in ids)


async def plan_fixes(
    calibration: Calibration,
    path: Path,
    outcome: Outcome,
    fixes: Sequence[Fix],
    options: RunOptions,
    listen: Callable[[Event], None],
    *,
    keep: bool = False,
) -> Plan:
    """Find out what these fixes change and whether they hold, by a run of the changed text; no file is touched.

    `outcome` is the run that they answer. Fixes that meet others in the same text are left out, and, unless
    the user wants to `keep` them all the same, those that do not hold.

    Raises:
        AlreadyRunningError, StoreError: as for `Calibration.run`.
    """
    left: list[Left] = []
    for _ in range(_ROUNDS):
        fitting, edits = _written(path, outcome, fixes, left)
        after = apply_edits(outcome.workflow.text, edits)
        if not fitting:
            break
        again = await calibration.run(path, after, options, listen)
        failing = (
            []
            if keep
            else _not_holding(fitting, outcome, again) or _bringing_errors(calibration, path, fitting, outcome, again)
        )
        if not failing:
            issues = tuple(issue for fix in fitting if (issue := issue_of(outcome, fix)))
            verdict = verdict_on(issues, outcome, again)
            text = outcome.workflow.text
            return Plan(text, after, tuple(edits), tuple(fitting), tuple(left), verdict, again, issues)
        left += failing
        fixes = [fix for fix in fitting if all(fix is not one.fix for one in failing)]
    text = outcome.workflow.text
    return Plan(text, text, (), (), tuple(left), Verdict(None), outcome)


async def apply_plan(site: Site, path: Path, data: bytes, plan: Plan, answers: str, *, session: str = "") -> Done:
    """Write a plan's edits to the file, whose bytes were `data` when it was made; what does not hold in it is kept.

    `session`: see `change.apply`.

    Raises:
        StoreError: the state directory cannot be used; no file was changed.
    """

    async def verify(_session: str) -> Verdict:
        return plan.verdict

    proof = None if plan.verdict.holds is False else verify
    applied = tuple(AppliedFix(fix.id, fix.title, fix.strategy, fix.issue) for fix in plan.fixes)
    return await apply(site, [FileEdits(path, data, plan.edits)], applied, proof, answers=answers, session=session)


def _written(
    path: Path, outcome: Outcome, fixes: Sequence[Fix], left: list[Left]
) -> tuple[list[Fix], Sequence[TextEdit]]:
    """Return the fixes that can be written together, with their edits; adds the others to `left`."""
    fitting: list[Fix] = []
    edits: Sequence[TextEdit] = ()
    for fix in fixes:
        changes = [change for one in (*fitting, fix) for change in one.changes]
        try:
            edits = write(str(path), outcome.workflow, changes)
        except CannotChange as error:
            left.append(Left(fix, why_left(str(path), outcome.workflow, fitting, fix, error)))
            continue
        fitting.append(fix)
    return fitting, edits


def _not_holding(fixes: Sequence[Fix], before: Outcome, after: Outcome) -> list[Left]:
    """Return the fixes whose issue is still there, or, where they break what worked before, all of them."""
    still = [(fix, still_there(issue, before, after)) for fix in fixes if (issue := issue_of(before, fix))]
    found = [Left(fix, f"It did not hold: {issue.finding.message}", failed=True) for fix, issue in still if issue]
    if found:
        return found
    broken = broken_by(before, after)
    return [Left(fix, broken, failed=True) for fix in fixes] if broken else []


def _bringing_errors(
    calibration: Calibration, path: Path, fixes: Sequence[Fix], before: Outcome, after: Outcome
) -> list[Left]:
    """Return, of a workflow that is only checked, the fixes that bring an error; all of them where none does by itself."""
    mended = [issue for fix in fixes if (issue := issue_of(before, fix))]
    issues = before.result.issues.all
    if (
        after.workflow.language.runs
        or (new := brought_by(mended, issues, after.result.issues.all, after.workflow)) is None
    ):
        return []
    words = f"With it, there is a new error: {new.finding.message}"
    if len(fixes) > 1:
        each = bench(path, before.workflow.text, calibration.settings, issues, standing_on(before.ground))
        alone = [(fix, each.recheck(fix)) for fix in fixes]
        found = [Left(fix, verdict.reason, failed=True) for fix, verdict in alone if verdict.holds is False]
        if found:
            return found
    return [Left(fix, words, failed=True) for fix in fixes]


def issue_of(outcome: Outcome, fix: Fix) -> Issue | None:
    """Return the issue that a fix answers."""
    return next((issue for issue in outcome.result.issues.all if issue.id == fix.issue), None)
