"""One run per workflow at a time, across processes: a lease of two minutes, renewed while its holder lives.

A lease whose holder is seen to be dead is free at once; one that was not renewed in time is free too. Time is told by the
machine's boot clock, which no one can set; only between machines that share a state directory the wall clock has to do.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from calibrant.model.ports import AlreadyRunningError, StoreError
from calibrant.store.db import Database, Row, storable_text
from calibrant.store.holder import Holder, this_process, ticks

LEASE_SECONDS = 120.0
RENEW_SECONDS = 30.0

_SELECT = "SELECT session, holder, expires, ticks FROM locks"
_TAKE = "INSERT OR REPLACE INTO locks (workflow, session, holder, expires, ticks) VALUES (?, ?, ?, ?, ?)"
_RENEW = "UPDATE locks SET expires = ?, ticks = ? WHERE workflow = ? AND session = ? AND holder = ?"
_RELEASE = "DELETE FROM locks WHERE workflow = ? AND session = ? AND holder = ?"


class HeldLease:
    """A held lock on one workflow."""

    def __init__(self, database: Database, workflow: str, session: str, holder: bytes) -> None:
        self.session = session
        self._database = database
        self._where = (workflow, session, holder)

    def renew(self) -> bool:
        """Renew for another two minutes; False where another session has it now.

        Raises:
            StoreError: the database cannot be written.
        """
        with self._database.write() as connection:
            return connection.execute(_RENEW, (*_expiry(), *self._where)).rowcount == 1

    def release(self) -> None:
        """Let others run this workflow."""
        with self._database.write() as connection:
            connection.execute(_RELEASE, self._where)

    def keep(self, ended: threading.Event) -> None:
        """Renew until `ended` is set or the lease is lost."""
        while not ended.wait(RENEW_SECONDS):
            try:
                if not self.renew():
                    return
            except StoreError:
                continue  # it holds for three more tries; who records in this run meets the same error and tells


@contextmanager
def hold(database: Database, workflow: str, session: str) -> Iterator[HeldLease]:
    """Hold a workflow's lock while in the context; a background thread renews it.

    Raises:
        AlreadyRunningError: another live session holds it.
        StoreError: the database cannot be written.
    """
    lease = _take(database, storable_text(workflow), session)
    ended = threading.Event()
    thread = threading.Thread(target=lease.keep, args=(ended,), name="calibrant-lease", daemon=True)
    thread.start()
    try:
        yield lease
    finally:
        ended.set()
        thread.join()
        lease.release()


def held_sessions(database: Database, workflow: str | None = None) -> frozenset[str]:
    """Return the sessions that hold a lease now, on one workflow or on any."""
    here = this_process()
    if workflow is None:
        rows = database.read(_SELECT)
    else:
        rows = database.read(f"{_SELECT} WHERE workflow = ?", (storable_text(workflow),))
    return frozenset(row[0] for row in rows if _holds(row, here))


def _take(database: Database, workflow: str, session: str) -> HeldLease:
    here = this_process()
    holder = msgspec.json.encode(here)
    with database.write() as connection:
        for row in connection.execute(f"{_SELECT} WHERE workflow = ?", (workflow,)).fetchall():
            if _holds(row, here):
                raise AlreadyRunningError(row[0])
        connection.execute(_TAKE, (workflow, session, holder, *_expiry()))
    return HeldLease(database, workflow, session, holder)


def _expiry() -> tuple[float, float]:
    return time.time() + LEASE_SECONDS, ticks() + LEASE_SECONDS


def _holds(row: Row, here: Holder) -> bool:
    """Tell whether a lease is still in force, seen from the process `here`."""
    _, holder_json, expires, expires_ticks = row
    holder = msgspec.json.decode(holder_json, type=Holder)
    if holder.lives(here) is False:
        return False
    same_clock = holder.boot == here.boot and (holder.boot != "" or holder.machine == here.machine)
    left: float = expires_ticks - ticks() if same_clock else expires - time.time()
    # More than a whole lease left means that the clock was set back, or started anew, since.
    return 0 < left <= LEASE_SECONDS
