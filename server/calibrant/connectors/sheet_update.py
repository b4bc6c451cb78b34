"""sheet.update: set values in a range of an Excel sheet or a CSV file."""

from pathlib import Path

import msgspec

from calibrant.connectors import atomic, blocks, csvtext, file_read, files, parameters, rows, sheetchoices, sheetfile
from calibrant.connectors.blocks import Block
from calibrant.connectors.jsontext import BadTextError
from calibrant.connectors.refusal import refuse
from calibrant.connectors.threads import in_thread
from calibrant.model.connector import Connector, ConnectorSpec, Context, Effect, Output, ParameterSpec, Params
from calibrant.model.shape import INTEGER, STRING, object_of

SPEC = ConnectorSpec(
    name="sheet.update",
    summary="Set values in a range of an Excel sheet or a CSV file.",
    parameters=(
        ParameterSpec("file", "path", "The file: .xlsx or .csv.", required=True, suffixes=sheetfile.SUFFIXES),
        ParameterSpec(
            "range",
            "string",
            "Cells (`Sheet1!B2:C9`), a named range, a table or a sheet; of a CSV file, cells.",
            required=True,
            choices="whole",
        ),
        ParameterSpec(
            "values",
            "array",
            "Rows: arrays in order, or objects by column name.",
            required=True,
            needs_data=True,
            choices="whole",
        ),
    ),
    output=object_of(updated=INTEGER, range=STRING),
    effects=(Effect.WRITE_LOCAL,),
    example='- id: mark\n  uses: sheet.update\n  with: {file: report.xlsx, range: "Log!D2", values: [["{{ total.result }}"]]}',
)


async def run(params: Params, context: Context) -> Output:
    """Set the values and return how many cells that were, and the range that they span (empty for none).

    Raises:
        StepError: no such file or range, a column that is not there, a value that no cell holds, or no room.
    """
    from calibrant.connectors import excelupdate

    name = parameters.path(params, "file")
    values = parameters.array(params, "values")
    range_ = _range(params)
    update = _csv if sheetfile.is_csv(name) else excelupdate.update

    def work() -> Block:
        path = files.present(context, context.write_path(name, "file"), name, "file", suffixes=sheetfile.SUFFIXES)
        with atomic.alone(path, name, "file"):
            return update(path, name, range_, values)

    done = await in_thread(work)
    return {"updated": len(done.cells), "range": done.range}


async def check(params: Params, context: Context) -> None:
    """Look whether the file and the range are there, and where the values are known, whether they fit.

    Raises:
        StepError: something is not there, or does not fit.
    """
    from calibrant.connectors import excelupdate

    if not parameters.known(params, "file", "range"):
        return
    name = parameters.path(params, "file")
    range_ = _range(params)
    path = await in_thread(files.existing, context, name, "file", suffixes=sheetfile.SUFFIXES)
    values = params.get("values")
    known = list(values) if isinstance(values, (list, tuple)) and parameters.known(params, "values") else []
    await in_thread(_look if sheetfile.is_csv(name) else excelupdate.look, path, name, range_, known)


def _range(params: Params) -> str:
    range_ = parameters.text(params, "range").strip()
    if not range_:
        raise refuse("invalid-value", "range", "‘range’ is empty: it says which cells to set.", hint="Name a range.")
    return range_


class _Plan(msgspec.Struct, frozen=True):
    """A CSV file as it is, and what will be set in it."""

    text: str
    encoding: str
    grid: list[list[str]]
    block: Block


def _look(path: Path, name: str, range_: str, values: list[object]) -> _Plan:
    from calibrant.connectors import ranges

    text, encoding = files.decode(files.read_bytes(path, name, "file"), name, "file")
    try:
        grid = csvtext.parse(text)
    except BadTextError as error:
        raise file_read.bad_content(error, "CSV", name, "file") from error
    width = max((len(row) for row in grid), default=1)
    area = ranges.cells_of(ranges.Grid("", max(len(grid), 1), width), range_)
    if area is None:
        message = f"{name} is a CSV file: ‘{range_}’ is none of its ranges, which are cells such as A1 or B2:C9."
        raise refuse("unknown-range", "range", message, value=range_, hint="Name cells, such as A1 or B2:C9.")
    heading = grid[area.top - 1][area.left - 1 : area.right] if area.top <= len(grid) else []
    block = blocks.block(values, area, heading, name, endless=ranges.is_endless(area, range_))
    if grid and (beyond := [column for _row, column, _value in block.cells if column > width]):
        message = (
            f"{name} has {width} column{'' if width == 1 else 's'}; there is no column {rows.letter(max(beyond) - 1)}."
        )
        raise refuse("no-room", "range", message, value=range_, hint="Name cells within the file's columns.")
    return _Plan(text, encoding, grid, block)


def _csv(path: Path, name: str, range_: str, values: list[object]) -> Block:
    plan = _look(path, name, range_, values)
    changed: dict[int, list[object]] = {}
    for row, column, value in plan.block.cells:
        there = plan.grid[row - 1] if row <= len(plan.grid) else [""] * len(plan.grid[0] if plan.grid else ())
        cells = changed.setdefault(row - 1, list(there))
        cells += [""] * (column - len(cells))
        cells[column - 1] = value
    if changed:
        text = csvtext.update(plan.text, changed)
        atomic.replace(path, text.encode(plan.encoding), name, "file")
    return plan.block


CONNECTOR = Connector(
    SPEC,
    run,
    touches=lambda _params: Effect.WRITE_LOCAL,
    check=check,
    fresh=sheetfile.fresh,
    choices=sheetchoices.choices,
)
