"""What is recorded of open workflows, as a status bar shows it: looked up in a thread, and known from then on."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from calibrant.model.ports import StoreError
from calibrant.workspace.documents import Snapshot

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer


class Recorded(msgspec.Struct, frozen=True):
    """What takes a look at the store: whether there is a result of an earlier run, and whether commands may run."""

    result: bool = False
    trusted: bool = False


class Records:
    """What was looked up, by document; `news` is called when something was."""

    def __init__(self, server: "CalibrantServer", news: Callable[[], None]) -> None:
        self._server = server
        self._news = news
        self._known: dict[str, Recorded] = {}
        self._asking: set[str] = set()
        self._trust_turn = 0

    def known(self, snapshot: Snapshot) -> Recorded | None:
        """Return what was looked up; where nothing was yet, it is now, and None is returned."""
        if snapshot.key in self._known or snapshot.path is None:
            return self._known.get(snapshot.key, Recorded())
        self._look_up_aside(snapshot.key, snapshot.path)
        return None

    def look_again(self, snapshot: Snapshot) -> None:
        """Look up anew what is known of a document; until then that counts."""
        if snapshot.key in self._known and snapshot.path is not None:
            self._look_up_aside(snapshot.key, snapshot.path)

    def trust_changed(self) -> None:
        """Forget all, also what is being looked up: it tells of before."""
        self._trust_turn += 1
        self._known.clear()

    def forget(self, key: str) -> None:
        """Drop what is known of a document that is closed."""
        self._known.pop(key, None)

    async def look_up(self, path: Path) -> Recorded:
        """Return what is recorded of a file.

        Raises:
            StoreError: it cannot be read.
        """
        workspace, name = self._server.configuration.workspace_of(path), self._server.name_of(path)
        services, ran = self._server.services, self._server.runs.outcome(str(path)) is not None

        def look() -> Recorded:
            return Recorded(ran or bool(services.history(workspace, name)), services.trusted(workspace))

        return await asyncio.to_thread(look)

    def _look_up_aside(self, key: str, path: Path) -> None:
        if key not in self._asking:
            self._asking.add(key)
            self._server.spawn(self._ask(key, path))

    async def _ask(self, key: str, path: Path) -> None:
        turn = self._trust_turn
        try:
            found = await self.look_up(path)
        except (StoreError, OSError):  # a run tells of a store that cannot be used
            found = Recorded()
        finally:
            self._asking.discard(key)
        held = self._server.documents.get(key)
        if (
            turn == self._trust_turn and held and held.is_open
        ):  # else another word counts now, or nobody asks any longer
            self._known[key] = found
        self._news()
