"""Adding rows to a workbook: below what is filled, with the look of the row above, losing nothing else in it."""

from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from calibrant.connectors import atomic, excelsave, files, ranges, rows, workbook
from calibrant.connectors.ranges import Area
from calibrant.connectors.refusal import refuse
from calibrant.model.failure import StepError

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet


class Plan(msgspec.Struct, frozen=True):
    """What will be written where: `cells` go below row `last` of `area`, the first being a heading where `headed`."""

    book: "Workbook"
    data: bytes
    area: Area
    last: int
    cells: list[list[object]]
    headed: bool


def look(path: Path, name: str, range_: str, given: list[object]) -> Plan:
    """Return what adding rows below a range of the workbook at `path`, called `name`, comes to.

    Raises:
        StepError: no such range or column, a value that no cell holds, or no room.
    """
    data = files.read_bytes(path, name, "file")
    book = workbook.open_workbook(data, name, values=False)
    area = ranges.find(book, range_, name)
    sheet = ranges.worksheets(book)[area.sheet]
    width = area.right - area.left + 1
    heading = [cell.value for cell in sheet[area.top][area.left - 1 : area.right]]
    empty = all(rows.is_blank(cell) for cell in heading)
    columns = rows.keys_of(given) if empty else rows.column_names(heading, _letters(area.left, width))
    cells = rows.in_columns(given, columns, name)
    last = area.top - 1 if empty else _last_filled(sheet, area)
    headed = empty and bool(columns) and bool(cells)
    if headed:
        cells.insert(0, list(columns))
    _check_room(sheet, area, last, len(cells), name)
    return Plan(book, data, area, last, cells, headed)


def append(path: Path, name: str, range_: str, given: list[object]) -> str:
    """Add rows below a range of the workbook at `path`, called `name`; return the cells they went to.

    Raises:
        StepError: as `look`, or the workbook would lose something.
    """
    plan = look(path, name, range_, given)
    area, last, cells = plan.area, plan.last, plan.cells
    if not cells:
        return ""
    sheet = ranges.worksheets(plan.book)[area.sheet]
    _fill(sheet, area, last, cells)
    _extend(plan.book, sheet, area, last + len(cells))
    atomic.replace(path, excelsave.saved(plan.book, plan.data, name, "Adding rows to"), name, "file")
    first = last + 1 + plan.headed
    right = rows.letter(area.left - 2 + max(len(row) for row in cells))
    return f"{ranges.quoted(area.sheet)}!{rows.letter(area.left - 1)}{first}:{right}{last + len(cells)}"


def _letters(left: int, width: int) -> list[str]:
    return [rows.letter(left - 1 + index) for index in range(width)]


def _last_filled(sheet: "Worksheet", area: Area) -> int:
    """Return the last row that belongs to the area: a table's or a sheet's last, else the last before a blank one."""
    if area.table:
        return area.bottom
    if area.whole:
        rows_ = range(sheet.max_row, area.top, -1)
        return next((row for row in rows_ if not _is_blank(sheet, row, area)), area.top)
    row = area.top
    while row < sheet.max_row and not _is_blank(sheet, row + 1, area):
        row += 1
    return row


def _is_blank(sheet: "Worksheet", row: int, area: Area) -> bool:
    cells = sheet.iter_rows(row, row, area.left, area.right, values_only=True)
    return all(rows.is_blank(value) for value in next(cells, ()))


def _check_room(sheet: "Worksheet", area: Area, last: int, count: int, name: str) -> None:
    what = f"the table ‘{area.table}’" if area.table else "the range"
    if area.table and sheet.tables[area.table].totalsRowCount:
        raise _no_room(f"The table ‘{area.table}’ in {name} ends in a totals row, so no rows can be added below it.")
    for row in range(last + 1, last + count + 1):
        if row <= sheet.max_row and not _is_blank(sheet, row, area):
            raise _no_room(f"There is no room for {count} rows below {what} in {name}: row {row} is filled.")


def _no_room(message: str) -> StepError:
    return refuse("no-room", "range", message)


def _fill(sheet: "Worksheet", area: Area, last: int, cells: list[list[object]]) -> None:
    from openpyxl.cell.cell import MergedCell

    model = last if last > area.top else 0
    for offset, row in enumerate(cells, 1):
        for index, value in enumerate(row):
            column = area.left + index
            cell = sheet.cell(last + offset, column)
            if isinstance(cell, MergedCell):
                raise _no_room(f"There is no room below the range: row {last + offset} has merged cells.")
            excelsave.put(cell, value, "rows")
            if model:
                _dress(cell, sheet.cell(model, column))


def _dress(cell: "Cell", model: "Cell | MergedCell") -> None:
    if not model.has_style:
        return
    for part in ("font", "fill", "border", "alignment"):
        setattr(cell, part, copy(getattr(model, part)))
    cell.number_format = model.number_format


def _extend(book: "Workbook", sheet: "Worksheet", area: Area, bottom: int) -> None:
    """Let the table or the named range take in the new rows."""
    if bottom <= area.bottom:
        return
    grown = f"{rows.letter(area.left - 1)}{area.top}:{rows.letter(area.right - 1)}{bottom}"
    if area.table:
        table = sheet.tables[area.table]
        table.ref = grown
        if table.autoFilter is not None:
            table.autoFilter.ref = grown
    elif area.name:
        names = book.defined_names if area.name in book.defined_names else sheet.defined_names
        left, right = rows.letter(area.left - 1), rows.letter(area.right - 1)
        names[area.name].attr_text = f"{ranges.quoted(area.sheet)}!${left}${area.top}:${right}${bottom}"
