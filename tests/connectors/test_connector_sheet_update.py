"""sheet.update on real workbooks and CSV files."""

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from calibrant.model.issue import Kind
from calibrant.model.value import UNKNOWN
from connectors.context import call, failure
from connectors.workspace import build


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return build(tmp_path)


def grid(path: Path, sheet: str) -> list[list[Any]]:
    book = openpyxl.load_workbook(path)
    try:
        return [list(row) for row in book[sheet].iter_rows(values_only=True)]
    finally:
        book.close()


@pytest.mark.parametrize(
    ("range_", "values", "updated", "spans", "sheet", "wanted"),
    [
        ("B2", [["bo"]], 1, "Sheet1!B2:B2", "Sheet1", {(2, 2): "bo", (2, 1): "Disk full"}),
        (
            "Sheet1!A2:B3",
            [["a", 1], ["b", None]],
            4,
            "Sheet1!A2:B3",
            "Sheet1",
            {(2, 1): "a", (3, 1): "b", (3, 2): None},
        ),
        (
            "Summary",
            [["Topic", "Who"]],
            2,
            "Sheet1!A1:B1",
            "Sheet1",
            {(1, 1): "Topic", (1, 2): "Who", (1, 3): "Received"},
        ),
        ("Summary", [{"From": "eve"}], 1, "Sheet1!B2:B2", "Sheet1", {(2, 1): "Disk full", (2, 2): "eve"}),
        (
            "Alarms",
            [["Ice", 9]],
            2,
            "UrgentEmails!A2:B2",
            "UrgentEmails",
            {(1, 1): "Subject", (2, 1): "Ice", (3, 1): "Flood"},
        ),
        ("alarms", [{}, {"Count": 5}], 1, "UrgentEmails!B3:B3", "UrgentEmails", {(2, 2): 2, (3, 2): 5}),
        ("Empty", [[1, 2], [3], [4, 5, 6]], 6, "Empty!A1:C3", "Empty", {(1, 2): 2, (2, 1): 3, (3, 3): 6}),
        ("Sheet1!A:A", [["H"], ["a"], ["b"], ["c"]], 4, "Sheet1!A1:A4", "Sheet1", {(4, 1): "c", (1, 2): "From"}),
        ("Sheet1", [{"Received": date(2024, 6, 1)}, {"From": "x"}], 2, "Sheet1!B2:C3", "Sheet1", {(3, 2): "x"}),
        ("B2", [["=1+1"]], 1, "Sheet1!B2:B2", "Sheet1", {(2, 2): "=1+1"}),
        ("B2", [], 0, "", "Sheet1", {(2, 2): "ana"}),
    ],
)
async def test_cells_of_a_workbook(
    folder: Path, range_: str, values: list[object], updated: int, spans: str, sheet: str, wanted: dict[Any, Any]
) -> None:
    output = await call("sheet.update", folder, file="report.xlsx", range=range_, values=values)
    assert output == {"updated": updated, "range": spans}
    found = grid(folder / "report.xlsx", sheet)
    for (row, column), value in wanted.items():
        assert found[row - 1][column - 1] == value, (row, column)


async def test_cells_keep_their_look_and_text_stays_text(folder: Path) -> None:
    values = [["=x", "y", date(2024, 6, 1)]]
    await call("sheet.update", folder, file="report.xlsx", range="Sheet1!A2:C2", values=values)
    book = openpyxl.load_workbook(folder / "report.xlsx")
    sheet = book["Sheet1"]
    assert sheet["A2"].font.bold
    assert (sheet["A2"].data_type, sheet["C2"].number_format) == ("s", "DD.MM.YYYY")
    assert list(book["UrgentEmails"].tables) == ["Alarms"]
    assert "Summary" in book.defined_names
    book.close()


async def test_a_table_knows_the_new_names_of_its_columns(folder: Path) -> None:
    await call("sheet.update", folder, file="report.xlsx", range="UrgentEmails!A1:B1", values=[["What", 2024]])
    book = openpyxl.load_workbook(folder / "report.xlsx")
    assert [column.name for column in book["UrgentEmails"].tables["Alarms"].tableColumns] == ["What", "2024"]
    assert book["UrgentEmails"]["B1"].value == "2024"
    book.close()
    for values in ([["Same", "same"]], [["", "x"]]):
        found = await failure("sheet.update", folder, file="report.xlsx", range="UrgentEmails!A1:B1", values=values)
        assert (
            found.message == "The columns of the table ‘Alarms’ in report.xlsx must all have names, and different ones."
        )


