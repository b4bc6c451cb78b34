"""What becomes of each planted fault: found, mended, verified; and how many runs several of them take."""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from bench.judging import does_right, reads_right
from bench.planted import at, planted
from bench.running import Bench, Ran, Workspace
from bench.sites import Base, Fault
from calibrant import dialects
from calibrant.model.change import CannotChange
from calibrant.model.fix import Fix
from calibrant.model.issue import Issue
from calibrant.model.text import apply_edits
from calibrant.workspace.calibration import Outcome


class Measured(msgspec.Struct, frozen=True):
    """What became of one fault; `repairs` says what is counted. `elsewhere`: issues in places where nothing was planted."""

    kind: str
    sort: str
    workflow: str
    found: bool
    offered: bool
    first: bool
    first_tried: bool
    trial: bool
    verified: bool
    elsewhere: tuple[str, ...]
    place: str
    seen: tuple[str, ...]
    titles: tuple[str, ...]


async def measure(bench: Bench, base: Base, valid: Ran, fault: Fault) -> Measured:
    """Run the workflow with one fault, once, and try its fixes; then judge those on offer for the issues in its place."""
    text = planted(base, [fault])
    with bench.workspace(base.name) as workspace:
        ran = await workspace.run(text)
        outcome = await workspace.tried(ran.outcome)
        issues = outcome.result.issues.all
        here = [issue for issue in issues if at(fault, [fault], issue, outcome.workflow)]
        offers = [fix for issue in here for fix in outcome.fixes.get(issue.id, ())]
        right = None
        for fix in offers:
            mended = _mended(base, outcome.workflow.text, ran, fix)
            if mended is not None and await _right(workspace, base, valid, fault, mended):
                right = fix
                break
        verified = right is not None and await workspace.verified(outcome, right)
    return Measured(
        kind=fault.kind,
        sort=fault.sort,
        workflow=base.name,
        found=bool(here),
        offered=right is not None,
        first=right is not None and right.id == _first(here, ran.outcome),
        first_tried=right is not None and right.id == _first(here, outcome),
        trial=right is not None and right.verified is True,
        verified=verified,
        elsewhere=tuple(f"{one.code}@{one.finding.step}" for one in issues if one not in here),
        place=_place(base, fault),
        seen=tuple(f"{one.code}: {one.finding.message}" for one in issues),
        titles=tuple(f"{fix.strategy}: {fix.title}" for fix in offers),
    )


def _first(here: Sequence[Issue], outcome: Outcome) -> str | None:
    """Return the id of the fix that stands first: the first one of the first issue in the fault's place that has any."""
    return next((fixes[0].id for issue in here if (fixes := outcome.fixes.get(issue.id, ()))), None)


def _mended(base: Base, text: str, ran: Ran, fix: Fix) -> str | None:
    try:
        return apply_edits(text, dialects.write(base.name, ran.outcome.workflow, fix.changes))
    except CannotChange:
        return None


async def _right(workspace: Workspace, base: Base, valid: Ran, fault: Fault, mended: str) -> bool:
    if reads_right(base, fault, mended):
        return True
    return fault.right == "behaviour" and does_right(valid, await workspace.run(mended))


def _place(base: Base, fault: Fault) -> str:
    def told(start: int, end: int, text: str) -> str:
        return f"…{base.text[max(0, start - 20) : start]}[{base.text[start:end]} → {text}]{base.text[end : end + 12]}…"

    return " ".join(told(edit.span.start, edit.span.end, edit.text) for edit in fault.edits[:2])


class Runs(msgspec.Struct, frozen=True):
    """How many runs one strategy took until a run showed nothing to mend, and faults that were still in the text then."""

    strategy: str
    workflow: str
    faults: int
    runs: int
    left: int


Told = Callable[[Base, Ran], list[Issue]]
"""What a strategy tells of a run."""

_MOST = 20


async def count_runs(bench: Bench, base: Base, faults: Sequence[Fault], name: str, told: Told) -> Runs:
    """Run, mend by the truth whatever is told, and run again until nothing is told any more.

    A told issue in the place of a planted fault has that fault mended. One that is nowhere near any (what a fault has brought
    about further on) has the nearest fault before its step mended: the user looks there next. The last run, which shows
    that all is well, counts.
    """
    remaining = list(faults)
    runs = 0
    with bench.workspace(base.name) as workspace:
        while runs < _MOST:
            ran = await workspace.run(planted(base, remaining))
            runs += 1
            issues = told(base, ran)
            if not issues:
                break
            mended = {id(fault) for issue in issues for fault in _meant(base, remaining, issue, ran)}
            remaining = [fault for fault in remaining if id(fault) not in mended]
    return Runs(name, base.name, len(faults), runs, len(remaining))


def _meant(base: Base, faults: Sequence[Fault], issue: Issue, ran: Ran) -> list[Fault]:
    workflow = ran.outcome.workflow
    here = [fault for fault in faults if at(fault, faults, issue, workflow)]
    if here:
        return here
    touched = {step.index for step in workflow.steps if step.span.touches(issue.finding.span)}
    behind = [fault for fault in faults if any(touched & base.downstream(base.steps[index]) for index in fault.steps)]
    return behind[-1:]


def all_told(_base: Base, ran: Ran) -> list[Issue]:
    """Tell what a calibration tells: everything that is wrong."""
    return [issue for issue in ran.outcome.result.issues.all if issue.severity == "error"]


def until_first_failure(base: Base, ran: Ran) -> list[Issue]:
    """Tell what a runner tells that stops at the first step that fails."""
    failed = _failing(base, ran)
    if not failed:
        return []
    order = _order(base)
    first = min(failed, key=order.index)
    return [issue for issue in all_told(base, ran) if first in _steps(issue, ran)]


def without_dependents(base: Base, ran: Ran) -> list[Issue]:
    """Tell what a runner tells that runs all but the steps that wait for one that failed."""
    failed = _failing(base, ran)
    skipped = {behind for at in failed for behind in base.downstream(base.steps[at])}
    return [issue for issue in all_told(base, ran) if (steps := _steps(issue, ran)) and steps - skipped]


def _failing(base: Base, ran: Ran) -> set[int]:
    """Return the steps that an error of the run, or of the check before it, stands at."""
    return {at for issue in all_told(base, ran) for at in _steps(issue, ran)}


def _steps(issue: Issue, ran: Ran) -> set[int]:
    spans = [issue.finding.span, *(place.span for place in issue.finding.related if not place.path)]
    found = [step.index for step in ran.outcome.workflow.steps if step.span.touches(spans[0])]
    return set(found)


def _order(base: Base) -> list[int]:
    """Return the positions of the steps of the valid workflow in the order in which one at a time would run."""
    return list(_ordered(base))


def _ordered(base: Base) -> Iterator[int]:
    done: set[int] = set()
    before = {
        step.index: {other.index for other in base.steps if step.index in base.downstream(other)} for step in base.steps
    }
    while len(done) < len(before):
        following = next(at for at in before if at not in done and before[at] <= done)
        done.add(following)
        yield following
