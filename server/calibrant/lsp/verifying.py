"""The run that verifies a fix: it starts by itself, soon after the fix was applied, unless another one does the same."""

import asyncio
from typing import TYPE_CHECKING

from calibrant.lsp.by_itself import run_options
from calibrant.workspace.documents import Snapshot

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer

AFTER = 0.3
"""Seconds after a fix, in which a save may come that starts a run anyway, or another fix."""


class Verifying:
    """Starts runs that verify fixes in open documents."""

    def __init__(self, server: "CalibrantServer") -> None:
        self._server = server
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._waiting: set[str] = set()
        self._mine: dict[str, str] = {}

    def want(self, key: str) -> None:
        """See to it that the newest text of a document is run, where the settings let runs start by themselves."""
        snapshot = self._server.documents.get(key)
        if snapshot is None or not self._wanted(snapshot):
            return
        self._stop(key)
        self._timers[key] = asyncio.get_running_loop().call_later(AFTER, self._start, key)

    def expected(self, key: str) -> bool:
        """Tell whether a run of the document goes on or is about to start."""
        return key in self._timers or key in self._waiting or self._server.runs.current(key) is not None

    def covers(self, snapshot: Snapshot) -> bool:
        """Tell whether a run that verifies this very text goes on already."""
        run = self._server.runs.current(snapshot.key)
        return run is not None and self._mine.get(snapshot.key) == run.session and run.snapshot.text == snapshot.text

    def outdated(self, key: str) -> None:
        """Start none: another run of the newest text does the same."""
        self._stop(key)
        self._waiting.discard(key)

    def ended(self, key: str) -> None:
        """Start what had to wait for a run that the user wanted."""
        if key in self._waiting and self._server.runs.current(key) is None:
            self._start(key)

    def close(self) -> None:
        """Start nothing more."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        self._waiting.clear()

    def _start(self, key: str) -> None:
        self._stop(key)
        self._waiting.discard(key)
        snapshot, run = self._server.documents.get(key), self._server.runs.current(key)
        if snapshot is None or not self._wanted(snapshot):
            self._server.changes.concluded(key)
            return
        if run and run.snapshot.text == snapshot.text:
            return
        if run and (run.asked or run.options.live):
            self._waiting.add(key)
            return
        options = run_options(self._server, snapshot, self._server.runs.inputs(key))
        self._mine[key] = self._server.runs.start(snapshot, options, asked=False)

    def _stop(self, key: str) -> None:
        if timer := self._timers.pop(key, None):
            timer.cancel()

    def _wanted(self, snapshot: Snapshot) -> bool:
        if snapshot.path is None or not snapshot.is_open or not self._server.pipeline.is_workflow(snapshot):
            return False
        return self._server.configuration.settings(snapshot.path).run == "onSave"
