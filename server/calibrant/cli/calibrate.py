"""`calibrant calibrate`: run workflows once, collect every issue, print the results."""

import asyncio
import os
import signal
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

import click
import msgspec

from calibrant import app
from calibrant.cli.check import sarif
from calibrant.cli.output import style_for_terminal, write
from calibrant.cli.progress import Watch, progress
from calibrant.cli.targets import Target, loaded, targets
from calibrant.model.issue import Issue
from calibrant.model.ports import AlreadyRunningError, StoreError
from calibrant.model.session import SessionResult
from calibrant.model.text import LineIndex
from calibrant.report import Report, dumps, session_object
from calibrant.workspace.calibration import RunOptions, refused

Format = Literal["text", "json", "sarif"]


class Ran(msgspec.Struct, frozen=True):
    """A workflow's result with the text that its places refer to."""

    result: SessionResult
    text: str


def calibrate(
    paths: Sequence[Path],
    inputs: Sequence[str],
    *,
    resume: Literal["full", "partial"],
    live: bool,
    trust: bool,
    on_fatal: Literal["isolate", "stop"] | None,
    details: bool,
    style: Format,
) -> int:
    """Calibrate workflows and print what was found; returns the exit status."""
    options = RunOptions(_inputs(inputs), resume, live, trust, on_fatal)
    chosen = targets(paths)
    try:
        ran, busy = asyncio.run(_run(chosen, options))
    except asyncio.CancelledError:  # SIGTERM; Ctrl-C comes as KeyboardInterrupt
        click.echo("Stopped.", err=True)
        return 128 + signal.SIGTERM
    for message in busy:
        click.echo(f"calibrant: {message}", err=True)
    if ran or style != "text":
        write(_rendered(ran, style, details=details))
    if len(ran) + len(busy) < len(chosen):
        return 2
    if any(one.result.status != "completed" or _has_errors(one.result.issues.all) for one in ran):
        return 1
    return 3 if busy else 0


def _inputs(given: Sequence[str]) -> dict[str, object]:
    pairs = [text.partition("=") for text in given]
    for text, (name, equals, _) in zip(given, pairs, strict=True):
        if not name or not equals:
            raise click.UsageError(f"‘--input {text}’ should be NAME=VALUE, as in --input team=ops.")
    return {name: value for name, _, value in pairs}


async def _run(chosen: Sequence[Target], options: RunOptions) -> tuple[list[Ran], list[str]]:
    """Run workflows side by side, each in its own worker; a second Ctrl-C is not needed to leave no child behind."""
    slots = asyncio.Semaphore(max(1, (os.cpu_count() or 2) // 2))
    busy: list[str] = []
    with progress() as watch:

        async def one(target: Target) -> Ran | None:
            async with slots:
                try:
                    return await _run_one(target, options, watch)
                except AlreadyRunningError as error:
                    busy.append(f"{target.shown}: {error}")
                    return None

        running = asyncio.current_task()
        assert running is not None
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, _stop, running)
        results = await asyncio.gather(*(one(target) for target in chosen))
        ran = [result for result in results if result is not None]
    return ran, busy


def _stop(running: "asyncio.Task[object]") -> None:
    """Cancel the runs, once: a second time would break off their tidying up."""
    if not running.cancelling():
        running.cancel()


async def _run_one(target: Target, options: RunOptions, watch: Watch) -> Ran | None:
    """Run a workflow; None where it cannot be run, which is said on stderr and must not cost what the others find."""
    file = loaded(target)
    if file is None:
        return None
    if file.problem:
        return Ran(_shown(refused(target.name, file.problem), target), "")
    try:
        with app.calibration(target.workspace, target.settings) as calibration:
            outcome = await calibration.run(target.path, file.text, options, lambda event: watch(target.shown, event))
    except StoreError as error:
        click.echo(f"calibrant: ‘{target.shown}’ was not run: {error}", err=True)
        return None
    return Ran(_shown(outcome.result, target), file.text)


def _shown(result: SessionResult, target: Target) -> SessionResult:
    return msgspec.structs.replace(result, path=target.shown)


def _has_errors(issues: Iterable[Issue]) -> bool:
    return any(issue.severity == "error" for issue in issues)


def _rendered(ran: Sequence[Ran], style: Format, *, details: bool) -> Iterable[str]:
    if style == "json":
        return [dumps([session_object(one.result, LineIndex(one.text)) for one in ran])]
    if style == "sarif":
        return [sarif([Report(one.result.path, LineIndex(one.text), one.result.issues.all) for one in ran])]
    from calibrant.report.text import session_text

    shown = style_for_terminal(details=details)
    return (line for one in ran for line in session_text(one.result, LineIndex(one.text), shown))
