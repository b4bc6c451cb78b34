"""Writing to the cells of a workbook, and saving it without losing anything else in it."""

import io
import zipfile
from datetime import datetime, time
from typing import TYPE_CHECKING

from calibrant.connectors.refusal import refuse
from calibrant.model.issue import Kind

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell

_PARTS = ("xl/media/", "xl/charts/chart", "xl/embeddings/", "xl/slicers/", "xl/ctrlProps/", "xl/threadedComments/")

_MARKS = {b"x14:sparklineGroup": "sparklines", b"x14:dataValidation": "data validation", b"x14:slicerList": "slicers"}
"""What a sheet may hold in its extensions, which are lost on saving."""


def put(cell: "Cell", value: object, parameter: str) -> None:
    """Set a cell's value; its look stays.

    Raises:
        StepError: a text that no cell can hold, given by `parameter`.
    """
    from openpyxl.utils.exceptions import IllegalCharacterError

    if isinstance(value, (datetime, time)) and value.tzinfo is not None:
        value = value.isoformat()  # a workbook has no time zones
    try:
        cell.value = value  # type: ignore[assignment]  # checked by rows.in_columns
    except IllegalCharacterError as error:
        message = f"A value of ‘{parameter}’ has a control character in it, which no cell can hold."
        raise refuse("shape-mismatch", parameter, message, kind=Kind.DATA_SHAPE, details=repr(value)[:200]) from error
    if isinstance(value, str):
        cell.data_type = "s"  # text stays text, also where it begins with "=" and would become a formula


def saved(book: "Workbook", before: bytes, name: str, doing: str) -> bytes:
    """Return a workbook as a file; `before` is the file it was read from.

    Raises:
        StepError: what else was in it would be lost (code `unsupported-file`); `doing` says by what.
    """
    out = io.BytesIO()
    book.save(out)
    data = out.getvalue()
    lost = [part.split("/")[1] for part in _PARTS if _count(data, part) < _count(before, part)]
    lost += [words for mark, words in _MARKS.items() if _holds(before, mark)]
    if lost:
        what = ", ".join(lost)
        message = f"{doing} {name} would lose what else is in it ({what})."
        raise refuse("unsupported-file", "file", message, value=name, hint="Keep the data in a workbook of its own.")
    return data


def _holds(data: bytes, mark: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = (member for member in archive.namelist() if member.startswith("xl/worksheets/sheet"))
        return any(mark in archive.read(sheet) for sheet in sheets)


def _count(data: bytes, prefix: str) -> int:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return sum(member.startswith(prefix) for member in archive.namelist())
