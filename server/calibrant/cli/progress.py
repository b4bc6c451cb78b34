"""Live progress of runs: one moving display on a terminal, a few plain lines in a pipe; always on stderr."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

import click

from calibrant.model.event import Event, RunFinished, RunStarted, StepFinished, StepStarted
from calibrant.model.session import SessionResult

if TYPE_CHECKING:
    from rich.progress import TaskID

_MARKS = {"completed": "✓", "rehearsed": "✓", "failed": "✗", "skipped": "–", "not_run": "–"}
_EACH = 20
"""The number of workflows up to which a pipe gets a line for each; of more, a line for each tenth of them."""


class Display(Protocol):
    """Listens to the runs of workflows."""

    def happened(self, name: str, event: Event) -> None:
        """Show what happened in the run of the workflow `name`."""

    def trying(self, name: str, done: int, total: int, /) -> None:
        """Show how many fixes for the workflow `name` have been tried, of those that will be."""

    def ended(self, name: str, result: SessionResult | None, /) -> None:
        """Show that a workflow is done with; without a result where it was not run."""


@contextmanager
def progress(total: int) -> Iterator[Display]:
    """Show the runs of `total` workflows while in the context."""
    if sys.stderr is not None and sys.stderr.isatty():
        with _bars(total) as display:
            yield display
    else:
        yield _StepLines() if total == 1 else _WorkflowLines(total)


class _StepLines:
    """A line for each step."""

    def happened(self, name: str, event: Event) -> None:
        if isinstance(event, RunStarted):
            click.echo(f"{name}: {event.total} {'step' if event.total == 1 else 'steps'}", err=True)
        elif isinstance(event, StepFinished):
            reason = f"  {event.reason}" if event.reason else ""
            took = "reused" if event.reused else f"{event.seconds:.2f} s"
            click.echo(f"  {_MARKS[event.status]} {event.step}  {event.status}  {took}{reason}", err=True)
        elif isinstance(event, RunFinished) and event.reason:
            click.echo(f"  {event.reason}", err=True)

    def trying(self, name: str, done: int, _total: int) -> None:
        if done == 1:
            click.echo(f"{name}: trying fixes", err=True)

    def ended(self, name: str, result: SessionResult | None) -> None:
        """Say nothing: the run has said it."""


class _WorkflowLines:
    """A line for each workflow, or for each tenth of many."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0

    def happened(self, name: str, event: Event) -> None:
        """Say nothing of steps."""

    def trying(self, name: str, done: int, total: int) -> None:
        """Say nothing of trials."""

    def ended(self, name: str, result: SessionResult | None) -> None:
        self._done += 1
        if self._total <= _EACH:
            click.echo(f"{self._done}/{self._total}  {name}: {_said(result)}", err=True)
        elif self._done * 10 // self._total != (self._done - 1) * 10 // self._total:
            click.echo(f"{self._done:,} of {self._total:,} workflows", err=True)


def _said(result: SessionResult | None) -> str:
    if result is None:
        return "not run"
    found = result.summary.total
    words = {"completed": "", "failed": "broke off, ", "cancelled": "cancelled, "}[result.status]
    return f"{words}{found or 'no'} issue{'' if found == 1 else 's'}"


@contextmanager
def _bars(total: int) -> Iterator[Display]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
    from rich.table import Column

    bars = Progress(
        TextColumn("{task.description}", markup=False, table_column=Column(ratio=3, no_wrap=True, overflow="ellipsis")),
        BarColumn(24),
        MofNCompleteColumn(table_column=Column(no_wrap=True)),
        TimeElapsedColumn(table_column=Column(no_wrap=True)),
        TextColumn(
            "{task.fields[step]}",
            style="dim",
            markup=False,
            table_column=Column(ratio=2, no_wrap=True, overflow="ellipsis"),
        ),
        console=Console(stderr=True),
        transient=True,
        expand=True,
    )
    overall = bars.add_task("All workflows", total=total, step="") if total > 1 else None
    tasks: dict[str, TaskID] = {}

    class Bars:
        def happened(self, name: str, event: Event) -> None:
            if isinstance(event, RunStarted):
                tasks[name] = bars.add_task(name, total=event.total, step="")
            elif isinstance(event, StepStarted):
                bars.update(tasks[name], step=event.step)
            elif isinstance(event, StepFinished):
                bars.advance(tasks[name])

        def trying(self, name: str, done: int, total: int) -> None:
            bars.update(tasks[name], description=f"Trying fixes for {name}", completed=done, total=total, step="")

        def ended(self, name: str, _result: SessionResult | None) -> None:
            task = tasks.pop(name, None)
            if task is not None:
                bars.remove_task(task)
            if overall is not None:
                bars.advance(overall)

    with bars:
        yield Bars()
