"""Changing cells of a workbook: their look stays, and nothing else in it is lost."""

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from calibrant.connectors import atomic, blocks, excelsave, files, ranges, rows, workbook
from calibrant.connectors.blocks import Block
from calibrant.connectors.ranges import Area
from calibrant.connectors.refusal import refuse

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet


class Plan(msgspec.Struct, frozen=True):
    """What will be set where; `data` is the file as it is."""

    book: "Workbook"
    data: bytes
    area: Area
    block: Block


def look(path: Path, name: str, range_: str, values: list[object]) -> Plan:
    """Return what setting values in a range of the workbook at `path`, called `name`, comes to.

    Raises:
        StepError: no such range or column, a value that no cell holds, or no room.
    """
    data = files.read_bytes(path, name, "file")
    book = workbook.open_workbook(data, name, values=False)
    area = ranges.find(book, range_, name)
    sheet = ranges.worksheets(book)[area.sheet]
    heading = [cell.value for cell in sheet[area.top][area.left - 1 : area.right]]
    block = blocks.block(values, area, heading, name, endless=ranges.is_endless(area, range_))
    return Plan(book, data, area, block)


def update(path: Path, name: str, range_: str, values: list[object]) -> Block:
    """Set values in a range of the workbook at `path`, called `name`; return what was set.

    Raises:
        StepError: as `look`, or the workbook would lose something.
    """
    from openpyxl.cell.cell import MergedCell

    plan = look(path, name, range_, values)
    block = plan.block
    if not block.cells:
        return block
    sheet = ranges.worksheets(plan.book)[plan.area.sheet]
    for row, column, value in block.cells:
        cell = sheet.cell(row, column)
        if isinstance(cell, MergedCell):
            raise blocks.no_row(row, name)
        excelsave.put(cell, value, "values")
    _rename_columns(sheet, name)
    atomic.replace(path, excelsave.saved(plan.book, plan.data, name, "Changing"), name, "file")
    return msgspec.structs.replace(block, range=f"{ranges.quoted(plan.area.sheet)}!{block.range}")


def _rename_columns(sheet: "Worksheet", file: str) -> None:
    """Let tables know their columns' new names: a workbook in which they differ from the heading counts as damaged.

    Raises:
        StepError: a heading is empty or comes twice.
    """
    for table in sheet.tables.values():
        if table.headerRowCount == 0:
            continue
        area = ranges.cells_of(sheet, str(table.ref))
        assert area is not None
        heading = [sheet.cell(area.top, column) for column in range(area.left, area.right + 1)]
        names = ["" if rows.is_blank(cell.value) else str(cell.value) for cell in heading]
        if len({name.casefold() for name in names if name}) < len(names):
            message = (
                f"The columns of the table ‘{table.displayName}’ in {file} must all have names, and different ones."
            )
            raise refuse("invalid-value", "values", message, hint="Give each column of the table its own name.")
        for column, cell, name in zip(table.tableColumns, heading, names, strict=False):
            if column.name != name:
                column.name = name
                excelsave.put(cell, name, "values")  # type: ignore[arg-type]  # merged cells are refused before