@pytest.mark.parametrize(
    ("file", "range_", "values", "code", "parameter", "message"),
    [
        (
            "report.xlsx",
            "B2:C3",
            [[1, 2], [3, 4], [5, 6]],
            "no-room",
            "range",
            "The values have 3 rows and 2 columns, but the range B2:C3 in report.xlsx has room for 2 rows and 2 columns.",
        ),
        (
            "report.xlsx",
            "B2",
            [[1, 2]],
            "no-room",
            "range",
            "The values have 1 row and 2 columns, but the range B2:B2 in report.xlsx has room for 1 row and 1 column.",
        ),
        (
            "report.xlsx",
            "Alarms",
            [[1, 2]] * 3,
            "no-room",
            "range",
            "The values have 3 rows and 2 columns, but the table ‘Alarms’ in report.xlsx has room for 2 rows and 2 columns",
        ),
        (
            "report.xlsx",
            "Summary",
            [[1, 2, 3]],
            "no-room",
            "range",
            "The values have 1 row and 3 columns, but the range ‘Su",
        ),
        ("report.xlsx", "Sumary", [[1]], "unknown-range", "range", "There is no range called ‘Sumary’ in report.xlsx."),
        (
            "report.xlsx",
            "Alarms",
            [{"Cont": 1}],
            "unknown-column",
            "values",
            "There is no column called ‘Cont’ in report.xlsx. It has: Subject, Count.",
        ),
        (
            "report.xlsx",
            "B2",
            [3],
            "shape-mismatch",
            "values",
            "Row 1 of ‘values’ is a whole number; a row is an object",
        ),
        (
            "report.xlsx",
            "B2",
            [[[3]]],
            "shape-mismatch",
            "values",
            "‘A’ in row 1 of ‘values’ is a list; a cell holds one",
        ),
        ("report.xlsx", "B2", [["\x01"]], "shape-mismatch", "values", "A value of ‘values’ has a control character"),
        ("report.xlsx", " ", [[1]], "invalid-value", "range", "‘range’ is empty"),
        ("reprt.xlsx", "B2", [[1]], "file-not-found", "file", "There is no file ‘reprt.xlsx’. Near it: report.xlsx."),
        ("notes.txt", "B2", [[1]], "unsupported-file", "file", "‘notes.txt’ is no sheet that can be used"),
        ("data/orders.csv", "Log", [[1]], "unknown-range", "range", "data/orders.csv is a CSV file: ‘Log’ is none of"),
        (
            "data/orders.csv",
            "C2:D2",
            [[1, 2]],
            "no-room",
            "range",
            "data/orders.csv has 3 columns; there is no column D.",
        ),
        (
            "data/orders.csv",
            "A1:C1",
            [{"itm": 1}],
            "unknown-column",
            "values",
            "There is no column called ‘itm’ in data",
        ),
    ],
)
async def test_failures(
    folder: Path, file: str, range_: str, values: list[object], code: str, parameter: str, message: str
) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    found = await failure("sheet.update", folder, file=file, range=range_, values=values)
    assert found.message.startswith(message)
    assert (found.code, found.parameter, bool(found.hint)) == (code, (parameter,), True)
    assert found.kind in (Kind.PARAMETER, Kind.DATA_SHAPE)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("range_", "count", "larger"),
    [("B2:C3", 3, "Sheet1!B2:C4"), ("Sheet1!B2", 2, "Sheet1!B2:C3"), ("Alarms", 3, None)],
)
async def test_the_range_that_would_do_is_told(folder: Path, range_: str, count: int, larger: str | None) -> None:
    found = await failure("sheet.update", folder, file="report.xlsx", range=range_, values=[[1, 2]] * count)
    assert found.candidates == ((larger,) if larger else ())


async def test_merged_cells_are_left_alone(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "report.xlsx")
    book["Empty"].merge_cells("A1:B1")
    book.save(folder / "report.xlsx")
    book.close()
    found = await failure("sheet.update", folder, file="report.xlsx", range="Empty!A1:B1", values=[[1, 2]])
    assert found.message == "Row 1 of the range in report.xlsx has merged cells, which take one value together."


@pytest.mark.parametrize(
    ("text", "range_", "values", "updated", "wanted"),
    [
        ('id,item\r\n1,"tea"\r\n2,jam\r\n', "B3", [["a,b"]], 1, 'id,item\r\n1,"tea"\r\n2,"a,b"\r\n'),
        ("id;item\n1;tea", "A2:B2", [[7, None]], 2, "id;item\n7;"),
        ('id,item\n1,"two\nlines"\n\n2,jam\n', "B3", [["x"]], 1, 'id,item\n1,"two\nlines"\n\n2,x\n'),
        ("id,item\n1,tea\n", "A1:B3", [{"item": "x"}, {"id": 2, "item": "jam"}], 3, "id,item\n1,x\n2,jam\n"),
        ("id,item\n1,tea", "B4", [["x"]], 1, "id,item\n1,tea\n,\n,x\n"),
        ("id,item\n", "A:B", [["id", "what"], [True, 1.5]], 4, "id,what\ntrue,1.5\n"),
        ("", "A1:B2", [["a", "b"], [1, 2]], 4, "a,b\n1,2\n"),
        ("id,item\n1,tea\n", "B2", [], 0, "id,item\n1,tea\n"),
        ("\ufeffid\n1\n", "A2", [["ü"]], 1, "\ufeffid\nü\n"),
    ],
)
async def test_cells_of_a_csv_file(
    tmp_path: Path, text: str, range_: str, values: list[object], updated: int, wanted: str
) -> None:
    (tmp_path / "a.csv").write_bytes(text.encode())
    output = await call("sheet.update", tmp_path, file="a.csv", range=range_, values=values)
    assert output["updated"] == updated
    assert (tmp_path / "a.csv").read_bytes().decode() == wanted


async def test_what_is_known_is_checked(folder: Path) -> None:
    found = await failure("sheet.update", folder, doing="check", file="report.xlsx", range="Alarm", values=UNKNOWN)
    assert (found.code, found.candidates[0]) == ("unknown-range", "Alarms")
    found = await failure("sheet.update", folder, doing="check", file="report.xlsx", range="B2", values=[[1, 2]])
    assert found.code == "no-room"
    assert await call("sheet.update", folder, doing="check", file="report.xlsx", range="B2", values=UNKNOWN) == {}
    assert await call("sheet.update", folder, doing="check", file="report.xlsx", range="B2", values=[[UNKNOWN]]) == {}
    assert await call("sheet.update", folder, doing="check", file=UNKNOWN, range="B2", values=[[1, 2]]) == {}
