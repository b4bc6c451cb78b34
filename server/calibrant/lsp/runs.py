"""Runs in the background: one per workflow at a time, the newest wanted one last."""

import asyncio
import logging
from collections import defaultdict
from typing import TYPE_CHECKING

from lsprotocol import types

from calibrant.lsp.progress import Progress
from calibrant.model.event import RunStatus
from calibrant.model.ports import AlreadyRunningError, StoreError
from calibrant.model.session import Groups, SessionResult, Summary
from calibrant.workspace.documents import Snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from calibrant.lsp.core import CalibrantServer
    from calibrant.workspace.calibration import Outcome, RunOptions

_log = logging.getLogger(__name__)


class Run:
    """A run that waits or goes on, of one text."""

    def __init__(
        self,
        session: str,
        snapshot: Snapshot,
        path: "Path",
        options: "RunOptions",
        progress: Progress,
        *,
        asked: bool,
    ) -> None:
        self.session = session
        self.snapshot = snapshot
        self.path = path
        self.options = options
        self.progress = progress
        self.asked = asked
        self.task: asyncio.Task[Outcome] | None = None
        self.going = False


class Runs:
    """All runs of this server, and the last outcome of each workflow."""

    def __init__(self, server: "CalibrantServer") -> None:
        self._server = server
        self._active: dict[str, list[Run]] = defaultdict(list)
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._outcomes: dict[str, Outcome] = {}
        self._said: dict[str, str] = {}
        self._explained: set[tuple[Path, str]] = set()
        self._closed = False

    def outcome(self, key: str) -> "Outcome | None":
        """Return what the last run of a workflow found."""
        return self._outcomes.get(key)

    def current(self, key: str) -> Run | None:
        """Return the newest run of a workflow that has not ended."""
        return self._active[key][-1] if self._active.get(key) else None

    def forget(self, key: str) -> None:
        """Drop what a workflow's runs found: the file is gone."""
        self._outcomes.pop(key, None)

    def start(self, snapshot: Snapshot, options: "RunOptions", *, asked: bool) -> str:
        """Start a run of a text and return its session; runs of the same workflow that it outdates are cancelled.

        A live run is never cut short by another one: this one waits for it. `asked`: the user wants this very run, so
        that why it could not be made is said even where it was said before.
        """
        from calibrant.workspace.calibration import new_session

        if snapshot.path is None:
            raise ValueError("Only a file can be run.")
        session = new_session()
        for other in self._active[snapshot.key]:
            if other.task and not (other.going and other.options.live):
                other.task.cancel()
        progress = Progress(self._server, session, f"Calibrating {snapshot.path.name}")
        run = Run(session, snapshot, snapshot.path, options, progress, asked=asked)
        self._active[snapshot.key].append(run)
        run.task = asyncio.create_task(self._calibrate(run))
        run.task.add_done_callback(lambda task: self._ended(run, task))
        return session

    def cancel(self, session: str) -> bool:
        """Cancel a run; False where there is none of that session."""
        for runs in self._active.values():
            for run in runs:
                if run.session == session and run.task:
                    run.task.cancel()
                    return True
        return False

    async def close(self) -> None:
        """Cancel every run and wait until their processes are gone."""
        self._closed = True
        tasks = [run.task for runs in self._active.values() for run in runs if run.task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _calibrate(self, run: Run) -> "Outcome":
        async with self._locks[run.snapshot.key]:
            run.going = True
            run.progress.start()
            server = self._server
            server.refresh_lenses()
            settings = server.configuration.settings(run.path)
            with server.services.calibration(server.configuration.workspace_of(run.path), settings) as calibration:
                text, listen = run.snapshot.text, run.progress.tell
                return await calibration.run(run.path, text, run.options, listen, session=run.session)

    def _ended(self, run: Run, task: "asyncio.Task[Outcome]") -> None:
        """Tell of a run's end, however it came: also when it was cancelled before its first step."""
        self._active[run.snapshot.key].remove(run)
        if self._closed:
            return
        if task.cancelled():
            self._finish(run, None, "cancelled", "The run was cancelled.")
        elif error := task.exception():
            self._finish(run, None, "failed", self._failed(run, error))
        else:
            self._finish(run, task.result(), "completed", "")

    def _failed(self, run: Run, error: BaseException) -> str:
        """Tell the user why a run did not come to its end, and return it in short."""
        if isinstance(error, AlreadyRunningError | StoreError | OSError | ValueError):
            self._say(run, f"{run.path.name} was not run. {error}", types.MessageType.Warning)
            return str(error)
        _log.error("The run of %s broke off", run.path, exc_info=error)
        reason = f"The run broke off ({type(error).__name__})."
        self._say(run, f"{run.path.name}: {reason} The server's log says more.", types.MessageType.Error)
        return reason

    def _say(self, run: Run, message: str, kind: types.MessageType) -> None:
        """Say why a run was not made; after each save the same words only once."""
        if run.asked or self._said.get(run.snapshot.key) != message:
            self._server.say(message, kind)
        self._said[run.snapshot.key] = message

    def _finish(self, run: Run, outcome: "Outcome | None", status: RunStatus, reason: str) -> None:
        if outcome:
            self._outcomes[run.snapshot.key] = outcome
            self._said.pop(run.snapshot.key, None)
            self._explain(run, outcome.result)
        result = outcome.result if outcome else self._unfinished(run, status, reason)
        run.progress.end(summary_of(result))
        self._server.pipeline.now(run.snapshot.key)
        self._server.refresh_lenses()
        body = self._server.services.session_object(result, run.snapshot.text)
        self._server.protocol.notify("calibrant/session", body)

    def _unfinished(self, run: Run, status: RunStatus, reason: str) -> SessionResult:
        """Return the result of a run that gave none: as far as it was recorded, else without steps."""
        name = self._server.name_of(run.path)
        workspace = self._server.configuration.workspace_of(run.path)
        try:
            recorded = [one for one in self._server.services.history(workspace, name) if one.session == run.session]
        except (StoreError, OSError):  # told already, when the run could not begin
            recorded = []
        return recorded[0] if recorded else SessionResult(run.session, name, status, Summary(), Groups(), reason=reason)

    def _explain(self, run: Run, result: SessionResult) -> None:
        """Tell what was not run and why, in one message, each reason once for each workspace."""
        workspace = self._server.configuration.workspace_of(run.path)
        reasons: dict[str, list[str]] = {}
        for step in result.steps:
            if step.status == "not_run" and (workspace, step.reason) not in self._explained:
                reasons.setdefault(step.reason, []).append(step.id)
        if reasons:
            self._explained.update((workspace, reason) for reason in reasons)
            self._server.say(_not_run(run.path.name, reasons, trusted=self._trusted(workspace)), types.MessageType.Info)

    def _trusted(self, workspace: "Path") -> bool:
        try:
            return self._server.services.trusted(workspace)
        except (StoreError, OSError):
            return False


def _not_run(name: str, reasons: dict[str, list[str]], *, trusted: bool) -> str:
    parts = [f"Not everything in {name} was run."]
    for reason, steps in reasons.items():
        named = ", ".join(f"‘{step}’" for step in steps[:5]) + (" and others" if len(steps) > 5 else "")
        parts.append(f"{named}: {reason.removeprefix('Not run: ')}".rstrip())
    if not trusted:
        parts.append("In the editor, the command ‘calibrant.trust’ trusts this workspace.")
    return "\n".join(parts)


def summary_of(result: SessionResult) -> str:
    """Return a run's result in a few words: "3 errors, 1 warning"."""
    if result.status == "cancelled":
        return "cancelled"
    found = [issue.severity for issue in result.issues.all]
    parts = [_count(found.count("error"), "error"), _count(found.count("warning"), "warning")]
    counted = ", ".join(part for part in parts if part)
    if result.status == "failed":
        return f"broke off: {result.reason}" + (f" ({counted})" if counted else "")
    return counted or "no issues"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}" if number else ""
