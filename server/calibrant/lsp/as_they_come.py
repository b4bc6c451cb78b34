"""Issues shown while a run goes on: what it found so far, a few times a second at most, and less often where it is much."""

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer

EVERY = 0.25
"""Seconds between two publications of a document."""
SOON = 0.03
"""Seconds for which what ends together is gathered where nothing was shown for a while."""
_SHARE = 20
"""How many times as long as it took to show what is known the next one waits: so it takes a twentieth of the time at most."""


class AsTheyCome:
    """Publishes documents again as more becomes known of them. Lives on the event loop's thread."""

    def __init__(self, server: "CalibrantServer") -> None:
        self._server = server
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._next: dict[str, float] = {}

    def touch(self, key: str) -> None:
        """Show a document's issues soon."""
        if key not in self._timers:
            loop = asyncio.get_running_loop()
            at = max(loop.time() + SOON, self._next.get(key, 0.0))
            self._timers[key] = loop.call_at(at, self._show, key)

    def over(self, key: str) -> None:
        """Show nothing more by itself: all is known, and shown by whoever says so."""
        self._next.pop(key, None)
        if timer := self._timers.pop(key, None):
            timer.cancel()

    def close(self) -> None:
        """Show nothing more."""
        for key in list(self._timers):
            self.over(key)

    def _show(self, key: str) -> None:
        del self._timers[key]
        snapshot = self._server.documents.get(key)
        # where its text has just changed, it is about to be published anyway
        if snapshot is None or not self._server.pipeline.is_shown(snapshot):
            return
        loop = asyncio.get_running_loop()
        began = loop.time()
        self._server.publisher.publish(snapshot, self._server.pipeline.analysis(snapshot))
        ended = loop.time()
        self._next[key] = max(began + EVERY, ended + _SHARE * (ended - began))
