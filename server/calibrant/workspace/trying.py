"""Trials in the background of a server: begun after a run, given up for the next edit or run, and what they found."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from calibrant.model.fix import Fix
from calibrant.model.ports import StoreError
from calibrant.workspace.documents import Snapshot

if TYPE_CHECKING:
    from calibrant.workspace.calibration import Outcome, RunOptions
    from calibrant.workspace.trials import Tried

    Try = Callable[[Path, Outcome, RunOptions, Callable[[Tried], None]], Awaitable[object]]


class TrialListener(Protocol):
    """Is told of the trials of a server; `token` is that of the session whose fixes are tried."""

    def began(self, token: str, path: Path) -> None:
        """Fixes for the workflow at a path are being tried from now on."""

    def happened(self, token: str, tried: "Tried") -> None:
        """A fix was tried."""

    def ended(self, token: str) -> None:
        """No more are being tried."""


class _Found(msgspec.Struct, frozen=True):
    """What trials say of the fixes for one text, by fix id."""

    text: str
    fixes: dict[str, Fix]


class Trying:
    """The trials of a server's workflows. Lives on the event loop's thread; what asks the store does so in another.

    `try_(path, outcome, options, listen)` tries the fixes of a run; `spawn(work)` does something beside all else.
    """

    def __init__(
        self, *, try_: "Try", spawn: Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]], listener: TrialListener
    ) -> None:
        self._try = try_
        self._spawn = spawn
        self._listener = listener
        self._tasks: dict[str, tuple[str, asyncio.Task[None]]] = {}
        self._found: dict[str, _Found] = {}

    def tried(self, key: str, text: str) -> Mapping[str, Fix]:
        """Return what was tried of the fixes for exactly this text of a document, by fix id."""
        found = self._found.get(key)
        return found.fixes if found and found.text == text else {}

    def session(self, key: str) -> str:
        """Return the session whose fixes are being tried for a document; empty where none are."""
        return self._tasks[key][0] if key in self._tasks else ""

    def ran(self, snapshot: Snapshot, path: Path, outcome: "Outcome", options: "RunOptions") -> None:
        """Try the fixes of a run that came to its end; what was found after the run before is forgotten."""
        key = snapshot.key
        self._stop(key)
        self._found.pop(key, None)
        if outcome.fixes and outcome.result.status == "completed" and not options.live:
            task = self._spawn(self._go(key, path, outcome, options))
            self._tasks[key] = (outcome.result.session, task)

    def give_way(self, key: str | None = None) -> None:
        """Give up what is being tried for a document, or for all."""
        for one in list(self._tasks) if key is None else [key]:
            self._stop(one)

    def cancel(self, token: str) -> None:
        """Give up what is being tried after that session; what was found until now stands."""
        for key, (session, _) in list(self._tasks.items()):
            if session == token:
                self._stop(key)

    def forget(self, key: str) -> None:
        """Give up and forget what was tried: the document is gone."""
        self._stop(key)
        self._found.pop(key, None)

    async def close(self) -> None:
        """Give up all, and wait until the processes are gone."""
        tasks = [task for _, task in self._tasks.values()]
        self.give_way()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _stop(self, key: str) -> None:
        session_and_task = self._tasks.pop(key, None)
        if session_and_task and not session_and_task[1].cancelling():
            session_and_task[1].cancel()

    async def _go(self, key: str, path: Path, outcome: "Outcome", options: "RunOptions") -> None:
        token = outcome.result.session
        found = self._found[key] = _Found(outcome.workflow.text, {})

        def listen(tried: "Tried") -> None:
            found.fixes[tried.fix.id] = tried.fix
            self._listener.happened(token, tried)

        self._listener.began(token, path)
        try:
            await self._try(path, outcome, options, listen)
        except (StoreError, OSError):
            return  # the run before it has told, and the next one will
        finally:
            self._listener.ended(token)
            if self._tasks.get(key, ("", None))[0] == token:
                del self._tasks[key]
