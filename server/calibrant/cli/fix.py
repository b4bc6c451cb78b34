"""`calibrant fix`: repairs of a workflow file, listed or applied."""

import asyncio
import difflib
import shlex
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click
import msgspec

from calibrant import app
from calibrant.cli.output import write
from calibrant.cli.progress import Display, progress
from calibrant.cli.targets import Target, loaded, one_target
from calibrant.model.encoding import decode
from calibrant.model.event import Event
from calibrant.model.fix import Fix, best_safe
from calibrant.model.ports import AlreadyRunningError, StoreError
from calibrant.workspace.calibration import Calibration, Outcome, RunOptions
from calibrant.workspace.fixing import Plan, apply_plan, named_fixes, plan_fixes
from calibrant.workspace.passes import plan_safe
from calibrant.workspace.trials import Tried, try_fixes


class Wanted(msgspec.Struct, frozen=True):
    """What the user asks for: all `safe` fixes, or those with these `ids`, which may be kept although they do not hold."""

    safe: bool
    ids: tuple[str, ...]
    keep: bool
    dry_run: bool
    options: RunOptions


def fix(
    path: Path, *, safe: bool, ids: Sequence[str], session: str | None, keep: bool, trust: bool, dry_run: bool
) -> int:
    """Apply fixes to one workflow file; returns the exit status."""
    if safe and ids:
        raise click.UsageError("Give --safe or --fix ID, not both.")
    if keep and not (ids or session):
        raise click.UsageError("--keep goes with --fix ID, or with --session ID for a change that was rolled back.")
    if session and (ids or safe or dry_run or not keep):
        raise click.UsageError("--session ID goes with --keep alone: it keeps a change that was rolled back.")
    if session:
        from calibrant.cli.taking_back import keep as keep_session

        return keep_session(path, session)
    wanted = Wanted(safe, tuple(ids), keep, dry_run, RunOptions(trust=trust))
    try:
        return asyncio.run(_fix(one_target(path), wanted))
    except AlreadyRunningError as error:
        click.echo(f"calibrant: {error}", err=True)
        return 3
    except StoreError as error:
        raise click.ClickException(str(error)) from error


async def _fix(target: Target, wanted: Wanted) -> int:
    options = wanted.options
    _settle(target)
    data, text = _read(target)
    with app.calibration(target.workspace, target.settings) as calibration, progress(1) as display:
        listen = _listener(display, target)
        outcome = await calibration.run(target.path, text, options, listen)
        if not wanted.ids:  # those that the user names are judged by the run that verifies them
            outcome = await _tried(calibration, target, outcome, options, display)
        if wanted.safe:
            plan = await plan_safe(calibration, target.path, outcome, options, listen)
        elif wanted.ids:
            chosen = named_fixes(outcome, wanted.ids)
            _must_be_there(wanted.ids, {fix.id for fix in chosen}, target)
            plan = await plan_fixes(calibration, target.path, outcome, chosen, options, listen, keep=wanted.keep)
        else:
            write(_offers(outcome, target))
            return _status(outcome)
    if wanted.dry_run:
        write(_diff(plan, target))
        write(_told(plan, "Would apply"))
    elif plan.fixes:
        await _apply(plan, target, data, outcome)
    else:
        write(_told(plan, "Applied"))
    left = list(_left(plan, outcome, target, wanted))
    write(left)
    if not plan.fixes:
        write(_nothing(plan, target, left))
    return _status(plan.remaining)


async def _tried(
    calibration: Calibration, target: Target, outcome: Outcome, options: RunOptions, display: Display
) -> Outcome:
    def listen(tried: Tried) -> None:
        display.trying(target.shown, tried.done, tried.total)

    return await try_fixes(calibration, target.path, outcome, options, listen)


async def _apply(plan: Plan, target: Target, data: bytes, outcome: Outcome) -> None:
    with app.site(target.workspace) as site:
        done = await apply_plan(site, target.path, data, plan, outcome.result.session)
    if done.status in ("refused", "rolled_back"):
        raise click.ClickException(done.reason)
    write(_told(plan, "Applied"))
    write([f"Take it back with: calibrant rollback {shlex.quote(target.shown)} --session {done.session}"])


def _settle(target: Target) -> None:
    """Bring to an end what an earlier fix was interrupted in, before the file is read."""
    from calibrant import change

    with app.site(target.workspace) as site:
        for settled in change.settle(site):
            click.echo(f"calibrant: {settled.reason}", err=True)


