"""Live progress of a run: a moving line on a terminal, plain lines in a pipe; always on stderr."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import click

from calibrant.model.event import Event, RunFinished, RunStarted, StepFinished, StepStarted

_MARKS = {"completed": "✓", "rehearsed": "✓", "failed": "✗", "skipped": "–", "not_run": "–"}


class Watch(Protocol):
    """Listens to the events of one workflow's run."""

    def __call__(self, name: str, event: Event) -> None:
        """Show what happened in the run of the workflow `name`."""


@contextmanager
def progress() -> Iterator[Watch]:
    """Show runs while in the context."""
    if sys.stderr.isatty():
        with _bars() as watch:
            yield watch
    else:
        yield _line


def _line(name: str, event: Event) -> None:
    if isinstance(event, RunStarted):
        click.echo(f"{name}: {event.total} steps", err=True)
    elif isinstance(event, StepFinished):
        reason = f"  {event.reason}" if event.reason else ""
        again = " again" if event.reused else ""
        click.echo(
            f"  {_MARKS[event.status]} {event.step}  {event.status}{again}  {event.seconds:.2f} s{reason}", err=True
        )
    elif isinstance(event, RunFinished) and event.reason:
        click.echo(f"  {event.reason}", err=True)


@contextmanager
def _bars() -> Iterator[Watch]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    bars = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[step]}", style="dim", markup=False),
        console=Console(stderr=True),
        transient=True,
    )
    tasks: dict[str, TaskID] = {}

    def watch(name: str, event: Event) -> None:
        if isinstance(event, RunStarted):
            tasks[name] = bars.add_task(name, total=event.total, step="")
        elif isinstance(event, StepStarted):
            bars.update(tasks[name], step=event.step)
        elif isinstance(event, StepFinished):
            bars.advance(tasks[name])

    with bars:
        yield watch
