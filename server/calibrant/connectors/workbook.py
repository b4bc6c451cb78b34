"""Excel workbooks: opening them, and finding what a range's name stands for."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from calibrant.connectors import files
from calibrant.connectors.refusal import listing, refuse
from calibrant.model.closest import ranked
from calibrant.model.failure import StepError

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.workbook.defined_name import DefinedName
    from openpyxl.worksheet.worksheet import Worksheet

SUFFIXES = (".xlsx", ".xlsm", ".csv", ".tsv")
_UNPACKED_LIMIT = 1 << 30
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
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


def is_csv(name: str) -> bool:
    """Tell whether a file is CSV by its name.

    Raises:
        StepError: it is neither CSV nor a workbook that can be read (code `unsupported-file`).
    """
    suffix = Path(name).suffix.lower()
    if suffix in (".csv", ".tsv"):
        return True
    if suffix in (".xlsx", ".xlsm"):
        return False
    message, hint = f"‘{name}’ is no sheet that can be used: only .xlsx and .csv files are.", ""
    if suffix in (".xls", ".xlsb", ".ods"):
        message = f"‘{name}’ is a {suffix} file; only .xlsx and .csv files can be used."
        hint = "Save it as .xlsx."
    raise refuse("unsupported-file", "file", message, value=name, hint=hint)


def check(data: bytes, name: str) -> None:
    """Check that the bytes are a workbook that can be opened.

    Raises:
        StepError: empty, encrypted, of the old format, no workbook, or too large when unpacked.
    """
    if not data:
        raise refuse("empty-file", "file", f"‘{name}’ is empty; it should hold an Excel workbook.", value=name)
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            message, hint = f"‘{name}’ is protected with a password.", "Save it without a password."
        else:
            message, hint = f"‘{name}’ is in the old .xls format, whatever its name says.", "Save it as .xlsx."
        raise refuse("unsupported-file", "file", message, value=name, hint=hint)
    import io
    import zipfile

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(member.file_size for member in archive.infolist())
            is_workbook = "[Content_Types].xml" in archive.namelist()
    except zipfile.BadZipFile as error:
        raise _no_workbook(name) from error
    if not is_workbook:
        raise _no_workbook(name)
    if size > _UNPACKED_LIMIT:
        raise files.too_large(f"‘{name}’ unpacks to {size >> 20} MB", "file", name)


def _no_workbook(name: str) -> StepError:
    return refuse("unsupported-file", "file", f"‘{name}’ is not an Excel workbook, or is damaged.", value=name)


def open_workbook(data: bytes, name: str, *, values: bool) -> "Workbook":
    """Return the workbook; with `values`, formulas are replaced with the results that were last stored.

    Raises:
        StepError: it cannot be opened (see `check`).
    """
    import io
    import zipfile

    import openpyxl

    check(data, name)
    keep_macros = name.lower().endswith(".xlsm") and not values
    try:
        return openpyxl.load_workbook(io.BytesIO(data), data_only=values, keep_vba=keep_macros)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError, zipfile.BadZipFile) as error:
        # what openpyxl lets through for parts that are missing or malformed (an XML error is a SyntaxError)
        raise _no_workbook(name) from error


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
    area = _cells(sheet, str(sheet.tables[name].ref))
    return msgspec.structs.replace(area, table=name) if area else None


def _by_name(book: "Workbook", sheets: dict[str, "Worksheet"], wanted: str) -> Area | None:
    defined: list[tuple[str, DefinedName]] = list(book.defined_names.items())
    for sheet in sheets.values():
        defined += sheet.defined_names.items()
    for name, definition in defined:
        if name.casefold() != wanted.casefold():
            continue
        for title, cells in definition.destinations:
            area = _cells(sheets[title], cells) if title in sheets else None
            if area:
                return msgspec.structs.replace(area, name=name)
    return None


def _by_cells(book: "Workbook", sheets: dict[str, "Worksheet"], wanted: str, file: str) -> Area:
    title, mark, cells = wanted.rpartition("!")
    title = title.strip("'").replace("''", "'")
    if not mark:
        area = (
            _cells(next(iter(sheets.values())), cells) if any(char.isdigit() or char == ":" for char in cells) else None
        )
    else:
        found = next((sheet for name, sheet in sheets.items() if name.casefold() == title.casefold()), None)
        if found is None:
            ordered = ranked(title, sheets)
            message = f"There is no sheet called ‘{title}’ in {file}. It has: {listing(list(sheets))}."
            candidates = [f"{quoted(name)}!{cells}" for name in ordered]
            raise refuse("unknown-range", "range", message, value=wanted, candidates=candidates)
        area = _cells(found, cells)
    if area:
        return area
    known = names(book)
    message = f"There is no range called ‘{wanted}’ in {file}. It has: {listing(known)}."
    raise refuse("unknown-range", "range", message, value=wanted, candidates=ranked(wanted, known))


def quoted(title: str) -> str:
    """Return a sheet's title as a range writes it, in quotes where it has more than letters, digits and underscores."""
    return title if re.fullmatch(r"\w+", title) else "'" + title.replace("'", "''") + "'"


def _cells(sheet: "Worksheet", text: str) -> Area | None:
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


def column_number(letters: str | None) -> int:
    """Return a column's 1-based number, 0 where no letters are given."""
    out = 0
    for char in (letters or "").upper():
        out = out * 26 + ord(char) - 64
    return out
