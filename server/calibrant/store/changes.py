"""Changes of workflow files: the sessions, which are their own journal, the contents they need, and what became of fixes."""

import os
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager

import msgspec

from calibrant.model.applied import OPEN_STATUSES, STANDING, ChangedFile, ChangeSession, Outcome
from calibrant.model.ports import Lease, StoreError
from calibrant.store import locks
from calibrant.store.backups import Backups
from calibrant.store.db import Database
from calibrant.store.empty import refuse
from calibrant.store.jsonrow import from_json, to_json

KEPT_CHANGES = 200
"""How many sessions of a workspace are kept, with their backups, whatever their age may be below `KEPT_DAYS`."""
KEPT_DAYS = 60
"""How many days a session is kept. One that is under way, and the newest that stands in a file, stay for good."""

_WRITE = (
    "INSERT INTO changes (id, status, started, session) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (id) DO UPDATE SET status = excluded.status, session = excluded.session"
)
_FILE = "INSERT OR IGNORE INTO change_files (session, path) VALUES (?, ?)"
_CONTENT = "INSERT OR IGNORE INTO change_contents (session, digest) VALUES (?, ?)"
_COUNT = (
    "INSERT INTO outcomes (strategy, outcome, count) VALUES (?, ?, 1) "
    "ON CONFLICT (strategy, outcome) DO UPDATE SET count = count + 1"
)
_NEWEST = "SELECT session FROM changes ORDER BY position DESC LIMIT ?"
_NEWEST_OF = """SELECT session FROM changes WHERE id IN (SELECT session FROM change_files WHERE path = ?)
    ORDER BY position DESC LIMIT ?"""
_OPEN = "SELECT session FROM changes WHERE status IN ('prepared', 'applied', 'rolling_back') ORDER BY position DESC"


class Changes:
    """The changes of one workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._backups = Backups(database)

    def lease(self, path: str, session: str) -> AbstractContextManager[Lease]:
        """Hold a file's lock while in the context; it is renewed in the background.

        Raises:
            AlreadyRunningError: another live session holds it.
            StoreError: the database cannot be written.
        """
        self._writable()
        return locks.hold(self._database, f"change://{path}", session)  # no workflow has such a name

    def keep(self, data: bytes) -> str:
        """Keep bytes under their digest, durably."""
        self._writable()
        return self._backups.keep(data)

    def kept(self, digest: str) -> bytes:
        """Return the bytes of a digest."""
        return self._backups.kept(digest)

    def kept_at(self, digest: str) -> str:
        """Return the path of the file in which they are kept."""
        return str(self._backups.path(digest))

    def write(self, session: ChangeSession, outcome: Outcome | None = None) -> None:
        """Record a session as it is now, and count what became of its fixes, durably."""
        self._writable()
        data = to_json(session)
        with self._database.write(durable=True) as connection:
            connection.execute(_WRITE, (session.id, session.status, session.started, data))
            for file in session.files:
                connection.execute(_FILE, (session.id, os.fsencode(file.path)))
                connection.executemany(_CONTENT, [(session.id, digest) for digest in _digests(file)])
            if outcome is not None:
                connection.executemany(_COUNT, [(fix.strategy, outcome) for fix in session.fixes])

    def get(self, session: str) -> ChangeSession | None:
        """Return a session."""
        rows = self._database.read("SELECT session FROM changes WHERE id = ?", (session,))
        return _session(rows[0][0]) if rows else None

    def history(self, path: str | None = None, limit: int = 20) -> Sequence[ChangeSession]:
        """Return the newest sessions, newest first."""
        sql, values = (_NEWEST, (limit,)) if path is None else (_NEWEST_OF, (os.fsencode(path), limit))
        return [_session(data) for (data,) in self._database.read(sql, values)]

    def unsettled(self) -> Sequence[ChangeSession]:
        """Return the sessions that are under way or were interrupted."""
        return [_session(data) for (data,) in self._database.read(_OPEN)]

    def outcomes(self) -> Mapping[str, Mapping[Outcome, int]]:
        """Return how often the fixes of each strategy came to each outcome."""
        found: dict[str, dict[Outcome, int]] = {}
        for strategy, outcome, count in self._database.read(
            "SELECT strategy, outcome, count FROM outcomes ORDER BY 1, 2"
        ):
            found.setdefault(strategy, {})[outcome] = count
        return found

    def make_room(self) -> int:
        """Drop old sessions and the backups that none needs any longer; return the bytes freed."""
        self._writable()
        with self._database.write() as connection:
            drop = list(_droppable(connection))
            for table, column in (("change_contents", "session"), ("change_files", "session"), ("changes", "id")):
                connection.executemany(f"DELETE FROM {table} WHERE {column} = ?", drop)  # noqa: S608 - fixed names
        return self._backups.drop_unused()

    def _writable(self) -> None:
        if self._database.read_only:
            refuse()


def unsettled_sessions(database: Database) -> frozenset[str]:
    """Return the ids of the sessions that are under way or were interrupted."""
    return frozenset(_session(data).id for (data,) in database.read(_OPEN))


def _droppable(connection: sqlite3.Connection) -> Iterator[tuple[str]]:
    """Yield the sessions, in the caller's transaction, that are too old or too many and that nothing can need."""
    oldest = time.time() - KEPT_DAYS * 86400
    standing: set[str] = set()
    rows = connection.execute("SELECT session FROM changes ORDER BY position DESC").fetchall()
    for number, (data,) in enumerate(rows):
        session = _session(data)
        paths = {file.path for file in session.files}
        newest = session.status in STANDING and not paths <= standing
        standing |= paths if session.status in STANDING else set()
        if newest or session.status in OPEN_STATUSES:
            continue
        if number >= KEPT_CHANGES or session.started < oldest:
            yield (session.id,)


def _digests(file: ChangedFile) -> Iterator[str]:
    return (digest for digest in (file.before, file.after, file.found, file.back) if digest is not None)


def _session(data: bytes) -> ChangeSession:
    try:
        return from_json(data, ChangeSession)
    except msgspec.ValidationError as error:
        raise StoreError(
            "A change was recorded by another version of Calibrant, which alone can take it back."
        ) from error
