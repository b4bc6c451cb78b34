"""Code lenses at the top of a workflow: calibrate, run what changed, cancel, last result, roll back."""

import asyncio
import time
from typing import TYPE_CHECKING

from lsprotocol import types

from calibrant.lsp.convert import key_of, start_of_text
from calibrant.lsp.runs import summary_of
from calibrant.model.applied import ChangeSession
from calibrant.model.ports import StoreError
from calibrant.model.session import SessionResult, digest_of_text
from calibrant.workspace.application import title_of
from calibrant.workspace.documents import Snapshot
from calibrant.workspace.locate import is_run

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer


async def code_lens(ls: "CalibrantServer", params: types.CodeLensParams) -> list[types.CodeLens]:
    """Handle `textDocument/codeLens`."""
    await ls.pipeline.ready(key_of(params.text_document.uri))
    snapshot = ls.snapshot(params.text_document.uri)
    if snapshot is None or snapshot.path is None or ls.pipeline.analysis(snapshot) is None:
        return []
    last = await last_result(ls, snapshot) if is_run(snapshot.path) else None
    lenses = [_run_lens(ls, snapshot)] if is_run(snapshot.path) else []
    if last and _is_outdated(last, snapshot) and ls.runs.current(snapshot.key) is None:
        lenses.append(_lens("Run only what changed", "calibrant.calibrate", {"uri": snapshot.uri, "resume": "partial"}))
    if last:
        title = f"last result: {summary_of(last)} · {ago(time.time() - last.started - last.seconds)}"
        lenses.append(_lens(title, "calibrant.history", {"uri": snapshot.uri}))
    changes = ls.applications.recorded.sessions(snapshot.key)
    if changes:
        title = f"Roll back {title_of(changes[0].fixes)} ({status_of(changes[0])})"
        lenses.append(_lens(title, "calibrant.rollback", {"uri": snapshot.uri, "session": changes[0].id}))
    return lenses


def status_of(session: ChangeSession) -> str:
    """Return in a word or two how a change that stands was verified."""
    if session.status == "unverified":
        return "did not hold" if session.holds is False else "not verified"
    return session.status


def _is_outdated(last: SessionResult, snapshot: Snapshot) -> bool:
    """Tell whether the text is another one than that of the last run, as far as is known."""
    return bool(last.text) and last.text != digest_of_text(snapshot.text)


def _run_lens(ls: "CalibrantServer", snapshot: Snapshot) -> types.CodeLens:
    run = ls.runs.current(snapshot.key)
    if run:
        return _lens("Calibrating… (cancel)", "calibrant.cancel", {"session": run.session})
    return _lens("Calibrate", "calibrant.calibrate", {"uri": snapshot.uri})


async def last_result(ls: "CalibrantServer", snapshot: Snapshot) -> SessionResult | None:
    """Return the newest result: from this server's own runs, else as recorded."""
    outcome = ls.runs.outcome(snapshot.key)
    if outcome:
        return outcome.result
    if snapshot.path is None:
        return None
    try:
        workspace = ls.configuration.workspace_of(snapshot.path)
        results = await asyncio.to_thread(ls.services.history, workspace, ls.name_of(snapshot.path))
    except (StoreError, OSError):  # a run tells of a store that cannot be used; a lens only has nothing to show
        return None
    return results[0] if results else None


def ago(seconds: float) -> str:
    """Return how long ago that was, in the largest unit that fits."""
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{int(seconds // length)} {unit} ago"
    return f"{max(int(seconds), 0)} s ago"


def _lens(title: str, command: str, argument: dict[str, str]) -> types.CodeLens:
    return types.CodeLens(range=start_of_text(), command=types.Command(title, command, arguments=[argument]))
