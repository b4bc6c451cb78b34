"""What values put into a range of cells come to: which cell gets which value, the same for CSV files and workbooks."""

from collections.abc import Mapping, Sequence

import msgspec

from calibrant.connectors import ranges, rows
from calibrant.connectors.ranges import Area
from calibrant.connectors.refusal import refuse
from calibrant.model.failure import StepError


class Block(msgspec.Struct, frozen=True):
    """Cells to set, each as (row, column, value) with 1-based places, and the range that they span (empty for none)."""

    cells: list[tuple[int, int, object]]
    range: str


def block(values: Sequence[object], area: Area, heading: Sequence[object], file: str, *, endless: bool) -> Block:
    """Return where values go in an area of a file.

    Arrays go from the area's first cell on, in a table from below its heading. Objects go by the area's first row, which
    names its columns, and leave alone what they do not name. An `endless` area takes any number of rows.

    Raises:
        StepError: they do not fit (code `no-room`), or a row is none, or names a column that is not there.
    """
    width = area.right - area.left + 1
    by_name = any(isinstance(row, Mapping) for row in values)
    names = (
        rows.column_names(heading, [rows.letter(area.left - 1 + index) for index in range(width)]) if by_name else []
    )
    rows.in_columns(values, names, file, parameter="values")
    first = area.top + (by_name or bool(area.table))
    cells: list[tuple[int, int, object]] = []
    for offset, row in enumerate(values):
        named = {name: row[name] for name in names if name in row} if isinstance(row, Mapping) else None
        places = (
            [(names.index(name), value) for name, value in named.items()]
            if named is not None
            else enumerate(_list(row))
        )
        cells += [(first + offset, area.left + index, value) for index, value in places]
    _check_room(len(values), cells, area, first, file, endless=endless)
    return Block(cells, _span(cells))


def _list(row: object) -> Sequence[object]:
    return row if isinstance(row, (list, tuple)) else ()


def _check_room(
    count: int, cells: list[tuple[int, int, object]], area: Area, first: int, file: str, *, endless: bool
) -> None:
    height, width = area.bottom - first + 1, area.right - area.left + 1
    wide = max((column - area.left + 1 for _row, column, _value in cells), default=0)
    if (count <= height or endless) and (wide <= width or area.whole):
        return
    below = " below its heading" if first > area.top else ""
    message = (
        f"The values have {_size(count, wide)}, but {_named(area)} in {file} has room for {_size(max(height, 0), width)}"
        f"{below}."
    )
    larger: tuple[str, ...] = ()
    if not (area.table or area.name):
        right = rows.letter(area.left + max(wide, width) - 2)
        larger = (f"{rows.letter(area.left - 1)}{area.top}:{right}{max(first + count - 1, area.bottom)}",)
        larger = tuple(f"{ranges.quoted(area.sheet)}!{cells}" for cells in larger) if area.sheet else larger
    hint = "Name a larger range, or give fewer values."
    raise refuse("no-room", "range", message, candidates=larger, hint=hint)


def _named(area: Area) -> str:
    what = f"the table ‘{area.table}’" if area.table else f"the range ‘{area.name}’" if area.name else ""
    return what or f"the range {rows.letter(area.left - 1)}{area.top}:{rows.letter(area.right - 1)}{area.bottom}"


def _size(height: int, width: int) -> str:
    return f"{height} row{'' if height == 1 else 's'} and {width} column{'' if width == 1 else 's'}"


def _span(cells: list[tuple[int, int, object]]) -> str:
    if not cells:
        return ""
    top, bottom = min(cell[0] for cell in cells), max(cell[0] for cell in cells)
    left, right = min(cell[1] for cell in cells), max(cell[1] for cell in cells)
    return f"{rows.letter(left - 1)}{top}:{rows.letter(right - 1)}{bottom}"


def no_row(number: int, file: str) -> StepError:
    """Return the error of a cell that belongs to another one."""
    message = f"Row {number} of the range in {file} has merged cells, which take one value together."
    return refuse("no-room", "range", message, hint="Take the cells apart, or name another range.")
