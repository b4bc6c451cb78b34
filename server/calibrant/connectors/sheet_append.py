"""sheet.append: add rows to the end of an Excel sheet, table or range, or of a CSV file."""

from pathlib import Path

from calibrant.connectors import csvtext, file_read, files, parameters, rows, workbook
from calibrant.connectors.jsontext import BadTextError
from calibrant.connectors.refusal import refuse
from calibrant.connectors.threads import in_thread
from calibrant.model.connector import Connector, ConnectorSpec, Context, Effect, Output, ParameterSpec, Params
from calibrant.model.shape import INTEGER, STRING, object_of

SPEC = ConnectorSpec(
    name="sheet.append",
    summary="Add rows to the end of an Excel sheet or a CSV file.",
    parameters=(
        ParameterSpec("file", "path", "The file: .xlsx or .csv.", required=True),
        ParameterSpec("rows", "array", "Objects by column name, or arrays in order.", required=True, needs_data=True),
        ParameterSpec("range", "string", "A sheet, a table, a named range or cells; else the first sheet."),
    ),
    output=object_of(appended=INTEGER, range=STRING),
    effects=(Effect.WRITE_LOCAL,),
    example='- id: log\n  uses: sheet.append\n  with: {file: report.xlsx, range: Log, rows: "{{ urgent.items }}"}',
)


async def run(params: Params, context: Context) -> Output:
    """Add the rows and return how many, and the cells they went to (empty where there was nothing to add).

    Raises:
        StepError: no such file or range, a column that is not there, a value that no cell holds, or no room.
    """
    name = parameters.path(params, "file")
    given = parameters.array(params, "rows")
    range_ = parameters.text(params, "range")
    is_csv = workbook.is_csv(name)
    path = files.present(context, context.write_path(name, "file"), name, "file", suffixes=workbook.SUFFIXES)
    from calibrant.connectors import excelappend

    cells = await in_thread(_csv if is_csv else excelappend.append, path, name, range_, given)
    return {"appended": len(given), "range": cells}


def _csv(path: Path, name: str, range_: str, given: list[object]) -> str:
    if range_:
        message = f"{name} is a CSV file, which has no ranges."
        raise refuse("unknown-range", "range", message, value=range_, hint="Leave ‘range’ out.")
    text, encoding = files.decode(files.read_bytes(path, name, "file"), name, "file")
    try:
        grid = csvtext.parse(text)
    except BadTextError as error:
        raise file_read.bad_content(error, "CSV", name, "file") from error
    heading = list(grid[0]) if grid else rows.keys_of(given)
    cells = rows.in_columns(given, rows.column_names(heading, heading), name)
    if not cells:
        return ""
    text = csvtext.append(text, cells if grid else [heading, *cells] if heading else cells)
    files.replace(path, text.encode(encoding), name, "file")
    first = len(grid) + (0 if grid or not heading else 1) + 1
    width = max(1, *(len(row) for row in cells))
    return f"A{first}:{rows.letter(width - 1)}{first + len(cells) - 1}"


CONNECTOR = Connector(SPEC, run, touches=lambda _params: Effect.WRITE_LOCAL)
