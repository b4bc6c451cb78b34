"""Which commands of a run are at work at the same time: what one finds changed, another one may have done."""

import asyncio
import posixpath
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

from calibrant.model.failure import Left


class AtWork:
    """A command at work. `others` are the texts of those that were at work at any moment with it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.others: set[str] = set()

    def is_its_own(self, name: str) -> bool:
        """Tell whether a file that changed may be this command's: not where only others name it."""
        base = posixpath.basename(name)
        return base in self.text or not any(base in other for other in self.others)


class Company:
    """The commands of one run that are at work. Used on the event loop's thread; `not_told_yet` from any."""

    def __init__(self) -> None:
        self._at_work: set[AtWork] = set()
        self._alone = False
        self._turn = asyncio.Lock()
        self._changed = asyncio.Event()
        self._told: set[tuple[str, int]] = set()

    @asynccontextmanager
    async def joined(self, text: str, *, alone: bool) -> AsyncIterator[AtWork]:
        """Count a command as at work; `text` is what it was called with. One that is to be alone waits, and has others wait."""
        async with self._turn:  # who waits for the others to end keeps new ones from beginning
            await self._left_by(lambda: not self._at_work if alone else not self._alone)
            self._alone = alone
            at_work = self._join(text)
        try:
            yield at_work
        finally:
            self._at_work.discard(at_work)
            self._alone = False if alone else self._alone
            self._changed.set()

    async def _left_by(self, ready: Callable[[], bool]) -> None:
        while not ready():
            self._changed.clear()
            await self._changed.wait()

    def _join(self, text: str) -> AtWork:
        joining = AtWork(text)
        for other in self._at_work:
            other.others.add(text)
            joining.others.add(other.text)
        self._at_work.add(joining)
        return joining

    def not_told_yet(self, left: Iterable[Left], by: AtWork) -> tuple[Left, ...]:
        """Return the reports that a command may have left; one that stands as another command at work told it is that one's."""
        fresh = tuple(report for report in left if not by.others or _mark(report) not in self._told)
        self._told.update(map(_mark, fresh))
        return fresh


def _mark(report: Left) -> tuple[str, int]:
    """Return what stands for a report as it is; its text may be large."""
    return report.path, hash(report.text)
