"""sheet.append: add rows to the end of an Excel sheet, table or range, or of a CSV file."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from calibrant.connectors import atomic, csvtext, file_read, files, parameters, rows, sheetchoices, sheetfile
from calibrant.connectors.jsontext import BadTextError
from calibrant.connectors.refusal import refuse
from calibrant.connectors.threads import in_thread
from calibrant.model.connector import Connector, ConnectorSpec, Context, Effect, Output, ParameterSpec, Params
from calibrant.model.shape import INTEGER, STRING, object_of

SPEC = ConnectorSpec(
    name="sheet.append",
    summary="Add rows to the end of an Excel sheet or a CSV file.",
    parameters=(
        ParameterSpec("file", "path", "The file: .xlsx or .csv.", required=True, suffixes=sheetfile.SUFFIXES),
        ParameterSpec(
            "rows",
            "array",
            "Objects by column name, or arrays in order.",
            required=True,
            needs_data=True,
            choices="whole",
        ),
        ParameterSpec(
            "range", "string", "A sheet, a table, a named range or cells; else the first sheet.", choices="whole"
        ),
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
    from calibrant.connectors import excelappend

    name = parameters.path(params, "file")
    given = parameters.array(params, "rows")
    range_ = parameters.text(params, "range")
    append = _csv if sheetfile.is_csv(name) else excelappend.append

    def work() -> str:
        path = files.present(context, context.write_path(name, "file"), name, "file", suffixes=sheetfile.SUFFIXES)
        with atomic.alone(path, name, "file"):
            return append(path, name, range_, given)

    return {"range": await in_thread(work), "appended": len(given)}


async def check(params: Params, context: Context) -> None:
    """Look whether the file and the range are there, and the columns of the rows as far as they are known.

    Raises:
        StepError: something is not there.
    """
    if not parameters.known(params, "file", "range"):
        return
    from calibrant.connectors import excelappend

    name = parameters.path(params, "file")
    range_ = parameters.text(params, "range")
    is_csv = sheetfile.is_csv(name)
    path = await in_thread(files.existing, context, name, "file", suffixes=sheetfile.SUFFIXES)
    given = params.get("rows")
    known: list[object] = [row for row in given if isinstance(row, Mapping)] if isinstance(given, (list, tuple)) else []
    await in_thread(_look if is_csv else excelappend.look, path, name, range_, known)


class Plan(msgspec.Struct, frozen=True):
    """A CSV file as it is, and the cells to add to it; `heading` is set where it has none yet."""

    text: str
    encoding: str
    rows: int
    heading: list[str]
    cells: list[list[object]]


def _look(path: Path, name: str, range_: str, given: list[object]) -> Plan:
    """Return what would be added to a CSV file.

    Raises:
        StepError: a range is given, the file is no CSV, or a column is not there.
    """
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
    return Plan(text, encoding, len(grid), [] if grid else heading, cells)


def _csv(path: Path, name: str, range_: str, given: list[object]) -> str:
    plan = _look(path, name, range_, given)
    if not plan.cells:
        return ""
    added: list[Sequence[object]] = [plan.heading, *plan.cells] if plan.heading else [*plan.cells]
    atomic.replace(path, csvtext.append(plan.text, added).encode(plan.encoding), name, "file")
    first = plan.rows + bool(plan.heading) + 1
    width = max(1, *(len(row) for row in plan.cells))
    return f"A{first}:{rows.letter(width - 1)}{first + len(plan.cells) - 1}"


CONNECTOR = Connector(
    SPEC,
    run,
    touches=lambda _params: Effect.WRITE_LOCAL,
    check=check,
    fresh=sheetfile.fresh,
    choices=sheetchoices.choices,
)
