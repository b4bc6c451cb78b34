"""`calibrant fix` and `rollback`: repairs applied to a workflow file, and taken back."""

import asyncio
import difflib
import shlex
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click

from calibrant import app
from calibrant.cli.output import write
from calibrant.cli.progress import Display, progress
from calibrant.cli.targets import Target, loaded, targets
from calibrant.model.event import Event
from calibrant.model.fix import Fix, best_safe
from calibrant.model.ports import AlreadyRunningError, StoreError
from calibrant.workspace.calibration import Calibration, Outcome, RunOptions
from calibrant.workspace.fixing import Plan, apply_plan, issue_of, named_fixes, plan_fixes, safe_fixes
from calibrant.workspace.locate import workspace_of
from calibrant.workspace.trials import Tried, try_fixes


def fix(path: Path, *, safe: bool, ids: Sequence[str], trust: bool, dry_run: bool) -> int:
    """Apply fixes to one workflow file; returns the exit status."""
    target = _one(path)
    try:
        return asyncio.run(_fix(target, safe=safe, ids=ids, options=RunOptions(trust=trust), dry_run=dry_run))
    except AlreadyRunningError as error:
        click.echo(f"calibrant: {error}", err=True)
        return 3
    except StoreError as error:
        raise click.ClickException(str(error)) from error


async def _fix(target: Target, *, safe: bool, ids: Sequence[str], options: RunOptions, dry_run: bool) -> int:
    _settle(target)
    data, text = _read(target)
    with app.calibration(target.workspace, target.settings) as calibration, progress(1) as display:
        listen = _listener(display, target)
        outcome = await calibration.run(target.path, text, options, listen)
        if not ids:  # those that the user names are judged by the run that verifies them
            outcome = await _tried(calibration, target, outcome, options, display)
        if not safe and not ids:
            write(_offers(outcome, target))
            return _status(outcome)
        chosen = safe_fixes(outcome) if safe else named_fixes(outcome, ids)
        _must_be_there(ids, {fix.id for fix in chosen}, target)
        plan = await plan_fixes(calibration, target.path, outcome, chosen, options, listen)
    if dry_run:
        write(_diff(plan, target))
        write(_told(plan, outcome, "Would apply"))
    elif plan.fixes:
        await _apply(plan, target, data, outcome)
    else:
        write([*_told(plan, outcome, "Applied"), "Nothing was changed."])
    if safe:
        write(_failed(outcome))
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
    back = f"Take it back with: calibrant rollback {shlex.quote(target.shown)} --session {done.session}"
    write([*_told(plan, outcome, "Applied"), back])


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
    return target.path.read_bytes(), file.text


def rollback(path: Path, *, session: str | None, whole: bool) -> int:
    """Take back the newest fix of a file, or a session; returns the exit status."""
    from calibrant import change

    absolute = _one(path).path if path.is_dir() else path.absolute()  # a file that was deleted can be brought back
    try:
        with app.site(workspace_of(absolute)) as site:
            done = change.rollback(site, session, path=None if session else absolute, whole=whole)
    except StoreError as error:
        raise click.ClickException(str(error)) from error
    if done.status == "refused":
        restore = f"\nTo have that: calibrant rollback {shlex.quote(str(path))} --session {done.session} --whole"
        raise click.ClickException(done.reason + (restore if done.conflicts else ""))
    write(f"{file.path}: {file.became}. {file.note}".rstrip() for file in done.files)
    write([f"Session {done.session} is taken back."])
    return 0


def _one(path: Path) -> Target:
    found = targets([path])
    if len(found) != 1:
        raise click.UsageError(f"‘{path}’ should be one workflow file; it stands for {len(found)}.")
    return found[0]


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


def _failed(outcome: Outcome) -> Iterator[str]:
    """Tell which safe fixes are left alone because their trials failed, where no other is applied in their place."""
    for fixes in outcome.fixes.values():
        safe = [fix for fix in fixes if fix.safety == "safe"]
        if safe and best_safe(safe) is None:
            yield f"Left out: {safe[0].title}. Tried: {safe[0].outcome}"


def _diff(plan: Plan, target: Target) -> Iterator[str]:
    before, after = plan.before.splitlines(), plan.after.splitlines()
    yield from difflib.unified_diff(before, after, f"a/{target.shown}", f"b/{target.shown}", lineterm="")


def _told(plan: Plan, outcome: Outcome, verb: str) -> Iterator[str]:
    for fix in plan.fixes:
        issue = issue_of(outcome, fix)
        answered = f" ({issue.code})" if issue else ""
        verified = "verified" if plan.verdict.holds else "not verified"
        yield f"{verb}, {verified}: {fix.title}{answered}"
    if plan.fixes and plan.verdict.holds is None:
        yield plan.verdict.reason
    for one in plan.left:
        yield f"Left out: {one.fix.title}. {one.why}"


def _status(outcome: Outcome) -> int:
    return 1 if any(issue.severity == "error" for issue in outcome.result.issues.all) else 0
