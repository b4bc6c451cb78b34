"""Making room: dropping what is oldest above the size limit, and everything when the user says so."""

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from calibrant.model.ports import StoreError
from calibrant.store.db import Database
from calibrant.store.locks import held_sessions
from calibrant.store.places import DATABASE, folder_of, unwritable

KEPT_SESSIONS = 20
"""Sessions of each workflow whose results stay, however little room there is."""
_FILL = 0.8
"""How full a database is left after making room, so that not every run has to make some."""

_LAST_GOOD = "SELECT max(position) FROM outputs WHERE masked = 0 GROUP BY workflow, step"
_OLD_OUTPUTS = f"""SELECT o.position, coalesce(length(o.data), 0) + 100, o.digest, coalesce(length(c.data), 0)
    FROM outputs o LEFT JOIN contents c USING (digest) WHERE o.position NOT IN ({_LAST_GOOD}) ORDER BY o.position"""  # noqa: S608
_OLD_SESSIONS = """SELECT s.id, coalesce(length(s.result), 0) + (SELECT coalesce(sum(length(failures) + 100), 0) FROM steps
        WHERE session = s.id) FROM sessions s WHERE s.result IS NOT NULL AND (SELECT count(*) FROM sessions newer
        WHERE newer.workflow = s.workflow AND newer.position > s.position) >= ? ORDER BY s.position"""


class Cleaned(msgspec.Struct, frozen=True):
    """What `clean` did: the workspaces' folders it removed, the bytes that freed, and the sessions that still run.

    The state of a workspace with a running session is left alone.
    """

    removed: tuple[Path, ...] = ()
    freed: int = 0
    running: tuple[str, ...] = ()


def clean(state: Path, workspace: Path | None = None) -> Cleaned:
    """Remove all that is remembered of a workspace, trust included, or of all workspaces. Damaged databases go too.

    Raises:
        StoreError: something could not be removed.
    """
    folders = _folders(state) if workspace is None else [folder_of(state, workspace)]
    removed: list[Path] = []
    running: list[str] = []
    freed = 0
    for folder in folders:
        if folder.is_symlink() or not folder.is_dir():
            continue
        sessions = _running(folder / DATABASE)
        if sessions:
            running += sorted(sessions)
            continue
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        try:
            shutil.rmtree(folder)
        except OSError as error:
            raise unwritable(state, error) from error
        removed.append(folder)
        freed += size
    return Cleaned(tuple(removed), freed, tuple(running))


def make_room(database: Database, limit: int) -> int:
    """Drop the oldest outputs, then the oldest sessions, of a database larger than `limit` bytes; return the bytes freed.

    Each step's last good output and each workflow's newest sessions stay.

    Raises:
        StoreError: the database cannot be written.
    """
    before = _used(database)
    if before <= limit:
        return 0
    goal = before - int(limit * _FILL)
    goal -= _drop_outputs(database, goal)
    if goal > 0:
        _drop_sessions(database, goal)
    database.execute("PRAGMA incremental_vacuum")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return before - _used(database)


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
        for table, column in (("steps", "session"), ("issues", "session"), ("sessions", "id")):
            connection.executemany(f"DELETE FROM {table} WHERE {column} = ?", drop)  # noqa: S608 - fixed names


def _until(goal: int, rows: Iterable[tuple[str, int]]) -> Iterator[tuple[str]]:
    for session, size in rows:
        if goal <= 0:
            return
        goal -= size
        yield (session,)


def _used(database: Database) -> int:
    """Return the bytes that the database takes, without pages that are free for use again."""
    (pages,), (free,), (size,) = (
        database.read(f"PRAGMA {pragma}")[0] for pragma in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)


def _folders(state: Path) -> list[Path]:
    root = state / "workspaces"
    return sorted(root.iterdir()) if root.is_dir() else []


def _running(path: Path) -> frozenset[str]:
    """Return the sessions that run now; a database that cannot be read has none."""
    if not path.is_file() or not path.stat().st_size:
        return frozenset()
    try:
        database = Database(path, read_only=True)
    except StoreError:
        return frozenset()
    try:
        return held_sessions(database) if database.version else frozenset()
    except StoreError:
        return frozenset()
    finally:
        database.close()
