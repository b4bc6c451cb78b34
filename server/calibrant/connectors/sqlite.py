"""Reading from an SQLite file: no lock left, nothing written, stopped on time."""

import re
import shutil
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import msgspec

from calibrant.connectors import files, sqlwords
from calibrant.connectors.refusal import refuse
from calibrant.connectors.sqlwords import Schema, Value, Values
from calibrant.model.failure import StepError
from calibrant.model.issue import Kind

ROW_LIMIT = 1_000_000
VALUE_LIMIT = 64 << 20
"""Bytes that one value may have."""
SHARE = 0.95
"""Of the seconds that a query may take: so that it ends by itself, and says so, before its step is ended."""
_BATCH = 1000
_OPERATIONS = 10_000
_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE})
_PRAGMAS = frozenset(
    {"table_info", "table_xinfo", "table_list", "index_list", "index_info", "foreign_key_list", "user_version"}
)


class Call(msgspec.Struct, frozen=True):
    """One query: the file and what the workflow calls it, the statement, its values, and the seconds it may take."""

    path: Path
    name: str
    query: str
    values: Values
    seconds: float


Rows = list[dict[str, object]]


def fetch(call: Call, stop: threading.Event) -> tuple[list[str], Rows]:
    """Return the names of the columns and the rows of a query; gives up when `stop` is set.

    Raises:
        StepError: it is no database, the query is wrong or writes, or it takes too long.
    """
    with _undisturbed(call) as settled:
        return _fetch(settled, stop)


def _fetch(call: Call, stop: threading.Event) -> tuple[list[str], Rows]:
    until = time.monotonic() + call.seconds * SHARE
    connection = _open(call)
    try:
        check_database(connection, call)
        connection.set_progress_handler(lambda: stop.is_set() or time.monotonic() > until, _OPERATIONS)
        connection.set_authorizer(_authorize)
        try:
            return _rows(connection, call)
        except (sqlite3.Error, sqlite3.Warning) as error:
            connection.set_authorizer(None)
            connection.set_progress_handler(None, 0)
            raise _explained(error, connection, call) from error
    finally:
        connection.close()


def look(call: Call) -> None:
    """Check a query without running it or having its values.

    Raises:
        StepError: it is no database, or the query is wrong or writes.
    """
    places = call.query.count("?")
    values: Values = AnyName() if re.search(r"(?<![:\w])[:@$][A-Za-z_]", call.query) else (None,) * places
    try:
        fetch(msgspec.structs.replace(call, query="EXPLAIN " + call.query, values=values), threading.Event())
    except StepError as error:
        if error.failure.parameter != ("params",):  # a question mark within a text was counted as a place for a value
            raise


class AnyName(dict[str, Value]):
    """Values for every name there may be."""

    def __missing__(self, _name: str) -> None:
        return None


@contextmanager
def _undisturbed(call: Call) -> Iterator[Call]:
    """Have a write-ahead log that nobody has open read from a copy: reading it in place would leave a `-shm` file there."""
    log = call.path.with_name(call.path.name + "-wal")
    if not log.is_file() or log.is_symlink() or call.path.with_name(call.path.name + "-shm").exists():
        yield call
        return
    with tempfile.TemporaryDirectory(prefix="calibrant-") as folder:
        copied = Path(folder) / "copy.db"
        try:
            for source, end in ((call.path, ""), (log, "-wal")):
                shutil.copyfile(source, copied.with_name(copied.name + end))
        except OSError as error:
            raise files.unusable(error, call.name, "database") from error
        yield msgspec.structs.replace(call, path=copied)


def _open(call: Call) -> sqlite3.Connection:
    """Open the file read-only; where no other process can be writing to it, also without any lock."""
    side_files = any(call.path.with_name(call.path.name + end).exists() for end in ("-wal", "-journal"))
    url = f"file:{quote(str(call.path))}?mode=ro{'' if side_files else '&immutable=1'}"
    try:
        connection = sqlite3.connect(url, uri=True, timeout=min(5.0, call.seconds), isolation_level=None)
    except sqlite3.Error as error:
        raise unreadable(call, error) from error
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, VALUE_LIMIT)
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    return connection


