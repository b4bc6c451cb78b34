"""The database file: opening, bringing up to date, reading and writing, and plain words for what can go wrong.

WAL lets the worker process write while the server reads. `synchronous=NORMAL`: a commit survives the death of the process
and never leaves a damaged file; a power cut may lose the last moments of a run, which can be run again. What must not be
lost even then (`durable`), such as a trust taken back, waits for the disk.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from calibrant.model.ports import StoreError
from calibrant.store.migrations import LATEST, MIGRATIONS

BUSY_SECONDS = 10.0
APPLICATION = 0x43414C42
"""What marks a database file as ours ("CALB")."""

Row = tuple[Any, ...]


class Database:
    """One process's way to one database file. Safe to use from several threads, which take turns."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open the file, bringing its tables up to date.

        Raises:
            StoreError: it is damaged, not ours, newer than this program, or cannot be written.
        """
        self.path = path
        self.read_only = read_only
        self._turn = threading.RLock()
        with in_words(path):
            self._connection = _open_read_only(path) if read_only else self.connect()
            try:
                self.version = _check(self._connection, path)
                if not read_only and self.version < LATEST:
                    _bring_up_to_date(self._connection, path)
                    self.version = LATEST
            except BaseException:
                self._connection.close()
                raise

    def connect(self) -> sqlite3.Connection:
        """Return a further connection to the file, for one thread."""
        connection = sqlite3.connect(
            os.fsencode(self.path), timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA journal_size_limit = 67108864")
        return connection

    def read(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """Return the rows of a query."""
        with self._turn, in_words(self.path):
            return self._connection.execute(sql, values).fetchall()

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[sqlite3.Connection]:
        """Hold a transaction that no other process writes beside; it is taken back when the body raises."""
        with self._turn, in_words(self.path):
            if durable:
                self._connection.execute("PRAGMA synchronous = FULL")
            try:
                with transaction(self._connection):
                    yield self._connection
            finally:
                if durable:
                    self._connection.execute("PRAGMA synchronous = NORMAL")

    def execute(self, sql: str) -> None:
        """Run a statement outside any transaction (checkpoint, vacuum)."""
        with self._turn, in_words(self.path):
            self._connection.executescript(sql)  # runs on to the end also where no column comes back, as in a vacuum

    def close(self) -> None:
        """Close the file."""
        with self._turn:
            self._connection.close()


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit at the end of the body, or take everything back when it raises."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.OperationalError):  # SQLite has taken it back itself where the disk is full
            connection.execute("ROLLBACK")
        raise


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """Turn what SQLite raises in the body into a StoreError."""
    try:
        yield
    except sqlite3.Error as error:
        raise store_error(error, path) from error


def store_error(error: sqlite3.Error, path: Path) -> StoreError:
    """Return what to tell a user about an error of SQLite."""
    name = getattr(error, "sqlite_errorname", "").removeprefix("SQLITE_")
    for beginning, words in _WORDS:
        if name.startswith(beginning):
            return StoreError(words.format(path=path))
    return StoreError(f"Calibrant's database ‘{path}’ cannot be used: {error}.")


_OTHER_FOLDER = "Give yourself the right to write there, or set CALIBRANT_STATE to another folder."
_DAMAGED = (
    "Calibrant's database ‘{path}’ is damaged and was left as it is. "
    "Move it away to keep it, or run ‘calibrant clean’ to start afresh."
)
_WORDS: tuple[tuple[str, str], ...] = (
    ("FULL", "The disk is full: ‘{path}’ cannot grow. Free some space or run ‘calibrant clean’, then try again."),
    ("IOERR", "‘{path}’ could not be read or written. See whether the disk is full or failing, then try again."),
    ("READONLY", "‘{path}’ cannot be written. " + _OTHER_FOLDER),
    ("CANTOPEN", "‘{path}’ cannot be opened. " + _OTHER_FOLDER),
    ("PERM", "‘{path}’ cannot be opened. " + _OTHER_FOLDER),
    ("AUTH", "‘{path}’ cannot be opened. " + _OTHER_FOLDER),
    ("BUSY", "‘{path}’ has been in use by another program for too long. Wait for it or end it, then try again."),
    ("LOCKED", "‘{path}’ has been in use by another program for too long. Wait for it or end it, then try again."),
    ("CORRUPT", _DAMAGED),
    ("NOTADB", _DAMAGED),
    ("TOOBIG", "An output is larger than ‘{path}’ can hold (1 GB)."),
)


def storable_text(text: str) -> str:
    """Return the text as SQLite can hold it: names of files may hold bytes that are no text."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def _open_read_only(path: Path) -> sqlite3.Connection:
    """Open without leaving a trace. A database that nobody writes has no log beside it and needs no shared memory."""
    mode = "ro" if path.with_name(path.name + "-wal").exists() else "ro&immutable=1"
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)


def _check(connection: sqlite3.Connection, path: Path) -> int:
    """Return the version of the database's tables, 0 for an empty file."""
    ours, version, tables = _marks(connection)
    if ours != APPLICATION and (ours or version or tables):
        raise StoreError(
            f"‘{path}’ is not a database of Calibrant and was left as it is. "
            "Move it away, or set CALIBRANT_STATE to another folder."
        )
    if version > LATEST:
        raise StoreError(
            f"Calibrant's database ‘{path}’ was written by a newer Calibrant (format {version}, this one knows {LATEST}) "
            "and was left as it is. Use that one, or set CALIBRANT_STATE to another folder."
        )
    return version


def _bring_up_to_date(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # only an empty database can still choose
    _use_wal(connection)
    for number, statements in enumerate(MIGRATIONS, start=1):
        with transaction(connection):
            if _check(connection, path) < number:  # another process may have been here since
                run_migration(connection, number, statements)


def run_migration(connection: sqlite3.Connection, number: int, statements: Sequence[str]) -> None:
    """Run the statements of one migration and note that it was run, in the caller's transaction."""
    for statement in statements:
        if not _adds_again(connection, statement.split()):
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {number}")


def _adds_again(connection: sqlite3.Connection, words: Sequence[str]) -> bool:
    """Tell whether a statement adds a column that is there already: SQLite has no words for that."""
    if words[:2] != ["ALTER", "TABLE"] or words[3:5] != ["ADD", "COLUMN"]:
        return False
    found = connection.execute("SELECT 1 FROM pragma_table_info(?) WHERE name = ?", (words[2], words[5]))
    return found.fetchone() is not None


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch to WAL. SQLite does not wait by itself here when another process does the same just now."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchall()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname not in ("SQLITE_BUSY", "SQLITE_LOCKED") or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _marks(connection: sqlite3.Connection) -> tuple[int, int, int]:
    """Return application id, version and number of tables, of one moment: another process may be making them just now."""
    nested = connection.in_transaction
    if not nested:
        connection.execute("BEGIN")
    try:
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    finally:
        if not nested:
            connection.execute("COMMIT")
    return application, version, tables
