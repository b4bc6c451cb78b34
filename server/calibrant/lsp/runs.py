"""What the editor is shown of runs: progress, messages, diagnostics, and the notification that ends a session."""

import logging
from typing import TYPE_CHECKING

import msgspec
from lsprotocol import types

from calibrant.lsp.not_run import tell_not_run
from calibrant.lsp.progress import Progress
from calibrant.model.event import Event, StepFinished
from calibrant.model.ports import AlreadyRunningError, StoreError
from calibrant.model.session import SessionResult
from calibrant.model.words import counted
from calibrant.workspace.locate import is_run
from calibrant.workspace.queue import Run

if TYPE_CHECKING:
    from pathlib import Path

    from calibrant.lsp.core import CalibrantServer

_log = logging.getLogger(__name__)

_STATE = ""
"""Stands for all workflows: what is wrong with the state directory is wrong for each of them."""


class RunsShown:
    """Listens to the run queue for the editor."""

    def __init__(self, server: "CalibrantServer") -> None:
        self._server = server
        self._progress: dict[str, Progress] = {}
        self._said: dict[str, str] = {}
        self._explained: set[tuple[Path, str]] = set()

    def progress(self, session: str) -> Progress | None:
        """Return how far a run is; None while it waits for its turn."""
        return self._progress.get(session)

    def began(self, run: Run) -> None:
        """Show progress."""
        self._server.trying.give_way()
        self._server.knowledge.began(run)
        progress = Progress(self._server, run.session, f"Calibrating {run.path.name}")
        self._progress[run.session] = progress
        if not is_run(run.path):  # it is only read again, to see whether a fix holds: over before it could be shown
            return
        if self._server.batches.holds(run.session):
            self._server.batches.began(run.session)
        else:
            progress.start()
        self._refresh(run)

    def happened(self, run: Run, event: Event) -> None:
        """Show how far the run is."""
        self._progress[run.session].tell(event)
        self._server.knowledge.happened(run, event)
        self._server.statuses.touch()
        if isinstance(event, StepFinished) and self._server.looks.found(run.snapshot.key):
            self.learned(run)  # what a look found of the step counts no longer

    def learned(self, run: Run) -> None:
        """Show soon what the run found so far; those of a batch are shown at their ends."""
        if not self._server.batches.holds(run.session):
            self._server.as_they_come.touch(run.snapshot.key)

    def ended(self, run: Run, result: SessionResult, error: BaseException | None) -> None:
        """Show what the run found, or why there is nothing."""
        self._server.knowledge.ended(run, error)
        if error:
            result = msgspec.structs.replace(result, reason=self._failed(run, error))
        elif result.status != "cancelled":
            self._said.pop(run.snapshot.key, None)
            self._said.pop(_STATE, None)
            self._explain(run, result)
            self._server.looks.settle(run.snapshot.key)
            self._try_fixes(run)
        if progress := self._progress.pop(run.session, None):
            progress.end(summary_of(result))
        self._server.as_they_come.over(run.snapshot.key)
        self._server.pipeline.now(run.snapshot.key)
        self._server.statuses.ran(run.snapshot)
        self._refresh(run)
        self._server.protocol.notify("calibrant/session", self._server.session_object(run.path, result, run.snapshot))
        self._verify(run)
        self._server.batches.ended(run.session, result)

    def _refresh(self, run: Run) -> None:
        """Show the run where its workflow is open; nothing else of what an editor shows by itself is about it."""
        held = self._server.documents.get(run.snapshot.key)
        if held and held.is_open:
            self._server.refresh_lenses()

    def _verify(self, run: Run) -> None:
        """Let the run tell what it says of fixes; where it says nothing, nothing waits for it any longer."""
        outcome = self._server.runs.outcome(run.snapshot.key)
        if outcome and outcome.result.session == run.session:
            self._server.applications.ran(run.snapshot.key, run.path, outcome, run.options.inputs)
        else:
            self._server.changes.concluded(run.snapshot.key)
        self._server.verifying.ended(run.snapshot.key)

    def _try_fixes(self, run: Run) -> None:
        """Try fixes for what failed, unless the text has been edited since, or the user does not want that."""
        outcome = self._server.runs.outcome(run.snapshot.key)
        newest = self._server.documents.get(run.snapshot.key)
        if outcome is None or outcome.result.session != run.session or (newest and newest.text != run.snapshot.text):
            return
        if self._server.batches.holds(run.session) or not is_run(run.path):
            return
        if self._server.configuration.settings(run.path).trials == "on":
            self._server.trying.ran(run.snapshot, run.path, outcome, run.options)

    def _failed(self, run: Run, error: BaseException) -> str:
        """Tell the user why a run did not come to its end, and return it in short."""
        if isinstance(error, AlreadyRunningError | StoreError | OSError | ValueError):
            about = _STATE if isinstance(error, StoreError) else run.snapshot.key
            if not self._server.batches.failed(run.session, str(error)):
                self._say(run, about, str(error), f"{run.path.name} was not run. {error}", types.MessageType.Warning)
            return str(error)
        _log.error("The run of %s broke off", run.path, exc_info=error)
        reason = f"The run broke off ({type(error).__name__})."
        if not self._server.batches.failed(run.session, f"{reason} The server's log says more."):
            message = f"{run.path.name}: {reason} The server's log says more."
            self._say(run, run.snapshot.key, reason, message, types.MessageType.Error)
        return reason

    def _say(self, run: Run, about: str, reason: str, message: str, kind: types.MessageType) -> None:
        """Say why a run was not made; after saves the same reason only once about a workflow, or about all of them."""
        if run.asked or self._said.get(about) != reason:
            self._server.say(message, kind)
        self._said[about] = reason

    def _explain(self, run: Run, result: SessionResult) -> None:
        """Tell what was not run and why, in one message, each reason once for each workspace."""
        workspace = self._server.configuration.workspace_of(run.path)
        reasons: dict[str, list[str]] = {}
        if not is_run(run.path):
            return
        for step in result.steps:
            if step.status == "not_run" and (workspace, step.reason) not in self._explained:
                reasons.setdefault(step.reason, []).append(step.id)
        if reasons:
            self._explained.update((workspace, reason) for reason in reasons)
            self._server.spawn(tell_not_run(self._server, run, workspace, reasons))


def summary_of(result: SessionResult) -> str:
    """Return a run's result in a few words: "3 errors, 1 warning"."""
    if result.status == "cancelled":
        return "cancelled"
    found = [issue.severity for issue in result.issues.all]
    parts = [counted(found.count(one), one) for one in ("error", "warning") if one in found]
    words = ", ".join(parts)
    if result.status == "failed":
        return f"broke off: {result.reason}" + (f" ({words})" if words else "")
    return words or "no issues"
