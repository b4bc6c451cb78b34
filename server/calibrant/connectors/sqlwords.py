"""What a database says of a wrong query, in plain words and with the names that would be right."""

import re
from collections.abc import Mapping

import msgspec

from calibrant.connectors.refusal import listing, refuse
from calibrant.model.closest import ranked
from calibrant.model.failure import StepError
from calibrant.model.issue import Kind

Value = str | int | float | bytes | None
Values = tuple[Value, ...] | dict[str, Value]
Schema = Mapping[str, tuple[str, ...]]
"""Columns by table or view."""

_TABLE = re.compile(r"no such table: (?P<name>.+)")
_COLUMN = re.compile(r"(?:no such column:|table .+ has no column named) \"?(?P<name>[^\"]+?)\"?(?: - .*)?$")
_NEAR = re.compile(r'near "(?P<name>(?s:.*))": syntax error')
_FUNCTION = re.compile(r"no such function: (?P<name>.+)")
_AMBIGUOUS = re.compile(r"ambiguous column name: (?P<name>.+)")
_COUNT = re.compile(r"uses (?P<wanted>\d+), and there (?:are|is) (?P<given>\d+)")
_NAMED = re.compile(r"binding(?: parameter)? :?(?P<name>\w+)")


def writes(query: str) -> StepError:
    """Return the error of a query that does more than read."""
    words = words_of(query)
    verb = words[0].upper() if words and words[0].upper() != "EXPLAIN" else "".join(words[1:2]).upper()
    what = f"{verb} does more" if verb not in ("SELECT", "WITH") else "this query does more"
    return refuse("read-only-query", "query", f"sql.query only reads; {what}.", value=verb)


def explain(
    said: str, query: str, values: Values, database: str, schema: Schema, *, parameter: str = "query"
) -> StepError:
    """Return the error for a message of SQLite about a query, or about what `parameter` calls it."""
    if match := _TABLE.match(said):
        return _no_table(match["name"], database, schema, parameter)
    if match := _COLUMN.match(said):
        return _no_column(match["name"], query, database, schema, parameter)
    if (match := _COUNT.search(said)) and not isinstance(values, dict):
        message = f"The {parameter} has {match['wanted']} places for values, but ‘params’ has {match['given']}."
        return refuse("invalid-value", "params", message, details=said)
    if "binding" in said.lower() and (match := _NAMED.search(said)):
        message = f"The {parameter} wants a value for ‘:{match['name']}’, which ‘params’ does not have."
        if isinstance(values, dict) and values:
            message += f" It has: {listing(list(values))}."
        candidates = ranked(match["name"], values) if isinstance(values, dict) else ()
        return refuse("invalid-value", "params", message, value=match["name"], candidates=candidates, details=said)
    if "one statement at a time" in said:
        message = f"The {parameter} holds more than one statement; it must be one."
        return refuse("bad-query", parameter, message, details=said)
    return _bad_query(said, query, database, parameter)


def _no_table(name: str, database: str, schema: Schema, parameter: str) -> StepError:
    tables = list(schema)
    has = f"It has: {listing(tables)}." if tables else "It has no tables at all."
    bare = name.rpartition(".")[2]
    message = f"There is no table called ‘{name}’ in {database}. {has}"
    return refuse("unknown-table", parameter, message, value=bare, candidates=ranked(bare, tables))


def _no_column(name: str, query: str, database: str, schema: Schema, parameter: str) -> StepError:
    """Return the error of an unknown column, with those of the tables that the query names."""
    words = {word.casefold() for word in re.findall(r"\w+", query)}
    tables = [table for table in schema if table.casefold() in words] or list(schema)
    columns = list(dict.fromkeys(column for table in tables for column in schema[table]))
    bare = name.rpartition(".")[2]
    where = f"the table ‘{tables[0]}’" if len(tables) == 1 else "the tables " + listing(tables) if tables else database
    message = f"There is no column called ‘{name}’ in {where}."
    if columns:
        message += f" {'It has' if len(tables) == 1 else 'They have'}: {listing(columns)}."
    return refuse("unknown-column", parameter, message, value=bare, candidates=ranked(bare, columns))


