"""Changing an SQLite file: one statement, whole or not at all, nothing but that one file, stopped on time."""

import re
import shutil
import sqlite3
import threading
import time
from pathlib import Path
from urllib.parse import quote

import msgspec

from calibrant.connectors import files, sqlite, sqlwords
from calibrant.connectors.refusal import refuse
from calibrant.connectors.sqlite import Call
from calibrant.connectors.sqlwords import Schema, Values
from calibrant.model.failure import StepError
from calibrant.model.issue import Kind

_OPERATIONS = 10_000
_READING = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE})
_DENIED = frozenset(
    {sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH, sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_SAVEPOINT}
)
_PRAGMAS = frozenset({"user_version", "application_id"})
_INNER = frozenset({"table_info", "integrity_check", "quick_check", "foreign_key_check"})
"""What SQLite itself asks for while it alters a table."""
_SIDE_FILES = ("-wal", "-journal")
_TABLE = re.compile(r"\b(?:INTO|UPDATE|FROM|TABLE)\s+(?:OR\s+\w+\s+)?[\"'`\[]?(?P<name>\w+)", re.IGNORECASE)


class _Watch:
    """Allows what changes this one file, and notes whether a statement does (sqlite.org/c3ref/c_alter_table.html)."""

    def __init__(self) -> None:
        self.writes = False

    def __call__(self, action: int, first: str | None, second: str | None, _db: str | None, _inner: str | None) -> int:
        if action in _DENIED or second == "load_extension":
            return sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_PRAGMA and first not in _PRAGMAS | _INNER:
            return sqlite3.SQLITE_DENY
        self.writes = self.writes or action not in _READING
        return sqlite3.SQLITE_OK


def change(call: Call, stop: threading.Event) -> int:
    """Run the statement and return how many rows it added, changed or removed; gives up when `stop` is set.

    Raises:
        StepError: it is no database, or the statement is wrong, against a constraint, or takes too long.
    """
    until = time.monotonic() + call.seconds * sqlite.SHARE
    new = not call.path.exists()
    connection = _connected(call, "rwc")
    try:
        sqlite.check_database(connection, call)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.set_progress_handler(lambda: stop.is_set() or time.monotonic() > until, _OPERATIONS)
        try:
            return _changed(connection, call)
        except (sqlite3.Error, sqlite3.Warning) as error:
            connection.set_authorizer(None)
            connection.set_progress_handler(None, 0)
            raise _explained(error, connection, call) from error
    finally:
        connection.close()
        if new and call.path.exists() and not call.path.stat().st_size:
            call.path.unlink()  # a database that did not come to be


def look(call: Call) -> None:
    """Check a statement without running it or having its values.

    Raises:
        StepError: it is no database, or the statement is wrong.
    """
    named = re.search(r"(?<![:\w])[:@$][A-Za-z_]", call.query)
    values: Values = sqlite.AnyName() if named else (None,) * call.query.count("?")
    explained = msgspec.structs.replace(call, query="EXPLAIN " + call.query, values=values)
    connection = _connected(call, "ro")
    try:
        sqlite.check_database(connection, call)
        try:
            _changed(connection, explained)
        except (sqlite3.Error, sqlite3.Warning) as error:
            connection.set_authorizer(None)
            found = _explained(error, connection, call)
            if found.failure.parameter[:1] != ("params",):  # a question mark within a text was counted as a place
                raise found from error
    finally:
        connection.close()


def bring_side_files(source: Path, target: Path, name: str) -> None:
    """Copy what a database that was just copied from `source` to `target` keeps beside itself: writes not yet taken in.

    Raises:
        StepError: it cannot be copied.
    """
    for end in _SIDE_FILES:
        beside = source.with_name(source.name + end)
        try:
            if beside.is_file() and not beside.is_symlink():
                shutil.copyfile(beside, target.with_name(target.name + end))
        except OSError as error:
            raise files.unusable(error, name, "database") from error


def _connected(call: Call, mode: str) -> sqlite3.Connection:
    url = f"file:{quote(str(call.path))}?mode={mode}"
    try:
        connection = sqlite3.connect(url, uri=True, timeout=min(5.0, call.seconds), isolation_level=None)
    except sqlite3.Error as error:
        raise sqlite.unreadable(call, error) from error
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, sqlite.VALUE_LIMIT)
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    return connection


def _changed(connection: sqlite3.Connection, call: Call) -> int:
    watch = _Watch()
    connection.set_authorizer(watch)
    cursor = connection.execute(call.query, call.values)
    if not watch.writes:
        message = "sql.execute changes data, but this statement only reads."
        raise refuse("bad-query", "statement", message, value=call.query.split()[0], hint="Use sql.query to read.")
    while cursor.fetchmany(1000):  # the rows of a RETURNING clause: the statement ends with the last of them
        continue
    connection.set_authorizer(None)
    return int(connection.execute("SELECT changes()").fetchone()[0])


def _explained(error: sqlite3.Error | sqlite3.Warning, connection: sqlite3.Connection, call: Call) -> StepError:
    said = str(error)
    if "not authorized" in said or "prohibited" in said or "authorization denied" in said:
        return _refused(call.query)
    if said == "interrupted":
        message = f"The statement on {call.name} took longer than {call.seconds:.3g} seconds; nothing was changed."
        return refuse("query-timeout", "statement", message, kind=Kind.RUNTIME)
    if "locked" in said or "busy" in said:
        return sqlite.busy(call, error)
    if "readonly" in said or "disk" in said:
        return refuse("unreadable-file", "database", f"‘{call.name}’ cannot be changed: {said}.", value=call.name)
    schema = sqlite.schema_of(connection)
    if isinstance(error, sqlite3.IntegrityError):
        return sqlwords.constraint(said, call.values, schema, _foreign_keys(connection, call.query, schema))
    return sqlwords.explain(said, call.query, call.values, call.name, schema, parameter="statement")


def _refused(statement: str) -> StepError:
    verb = (sqlwords.words_of(statement) or [""])[0].upper()
    message = f"sql.execute changes one database by one statement; {verb} does something else."
    hint = "Each statement is a transaction of its own. Write one INSERT, UPDATE, DELETE, CREATE, ALTER or DROP."
    return refuse("bad-query", "statement", message, value=verb, hint=hint)


def _foreign_keys(connection: sqlite3.Connection, statement: str, schema: Schema) -> list[str]:
    """Return what the columns of the statement's table must be found in, as "customer in customers.id"."""
    found = _TABLE.search(statement)
    named = found["name"].casefold() if found else ""
    table = next((table for table in schema if table.casefold() == named), "")
    keys = connection.execute('SELECT "from", "table", "to" FROM pragma_foreign_key_list(?)', (table,)).fetchall()
    return [f"‘{column}’ must be in {other}{'.' + target if target else ''}" for column, other, target in keys]
