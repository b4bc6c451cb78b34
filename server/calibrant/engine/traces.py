"""Which steps of a run changed files, and which files those behind them see changed.

A step that was taken from the record has not written in this run. Where a step behind it really runs and may see those files,
it is called again first: once, and only then.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence

import msgspec

from calibrant.engine.plan import Plan

ANYTHING = "*"
"""Stands for files that are not known."""
FOR_COMMANDS = "~"
"""Stands for what only commands see: their home, their folder for temporary files, what git and tools keep."""
LINKS = "//"
"""Stands for links made or replaced: any name may mean another file from then on."""
MOST_NAMES = 500
"""Files up to which it is remembered which ones a step changed."""

Again = Callable[[int], Awaitable[None]]
"""Calls a step, for the step at that position."""


class _Writer(msgspec.Struct):
    """A step that changed files. `id` stands for what it did to them. `again` does it again; None where it did it in this run."""

    id: str
    command: bool
    needs: int
    again: Again | None = None
    task: "asyncio.Task[None] | None" = None


class Traces:
    """What the steps of a plan did to files. Sets of steps are bits of a number, by position.

    `looks(position)` tells whether a step may look at files at all.
    """

    def __init__(self, plan: Plan, looks: Callable[[int], bool]) -> None:
        self._plan = plan
        self._looks = looks
        self._settled: set[int] = set()
        self._after = [0] * len(plan.steps)
        self._writers: dict[int, _Writer] = {}
        self._files: dict[str, int] = {}
        self._below: dict[str, int] = {}
        self._unknown = 0
        self._commands = 0
        self._links = 0
        self._not_yet = 0

    # What is known

    def before(self, position: int) -> int:
        """Return the steps that changed files before a step, however far."""
        if not self._writers:
            return 0
        found = 0
        for other in self._plan.before[position]:
            found |= self._after[other]
        return found

    def seen_in(self, names: Iterable[str], among: int) -> int:
        """Return those of the steps that changed one of the files, or files in or above one of that name.

        All of them, where one made links: names no longer tell which files are meant.
        """
        if self._links & among:
            return among
        found = self._unknown
        for name in names:
            found |= self._files.get(name, 0) | self._below.get(name, 0)
            for above in _above(name):
                found |= self._files.get(above, 0)
        return found & among

    def ids(self, among: int) -> list[tuple[str, str]]:
        """Return what stands for what the steps did, with their labels."""
        return sorted((self._writers[one].id, self._plan.steps[one].label) for one in _positions(among))

    def waited_for(self, among: int, reader: int) -> int:
        """Return those of the steps that ran a command, which has read who knows what, and that may be called again later.

        What changes files now has to wait for them: else they would find what only comes behind them.
        """
        found = 0
        for position in _positions(self.missing(among) & self._commands):
            found |= 1 << position if self._may_be_wanted(position, reader) else 0
        return found

    def _may_be_wanted(self, position: int, reader: int) -> bool:
        """Tell whether there are steps to come, other than a reader, that may look at what a step did."""
        waiting, found = [position], {position}
        while waiting:
            for other in self._plan.after[waiting.pop()]:
                if other in found:
                    continue
                if other != reader and other not in self._settled and self._looks(other):
                    return True
                found.add(other)
                waiting.append(other)
        return False

    # What happens

    def wrote(
        self,
        position: int,
        identity: str,
        names: Sequence[str],
        *,
        command: bool,
        needs: int = 0,
        again: Again | None = None,
    ) -> None:
        """Note which files a step changed. `again`: it was not called; that calls it, when `needs` have been."""
        if not names:
            return
        bit = 1 << position
        self._writers[position] = _Writer(identity, command, needs, again)
        for name in names:
            if name == ANYTHING:
                self._unknown |= bit
            elif name == LINKS:
                self._links |= bit
            elif name != FOR_COMMANDS:
                self._files[name] = self._files.get(name, 0) | bit
                for above in _above(name):
                    self._below[above] = self._below.get(above, 0) | bit
        if command:
            self._commands |= bit
        if again is not None:
            self._not_yet |= bit

    def settle(self, position: int) -> None:
        """Note that a step has ended."""
        if self._writers:
            self._settled.add(position)
            self._after[position] = self.before(position) | (1 << position if position in self._writers else 0)

    # What has to happen first

    def missing(self, among: int) -> int:
        """Return those of the steps that were not called in this run, nor called again."""
        return among & self._not_yet

    async def redo(self, among: int, reader: int) -> None:
        """Have those of the steps that were not called called now for a reader, each once, and wait for them."""
        writers = [(position, self._writers[position]) for position in _positions(self.missing(among))]
        for position, writer in writers:
            if writer.task is None:
                writer.task = asyncio.ensure_future(self._redo(position, writer, reader))
        for _, writer in writers:
            assert writer.task is not None
            await asyncio.shield(writer.task)

    async def _redo(self, position: int, writer: _Writer, reader: int) -> None:
        await self.redo(writer.needs, reader)
        assert writer.again is not None
        await writer.again(reader)
        self._not_yet &= ~(1 << position)

    async def close(self) -> None:
        """End what is under way."""
        tasks = [writer.task for writer in self._writers.values() if writer.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _positions(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _above(name: str) -> Iterator[str]:
    """Yield the folders that a file lies in, from the workspace's own (".") for one in there."""
    at = name.rfind("/")
    while at > 0:
        yield name[:at]
        at = name.rfind("/", 0, at)
    yield "."


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(tuple[str, ...])


def names_written(names: Sequence[str]) -> bytes:
    """Return the names of the files that a step changed, to be recorded with its output."""
    if len(names) <= MOST_NAMES and ANYTHING not in names:
        return _encoder.encode(names)
    return _encoder.encode((ANYTHING, LINKS) if LINKS in names else (ANYTHING,))


def read_names(data: bytes) -> tuple[str, ...]:
    """Return what was recorded of the files that a step changed."""
    if not data:
        return ()
    try:
        return _decoder.decode(data)
    except msgspec.MsgspecError:
        return (ANYTHING,)
