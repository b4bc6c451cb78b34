"""What a database says of a wrong query, in plain words and with the names that would be right."""

import re
from collections.abc import Mapping

from calibrant.connectors.refusal import listing, refuse
from calibrant.model.closest import ranked
from calibrant.model.failure import StepError

Value = str | int | float | bytes | None
Values = tuple[Value, ...] | dict[str, Value]
Schema = Mapping[str, tuple[str, ...]]
"""Columns by table or view."""

_TABLE = re.compile(r"no such table: (?P<name>.+)")
_COLUMN = re.compile(r"no such column: \"?(?P<name>[^\"]+?)\"?(?: - .*)?$")
_NEAR = re.compile(r'near "(?P<name>(?s:.*))": syntax error')
_FUNCTION = re.compile(r"no such function: (?P<name>.+)")
_COUNT = re.compile(r"uses (?P<wanted>\d+), and there (?:are|is) (?P<given>\d+)")
_NAMED = re.compile(r"binding(?: parameter)? :?(?P<name>\w+)")


def writes(query: str) -> StepError:
    """Return the error of a query that does more than read."""
    words = re.sub(r"--[^\n]*|/\*.*?\*/", " ", query, flags=re.DOTALL).split()
    verb = words[0].upper() if words and words[0].upper() != "EXPLAIN" else "".join(words[1:2]).upper()
    what = f"{verb} does more" if verb not in ("SELECT", "WITH") else "this query does more"
    return refuse("read-only-query", "query", f"sql.query only reads; {what}.", value=verb)


def explain(said: str, query: str, values: Values, database: str, schema: Schema) -> StepError:
    """Return the error for a message of SQLite about a query."""
    if match := _TABLE.match(said):
        return _no_table(match["name"], database, schema)
    if match := _COLUMN.match(said):
        return _no_column(match["name"], query, database, schema)
    if (match := _COUNT.search(said)) and not isinstance(values, dict):
        message = f"The query has {match['wanted']} places for values, but ‘params’ has {match['given']}."
        return refuse("invalid-value", "params", message, details=said)
    if "binding" in said.lower() and (match := _NAMED.search(said)):
        message = f"The query wants a value for ‘:{match['name']}’, which ‘params’ does not have."
        if isinstance(values, dict) and values:
            message += f" It has: {listing(list(values))}."
        candidates = ranked(match["name"], values) if isinstance(values, dict) else ()
        return refuse("invalid-value", "params", message, value=match["name"], candidates=candidates, details=said)
    if "one statement at a time" in said:
        return refuse("bad-query", "query", "The query holds more than one statement; it must be one.", details=said)
    return _bad_query(said, query, database)


def _no_table(name: str, database: str, schema: Schema) -> StepError:
    tables = list(schema)
    has = f"It has: {listing(tables)}." if tables else "It has no tables at all."
    bare = name.rpartition(".")[2]
    message = f"There is no table called ‘{name}’ in {database}. {has}"
    return refuse("unknown-table", "query", message, value=bare, candidates=ranked(bare, tables))


def _no_column(name: str, query: str, database: str, schema: Schema) -> StepError:
    """Return the error of an unknown column, with those of the tables that the query names."""
    words = {word.casefold() for word in re.findall(r"\w+", query)}
    tables = [table for table in schema if table.casefold() in words] or list(schema)
    columns = list(dict.fromkeys(column for table in tables for column in schema[table]))
    bare = name.rpartition(".")[2]
    where = f"the table ‘{tables[0]}’" if len(tables) == 1 else "the tables " + listing(tables) if tables else database
    message = f"There is no column called ‘{name}’ in {where}."
    if columns:
        message += f" {'It has' if len(tables) == 1 else 'They have'}: {listing(columns)}."
    return refuse("unknown-column", "query", message, value=bare, candidates=ranked(bare, columns))


def _bad_query(said: str, query: str, database: str) -> StepError:
    if match := _NEAR.search(said):
        place = _place(query, match["name"])
        message = f"The query cannot be understood at ‘{match['name']}’{place}."
        return refuse("bad-query", "query", message, value=match["name"], details=said)
    if match := _FUNCTION.match(said):
        message = f"There is no function called ‘{match['name']}’ in SQLite."
        return refuse("bad-query", "query", message, value=match["name"], details=said)
    return refuse("bad-query", "query", f"{database} does not accept the query: {said}.", details=said)


def _place(query: str, token: str) -> str:
    """Return line and column of a token that stands but once in the query."""
    if not token or query.count(token) != 1:
        return ""
    before = query[: query.index(token)]
    return f" (line {before.count(chr(10)) + 1}, column {len(before) - before.rfind(chr(10))})"
