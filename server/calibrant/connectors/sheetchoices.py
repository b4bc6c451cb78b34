"""What a sheet file has to choose from: its ranges by name, and the columns of one."""

from collections.abc import Sequence
from pathlib import Path

from calibrant.connectors import csvtext, files, parameters, rows, sheetfile
from calibrant.connectors.jsontext import BadTextError
from calibrant.connectors.threads import in_thread
from calibrant.model.connector import Choice, Context, Params
from calibrant.model.words import counted


async def choices(place: tuple[str | int, ...], params: Params, context: Context) -> Sequence[Choice]:
    """Return the ranges of the file, or where an object for a row is being written, the columns of its range.

    Raises:
        StepError: there is no such file or range, or it cannot be read.
    """
    if not parameters.known(params, "file"):
        return ()
    name = parameters.path(params, "file")
    is_csv = sheetfile.is_csv(name)
    path = await in_thread(files.existing, context, name, "file", suffixes=sheetfile.SUFFIXES)
    if place[0] == "range":
        return () if is_csv else await in_thread(_ranges, path, name)
    if len(place) != 3 or not parameters.known(params, "range"):
        return ()
    range_ = parameters.text(params, "range")
    names = await in_thread(_csv_columns, path, name) if is_csv else await in_thread(_columns, path, name, range_)
    return [Choice(one, "column") for one in names]


def _ranges(path: Path, name: str) -> Sequence[Choice]:
    from calibrant.connectors import ranges, workbook

    book = workbook.open_workbook(files.read_bytes(path, name, "file"), name, values=True)
    sheets = ranges.worksheets(book)
    tables = {table for sheet in sheets.values() for table in sheet.tables}
    found: list[Choice] = []
    for one in ranges.names(book):
        if one in sheets:
            found.append(Choice(one, "sheet", counted(sheets[one].max_row, "row")))
        else:
            found.append(
                Choice(one, "table" if one in tables else "range", "table" if one in tables else "named range")
            )
    return found


def _columns(path: Path, name: str, range_: str) -> Sequence[str]:
    from calibrant.connectors import ranges, workbook

    book = workbook.open_workbook(files.read_bytes(path, name, "file"), name, values=True)
    area = ranges.find(book, range_, name)
    grid = ranges.grid(ranges.worksheets(book)[area.sheet], area)
    return rows.named(grid[:1], header=True, first_column=area.left - 1)[1]


def _csv_columns(path: Path, name: str) -> Sequence[str]:
    text, _encoding = files.decode(files.read_bytes(path, name, "file"), name, "file")
    try:
        return rows.named(csvtext.parse(text)[:1], header=True)[1]
    except BadTextError:  # what is wrong with it, a look tells
        return ()