def _read(target: Target) -> tuple[bytes, str]:
    """Return a file's bytes, by which the door tells whether it was changed meanwhile, and its text."""
    file = loaded(target)
    if file is None or file.problem:
        raise click.ClickException(file.problem.message if file and file.problem else "Nothing was changed.")
    try:
        data = target.path.read_bytes()
        if decode(data).text == file.text:
            return data, file.text
    except (OSError, UnicodeDecodeError):  # gone, or written to, since it was loaded
        pass
    raise click.ClickException(f"‘{target.shown}’ was changed just now. Nothing was done; try again.")


def _listener(display: Display, target: Target) -> Callable[[Event], None]:
    return lambda event: display.happened(target.shown, event)


def _must_be_there(ids: Sequence[str], found: set[str], target: Target) -> None:
    missing = [one for one in ids if one not in found]
    if missing:
        raise click.ClickException(
            f"There is no fix {', '.join(f'‘{one}’' for one in missing)} on offer for {target.shown} now."
            f" `calibrant fix {target.shown}` lists them."
        )


def _offers(outcome: Outcome, target: Target) -> Iterator[str]:
    if not outcome.fixes:
        yield f"No fixes on offer for {target.shown}."
        return
    for issue in outcome.result.issues.all:
        if issue.id in outcome.fixes:
            yield f"{issue.code}: {issue.finding.message}"
            yield from (f"    {fix.id}  {fix.safety:<6}  {fix.title}{_beside(fix)}" for fix in outcome.fixes[issue.id])
    yield f"Apply with: calibrant fix {shlex.quote(target.shown)} --safe, or --fix ID (again for each further one)."


def _beside(fix: Fix) -> str:
    """Return what a trial said of a fix, to stand behind its title."""
    if fix.verified:
        return f"  [verified{f', {fix.outcome}' if fix.outcome else ''}]"
    if fix.verified is False:
        return f"  [tried: {fix.outcome}]"
    return f"  [not tried: {fix.outcome}]" if fix.outcome else ""


def _diff(plan: Plan, target: Target) -> Iterator[str]:
    before, after = plan.before.splitlines(), plan.after.splitlines()
    yield from difflib.unified_diff(before, after, f"a/{target.shown}", f"b/{target.shown}", lineterm="")


def _told(plan: Plan, verb: str) -> Iterator[str]:
    codes = {issue.id: issue.code for issue in plan.issues}
    how = {True: "verified", None: "not verified", False: "although it does not hold"}[plan.verdict.holds]
    for fix in plan.fixes:
        answered = f" ({codes[fix.issue]})" if fix.issue in codes else ""
        yield f"{verb}, {how}: {fix.title}{answered}"
    if plan.fixes and not plan.verdict.holds:
        yield plan.verdict.reason


def _left(plan: Plan, outcome: Outcome, target: Target, wanted: Wanted) -> Iterator[str]:
    """Tell which fixes are left out and why, and how to have those all the same that were run and did not hold."""
    for one in plan.left:
        yield f"Left out: {one.fix.title}. {one.why}"
        if one.failed:
            yield _all_the_same(one.fix, target, wanted)
    if wanted.safe:
        for fixes in outcome.fixes.values():  # those that no run was worth, and in whose place no other is applied
            safe = [fix for fix in fixes if fix.safety == "safe"]
            if safe and best_safe(safe) is None:
                yield f"Left out: {safe[0].title}. Tried: {safe[0].outcome}"
                yield _all_the_same(safe[0], target, wanted)


def _all_the_same(fix: Fix, target: Target, wanted: Wanted) -> str:
    trust = " --trust" if wanted.options.trust else ""
    return f"    To have it all the same: calibrant fix {shlex.quote(target.shown)} --fix {fix.id} --keep{trust}"


def _nothing(plan: Plan, target: Target, left: Sequence[str]) -> Iterator[str]:
    if not left:
        yield "There is nothing to do: no safe fix is on offer."
    if plan.remaining.fixes:
        yield f"For the fixes that are yours to choose: calibrant fix {shlex.quote(target.shown)}"
    yield "Nothing was changed."


def _status(outcome: Outcome) -> int:
    return 1 if any(issue.severity == "error" for issue in outcome.result.issues.all) else 0
