"""`calibrant calibrate`: run workflows once, collect every issue, print the results."""

import asyncio
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

import click

from calibrant.cli.batch import Batch, run_all
from calibrant.cli.check import sarif
from calibrant.cli.output import style_for_terminal, write
from calibrant.cli.progress import progress
from calibrant.cli.targets import targets
from calibrant.model.text import LineIndex
from calibrant.report import Report, dumps, session_object
from calibrant.report.folders import Entry, all_well, folders_text, has_errors, titled_session_text
from calibrant.report.text import Style, session_text
from calibrant.workspace.calibration import RunOptions

Format = Literal["text", "json", "sarif"]


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
    began = time.monotonic()
    with progress(len(chosen)) as display:
        batch = asyncio.run(run_all(chosen, options, display))
    if batch.stopped:
        click.echo(_stopped(batch, len(chosen)), err=True)
    for one in batch.ended:
        if one.trouble:
            click.echo(f"calibrant: {one.trouble}", err=True)
    if style != "text":
        write(_rendered(batch, style))
    elif batch.ended:
        write(_text(batch, len(chosen), time.monotonic() - began, style_for_terminal(details=details)))
    return _status(batch)


def _stopped(batch: Batch, total: int) -> str:
    if total == 1:
        return "Stopped."
    ended = sum(one.result is not None and one.result.status != "cancelled" for one in batch.ended)
    return f"Stopped. {ended:,} of {total:,} workflows had ended by themselves."


def _status(batch: Batch) -> int:
    if batch.stopped:
        return 128 + batch.stopped
    if any(one.status == "broken" for one in batch.ended):
        return 2
    if any(one.result and (one.result.status != "completed" or has_errors(one.result)) for one in batch.ended):
        return 1
    return 3 if any(one.status == "busy" for one in batch.ended) else 0


def _inputs(given: Sequence[str]) -> dict[str, object]:
    pairs = [text.partition("=") for text in given]
    for text, (name, equals, _) in zip(given, pairs, strict=True):
        if not name or not equals:
            raise click.UsageError(f"‘--input {text}’ should be NAME=VALUE, as in --input team=ops.")
    return {name: value for name, _, value in pairs}


def _rendered(batch: Batch, style: Format) -> Iterable[str]:
    ran = [(one.result, LineIndex(one.text)) for one in batch.ended if one.result]
    if style == "json":
        return [dumps([session_object(result, index) for result, index in ran])]
    return [sarif([Report(result.path, index, result.issues.all) for result, index in ran])]


def _text(batch: Batch, total: int, seconds: float, style: Style) -> Iterator[str]:
    """Yield each workflow's result; of several, those in which all went well are only counted, in a table by folder."""
    for one in batch.ended:
        if one.result and total == 1:
            yield from session_text(one.result, LineIndex(one.text), style)
        elif one.result and not all_well(one.result):
            yield from titled_session_text(one.result, LineIndex(one.text), style)
    if total > 1:
        entries = [Entry(one.target.shown, one.result) for one in batch.ended]
        yield from folders_text(entries, total, seconds, style)
