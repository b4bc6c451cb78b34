"""Fixes applied to a file that no editor holds: tried on runs of the changed text, and only then written through the door."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from calibrant.lsp.applying import Applying
from calibrant.model.applied import ChangeStatus
from calibrant.model.event import Event

if TYPE_CHECKING:
    from calibrant.change import Done
    from calibrant.lsp.core import CalibrantServer
    from calibrant.model.fix import Fix
    from calibrant.workspace.calibration import Outcome
    from calibrant.workspace.drafts import Left
    from calibrant.workspace.fixing import Plan

_OPENED = "‘{name}’ was opened in the editor meanwhile, and was left as it is. Apply the fixes again."
_CHANGED = "‘{name}’ was changed meanwhile, and was left as it is. Look at its issues again."
_NOTHING = "There is no safe fix on offer for {name}."


class Ended(msgspec.Struct, frozen=True, eq=False):
    """What became of it; `outcome` is that of the run that verified it, or of the last one; `fixes` stand."""

    status: ChangeStatus
    reason: str = ""
    left: "tuple[Left, ...]" = ()
    outcome: "Outcome | None" = None
    fixes: "tuple[Fix, ...]" = ()


async def apply_closed(
    ls: "CalibrantServer", applying: Applying, listen: Callable[[Event], None], commit: Callable[[], None]
) -> Ended:
    """Apply fixes to a closed file. `commit` is called when it can be cancelled no longer.

    Raises:
        AlreadyRunningError, StoreError, OSError: nothing was changed.
    """
    async with ls.runs.alone(applying.snapshot.key):
        ls.trying.give_way()
        data = await asyncio.to_thread(applying.path.read_bytes)
        given = await ls.inputs.of_run(applying.path, {})
        plan, outcome = await _planned(ls, applying, given, listen)
        if plan is None or not plan.fixes:
            left = plan.left if plan else ()
            why = left[0].why if left else _NOTHING.format(name=applying.path.name)
            return Ended("refused", why, left, outcome)
        newest = ls.documents.get(applying.snapshot.key)
        if newest is not None and newest.is_open:
            return Ended("refused", _OPENED.format(name=applying.path.name), plan.left, outcome)
        commit()
        done = await _written(ls, applying, data, plan, outcome)
        if done.status in ("refused", "rolled_back"):
            return Ended(done.status, done.reason, plan.left, outcome)
        ls.runs.learn(applying.snapshot.key, plan.remaining, given)
        await ls.tree.refresh(applying.path)
        return Ended(done.status, done.reason, plan.left, plan.remaining, plan.fixes)


async def _planned(
    ls: "CalibrantServer", applying: Applying, given: dict[str, object], listen: Callable[[Event], None]
) -> "tuple[Plan | None, Outcome]":
    from calibrant.workspace.aside import opened_aside
    from calibrant.workspace.calibration import Calibration, RunOptions
    from calibrant.workspace.fixing import plan_fixes, safe_fixes

    workspace, settings = ls.configuration.workspace_of(applying.path), ls.configuration.settings(applying.path)
    text, options = applying.snapshot.text, RunOptions(inputs=given, lenient=True)
    async with opened_aside(ls.services.calibration(workspace, settings)) as calibration:
        known = ls.runs.outcome(applying.snapshot.key)
        fresh = known is not None and known.workflow.text == text and ls.runs.inputs(applying.snapshot.key) == given
        outcome = known if known and fresh else await calibration.run(applying.path, text, options, listen)
        fixes = safe_fixes(outcome) if applying.safe else tuple(offer.fix for offer in applying.offers)
        if not fixes:
            return None, outcome
        assert isinstance(calibration, Calibration), "trying fixes takes the real thing"
        return await plan_fixes(calibration, applying.path, outcome, fixes, options, listen), outcome


async def _written(ls: "CalibrantServer", applying: Applying, data: bytes, plan: "Plan", outcome: "Outcome") -> "Done":
    from calibrant.change import Done
    from calibrant.model.encoding import decode
    from calibrant.workspace.fixing import apply_plan

    if decode(data).text != plan.before:
        return Done("refused", _CHANGED.format(name=applying.path.name))
    answers = outcome.result.session
    return await ls.applications.recorded.at_door(
        applying.path,
        lambda site: asyncio.run(apply_plan(site, applying.path, data, plan, answers, session=applying.session)),
    )
