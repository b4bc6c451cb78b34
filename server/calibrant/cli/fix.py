"""`calibrant fix`: repairs of a workflow file, listed or applied."""

import asyncio
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click

from calibrant import app
from calibrant.cli.fix_text import Wanted, diff, left_out, nothing_done, offers, told
from calibrant.cli.output import write
from calibrant.cli.progress import Display, progress
from calibrant.cli.targets import Target, loaded, one_target
from calibrant.model.encoding import decode
from calibrant.model.event import Event
from calibrant.model.ports import AlreadyRunningError, StoreError
from calibrant.report.visible import one_line
from calibrant.workspace.calibration import Calibration, Outcome, RunOptions
from calibrant.workspace.fixing import Plan, apply_plan, named_fixes, plan_fixes
from calibrant.workspace.passes import plan_safe
from calibrant.workspace.trials import Tried, try_fixes


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
            write(offers(outcome, target))
            write(_beyond_fixes(outcome, target))
            return _status(outcome)
    if wanted.dry_run:
        write(diff(plan, outcome, target, steerable=sys.stdout.isatty()))
        write(told(plan, "Would apply"))
    elif plan.fixes:
        await _apply(plan, target, data, outcome)
    else:
        write(told(plan, "Applied"))
    left = [*left_out(plan, outcome, target, wanted), *_beyond_fixes(plan.remaining, target)]
    write(left)
    if not plan.fixes:
        write(nothing_done(plan, target, left))
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
    write(told(plan, "Applied"))
    write(f"{one.path}: {one.note}" for one in done.files if one.note)
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


def _beyond_fixes(outcome: Outcome, target: Target) -> Iterator[str]:
    """Yield what no fix can be offered for: a run that was cut short, and errors where nothing is on offer."""
    if outcome.result.status != "completed" and outcome.result.reason:
        yield one_line(outcome.result.reason)
    elif _status(outcome) and not outcome.fixes:
        yield f"What is wrong is yours to mend. To see it: calibrant calibrate {shlex.quote(target.shown)}"


def _status(outcome: Outcome) -> int:
    found = outcome.result
    return 1 if found.status != "completed" or any(issue.severity == "error" for issue in found.issues.all) else 0
