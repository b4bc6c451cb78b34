"""A grid of cells to and from rows with named columns, the same for CSV files and workbooks."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal

from calibrant.connectors.jsontext import BadTextError
from calibrant.connectors.refusal import listing, refuse
from calibrant.model.closest import ranked
from calibrant.model.failure import StepError
from calibrant.model.issue import Kind
from calibrant.model.value import UNKNOWN, type_name
from calibrant.model.words import in_words

Grid = Sequence[Sequence[object]]


def letter(index: int) -> str:
    """Return the letters of a 0-based column: A … Z, AA …"""
    out = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        out = chr(65 + rest) + out
    return out


def named(grid: Grid, *, header: bool, first_column: int = 0) -> tuple[list[dict[str, object]], list[str]]:
    """Return the rows as objects, and the names of the columns; rows without any value are left out.

    The first row with a value in it names the columns; without `header`, their letters do. A column without a name goes by
    its letter, a name that comes again gets `_2`, `_3` …
    """
    width = max(map(_filled_width, grid), default=0)
    if not width:
        return [], []
    filled = (row for row in grid if _filled_width(row))
    letters = [letter(first_column + index) for index in range(width)]
    if not header:
        return [_row(letters, row) for row in filled], letters
    names = column_names(next(filled), letters)
    return [_row(names, row) for row in filled], names


def is_blank(cell: object) -> bool:
    """Tell whether a cell holds nothing."""
    return cell is None or cell == ""


def _filled_width(row: Sequence[object]) -> int:
    width = len(row)
    while width and is_blank(row[width - 1]):
        width -= 1
    return width


def _row(names: Sequence[str], row: Sequence[object]) -> dict[str, object]:
    return {name: row[index] if index < len(row) else None for index, name in enumerate(names)}


def column_names(heading: Sequence[object], letters: Sequence[str]) -> list[str]:
    """Return one name for each of the columns that `letters` stand for."""
    out: list[str] = []
    for index, letters_ in enumerate(letters):
        cell = heading[index] if index < len(heading) else None
        name = letters_ if is_blank(cell) else str(cell).strip() or letters_
        wanted, count = name, 1
        while name in out:
            count += 1
            name = f"{wanted}_{count}"
        out.append(name)
    return out


def check_widths(grid: Sequence[Sequence[str]]) -> None:
    """Check that no row has more values than the first one names.

    Raises:
        BadTextError: one has; says which.
    """
    for number, row in enumerate(grid[1:], 2):
        if len(row) > len(grid[0]):
            raise BadTextError(f"row {number} has {len(row)} values, but the heading names {len(grid[0])}")


def in_columns(
    rows: Sequence[object], columns: Sequence[str], file: str, *, parameter: str = "rows"
) -> list[list[object]]:
    """Return the cells of `rows` in the order of `columns`; objects go by name, arrays by position.

    `parameter` is what the workflow calls them.

    Raises:
        StepError: a row names a column that is not there (code `unknown-column`), or is no row (code `shape-mismatch`).
    """
    return [_cells(row, number, columns, file, parameter) for number, row in enumerate(rows, 1)]


def _cells(row: object, number: int, columns: Sequence[str], file: str, parameter: str) -> list[object]:
    if isinstance(row, Mapping):
        for name in row:
            if str(name) not in columns:
                raise _unknown_column(str(name), columns, file, parameter)
        cells = [row.get(name) for name in columns]
    elif isinstance(row, (list, tuple)):
        if len(row) > len(columns) > 0:
            has = f"{file} has {len(columns)} columns: {listing(columns)}"
            message = f"Row {number} of ‘{parameter}’ has {len(row)} values, but {has}."
            raise refuse("shape-mismatch", parameter, message, kind=Kind.DATA_SHAPE)
        cells = list(row)
    else:
        found = in_words(type_name(row))
        message = f"Row {number} of ‘{parameter}’ is {found}; a row is an object (by column) or a list (in order)."
        evidence = {"wanted": "object", "found": type_name(row)}
        raise refuse("shape-mismatch", parameter, message, kind=Kind.DATA_SHAPE, evidence=evidence)
    for index, cell in enumerate(cells):
        _check_cell(cell, number, columns[index] if index < len(columns) else letter(index), parameter)
    return cells


def _unknown_column(name: str, columns: Sequence[str], file: str, parameter: str) -> StepError:
    ordered = ranked(name, columns)
    message = f"There is no column called ‘{name}’ in {file}. It has: {listing(columns)}."
    return refuse("unknown-column", parameter, message, value=name, candidates=ordered)


def _check_cell(cell: object, number: int, column: str, parameter: str) -> None:
    if cell is None or cell is UNKNOWN or isinstance(cell, (str, bool, int, float, Decimal, datetime, date, time)):
        return
    found = type_name(cell)
    message = f"‘{column}’ in row {number} of ‘{parameter}’ is {in_words(found)}; a cell holds one value."
    evidence = {"wanted": "string", "found": found}
    raise refuse("shape-mismatch", parameter, message, kind=Kind.DATA_SHAPE, value=column, evidence=evidence)


def keys_of(rows: Sequence[object]) -> list[str]:
    """Return the fields of all rows that are objects, in the order in which they first come."""
    return list(dict.fromkeys(str(name) for row in rows if isinstance(row, Mapping) for name in row))
