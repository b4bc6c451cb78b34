"""The store on SQLite: its parts put together."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Self

from calibrant.model.event import Event
from calibrant.model.ports import Lease
from calibrant.model.session import SessionResult, StepRecord, UnderWay
from calibrant.store import locks, trust
from calibrant.store.answered import unseen_change
from calibrant.store.changes import Changes
from calibrant.store.db import Database
from calibrant.store.empty import EmptyStore, refuse
from calibrant.store.housekeeping import Housekeeping
from calibrant.store.inputs import inputs_of, remember_inputs
from calibrant.store.migrations import LATEST
from calibrant.store.outputs import Outputs
from calibrant.store.recorder import Recorder, Write
from calibrant.store.sessions import Sessions
from calibrant.store.store import KEPT_BACKUPS


class SqliteStore:
    """All that is remembered of one workspace; safe to use from several threads."""

    def __init__(
        self, path: Path, *, limit: int, backups: tuple[int, int] = KEPT_BACKUPS, read_only: bool = False
    ) -> None:
        """`limit`: bytes for outputs and results. `backups`: how many changes are kept with theirs, and for how many days."""
        self._database = Database(path, read_only=read_only)
        self._housekeeping = Housekeeping(self._database, limit)
        self._recorder = Recorder(self._database, self._written)
        self.outputs = Outputs(self._database, self._recorder)
        count, days = backups
        self.changes = Changes(self._database, count=count, days=days)
        self._sessions = Sessions(self._database, self._recorder)

    def lease(self, workflow: str, session: str) -> AbstractContextManager[Lease]:
        """Hold the workflow's lock while in the context; it is renewed in the background.

        Raises:
            AlreadyRunningError: another live session holds it.
            StoreError: the database cannot be written.
        """
        self._writable()
        return locks.hold(self._database, workflow, session)

    def begin(self, session: str, workflow: str, started: float) -> None:
        """Record that a run began, which holds the workflow's lease, and wait until it is written.

        Raises:
            StoreError: it could not be written.
        """
        self._sessions.begin(session, workflow, started)

    def record(self, session: str, event: Event, definition: str = "") -> None:
        """Record what happened in a run, of a finished step what stands for its text too; returns at once."""
        self._sessions.record(session, event, definition)

    def finish(self, result: SessionResult) -> None:
        """Record a run's result and wait until it is written; where the size limit is passed, make room in the background.

        Raises:
            StoreError: it could not be written.
        """
        self._sessions.finish(result)
        self._housekeeping.start()

    def history(self, workflow: str | None, limit: int = 20) -> Sequence[SessionResult]:
        """Return the newest results of a workflow, or of all, newest first; a run that broke off is shown as failed."""
        return self._sessions.history(workflow, limit)

    def step_runs(self, workflow: str) -> Sequence[StepRecord]:
        """Return how the steps of a workflow came to their ends in its last runs, those of newer runs first."""
        return self._sessions.step_runs(workflow)

    def under_way(self, workflow: str | None = None) -> Sequence[UnderWay]:
        """Return the runs of a workflow that go on now, or of all, newest first."""
        return self._sessions.under_way(workflow)

    def unseen_change(self, workflow: str, path: str) -> str:
        """Return the session of the newest standing change of a file that no run of its workflow has seen yet, or nothing."""
        return unseen_change(self._database, workflow, path)

    def inputs(self, workflow: str) -> Mapping[str, object]:
        """Return what is remembered of what a workflow was given, by the name of the input."""
        return inputs_of(self._database, workflow)

    def remember_inputs(self, workflow: str, values: Mapping[str, object]) -> None:
        """Remember what a workflow was given; None forgets one."""
        self._writable()
        remember_inputs(self._database, workflow, values)

    def trusted(self) -> bool:
        """Tell whether the user trusts this workspace."""
        return trust.is_trusted(self._database)

    def trust(self, on: bool = True) -> None:
        """Remember whether the user trusts this workspace."""
        self._writable()
        trust.set_trust(self._database, on=on)

    def close(self) -> None:
        """Write what is waiting and let go of the database.

        Raises:
            StoreError: something could not be written.
        """
        try:
            try:
                self._recorder.close()
            finally:
                self._housekeeping.wait()
        finally:
            self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    @property
    def current(self) -> bool:
        """Whether the database has all tables that this program knows."""
        return self._database.version == LATEST

    def _writable(self) -> None:
        if self._database.read_only:
            refuse()

    def _written(self, writes: Sequence[Write]) -> None:
        self.outputs.forget(writes)


def open_read_only(path: Path) -> SqliteStore | EmptyStore:
    """Return a view of a database that never writes; an empty one where an older Calibrant wrote it.

    Raises:
        StoreError: the database is damaged, newer than this program or not ours.
    """
    store = SqliteStore(path, limit=0, read_only=True)
    if store.current:
        return store
    store.close()
    return EmptyStore()
