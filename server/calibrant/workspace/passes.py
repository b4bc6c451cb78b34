"""Safe fixes until there is nothing left to do: what one fix brings to light, the next pass mends."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from calibrant.change.hunks import compose
from calibrant.model.applied import Verdict
from calibrant.model.event import Event
from calibrant.workspace.calibration import Calibration, Outcome, RunOptions
from calibrant.workspace.drafts import Left
from calibrant.workspace.fixing import Plan, plan_fixes, safe_fixes
from calibrant.workspace.verdict import verdict_on

_PASSES = 8
"""How often what a pass brought to light is mended in a further one."""


async def plan_safe(
    calibration: Calibration, path: Path, outcome: Outcome, options: RunOptions, listen: Callable[[Event], None]
) -> Plan:
    """Find out what all safe fixes change together, pass after pass, until a pass finds none that holds.

    `outcome` is the run that the first ones answer. No file is touched; the plan is one change of the text that ran.

    Raises:
        AlreadyRunningError, StoreError: as for `Calibration.run`.
    """
    plan = await plan_fixes(calibration, path, outcome, safe_fixes(outcome), options, listen)
    for _ in range(_PASSES - 1):
        done = {fix.id for fix in plan.fixes} | {one.fix.id for one in plan.left if one.failed}
        wanted = [fix for fix in safe_fixes(plan.remaining) if fix.id not in done]
        if not plan.fixes or not wanted:
            break
        further = await plan_fixes(calibration, path, plan.remaining, wanted, options, listen)
        joined = _joined(outcome, plan, further) if further.fixes else None
        if joined is None:
            return msgspec.structs.replace(plan, left=_left(plan, further))
        plan = joined
    return plan


def _joined(outcome: Outcome, plan: Plan, further: Plan) -> Plan | None:
    """Return two passes as one plan; None where the second breaks what the first mended."""
    first = verdict_on(plan.issues, outcome, further.remaining)
    if first.holds is False:
        return None
    return Plan(
        before=plan.before,
        after=further.after,
        edits=compose(plan.before, plan.edits, further.edits),
        fixes=plan.fixes + further.fixes,
        left=_left(plan, further),
        verdict=_both(first, further.verdict),
        remaining=further.remaining,
        issues=plan.issues + further.issues,
    )


def _left(plan: Plan, further: Plan) -> tuple[Left, ...]:
    """Return what is left after both; what the first left and the second applied, or left again, is not told twice."""
    told = {fix.id for fix in further.fixes} | {one.fix.id for one in further.left}
    return tuple(one for one in plan.left if one.fix.id not in told) + further.left


def _both(first: Verdict, second: Verdict) -> Verdict:
    return second if first.holds else first