def check_database(connection: sqlite3.Connection, call: Call) -> None:
    """Check that what was opened is a database that can be read now.

    Raises:
        StepError: it is not.
    """
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.Error as error:
        if "locked" in str(error) or "busy" in str(error):
            raise busy(call, error) from error
        raise unreadable(call, error) from error


def unreadable(call: Call, error: sqlite3.Error) -> StepError:
    """Return the error of a file that cannot be opened as a database."""
    if "not a database" in str(error) or "malformed" in str(error):
        message = f"‘{call.name}’ is not an SQLite database, or is damaged."
        return _failure("unsupported-file", message, call, error)
    return _failure("unreadable-file", f"‘{call.name}’ cannot be opened: {error}.", call, error)


def _failure(code: str, message: str, call: Call, error: Exception, kind: Kind = Kind.PARAMETER) -> StepError:
    return refuse(code, "database", message, kind=kind, value=call.name, details=str(error))


def busy(call: Call, error: Exception) -> StepError:
    """Return the error of a database that another program keeps for itself."""
    return _failure("database-locked", f"‘{call.name}’ is in use by another program.", call, error, Kind.TRANSIENT)


def _authorize(action: int, first: str | None, second: str | None, _db: str | None, _trigger: str | None) -> int:
    """Allow what only reads this one file (see sqlite.org/c3ref/c_alter_table.html for the arguments)."""
    reads = action in _ALLOWED and second != "load_extension"
    asks = action == sqlite3.SQLITE_PRAGMA and first in _PRAGMAS and (second is None or first != "user_version")
    return sqlite3.SQLITE_OK if reads or asks else sqlite3.SQLITE_DENY


def _rows(connection: sqlite3.Connection, call: Call) -> tuple[list[str], Rows]:
    cursor = connection.execute(call.query, call.values)
    if cursor.description is None:  # a statement that gives no rows does something else
        raise sqlwords.writes(call.query)
    columns = _distinct([column[0] for column in cursor.description])
    rows: Rows = []
    size = 0
    while found := cursor.fetchmany(_BATCH):
        rows += [dict(zip(columns, row, strict=True)) for row in found]
        size += sum(len(value) for row in found for value in row if isinstance(value, (str, bytes)))
        if len(rows) > ROW_LIMIT:
            raise files.too_large(f"The query gives more than {ROW_LIMIT:,} rows", "query")
        if size > files.READ_LIMIT:
            raise files.too_large(f"The query gives more than {files.READ_LIMIT >> 20} MB", "query")
    return columns, rows


def _distinct(names: list[str]) -> list[str]:
    out: list[str] = []
    for name in names:
        unique, count = name, 1
        while unique in out:
            count += 1
            unique = f"{name}_{count}"
        out.append(unique)
    return out


def _explained(error: sqlite3.Error | sqlite3.Warning, connection: sqlite3.Connection, call: Call) -> StepError:
    text = str(error)
    if any(sign in text for sign in ("not authorized", "prohibited", "authorization denied")):
        return sqlwords.writes(call.query)
    if text == "interrupted":
        message = f"The query on {call.name} took longer than {call.seconds:.3g} seconds."
        return refuse("query-timeout", "query", message, kind=Kind.RUNTIME)
    if "locked" in text or "busy" in text:
        return busy(call, error)
    if "too big" in text or "out of memory" in text:
        return files.too_large(f"The query gives a value of more than {VALUE_LIMIT >> 20} MB", "query")
    return sqlwords.explain(text, call.query, call.values, call.name, schema_of(connection))


def schema(call: Call) -> Schema:
    """Return the columns of each table and view of a file.

    Raises:
        StepError: it is no database that can be read now.
    """
    with _undisturbed(call) as settled:
        connection = _open(settled)
        try:
            check_database(connection, settled)
            return schema_of(connection)
        finally:
            connection.close()


def schema_of(connection: sqlite3.Connection) -> Schema:
    """Return the columns of each table and view."""
    tables = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
    ).fetchall()
    return {str(table): _columns(connection, str(table)) for (table,) in tables}


def _columns(connection: sqlite3.Connection, table: str) -> tuple[str, ...]:
    try:
        found = connection.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall()
    except sqlite3.Error:  # a view on what is no longer there has no columns to tell
        return ()
    return tuple(str(name) for (name,) in found)
