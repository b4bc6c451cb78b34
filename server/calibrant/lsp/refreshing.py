"""Asks the client for inlay hints anew as more becomes known of a workflow that it shows."""

import asyncio
from typing import TYPE_CHECKING

from calibrant.lsp.experimental import says

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer

EVERY = 0.25
"""Seconds between two such requests at least: each lets the client ask for the hints of all it shows."""
SOON = 0.03
"""Seconds for which what changes together is gathered."""
_EACH = 0.0002
"""Seconds more for each hint that the client asks for."""
ONCE_MORE = 1.0
"""Seconds after the last of these requests when a client that may miss one is asked once more."""
_MAY_MISS = frozenset({"Neovim"})
"""Clients (`clientInfo.name`) that show hints only at the next edit where they draw between being asked and the answer.

Neovim does so up to 0.12 at least; with our own plugin it misses none.
"""


class Refreshing:
    """Lives on the event loop's thread."""

    def __init__(self, server: "CalibrantServer") -> None:
        self._server = server
        self._timer: asyncio.TimerHandle | None = None
        self._again: asyncio.TimerHandle | None = None
        self._next = 0.0
        self._hints = 0

    def changed(self, key: str) -> None:
        """Hear that more is known of a document, or less."""
        snapshot = self._server.documents.get(key)
        if snapshot and snapshot.is_open:
            self.soon()

    def answered(self, hints: int) -> None:
        """Hear how many hints were asked for at once: some editors ask for those of whole documents."""
        self._hints = max(self._hints, hints)

    def soon(self) -> None:
        """Ask soon, where the client can be asked."""
        workspace = self._server.client_capabilities.workspace
        if self._timer is None and workspace and workspace.inlay_hint and workspace.inlay_hint.refresh_support:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(max(loop.time() + SOON, self._next), self._ask)

    def close(self) -> None:
        """Ask no more."""
        for timer in (self._timer, self._again):
            if timer:
                timer.cancel()

    def _ask(self) -> None:
        self._timer = None
        self._next = asyncio.get_running_loop().time() + max(EVERY, self._hints * _EACH)
        self._hints = 0
        self._server.workspace_inlay_hint_refresh(None)
        if self._again:
            self._again.cancel()
        if self._may_miss():
            ask = self._server.workspace_inlay_hint_refresh
            self._again = asyncio.get_running_loop().call_later(ONCE_MORE, ask, None)

    def _may_miss(self) -> bool:
        return self._server.client_name in _MAY_MISS and not says(self._server, "hintsAfresh")
