"""Applications that were asked for by command: each goes on behind its answer, and its end is told."""

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from lsprotocol import types

from calibrant.lsp.applying import Applying, apply_open
from calibrant.lsp.applying_closed import Ended, apply_closed
from calibrant.lsp.change_object import change_entry
from calibrant.lsp.progress import Progress
from calibrant.model.applied import AppliedFix, ChangedFile, ChangeSession
from calibrant.model.event import RunStatus
from calibrant.model.ports import AlreadyRunningError, StoreError

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer
    from calibrant.workspace.calibration import Outcome
    from calibrant.workspace.drafts import Left

_log = logging.getLogger(__name__)


class _Waiting(msgspec.Struct, frozen=True, eq=False):
    """A change in an open document whose verification is awaited."""

    applying: Applying
    left: "tuple[Left, ...]"


class Changes:
    """The applications that were asked for and have not ended."""

    def __init__(self, server: "CalibrantServer") -> None:
        self._server = server
        self._going: dict[str, asyncio.Task[None]] = {}
        self._keys: dict[str, str] = {}
        self._committed: set[str] = set()
        self._waiting: dict[str, list[_Waiting]] = {}

    def start(self, applying: Applying) -> None:
        """Begin an application."""
        task = self._server.spawn(self._apply(applying))
        self._going[applying.session] = task
        self._keys[applying.session] = applying.snapshot.key
        self._server.statuses.touch()
        task.add_done_callback(lambda _: self._over(applying.session))

    def cancel(self, session: str) -> bool:
        """Cancel an application; False where it is over, or past the point where it could be."""
        task = self._going.get(session)
        return task is not None and session not in self._committed and task.cancel()

    def cancel_all(self) -> None:
        """Cancel every application that still can be."""
        for session in list(self._going):
            self.cancel(session)

    def current(self, key: str) -> str:
        """Return the session of an application to a document that goes on; empty where none does."""
        return next((session for session, its in self._keys.items() if its == key), "")

    def concluded(self, key: str) -> None:
        """A run of a document is over: what waited for it ends, unless another run is to come."""
        if not self._server.verifying.expected(key):
            for waiting in self._waiting.pop(key, []):
                self._server.spawn(self._end(waiting))

    def _over(self, session: str) -> None:
        self._going.pop(session, None)
        self._keys.pop(session, None)
        self._server.statuses.touch()

    async def _apply(self, applying: Applying) -> None:
        progress = Progress(self._server, applying.session, f"Applying fixes to {applying.path.name}")
        try:
            if applying.snapshot.is_open:
                self._committed.add(applying.session)  # what the editor was given cannot be taken from it again
                await self._apply_open(applying)
                return
            progress.start()
            ended = await apply_closed(
                self._server, applying, progress.tell, lambda: self._committed.add(applying.session)
            )
        except asyncio.CancelledError:
            if applying.session not in self._committed:
                self._tell(applying, Ended("refused", "It was cancelled. Nothing was changed."), "cancelled")
            raise
        except (AlreadyRunningError, StoreError, OSError, ValueError) as error:
            self._said(applying, Ended("refused", str(error)), "failed")
        except Exception as error:  # noqa: BLE001 - whatever it is, the change has an end, and it is told
            _log.exception("Fixes of %s could not be applied", applying.path)
            why = f"It broke off ({type(error).__name__}). The server's log says more."
            self._said(applying, Ended("refused", why), "failed")
        else:
            self._said(applying, ended, "completed", await self._recorded(applying, ended))
        finally:
            progress.end("")
            self._committed.discard(applying.session)

    async def _apply_open(self, applying: Applying) -> None:
        why, left = await apply_open(self._server, applying)
        if why:
            self._said(applying, Ended("refused", why, left), "completed")
            return
        if left:
            self._server.say(_left(left))
        waiting = _Waiting(applying, left)
        if self._server.verifying.expected(applying.snapshot.key):
            self._waiting.setdefault(applying.snapshot.key, []).append(waiting)
        else:
            await self._end(waiting)

    async def _end(self, waiting: _Waiting) -> None:
        """Tell how a change in an open document stands now that nothing more follows by itself."""
        applying = waiting.applying
        try:
            session = await self._server.applications.recorded.see(
                applying.path, lambda site: site.store.get(applying.session)
            )
        except (StoreError, OSError) as error:
            self._tell(applying, Ended("refused", str(error), waiting.left), "failed")
            return
        outcome = self._server.runs.outcome(applying.snapshot.key)
        if session is None:
            why = "It was applied, and is not remembered: only the editor can undo it."
            self._tell(applying, Ended("unverified", why, waiting.left), "failed")
            return
        verified = outcome if outcome and session.holds is not None else None
        self._notify(applying, session, waiting.left, verified, "completed")

    async def _recorded(self, applying: Applying, ended: Ended) -> ChangeSession | None:
        """Return the change of a closed file as it is remembered; None where there is none, or it cannot be read."""
        if ended.status == "refused":
            return None
        try:
            return await self._server.applications.recorded.see(
                applying.path, lambda site: site.store.get(applying.session)
            )
        except (StoreError, OSError) as error:  # it was made, and how it ended is known
            _log.warning("What was changed in %s cannot be looked up: %s", applying.path, error)
            return None

    def _said(self, applying: Applying, ended: Ended, status: RunStatus, recorded: ChangeSession | None = None) -> None:
        """Tell the user in one message what was left and why, then tell the end."""
        parts = []
        if ended.status in ("refused", "rolled_back"):
            parts.append(f"No fix was applied to {applying.path.name}. {ended.reason}")
        if ended.left and not (len(ended.left) == 1 and ended.left[0].why == ended.reason):
            parts.append(_left(ended.left))
        if parts:
            self._server.say("\n".join(parts), types.MessageType.Warning)
        self._tell(applying, ended, status, recorded)

    def _tell(self, applying: Applying, ended: Ended, status: RunStatus, recorded: ChangeSession | None = None) -> None:
        fixes = () if ended.status == "refused" else _applied(ended)
        file = ChangedFile(self._server.name_of(applying.path), "", "")
        known = ChangeSession(applying.session, ended.status, (file,), fixes, ended.reason)
        self._notify(applying, recorded or known, ended.left, ended.outcome, status)

    def _notify(
        self,
        applying: Applying,
        session: ChangeSession,
        left: "tuple[Left, ...]",
        outcome: "Outcome | None",
        status: RunStatus,
    ) -> None:
        entry = change_entry(self._server, Path(applying.path), session, left, outcome, status)
        self._server.protocol.notify("calibrant/session", entry)


def _applied(ended: Ended) -> tuple[AppliedFix, ...]:
    return tuple(AppliedFix(one.id, one.title, one.strategy, one.issue) for one in ended.fixes)


def _left(left: "tuple[Left, ...]") -> str:
    return "\n".join(f"Left out: ‘{one.fix.title}’. {one.why}" for one in left)
