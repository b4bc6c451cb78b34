"""What the name of a range stands for in a workbook: a sheet, a table, a named range, or cells."""

import re
from typing import TYPE_CHECKING

import msgspec

from calibrant.connectors.refusal import listing, refuse
from calibrant.model.closest import ranked

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.workbook.defined_name import DefinedName
    from openpyxl.worksheet.worksheet import Worksheet

_CELLS = re.compile(r"\$?([A-Za-z]{1,3})?\$?(\d{1,7})?(?::\$?([A-Za-z]{1,3})?\$?(\d{1,7})?)?")
_MAX_ROW, _MAX_COLUMN = 1_048_576, 16_384


class Area(msgspec.Struct, frozen=True):
    """Cells of one sheet: 1-based, ends included; `bottom` and `right` may lie beyond what is filled.

    `table` or `name` is set where the area is that of a table or of a named range.
    """

    sheet: str
    top: int
    left: int
    bottom: int
    right: int
    table: str = ""
    name: str = ""
    whole: bool = False


class Grid(msgspec.Struct, frozen=True):
    """A grid of cells without a workbook around it, with as many rows and columns as are filled (at least 1)."""

    title: str
    max_row: int
    max_column: int


def worksheets(book: "Workbook") -> dict[str, "Worksheet"]:
    """Return the sheets that hold cells, by name in their order (a chart may be a sheet of its own)."""
    return {sheet.title: sheet for sheet in book.worksheets}


def names(book: "Workbook") -> list[str]:
    """Return all that a range can be called: sheets, then tables, then named ranges."""
    out = list(worksheets(book))
    for sheet in book.worksheets:
        out += sheet.tables
        out += sheet.defined_names
    return list(dict.fromkeys([*out, *book.defined_names]))


def find(book: "Workbook", range_: str, file: str) -> Area:
    """Return the cells that `range_` stands for: a sheet, table, named range or A1 range; the first sheet where empty.

    Raises:
        StepError: there is no such range (code `unknown-range`, with those that there are).
    """
    sheets = worksheets(book)
    if not sheets:
        raise refuse("unsupported-file", "file", f"‘{file}’ has no sheet with cells.", value=file)
    wanted = range_.strip()
    if not wanted:
        return _whole(next(iter(sheets.values())))
    area = _by_sheet(sheets, wanted) or _by_table(sheets, wanted) or _by_name(book, sheets, wanted)
    return area or _by_cells(book, sheets, wanted, file)


def _whole(sheet: "Worksheet") -> Area:
    return Area(sheet.title, sheet.min_row, sheet.min_column, sheet.max_row, sheet.max_column, whole=True)


def _by_sheet(sheets: dict[str, "Worksheet"], wanted: str) -> Area | None:
    for title, sheet in sheets.items():
        if title.casefold() == wanted.casefold():
            return _whole(sheet)
    return None


def _by_table(sheets: dict[str, "Worksheet"], wanted: str) -> Area | None:
    for sheet in sheets.values():
        for name in sheet.tables:
            if name.casefold() == wanted.casefold():
                return _of_table(sheet, name)
    return None


def _of_table(sheet: "Worksheet", name: str) -> Area | None:
    area = cells_of(sheet, str(sheet.tables[name].ref))
    return msgspec.structs.replace(area, table=name) if area else None


def _by_name(book: "Workbook", sheets: dict[str, "Worksheet"], wanted: str) -> Area | None:
    defined: list[tuple[str, DefinedName]] = list(book.defined_names.items())
    for sheet in sheets.values():
        defined += sheet.defined_names.items()
    for name, definition in defined:
        if name.casefold() != wanted.casefold():
            continue
        for title, cells in definition.destinations:
            area = cells_of(sheets[title], cells) if title in sheets else None
            if area:
                return msgspec.structs.replace(area, name=name)
    return None


def _by_cells(book: "Workbook", sheets: dict[str, "Worksheet"], wanted: str, file: str) -> Area:
    title, mark, cells = wanted.rpartition("!")
    title = title.strip("'").replace("''", "'")
    if not mark:
        area = (
            cells_of(next(iter(sheets.values())), cells)
            if any(char.isdigit() or char == ":" for char in cells)
            else None
        )
    else:
        found = next((sheet for name, sheet in sheets.items() if name.casefold() == title.casefold()), None)
        if found is None:
            ordered = ranked(title, sheets)
            message = f"There is no sheet called ‘{title}’ in {file}. It has: {listing(list(sheets))}."
            candidates = [f"{quoted(name)}!{cells}" for name in ordered]
            raise refuse("unknown-range", "range", message, value=wanted, candidates=candidates)
        area = cells_of(found, cells)
    if area:
        return area
    known = names(book)
    message = f"There is no range called ‘{wanted}’ in {file}. It has: {listing(known)}."
    raise refuse("unknown-range", "range", message, value=wanted, candidates=ranked(wanted, known))


def quoted(title: str) -> str:
    """Return a sheet's title as a range writes it, in quotes where it has more than letters, digits and underscores."""
    return title if re.fullmatch(r"\w+", title) else "'" + title.replace("'", "''") + "'"


def cells_of(sheet: "Worksheet | Grid", text: str) -> Area | None:
    """Return the area of "A1", "A1:C9", "A:C" or "2:5" in a sheet, or None where it is none of these."""
    match = _CELLS.fullmatch(text.strip())
    if not match or not text.strip():
        return None
    first_column, first_row, last_column, last_row = match.groups()
    if ":" not in text:
        if not (first_column and first_row):
            return None
        last_column, last_row = first_column, first_row
    elif bool(first_column) != bool(last_column) or (bool(first_row) != bool(last_row) and not first_column):
        return None
    left, right = column_number(first_column) or 1, column_number(last_column) or sheet.max_column
    top, bottom = int(first_row or 1), int(last_row or sheet.max_row)
    if not (1 <= min(top, bottom) <= max(top, bottom) <= _MAX_ROW and max(left, right) <= _MAX_COLUMN):
        return None
    return Area(sheet.title, min(top, bottom), min(left, right), max(top, bottom), max(left, right))


def is_endless(area: Area, range_: str) -> bool:
    """Tell whether an area has no end below: a sheet, or columns ("A:C")."""
    written = range_.rpartition("!")[2]
    return area.whole or (not (area.table or area.name) and ":" in written and not re.search(r"\d", written))


def column_number(letters: str | None) -> int:
    """Return a column's 1-based number, 0 where no letters are given."""
    out = 0
    for char in (letters or "").upper():
        out = out * 26 + ord(char) - 64
    return out


def grid(sheet: "Worksheet", area: Area) -> list[list[object]]:
    """Return the values of an area's cells, as far as the sheet goes."""
    bottom, right = min(area.bottom, sheet.max_row), min(area.right, sheet.max_column)
    if bottom < area.top or right < area.left:
        return []
    cells = sheet.iter_rows(area.top, bottom, area.left, right, values_only=True)
    return [list(row) for row in cells]
