"""What targets have for places that are being written, remembered while the files that were looked at stay the same."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

import msgspec

from calibrant.model.connector import Choice
from calibrant.model.event import ChoicesFound, Choosing, Seen

WAIT = 0.3
"""Seconds for which an answer waits for what targets have; what comes later is there for the next one."""
_MOST = 64
_GLANCE = 0.5
"""Seconds for which files are taken to be as they were."""
_NOTHING_SEEN = 5.0
"""Seconds for which it holds that there was nothing that may be looked at."""
_AT_ONCE = 2


class Wanted(msgspec.Struct, frozen=True):
    """A place for which choices are wanted, in a workflow's text. `key` is the same where the answer must be the same."""

    path: Path
    text: str
    choosing: Choosing
    key: tuple[str, ...]


class _Known(msgspec.Struct):
    found: ChoicesFound
    looked: float


class Choices:
    """What is known of targets. `choose` looks for it; `spawn` does something beside all else."""

    def __init__(
        self,
        *,
        choose: Callable[[Wanted], Awaitable[ChoicesFound]],
        spawn: Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]],
    ) -> None:
        self._choose = choose
        self._spawn = spawn
        self._known: OrderedDict[tuple[str, ...], _Known] = OrderedDict()
        self._tasks: dict[tuple[str, ...], asyncio.Task[None]] = {}

    async def get(self, wanted: Wanted, seconds: float = WAIT) -> tuple[Choice, ...] | None:
        """Return what there is; None where that is not known within so many seconds."""
        known = self._known.get(wanted.key)
        if known is not None and await self._holds(known):
            self._known.move_to_end(wanted.key)
            return known.found.choices
        if self._known.get(wanted.key) is known:  # should the next look fail, it is no answer any longer
            self._known.pop(wanted.key, None)
        task = self._tasks.get(wanted.key) or self._begin(wanted)
        await asyncio.wait({task}, timeout=seconds)
        known = self._known.get(wanted.key)
        return known.found.choices if known is not None and task.done() else None

    def prepare(self, wanted: Wanted) -> None:
        """Look for what is most likely wanted next, unless it was looked for or something else is."""
        if wanted.key not in self._known and not self._tasks:
            self._begin(wanted)

    def _begin(self, wanted: Wanted) -> asyncio.Task[None]:
        if len(self._tasks) >= _AT_ONCE:  # what is wanted now comes first
            self._tasks.pop(next(iter(self._tasks))).cancel()
        task = self._tasks[wanted.key] = self._spawn(self._look(wanted))
        return task

    async def _holds(self, known: _Known) -> bool:
        if time.monotonic() - known.looked < (_GLANCE if known.found.seen else _NOTHING_SEEN):
            return True
        if not await asyncio.to_thread(_unchanged, known.found.seen):
            return False
        known.looked = time.monotonic()
        return True

    async def _look(self, wanted: Wanted) -> None:
        try:
            found = await self._choose(wanted)
            self._known[wanted.key] = _Known(found, time.monotonic())
            while len(self._known) > _MOST:
                self._known.popitem(last=False)
        finally:
            if self._tasks.get(wanted.key) is asyncio.current_task():
                del self._tasks[wanted.key]


def _unchanged(seen: tuple[Seen, ...]) -> bool:
    return bool(seen) and all(_is_as_seen(one) for one in seen)


def _is_as_seen(one: Seen) -> bool:
    try:
        stat = Path(one.path).stat()
    except OSError:
        return one.size < 0
    return (stat.st_mtime_ns, stat.st_size) == (one.modified, one.size)