def _bad_query(said: str, query: str, database: str, parameter: str) -> StepError:
    if match := _NEAR.search(said):
        place = _place(query, match["name"])
        message = f"The {parameter} cannot be understood at ‘{match['name']}’{place}."
        return refuse("bad-query", parameter, message, value=match["name"], details=said)
    if said == "incomplete input":
        return refuse("bad-query", parameter, f"The {parameter} ends too early: something is missing.", details=said)
    if match := _AMBIGUOUS.match(said):
        message = f"The column ‘{match['name']}’ is in several of the tables; the {parameter} does not say which."
        hint = f"Write the table before it, such as orders.{match['name']}."
        return refuse("bad-query", parameter, message, value=match["name"], hint=hint, details=said)
    if match := _FUNCTION.match(said):
        message = f"There is no function called ‘{match['name']}’ in SQLite."
        return refuse("bad-query", parameter, message, value=match["name"], details=said)
    return refuse("bad-query", parameter, f"{database} does not accept the {parameter}: {said}.", details=said)


def _place(query: str, token: str) -> str:
    """Return line and column of a token that stands but once in the query."""
    if not token or query.count(token) != 1:
        return ""
    before = query[: query.index(token)]
    return f" (line {before.count(chr(10)) + 1}, column {len(before) - before.rfind(chr(10))})"


def words_of(query: str) -> list[str]:
    """Return the words of a statement without its comments."""
    return re.sub(r"--[^\n]*|/\*.*?\*/", " ", query, flags=re.DOTALL).split()


def constraint(said: str, values: Values, schema: Schema, foreign: list[str]) -> StepError:
    """Return the error for a message of SQLite about a row that the database does not take.

    `foreign` says what the foreign keys of the statement's table want.
    """
    rule, _, what = said.partition(" constraint failed: ")
    columns = [name.rpartition(".")[2] for name in what.split(", ")] if rule in ("UNIQUE", "NOT NULL") else []
    table = what.split(", ")[0].rpartition(".")[0]
    named = " and ".join(f"‘{name}’" for name in columns)
    kind, hint = Kind.PARAMETER, "Give values that the table takes."
    if rule == "UNIQUE" and table:
        message = f"There is already a row with the same {named} in the table ‘{table}’."
        hint = "Give another value, or change the row that is there (UPDATE, or INSERT … ON CONFLICT)."
    elif rule == "NOT NULL":
        message = f"The column {named} of the table ‘{table}’ must have a value, but gets none."
        kind, hint = Kind.DATA_SHAPE, "Give it a value, or leave out the rows without one."
    elif rule == "CHECK":
        message = f"A value is not one that the table takes: its check ‘{what}’ does not hold."
        columns = [name for names in schema.values() for name in names if re.search(rf"\b{re.escape(name)}\b", what)]
    elif said.startswith("FOREIGN KEY"):
        message = f"A row would refer to one that is not there{': ' + '; '.join(foreign) if foreign else ''}."
        hint = "Add the row that is referred to first, or remove what refers to it."
    else:
        kind, message = Kind.DATA_SHAPE, f"The database does not take a value: {said}."
        if said == "datatype mismatch":
            message = "A value is not of the type that its column takes: the number of a row is a whole number."
        columns = re.findall(r"column \w+\.(\w+)", said)
    column = columns[0] if columns else ""
    error = refuse(
        "constraint-failed", "params" if values else "statement", message, kind=kind, hint=hint, details=said
    )
    failure = msgspec.structs.replace(error.failure, subject=column or rule, evidence={"column": column, "rule": rule})
    if isinstance(values, dict) and column in values:
        failure = msgspec.structs.replace(failure, parameter=("params", column), value=str(values[column])[:200])
    return StepError(failure)
