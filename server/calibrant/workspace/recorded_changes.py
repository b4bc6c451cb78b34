"""The changes that are recorded of workflow files, as far as they are known here; the store is used through the door."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from calibrant.model.applied import STANDING, ChangeSession
from calibrant.model.ports import StoreError
from calibrant.workspace.door import Door

if TYPE_CHECKING:
    from calibrant.change import Site

Answer = TypeVar("Answer")

_log = logging.getLogger(__name__)


class RecordedChanges:
    """Which changes stand in which file. Lives on the event loop's thread.

    `say(message)` tells the user; `seen(key)` is called when what stands in a file is another than was known.
    """

    def __init__(
        self, door: Door, workspace_of: Callable[[Path], Path], say: Callable[[str], None], seen: Callable[[str], None]
    ) -> None:
        self._door = door
        self._workspace_of = workspace_of
        self._say = say
        self._seen = seen
        self._sessions: dict[str, tuple[ChangeSession, ...]] = {}

    def sessions(self, key: str) -> tuple[ChangeSession, ...]:
        """Return the changes that stand in a file, the newest first, as far as they are known here."""
        return self._sessions.get(key, ())

    def forget(self, key: str) -> None:
        """Let go of what is known of a file."""
        self._sessions.pop(key, None)

    async def at_door(self, path: Path, work: "Callable[[Site], Answer]") -> Answer:
        """Do something with the store in a thread, after all that was begun before, and see what stands in the file then.

        Raises:
            StoreError: the state directory cannot be used.
        """

        def do(site: "Site") -> tuple[Answer, tuple[ChangeSession, ...]]:
            answer = work(site)
            return answer, _standing(site, path)

        answer, sessions = await self._door.at(self._workspace_of(path), do)
        self._show(path, sessions)
        return answer

    async def see(self, path: Path, work: "Callable[[Site], Answer]") -> Answer:
        """Look something up in a thread, after all that was begun before; nothing is written.

        Raises:
            StoreError: what was recorded cannot be read.
        """
        return await self._door.see(self._workspace_of(path), work)

    async def attempt(self, path: Path, work: "Callable[[Site], Answer]") -> Answer | None:
        """Do something with the store; where it cannot be used, the user is told."""
        try:
            answer = await self.at_door(path, work)
        except (StoreError, OSError) as error:
            self._say(f"What fixes changed in {path.name} is not remembered, so only the editor can undo them. {error}")
            return None
        _refused(path, answer)
        return answer

    async def settle(self, workspace: Path) -> None:
        """Settle what an earlier process was interrupted in, and tell it; once for each workspace."""
        try:
            settled = await self._door.settle(workspace)
        except (StoreError, OSError) as error:
            self._say(f"A change of workflow files was interrupted, and cannot be settled yet. {error}")
            return
        if settled:
            lines = [f"{', '.join(f'‘{path}’' for path in one.paths)}: {one.reason}" for one in settled]
            self._say("\n".join(["An earlier change of workflow files did not come to its end.", *lines]))

    async def look_up(self, path: Path) -> None:
        """Look up which changes stand in a file."""
        await self.look(path, lambda _site, _sessions: None)

    async def look(self, path: Path, work: "Callable[[Site, tuple[ChangeSession, ...]], Answer]") -> Answer | None:
        """Look something up beside the changes that stand in a file; None where what was recorded cannot be read.

        Whoever applies or rolls back is told of that; here nothing is lost.
        """

        def see(site: "Site") -> tuple[Answer, tuple[ChangeSession, ...]]:
            sessions = _standing(site, path)
            return work(site, sessions), sessions

        try:
            answer, sessions = await self._door.see(self._workspace_of(path), see)
        except (StoreError, OSError) as error:
            _log.warning("What was changed in %s cannot be looked up: %s", path, error)
            return None
        self._show(path, sessions)
        return answer

    def _show(self, path: Path, sessions: tuple[ChangeSession, ...]) -> None:
        key = str(path)
        if self._sessions.get(key, ()) != sessions:
            self._sessions[key] = sessions
            self._seen(key)


def _standing(site: "Site", path: Path) -> tuple[ChangeSession, ...]:
    from calibrant.change import history

    return tuple(one for one in history(site, path) if one.status in STANDING)


def _refused(path: Path, answer: object) -> None:
    from calibrant.change import Done

    if isinstance(answer, Done) and answer.status == "refused":
        _log.warning("A change of %s is not remembered: %s", path, answer.reason)
