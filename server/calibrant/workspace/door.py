"""The door to the workflow files as the event loop uses it: in a thread, one thing after the other."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from calibrant.change import Settled, Site

Answer = TypeVar("Answer")


class Door:
    """Opens the door for one piece of work at a time.

    `site(workspace)` opens it, `seen(workspace)` only for looking at what was recorded; both raise StoreError on entering.
    """

    def __init__(
        self,
        site: "Callable[[Path], AbstractContextManager[Site]]",
        seen: "Callable[[Path], AbstractContextManager[Site]]",
    ) -> None:
        self._site = site
        self._seen = seen
        self._turn = asyncio.Lock()
        self._settled: set[Path] = set()

    async def at(self, workspace: Path, work: "Callable[[Site], Answer]") -> Answer:
        """Do something with the store in a thread, after all that was begun before.

        Raises:
            StoreError: the state directory cannot be used.
        """
        return await self._in_turn(self._site, workspace, work)

    async def see(self, workspace: Path, work: "Callable[[Site], Answer]") -> Answer:
        """Look something up in a thread, after all that was begun before; nothing is written, nor made where nothing is.

        Raises:
            StoreError: what was recorded cannot be read.
        """
        return await self._in_turn(self._seen, workspace, work)

    async def settle(self, workspace: Path) -> "tuple[Settled, ...]":
        """Settle what an earlier process was interrupted in, once for each workspace; returns what became of it.

        Raises:
            StoreError: the state directory cannot be used.
        """
        from calibrant.change import settle

        if workspace in self._settled:
            return ()
        self._settled.add(workspace)
        if not await self.see(workspace, lambda site: site.store.unsettled()):
            return ()
        return await self.at(workspace, settle)

    async def _in_turn(
        self,
        opened: "Callable[[Path], AbstractContextManager[Site]]",
        workspace: Path,
        work: "Callable[[Site], Answer]",
    ) -> Answer:
        def do() -> Answer:
            with opened(workspace) as site:
                return work(site)

        async with self._turn:
            return await asyncio.to_thread(do)
