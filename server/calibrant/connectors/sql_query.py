"""sql.query: read rows from a database."""

import re
import threading
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

from calibrant.connectors import files, parameters
from calibrant.connectors.refusal import refuse
from calibrant.connectors.sqlwords import Value, Values
from calibrant.connectors.threads import in_thread
from calibrant.model.connector import (
    Choice,
    Connector,
    ConnectorSpec,
    Context,
    Effect,
    Freshness,
    Output,
    ParameterSpec,
    Params,
)
from calibrant.model.issue import Kind
from calibrant.model.shape import INTEGER, OBJECT, STRING, array, object_of
from calibrant.model.value import type_name
from calibrant.model.words import in_words

PREFIX = "sqlite:///"
SUFFIXES = (".db", ".sqlite", ".sqlite3", ".db3")
SIDE_FILES = ("-wal", "-journal")

_PASSING = re.compile(
    r"(?i)\bcurrent_(date|time|timestamp)\b|['\"]now['\"]|\brandom(blob)?\s*\(|\b(date|time|datetime|julianday|unixepoch)\s*\(\s*\)"
)

SPEC = ConnectorSpec(
    name="sql.query",
    summary="Read rows from a database, over a connection that cannot write.",
    parameters=(
        ParameterSpec("database", "string", "`sqlite:///file`.", required=True, choices="whole"),
        ParameterSpec(
            "query", "string", "One SELECT statement; `?` or `:name` for its parameters.", required=True, choices="word"
        ),
        ParameterSpec("params", "any", "An array for `?`, an object for `:name`."),
    ),
    output=object_of(rows=array(OBJECT), columns=array(STRING), count=INTEGER),
    effects=(Effect.READ,),
    example=(
        "- id: open\n  uses: sql.query\n"
        '  with: {database: "sqlite:///shop.db", query: "SELECT * FROM orders WHERE state = ?", params: [open]}'
    ),
)


async def run(params: Params, context: Context) -> Output:
    """Return the rows as objects by column name, the columns, and how many rows there are. Dates are text, as SQLite has them.

    Raises:
        StepError: the database is not there or is none, or the query is wrong, writes, or takes too long.
    """
    name = file_of(parameters.text(params, "database"))
    query = parameters.text(params, "query")
    if not query.strip():
        raise refuse("bad-query", "query", "The query is empty.")
    values = values_of(params.get("params"))
    from calibrant.connectors import sqlite

    path = await in_thread(database_path, context, name)
    stop = threading.Event()
    call = sqlite.Call(path, name, query, values, context.timeout)
    try:
        columns, rows = await in_thread(sqlite.fetch, call, stop)
    finally:
        stop.set()  # a cancelled step must not leave its thread at work
    return {"rows": rows, "columns": columns, "count": len(rows)}


async def check(params: Params, context: Context) -> None:
    """Look whether the database is there, and where the query is known, whether it could be run on it.

    Raises:
        StepError: it is not, or could not.
    """
    from calibrant.connectors import sqlite

    if not parameters.known(params, "database"):
        return
    name = file_of(parameters.text(params, "database"))
    path = await in_thread(database_path, context, name)
    query = parameters.text(params, "query") if parameters.known(params, "query") else ""
    if query.strip():
        await in_thread(sqlite.look, sqlite.Call(path, name, query, (), context.timeout))


def database_path(context: Context, name: str) -> Path:
    """Return where to read the database called `name` in the workflow.

    Raises:
        StepError: there is no such file, or it is outside the workspace.
    """
    return files.existing(context, name, "database", suffixes=SUFFIXES, wrap=lambda other: PREFIX + other)


def file_of(database: str) -> str:
    """Return the file of a `sqlite:///` URL as the workflow writes it.

    Raises:
        StepError: it is another URL, or names no file (code `unsupported-database`).
    """
    if database.startswith(PREFIX):
        name = database.removeprefix(PREFIX).partition("?")[0]
        if name and name != ":memory:":
            return name
        raise refuse(
            "unsupported-database", "database", "A database in memory is always empty: name a file.", value=database
        )
    message = f"‘{_shown(database)}’ is not a database that can be used. SQLite files can be: sqlite:///file.db."
    fitting = () if ":" in database or not database else (PREFIX + database,)
    raise refuse("unsupported-database", "database", message, value=_shown(database), candidates=fitting)


def _shown(database: str) -> str:
    scheme, mark, rest = database.partition("://")
    return scheme + mark + rest.rpartition("@")[2].partition("?")[0]


def values_of(given: object) -> Values:
    """Return what is given for `params` as the database takes it.

    Raises:
        StepError: it is neither an array nor an object, or holds one.
    """
    if given is None:
        return ()
    if isinstance(given, Mapping):
        return {str(name): _value(value) for name, value in given.items()}
    if isinstance(given, (list, tuple)):
        return tuple(_value(value) for value in given)
    raise parameters.mismatch("params", "array", given)


def _value(value: object) -> Value:
    match value:
        case int() if not -(1 << 63) <= value < 1 << 63:
            message = f"A value of ‘params’ is {value}, which is too large for a whole number in SQLite."
            hint = "Give a smaller number, or write it as text: ‘| string’."
            raise refuse("shape-mismatch", "params", message, kind=Kind.DATA_SHAPE, hint=hint)
        case None | bool() | int() | float() | str() | bytes():
            return value
        case datetime() | date() | time():
            return value.isoformat()
        case Decimal():
            return str(value)
        case _:
            message = f"A value of ‘params’ is {in_words(type_name(value))}; a query takes text, numbers and null."
            raise refuse("shape-mismatch", "params", message, kind=Kind.DATA_SHAPE)


def origin(params: Params) -> str:
    """Return the database that a call reaches; empty for a file."""
    database = parameters.text(params, "database")
    return "" if database.startswith("sqlite:") else _shown(database)


def credential(params: Params) -> str:
    """Return as whom a call reaches its database."""
    try:
        return urlsplit(parameters.text(params, "database")).username or ""
    except ValueError:  # no URL, which the run itself says better
        return ""


def fresh(params: Params) -> Freshness:
    """Return what rows hang on: the database's file, with those beside it in which SQLite keeps what it has not taken in yet.

    A query that asks for the time or for chance holds for a limited time.
    """
    name = file_of(parameters.text(params, "database"))
    query, values = parameters.text(params, "query"), values_of(params.get("params"))
    given = values.values() if isinstance(values, Mapping) else values
    passing = _PASSING.search(query) is not None or any(isinstance(one, str) and one.lower() == "now" for one in given)
    return Freshness(files=(name,), beside=tuple(name + suffix for suffix in SIDE_FILES), aged=passing)


async def choices(place: tuple[str | int, ...], params: Params, context: Context) -> Sequence[Choice]:
    """Return what the database has for a place; see `sqlchoices`."""
    from calibrant.connectors import sqlchoices

    return await sqlchoices.choices(place, params, context)


CONNECTOR = Connector(
    SPEC,
    run,
    touches=lambda _params: Effect.READ,
    check=check,
    origin=origin,
    credential=credential,
    fresh=fresh,
    choices=choices,
)
