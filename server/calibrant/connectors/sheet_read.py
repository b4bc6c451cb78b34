"""sheet.read: the rows of an Excel sheet or a CSV file."""

from pathlib import Path

from calibrant.connectors import csvtext, file_read, files, parameters, rows, sheetchoices, sheetfile
from calibrant.connectors.jsontext import BadTextError
from calibrant.connectors.refusal import refuse
from calibrant.connectors.threads import in_thread
from calibrant.model.connector import Connector, ConnectorSpec, Context, Effect, Output, ParameterSpec, Params
from calibrant.model.shape import INTEGER, OBJECT, STRING, array, object_of

SPEC = ConnectorSpec(
    name="sheet.read",
    summary="Read the rows of an Excel sheet or a CSV file.",
    parameters=(
        ParameterSpec("file", "path", "The file: .xlsx or .csv.", required=True, suffixes=sheetfile.SUFFIXES),
        ParameterSpec(
            "range",
            "string",
            "A sheet, a table, a named range or cells (`Sheet1!A1:C9`); else the first sheet.",
            choices="whole",
        ),
        ParameterSpec("header", "boolean", "The first row names the columns; else their letters do.", default=True),
    ),
    output=object_of(rows=array(OBJECT), columns=array(STRING), count=INTEGER),
    effects=(Effect.READ,),
    example="- id: orders\n  uses: sheet.read\n  with: {file: orders.xlsx, range: Orders}",
)


async def run(params: Params, context: Context) -> Output:
    """Return the rows as objects by column name, the columns, and how many rows there are.

    Dates and decimals keep their type; a CSV file has text only. A formula without a stored result is null.

    Raises:
        StepError: the file is not there or is no sheet, or has no such range.
    """
    name = parameters.path(params, "file")
    range_ = parameters.text(params, "range")
    is_csv = sheetfile.is_csv(name)
    path = await in_thread(files.existing, context, name, "file", suffixes=sheetfile.SUFFIXES)
    header = parameters.flag(params, "header", default=True)
    found, columns = await in_thread(_csv if is_csv else _excel, path, name, range_, header)
    return {"rows": found, "columns": columns, "count": len(found)}


async def check(params: Params, context: Context) -> None:
    """Look whether the file, and where it is known the range, is there.

    Raises:
        StepError: it is not.
    """
    if not parameters.known(params, "file"):
        return
    name = parameters.path(params, "file")
    is_csv = sheetfile.is_csv(name)
    path = await in_thread(files.existing, context, name, "file", suffixes=sheetfile.SUFFIXES)
    if parameters.known(params, "range"):
        await in_thread(_csv if is_csv else _excel, path, name, parameters.text(params, "range"), False)


Rows = tuple[list[dict[str, object]], list[str]]


def _csv(path: Path, name: str, range_: str, header: bool) -> Rows:
    if range_:
        message = f"{name} is a CSV file, which has no ranges."
        raise refuse("unknown-range", "range", message, value=range_, hint="Leave ‘range’ out.")
    text, _encoding = files.decode(files.read_bytes(path, name, "file"), name, "file")
    try:
        grid = csvtext.parse(text)
        if header:
            rows.check_widths(grid)
    except BadTextError as error:
        raise file_read.bad_content(error, "CSV", name, "file") from error
    return rows.named(grid, header=header)


def _excel(path: Path, name: str, range_: str, header: bool) -> Rows:
    from calibrant.connectors import ranges, workbook

    book = workbook.open_workbook(files.read_bytes(path, name, "file"), name, values=True)
    area = ranges.find(book, range_, name)
    grid = ranges.grid(ranges.worksheets(book)[area.sheet], area)
    return rows.named(grid, header=header, first_column=area.left - 1)


CONNECTOR = Connector(
    SPEC, run, touches=lambda _params: Effect.READ, check=check, choices=sheetchoices.choices, reads=("file",)
)
