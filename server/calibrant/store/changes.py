"""Changes of workflow files: the sessions, which are their own journal, the contents they need, and what became of fixes."""

import os
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager

import msgspec

from calibrant.model.applied import OPEN_STATUSES, STANDING, ChangedFile, ChangeSession, Outcome
from calibrant.model.ports import Lease
from calibrant.store import answered, counting, locks
from calibrant.store.backups import Backups
from calibrant.store.db import Database, Row
from calibrant.store.empty import refuse
from calibrant.store.jsonrow import from_json, to_json

UNREADABLE = "This change was recorded by another version of Calibrant, which alone can take it back."

_LONGEST_DAYS = 100_000

_WRITE = (
    "INSERT INTO changes (id, status, started, session) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (id) DO UPDATE SET status = excluded.status, session = excluded.session"
)
_FILE = "INSERT OR IGNORE INTO change_files (session, path) VALUES (?, ?)"
_CONTENT = "INSERT OR IGNORE INTO change_contents (session, digest) VALUES (?, ?)"
_SELECT = "SELECT id, status, started, session FROM changes"
_NEWEST = f"{_SELECT} ORDER BY position DESC LIMIT ?"
_NEWEST_OF = f"""{_SELECT} WHERE id IN (SELECT session FROM change_files WHERE path = ?)
    ORDER BY position DESC LIMIT ?"""  # noqa: S608 - fixed names
_OPEN = "WHERE status IN ('prepared', 'applied', 'rolling_back') ORDER BY position DESC"
_GONE = frozenset({"rolled_back", "refused"})


class Changes:
    """The changes of one workspace."""

    def __init__(self, database: Database, *, count: int = 200, days: int = 60) -> None:
        """`count` sessions are kept, with their backups, for `days`.

        One that is under way, and the newest that stands in a file, stay for good.
        """
        self._database = database
        self._count = count
        self._days = days
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
            answered.note(connection, session)
            if outcome is not None:
                counting.count(connection, session.fixes, outcome)

    def get(self, session: str) -> ChangeSession | None:
        """Return a session."""
        rows = self._database.read(f"{_SELECT} WHERE id = ?", (session,))
        return self._session(rows[0]) if rows else None

    def history(self, path: str | None = None, limit: int = 20) -> Sequence[ChangeSession]:
        """Return the newest sessions, newest first."""
        sql, values = (_NEWEST, (limit,)) if path is None else (_NEWEST_OF, (os.fsencode(path), limit))
        return [self._session(row) for row in self._database.read(sql, values)]

    def unsettled(self) -> Sequence[ChangeSession]:
        """Return the sessions that are under way or were interrupted."""
        return [self._session(row) for row in self._database.read(f"{_SELECT} {_OPEN}")]

    def outcomes(self) -> Mapping[str, Mapping[Outcome, int]]:
        """Return how many fixes of each strategy came to each outcome; each counts once, by the last word on it."""
        return counting.counts(self._database)

    def make_room(self) -> int:
        """Drop old sessions and the backups that none needs any longer; return the bytes freed."""
        self._writable()
        with self._database.write() as connection:
            drop = list(_droppable(connection, self._count, self._days))
            for table, column in (("change_contents", "session"), ("change_files", "session"), ("changes", "id")):
                connection.executemany(f"DELETE FROM {table} WHERE {column} = ?", drop)  # noqa: S608 - fixed names
        return self._backups.drop_unused()

    def _session(self, row: Row) -> ChangeSession:
        """Return a session; one that cannot be read as what is certain of it: its files, and whether it may stand."""
        found = _read(row)
        if found is not None:
            return found
        name, status, started, _ = row
        rows = self._database.read("SELECT path FROM change_files WHERE session = ? ORDER BY path", (name,))
        files = tuple(ChangedFile(os.fsdecode(path), "", "") for (path,) in rows)
        return ChangeSession(
            name, status if status in _GONE else "unreadable", files, reason=UNREADABLE, started=started
        )

    def _writable(self) -> None:
        if self._database.read_only:
            refuse()


def unsettled_sessions(database: Database) -> frozenset[str]:
    """Return the ids of the sessions that are under way or were interrupted."""
    return frozenset(row[0] for row in database.read(f"{_SELECT} {_OPEN}"))


def _droppable(connection: sqlite3.Connection, count: int, days: int) -> Iterator[tuple[str]]:
    """Yield the sessions, in the caller's transaction, that are too old or too many and that nothing can need.

    One that cannot be read may be needed: by the version that recorded it.
    """
    oldest = time.time() - min(days, _LONGEST_DAYS) * 86400
    standing: set[str] = set()
    for number, row in enumerate(connection.execute(f"{_SELECT} ORDER BY position DESC").fetchall()):
        session = _read(row)
        if session is None:
            continue
        paths = {file.path for file in session.files}
        newest = session.status in STANDING and not paths <= standing
        standing |= paths if session.status in STANDING else set()
        if newest or session.status in OPEN_STATUSES:
            continue
        if number >= count or session.started < oldest:
            yield (session.id,)


def _digests(file: ChangedFile) -> Iterator[str]:
    return (digest for digest in (file.before, file.after, file.found, file.back) if digest is not None)


def _read(row: Row) -> ChangeSession | None:
    try:
        return from_json(row[3], ChangeSession)
    except msgspec.ValidationError:  # recorded by another version
        return None
