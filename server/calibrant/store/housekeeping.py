"""Making room: dropping what is oldest when a database has grown above its limit."""

import threading
from collections.abc import Iterable, Iterator

from calibrant.model.ports import StoreError
from calibrant.store.db import Database

KEPT_SESSIONS = 20
"""Sessions of each workflow whose results stay, however little room there is."""
_FILL = 0.8
"""How full a database is left after making room, so that not every run has to make some."""

_LAST_GOOD = "SELECT max(position) FROM outputs WHERE masked = 0 GROUP BY workflow, step"
_OLD_OUTPUTS = f"""SELECT o.position, coalesce(length(o.data), 0) + 100, o.digest, coalesce(length(c.data), 0)
    FROM outputs o LEFT JOIN contents c USING (digest) WHERE o.position NOT IN ({_LAST_GOOD}) ORDER BY o.position"""  # noqa: S608
_OLD_SESSIONS = """SELECT s.id, coalesce(length(s.result), 0) + (SELECT
        coalesce(sum(length(failures) + length(observed) + 150), 0) FROM step_runs WHERE session = s.id)
        FROM sessions s WHERE s.result IS NOT NULL AND (SELECT count(*) FROM sessions newer
        WHERE newer.workflow = s.workflow AND newer.position > s.position) >= ? ORDER BY s.position"""


class Housekeeping:
    """Makes room in the background, on a connection of its own, so that nobody waits for it."""

    def __init__(self, database: Database, limit: int) -> None:
        """`limit` in bytes."""
        self._database = database
        self._limit = limit
        self._thread: threading.Thread | None = None
        self._error: StoreError | None = None

    def start(self) -> None:
        """Begin where the database is above its limit and nobody is at it.

        Raises:
            StoreError: there was no making room the last time.
        """
        if used(self._database) <= self._limit or (self._thread is not None and self._thread.is_alive()):
            return
        self.wait()
        self._thread = threading.Thread(target=self._work, name="calibrant-housekeeping", daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Wait until it is done.

        Raises:
            StoreError: there was no making room.
        """
        if self._thread is not None:
            self._thread.join()
        error, self._error = self._error, None
        if error is not None:
            raise error

    def _work(self) -> None:
        try:
            database = Database(self._database.path)
            try:
                make_room(database, self._limit)
            finally:
                database.close()
        except StoreError as error:
            self._error = error


def make_room(database: Database, limit: int) -> int:
    """Drop the oldest outputs, then the oldest sessions, of a database larger than `limit` bytes; return the bytes freed.

    Each step's last good output and each workflow's newest sessions stay.

    Raises:
        StoreError: the database cannot be written.
    """
    before = used(database)
    if before <= limit:
        return 0
    goal = before - int(limit * _FILL)
    goal -= _drop_outputs(database, goal)
    if goal > 0:
        _drop_sessions(database, goal)
    database.execute("PRAGMA incremental_vacuum")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return before - used(database)


def _drop_outputs(database: Database, goal: int) -> int:
    """Drop the oldest outputs until about `goal` bytes are free; return how many are."""
    rows = database.read(_OLD_OUTPUTS)
    users: dict[bytes, int] = dict(
        database.read("SELECT digest, count(*) FROM outputs WHERE digest NOTNULL GROUP BY digest")
    )
    freed, drop = 0, []
    for position, size, digest, shared in rows:
        if freed >= goal:
            break
        drop.append((position,))
        freed += size
        if digest is not None:
            users[digest] -= 1
            freed += 0 if users[digest] else shared
    with database.write() as connection:
        connection.executemany("DELETE FROM outputs WHERE position = ?", drop)
        connection.execute(
            "DELETE FROM contents WHERE digest NOT IN (SELECT digest FROM outputs WHERE digest IS NOT NULL)"
        )
    return freed


def _drop_sessions(database: Database, goal: int) -> None:
    drop = list(_until(goal, database.read(_OLD_SESSIONS, (KEPT_SESSIONS,))))
    with database.write() as connection:
        for table, column in (("step_runs", "session"), ("issues", "session"), ("answered", "run"), ("sessions", "id")):
            connection.executemany(f"DELETE FROM {table} WHERE {column} = ?", drop)  # noqa: S608 - fixed names


def _until(goal: int, rows: Iterable[tuple[str, int]]) -> Iterator[tuple[str]]:
    for session, size in rows:
        if goal <= 0:
            return
        goal -= size
        yield (session,)


def used(database: Database) -> int:
    """Return the bytes that the database takes, without pages that are free for use again."""
    (pages,), (free,), (size,) = (
        database.read(f"PRAGMA {pragma}")[0] for pragma in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)
