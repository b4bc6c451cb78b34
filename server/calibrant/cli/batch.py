"""Runs many workflows side by side: what becomes of one costs the others nothing."""

import asyncio
import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Literal

import msgspec

from calibrant import app
from calibrant.cli.progress import Display
from calibrant.cli.targets import Target
from calibrant.model.ports import AlreadyRunningError, StoreError
from calibrant.model.session import Groups, SessionResult, Summary
from calibrant.workspace.analysis import GroundOf
from calibrant.workspace.calibration import RunOptions, new_session, refused
from calibrant.workspace.files import load


class Ended(msgspec.Struct, frozen=True):
    """What became of one workflow: its result with the text that it refers to, or in `trouble` why there is none."""

    target: Target
    result: SessionResult | None = None
    text: str = ""
    trouble: str = ""
    status: Literal["ran", "busy", "broken"] = "ran"


class Batch(msgspec.Struct, frozen=True):
    """The workflows that came to an end, in the order given; `stopped` is the signal that ended the batch, else 0."""

    ended: tuple[Ended, ...]
    stopped: int = 0


async def run_all(chosen: Sequence[Target], options: RunOptions, display: Display) -> Batch:
    """Run workflows, as many at a time as there are cores, each in its own worker process.

    Ctrl-C and SIGTERM end the runs that go on, with all their processes, and begin no other; what has ended is returned,
    and what was cut short as cancelled.
    """
    waiting, ground_of = iter(enumerate(chosen)), app.grounding()
    ended: dict[int, Ended] = {}
    came: list[int] = []

    async def take() -> None:
        for place, target in waiting:
            ended[place] = await _run(target, options, display, ground_of)
            display.ended(target.shown, ended[place].result)
            if came:
                return

    workers = [asyncio.create_task(take()) for _ in range(min(len(chosen), cores()))]
    with _stopping(workers, came):
        if workers:
            await asyncio.wait(workers)
    return Batch(tuple(ended[place] for place in sorted(ended)), came[0] if came else 0)


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _stopping(workers: Sequence["asyncio.Task[None]"], came: list[int]) -> Iterator[None]:
    """Cancel the workers at the first signal; a later one would only break off their tidying up."""

    def stop(number: int) -> None:
        if not came:
            for worker in workers:
                worker.cancel()
        came.append(number)

    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError):  # Windows: there Ctrl-C comes as KeyboardInterrupt
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop, number)
    try:
        yield
    finally:
        with suppress(NotImplementedError):
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)


async def _run(target: Target, options: RunOptions, display: Display, ground_of: GroundOf) -> Ended:
    text = ""
    try:
        file = load(target.path)
        if file.problem:
            return Ended(target, _shown(refused(target.name, file.problem), target))
        text = file.text
        with app.calibration(target.workspace, target.settings, ground_of=ground_of) as calibration:
            outcome = await calibration.run(
                target.path, text, options, lambda event: display.happened(target.shown, event)
            )
        return Ended(target, _shown(outcome.result, target), text)
    except asyncio.CancelledError:
        return Ended(target, _cut_short(target), text)
    except AlreadyRunningError as error:
        return Ended(target, trouble=f"{target.shown}: {error}", status="busy")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return Ended(target, trouble=f"‘{target.shown}’ cannot be read: {reason}.", status="broken")
    except StoreError as error:
        return Ended(target, trouble=f"‘{target.shown}’ was not run: {error}", status="broken")
    except Exception as error:  # noqa: BLE001 - whatever one workflow does, the others must be run
        said = f"‘{target.shown}’ was not run because of a fault in Calibrant: {type(error).__name__}: {error}"
        return Ended(target, trouble=said, status="broken")


def _cut_short(target: Target) -> SessionResult:
    """Return the result of a run that was cancelled: as far as it was recorded."""
    reason = "The run was cancelled."
    try:
        recorded = app.history(target.workspace, target.name)
    except StoreError:  # the run itself is not lost by it
        recorded = ()
    if recorded and recorded[0].status == "cancelled":
        return _shown(recorded[0], target)
    return SessionResult(new_session(), target.shown, "cancelled", Summary(), Groups(), reason=reason)


def _shown(result: SessionResult, target: Target) -> SessionResult:
    return msgspec.structs.replace(result, path=target.shown)
