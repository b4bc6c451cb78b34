"""sql.execute: change rows or tables of a database."""

import posixpath
import threading
from pathlib import Path

import msgspec

from calibrant.connectors import atomic, files, parameters, sql_query, sqlchoices, sqlwords
from calibrant.connectors.refusal import refuse
from calibrant.connectors.threads import in_thread
from calibrant.model.connector import Connector, ConnectorSpec, Context, Effect, Output, ParameterSpec, Params
from calibrant.model.shape import INTEGER, object_of

SPEC = ConnectorSpec(
    name="sql.execute",
    summary="Change rows or tables of a database.",
    parameters=(
        ParameterSpec("database", "string", "`sqlite:///file`.", required=True, choices="whole"),
        ParameterSpec(
            "statement",
            "string",
            "One statement that changes something; `?` or `:name` for its parameters.",
            required=True,
            choices="word",
        ),
        ParameterSpec("params", "any", "An array for `?`, an object for `:name`."),
    ),
    output=object_of(affected=INTEGER),
    effects=(Effect.WRITE_LOCAL,),
    example=(
        "- id: close\n  uses: sql.execute\n"
        '  with: {database: "sqlite:///shop.db", statement: "UPDATE orders SET state = ? WHERE id = ?", params: [done, 7]}'
    ),
)


class _Write(msgspec.Struct, frozen=True):
    """The file to change, as the workflow names it, and the statement."""

    name: str
    statement: str
    values: sqlwords.Values


async def run(params: Params, context: Context) -> Output:
    """Run the statement and return how many rows it added, changed or removed.

    Raises:
        StepError: the database is not there or is none, or the statement is wrong, against a constraint, or takes too long.
    """
    write = _write(params)
    stop = threading.Event()
    try:
        return {"affected": await in_thread(_run, write, context, stop)}
    finally:
        stop.set()  # a cancelled step must not leave its thread at work


async def check(params: Params, context: Context) -> None:
    """Look whether the database is there, and where the statement is known, whether it could be run on it.

    Raises:
        StepError: it is not, or could not.
    """
    from calibrant.connectors import sqlite, sqlitewrite

    if not parameters.known(params, "database", "statement"):
        return
    write = _write({**params, "params": None})
    if not _creates(write.statement):
        path = await in_thread(_existing, context, write.name)
        call = sqlite.Call(path, write.name, write.statement, (), context.timeout)
        await in_thread(sqlitewrite.look, call)


def _write(params: Params) -> _Write:
    name = sql_query.file_of(parameters.text(params, "database"))
    statement = parameters.text(params, "statement")
    if not sqlwords.words_of(statement):
        raise refuse("bad-query", "statement", "The statement is empty.", hint="Write one statement.")
    return _Write(name, statement, sql_query.values_of(params.get("params")))


def _run(write: _Write, context: Context, stop: threading.Event) -> int:
    from calibrant.connectors import sqlite, sqlitewrite

    if not _creates(write.statement):
        _existing(context, write.name)
    folder = context.write_path(posixpath.dirname(write.name) or ".", "database")
    # The lock of the folder: two steps must not both take the private copy for fresh and bring side files to it.
    with atomic.alone(folder / posixpath.basename(write.name), write.name, "database"):
        source = context.read_path(write.name, "database")
        path = context.write_path(write.name, "database")
        if source != path:
            sqlitewrite.bring_side_files(source, path, write.name)
        call = sqlite.Call(path, write.name, write.statement, write.values, context.timeout)
        return sqlitewrite.change(call, stop)


def _creates(statement: str) -> bool:
    """Tell whether a statement can be the first one of a new database."""
    return [word.upper() for word in sqlwords.words_of(statement)[:2]] == ["CREATE", "TABLE"]


def _existing(context: Context, name: str) -> Path:
    return files.existing(
        context, name, "database", suffixes=sql_query.SUFFIXES, wrap=lambda other: sql_query.PREFIX + other
    )


CONNECTOR = Connector(
    SPEC,
    run,
    touches=lambda _params: Effect.WRITE_LOCAL,
    check=check,
    origin=sql_query.origin,
    credential=sql_query.credential,
    fresh=sql_query.fresh,
    choices=sqlchoices.choices,
)
