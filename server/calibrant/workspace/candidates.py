"""Which fixes are tried after a run, in which order, and what a trial says of one."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice, zip_longest
from typing import TYPE_CHECKING

import msgspec

from calibrant.dialects import write
from calibrant.engine.render import step_references
from calibrant.model.change import CannotChange
from calibrant.model.connector import Specs
from calibrant.model.event import TrialFinished
from calibrant.model.fix import Fix, order
from calibrant.model.issue import Issue, Kind
from calibrant.model.text import apply_edits
from calibrant.model.workflow import Step, Workflow
from calibrant.workspace.verdict import standing

if TYPE_CHECKING:
    from calibrant.workspace.calibration import Outcome

MOST_FOR_ISSUE = 4
"""Fixes of one issue that are tried."""

MOST = 32
"""Fixes that are tried after one run."""

TOGETHER = "together with: "
"""What the outcome of a fix begins with that holds, but not by itself."""

REVEALS = "It mends this, and shows another issue of this step: "
"""What the outcome of a fix begins with behind which another fault came out."""

_MENDED = frozenset({"completed", "rehearsed"})
_OF_SHAPE = frozenset({Kind.DATA_SHAPE, Kind.MISSING_DATA})


class Candidate(msgspec.Struct, frozen=True):
    """A fix to be tried: `text` is the workflow with it, `position` that of its step in the text that ran.

    `helpers` are the fixes of other steps that the text holds too, so that this step has something real to work on.
    """

    issue: Issue
    fix: Fix
    text: str
    position: int
    helpers: tuple[Fix, ...] = ()


def candidates(path: str, outcome: "Outcome") -> Iterator[Candidate]:
    """Return what is worth trying: fixes of errors whose step failed, the best of each issue before any second one."""
    places = errors_by_step(outcome)
    offers = [[(issue, fix, at) for fix in outcome.fixes.get(issue.id, ())[:MOST_FOR_ISSUE]] for issue, at in places]
    turns = (one for turn in zip_longest(*offers) for one in turn if one is not None)
    made = (candidate(path, outcome.workflow, issue, fix, at) for issue, fix, at in turns)
    return islice((one for one in made if one is not None), MOST)


def candidate(
    path: str, workflow: Workflow, issue: Issue, fix: Fix, position: int, helpers: tuple[Fix, ...] = ()
) -> Candidate | None:
    """Return a fix with the text to try it in; None where it cannot be written, or changes nothing."""
    changes = [change for one in (*helpers, fix) for change in one.changes]
    try:
        text = apply_edits(workflow.text, write(path, workflow, changes))
    except CannotChange:
        return None
    return Candidate(issue, fix, text, position, helpers) if text != workflow.text else None


def helped(
    path: str,
    outcome: "Outcome",
    places: Sequence[tuple[Issue, int]],
    fixes: Mapping[str, Sequence[Fix]],
    tried: Candidate,
    changed: Workflow,
    specs: Specs,
) -> Candidate | None:
    """Return a fix that could not be judged by itself, now with those that its step waits for; None where there are none.

    Those are a verified fix for each error of the failed steps that its step hangs on in the text `changed`, and the best
    fix for each further error of its own step. `places` are all errors (see `errors_by_step`), `fixes` all that are on offer,
    as they are known by now.
    """
    above = _above(changed, tried.position, outcome.workflow, specs)
    helpers: list[Fix] = []
    for issue, at in places:
        if issue.id == tried.issue.id or (at != tried.position and at not in above):
            continue
        usable = (one for one in sorted(fixes.get(issue.id, ()), key=order) if one.verified is not False)
        best = next(usable, None)
        if best is None or (at != tried.position and not best.verified):
            return None
        helpers.append(best)
    if not helpers or tuple(helpers) == tried.helpers:
        return None
    return candidate(path, outcome.workflow, tried.issue, tried.fix, tried.position, tuple(helpers))


def _above(changed: Workflow, position: int, ran: Workflow, specs: Specs) -> set[int]:
    """Return the positions, in the text that ran, of the steps that a step hangs on with a fix, however long the way."""
    places = {step.body.id: step.index for step in reversed(ran.steps) if step.body.id is not None}
    target = target_in(changed, ran, position)
    bodies = {step.body.id: step.body for step in reversed(changed.steps) if step.body.id is not None}
    waiting = [changed.steps[target].body] if target is not None else []
    found: set[str] = set()
    while waiting:
        body = waiting.pop()
        names = [need.id for need in body.needs]
        names += [reference.root for reference in step_references(body, specs.get(body.action or ""))]
        fresh = {name for name in names if name in bodies} - found
        found |= fresh
        waiting += [bodies[name] for name in fresh]
    return {places[name] for name in found if name in places}


def errors_by_step(outcome: "Outcome") -> list[tuple[Issue, int]]:
    """Return the errors of steps that failed, each with its step's position; of several of one name where it stands.

    A step whose command ended well and did what it must not counts too.
    """
    found_in_run = (issue.finding for issue in outcome.result.issues.all if issue.code == "scope-mismatch")
    complained = {finding.step for finding in found_in_run if finding.at_run}
    failed: dict[str, list[Step]] = defaultdict(list)
    for step, ended in zip(outcome.workflow.steps, outcome.result.steps, strict=True):
        if ended.status == "failed" or (step.label in complained and ended.status == "completed"):
            failed[step.label].append(step)
    found = []
    for issue in outcome.result.issues.all:
        named = failed.get(issue.finding.step or "", [])
        start = issue.finding.span.start
        inside = [step for step in named if step.span.start <= start <= step.span.end] if len(named) > 1 else []
        if named and issue.severity == "error":
            found.append((issue, (inside or named)[0].index))
    return found


def target_in(changed: Workflow, ran: Workflow, position: int) -> int | None:
    """Return where a step of the text that ran is in the text with a fix; None where it is not to be told."""
    if len(changed.steps) == len(ran.steps):
        return position
    body = ran.steps[position].body
    step = changed.step(body.id) if body.id is not None else None
    return step.index if step else None


def judge(
    tried: Candidate, step: str, known: Collection[str], issues: Sequence[Issue], finished: TrialFinished
) -> tuple[bool | None, str]:
    """Return whether a fix mends its issue, None where that cannot be told; and the words for it.

    `step` is what its step is called with the fix. `known` are the ids of the issues before; `issues` are what reading the
    text with the fix finds, and what the trial found.
    """
    still = standing(tried.issue, known, issues)
    if still is not None:
        return False, still.finding.message
    errors = [issue for issue in issues if issue.finding.step == step and issue.severity == "error"]
    brought = next((issue for issue in errors if issue.id not in known), None)
    if brought is not None and (finished.step is None or not finished.reason):
        if all(one.verified for one in tried.helpers):
            wrong = _is_of_the_fix(tried.issue, brought)
            return (False, brought.finding.message) if wrong else (None, f"{REVEALS}{brought.finding.message}")
        return None, f"{brought.finding.message} Another fix of this step that was tried with it may be why."
    ended = finished.step
    if ended is None or finished.reason:
        return None, finished.reason
    if ended.status in _MENDED:
        return True, f"{TOGETHER}{', '.join(one.title for one in tried.helpers)}" if tried.helpers else ""
    if errors:
        return None, f"Something else is wrong with this step: {errors[0].finding.message}"
    return None, ended.reason or "The step failed of something that is not shown."


def _is_of_the_fix(mended: Issue, brought: Issue) -> bool:
    """Tell whether an error that was not there before is most likely of the fix, and not one that the mended issue hid.

    It is where it is at the very same place, or no longer lets the text be read, or where a value that was given another
    shape has not the one that is wanted.
    """
    here, there = mended.finding, brought.finding
    shaped = here.kind is Kind.DATA_SHAPE and there.kind in _OF_SHAPE
    return here.where == there.where or there.kind is Kind.SYNTAX or shaped
