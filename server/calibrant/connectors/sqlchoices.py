"""What a database has to choose from: its file, its tables and their columns."""

from collections.abc import Sequence

from calibrant.connectors import parameters, sql_query
from calibrant.connectors.threads import in_thread
from calibrant.model.connector import Choice, Context, Params
from calibrant.model.words import counted

_MOST = 1_000


async def choices(place: tuple[str | int, ...], params: Params, context: Context) -> Sequence[Choice]:
    """Return the databases of the workspace, or the tables and columns of the one that is named.

    Raises:
        StepError: there is no such file, or it is no database.
    """
    if place[0] == "database":
        found = await in_thread(context.list_files, ".", "database", _MOST)
        return [Choice(sql_query.PREFIX + name, "file") for name in found if name.endswith(sql_query.SUFFIXES)]
    if not parameters.known(params, "database"):
        return ()
    from calibrant.connectors import sqlite

    name = sql_query.file_of(parameters.text(params, "database"))
    path = await in_thread(sql_query.database_path, context, name)
    schema = await in_thread(sqlite.schema, sqlite.Call(path, name, "", (), context.timeout))
    tables = [Choice(table, "table", counted(len(columns), "column")) for table, columns in schema.items()]
    where: dict[str, list[str]] = {}
    for table, columns in schema.items():
        for column in columns:
            where.setdefault(column, []).append(table)
    return [*tables, *(Choice(column, "column", "of " + ", ".join(there[:3])) for column, there in where.items())]
