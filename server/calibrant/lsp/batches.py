"""Runs of all workflows of a folder: side by side, as many at a time as the machine takes, under one progress."""

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from calibrant.lsp.progress import Progress
from calibrant.model.session import SessionResult
from calibrant.model.words import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from calibrant.lsp.core import CalibrantServer
    from calibrant.workspace.documents import Snapshot

_TOLD = 5
"""How many workflows that were not run are named in one message."""


class _Batch:
    """Runs that were asked for together; `left` are those that have not ended, with their names."""

    def __init__(self, token: str, folder: str, progress: Progress, total: int, trouble: "Mapping[str, str]") -> None:
        self.token = token
        self.folder = folder
        self.progress = progress
        self.total = total
        self.trouble = dict(trouble)
        self.left: dict[str, str] = {}
        self.errors = self.warnings = self.cancelled = 0


class Batches:
    """The batches of this server."""

    def __init__(self, server: "CalibrantServer") -> None:
        self._server = server
        self._turns = asyncio.Semaphore(at_once())
        self._batches: dict[str, _Batch] = {}

    def start(
        self, folder: Path, snapshots: "Sequence[Snapshot]", trouble: "Mapping[str, str]"
    ) -> tuple[str, list[str]]:
        """Start a run of each text; returns the token of their progress and the sessions.

        `trouble` says of workflows that are not run why, by name.
        """
        from calibrant.workspace.calibration import RunOptions, new_session

        token = new_session()
        count = counted(len(snapshots), "workflow")
        progress = Progress(self._server, token, f"Calibrating {count} in {folder.name}")
        batch = _Batch(token, folder.name, progress, len(snapshots), trouble)
        for snapshot in snapshots:
            self._server.verifying.outdated(snapshot.key)
            session = self._server.runs.start(snapshot, RunOptions(), asked=False, turns=self._turns)
            batch.left[session] = self._server.name_of(snapshot.path) if snapshot.path else snapshot.name
            self._batches[session] = batch
        if snapshots:
            progress.start()
        else:
            self._over(batch)
        return token, list(batch.left)

    def holds(self, session: str) -> bool:
        """Tell whether a run is part of a batch, which tells of it."""
        return session in self._batches

    def began(self, session: str) -> None:
        """Show which workflow is being run."""
        if batch := self._batches.get(session):
            batch.progress.count(batch.total - len(batch.left), batch.total, batch.left[session])

    def failed(self, session: str, why: str) -> bool:
        """Note why a run was not made, to be told with the others; False where it is part of no batch."""
        batch = self._batches.get(session)
        if batch:
            batch.trouble[batch.left[session]] = why
        return batch is not None

    def ended(self, session: str, result: SessionResult) -> None:
        """Count a run's end; with that of the last one, tell how all went."""
        batch = self._batches.pop(session, None)
        if batch is None:
            return
        name = batch.left.pop(session)
        severities = [issue.severity for issue in result.issues.all]
        batch.errors += severities.count("error")
        batch.warnings += severities.count("warning")
        batch.cancelled += result.status == "cancelled"
        batch.progress.count(batch.total - len(batch.left), batch.total, name)
        if not batch.left:
            self._over(batch)

    def cancel(self, token: str) -> bool:
        """Cancel what has not ended of the batch whose progress has that token; False where there is none."""
        sessions = [session for session, batch in self._batches.items() if batch.token == token]
        for session in sessions:
            self._server.runs.cancel(session)
        return bool(sessions)

    def _over(self, batch: _Batch) -> None:
        batch.progress.end(_summary(batch))
        if batch.trouble:
            named = [f"{name}: {why}" for name, why in list(batch.trouble.items())[:_TOLD]]
            more = len(batch.trouble) - len(named)
            lines = [
                f"{counted(len(batch.trouble), 'workflow')} in {batch.folder} {_was(batch.trouble)} not run.",
                *named,
            ]
            self._server.say("\n".join([*lines, f"And {more:,} more."] if more else lines), types.MessageType.Warning)


def at_once() -> int:
    """Return how many runs go on side by side: one core is left for the person who waits for them."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores - 1)


def _summary(batch: _Batch) -> str:
    found = [counted(number, word) for number, word in ((batch.errors, "error"), (batch.warnings, "warning")) if number]
    parts = [counted(batch.total, "workflow"), ", ".join(found) or "no issues"]
    return " · ".join(parts + [f"{batch.cancelled:,} cancelled"] * bool(batch.cancelled))


def _was(several: "Mapping[str, str]") -> str:
    return "was" if len(several) == 1 else "were"
