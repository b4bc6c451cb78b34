"""sheet.read and sheet.append on real workbooks and CSV files."""

import asyncio
import zipfile
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.worksheet.worksheet import Worksheet

from calibrant.connectors.rows import letter
from calibrant.model.value import UNKNOWN
from connectors.context import call, failure
from connectors.workspace import build

FIRST = {"Subject": "Disk full", "From": "ana", "Received": datetime.fromisoformat("2024-05-01")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return build(tmp_path)


def cells(path: Path, sheet: str) -> list[list[Any]]:
    book = openpyxl.load_workbook(path)
    rows = [list(row) for row in book[sheet].iter_rows(values_only=True)]
    book.close()
    return rows


@pytest.mark.parametrize(
    ("range_", "rows", "columns"),
    [
        (None, [FIRST], ["Subject", "From", "Received"]),
        ("Sheet1", [FIRST], ["Subject", "From", "Received"]),
        ("sheet1", [FIRST], ["Subject", "From", "Received"]),
        ("Alarms", [{"Subject": "Fire", "Count": 2}, {"Subject": "Flood", "Count": 3.5}], ["Subject", "Count"]),
        ("Summary", [{"Subject": "Disk full", "From": "ana"}], ["Subject", "From"]),
        ("UrgentEmails!A1:A2", [{"Subject": "Fire"}], ["Subject"]),
        ("'UrgentEmails'!$B$1:$B$3", [{"Count": 2}, {"Count": 3.5}], ["Count"]),
        ("UrgentEmails!A:A", [{"Subject": "Fire"}, {"Subject": "Flood"}], ["Subject"]),
        ("B1:B99", [{"From": "ana"}], ["From"]),
        ("Empty", [], []),
        ("Sheet1!Z5:Z9", [], []),
    ],
)
async def test_ranges(folder: Path, range_: str | None, rows: list[dict[str, Any]], columns: list[str]) -> None:
    given: dict[str, Any] = {} if range_ is None else {"range": range_}
    output = await call("sheet.read", folder, file="report.xlsx", **given)
    assert output == {"rows": rows, "columns": columns, "count": len(rows)}


async def test_without_heading_columns_go_by_letter(folder: Path) -> None:
    output = await call("sheet.read", folder, file="report.xlsx", range="UrgentEmails!B2:B3", header=False)
    assert output == {"rows": [{"B": 2}, {"B": 3.5}], "columns": ["B"], "count": 2}
    output = await call("sheet.read", folder, file="data/orders.csv", header=False)
    assert output["columns"] == ["A", "B", "C"]
    assert output["count"] == 3


async def test_odd_headings(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("\ufeffa,,a, b \n1,2,3,4\n,,,\n", encoding="utf-8")
    output = await call("sheet.read", tmp_path, file="x.csv")
    assert output["columns"] == ["a", "B", "a_2", "b"]
    assert output["rows"] == [{"a": "1", "B": "2", "a_2": "3", "b": "4"}]


async def test_appending_to_a_sheet_keeps_its_look(folder: Path) -> None:
    row = {"Received": date(2024, 5, 2), "Subject": "=1+1"}
    output = await call("sheet.append", folder, file="report.xlsx", rows=[row, ["x", "y"]])
    assert output == {"appended": 2, "range": "Sheet1!A3:C4"}
    book = openpyxl.load_workbook(folder / "report.xlsx")
    sheet = book["Sheet1"]
    assert [cell.value for cell in sheet[3]] == ["=1+1", None, datetime.fromisoformat("2024-05-02")]
    assert [cell.value for cell in sheet[4]] == ["x", "y", None]
    assert sheet["A3"].data_type == "s", "text is never turned into a formula"
    assert sheet["A3"].font.bold
    assert sheet["C3"].number_format == "DD.MM.YYYY"
    assert sheet["C2"].number_format == "DD.MM.YYYY"
    assert book.sheetnames == ["Sheet1", "UrgentEmails", "Empty"]
    book.close()


async def test_appending_to_a_table_extends_it(folder: Path) -> None:
    output = await call("sheet.append", folder, file="report.xlsx", range="Alarms", rows=[{"Count": Decimal("1.5")}])
    assert output == {"appended": 1, "range": "UrgentEmails!A4:B4"}
    read = await call("sheet.read", folder, file="report.xlsx", range="Alarms")
    assert read["rows"][-1] == {"Subject": None, "Count": 1.5}  # type: ignore[index]


async def test_appending_to_a_named_range_extends_it(folder: Path) -> None:
    output = await call("sheet.append", folder, file="report.xlsx", range="Summary", rows=[{"From": "bob"}])
    assert output == {"appended": 1, "range": "Sheet1!A3:B3"}
    read = await call("sheet.read", folder, file="report.xlsx", range="Summary")
    assert read["rows"] == [{"Subject": "Disk full", "From": "ana"}, {"Subject": None, "From": "bob"}]


async def test_appending_to_an_empty_sheet_writes_the_heading_too(folder: Path) -> None:
    rows = [{"a": 1}, {"b": time(8, 30)}]
    output = await call("sheet.append", folder, file="report.xlsx", range="Empty", rows=rows)
    assert output == {"appended": 2, "range": "Empty!A2:B3"}
    assert cells(folder / "report.xlsx", "Empty") == [["a", "b"], [1, None], [None, time(8, 30)]]


async def test_appending_nothing_changes_nothing(folder: Path) -> None:
    before = (folder / "report.xlsx").read_bytes()
    assert await call("sheet.append", folder, file="report.xlsx", rows=[]) == {"appended": 0, "range": ""}
    assert (folder / "report.xlsx").read_bytes() == before


async def test_a_table_may_not_run_into_what_stands_below(folder: Path) -> None:
    rows = [{"Count": 1}] * 4
    await call("sheet.append", folder, file="report.xlsx", range="UrgentEmails!A7:D7", rows=[["below"]])
    found = await failure("sheet.append", folder, file="report.xlsx", range="Alarms", rows=rows)
    assert found.message == "There is no room for 4 rows below the table ‘Alarms’ in report.xlsx: row 7 is filled."


async def test_a_time_zone_becomes_text(folder: Path) -> None:
    moment = datetime(2024, 5, 2, tzinfo=UTC)
    await call("sheet.append", folder, file="report.xlsx", rows=[{"Received": moment}])
    assert cells(folder / "report.xlsx", "Sheet1")[2][2] == "2024-05-02T00:00:00+00:00"


async def test_a_control_character_is_refused(folder: Path) -> None:
    found = await failure("sheet.append", folder, file="report.xlsx", rows=[{"Subject": "a\x01"}])
    assert found.message == "A value of ‘rows’ has a control character in it, which no cell can hold."


async def test_a_workbook_that_would_lose_something_is_left_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = openpyxl.load_workbook(folder / "report.xlsx")
    chart = BarChart()
    chart.add_data(Reference(book["UrgentEmails"], min_col=2, min_row=1, max_row=3))
    sheet = book["UrgentEmails"]
    assert isinstance(sheet, Worksheet)
    chart.anchor = "F1"
    sheet.add_chart(chart)
    book.save(folder / "report.xlsx")
    book.close()
    before = (folder / "report.xlsx").read_bytes()
    await call("sheet.append", folder, file="report.xlsx", rows=[["x"]])
    assert (folder / "report.xlsx").read_bytes() != before, "a chart that openpyxl keeps is no hindrance"
    kept = (folder / "report.xlsx").read_bytes()
    monkeypatch.setattr("openpyxl.reader.excel.find_images", lambda *_: ([], []))
    found = await failure("sheet.append", folder, file="report.xlsx", rows=[["x"]])
    assert found.message == "Adding rows to report.xlsx would lose what else is in it (charts)."
    assert (folder / "report.xlsx").read_bytes() == kept


@pytest.mark.parametrize(
    ("before", "rows", "after", "range_"),
    [
        (b"a,b\n1,2\n", [{"b": 3, "a": "x,y"}], b'a,b\n1,2\n"x,y",3\n', "A3:B3"),
        (b"a;b\r\n1;2", [{"a": None, "b": True}], b"a;b\r\n1;2\r\n;true\r\n", "A3:B3"),
        (b"\xef\xbb\xbfa\n", [["\xe9"]], b"\xef\xbb\xbfa\n\xc3\xa9\n", "A2:A2"),
        (b"", [{"a": date(2024, 5, 1)}, {"b": Decimal("1.50")}], b"a,b\n2024-05-01,\n,1.50\n", "A2:B3"),
        (b"a\n", [], b"a\n", ""),
    ],
)
async def test_appending_to_csv(tmp_path: Path, before: bytes, rows: list[object], after: bytes, range_: str) -> None:
    (tmp_path / "x.csv").write_bytes(before)
    output = await call("sheet.append", tmp_path, file="x.csv", rows=rows)
    assert (tmp_path / "x.csv").read_bytes() == after
    assert output == {"appended": len(rows), "range": range_}


async def test_a_call_is_checked_as_far_as_it_is_known(folder: Path) -> None:
    before = (folder / "report.xlsx").read_bytes()
    found = await failure("sheet.append", folder, doing="check", file="report.xlsx", range="UrgentMail", rows=UNKNOWN)
    assert (found.code, found.candidates[0]) == ("unknown-range", "UrgentEmails")
    found = await failure(
        "sheet.append", folder, doing="check", file="report.xlsx", rows=[{"Subjct": UNKNOWN}, UNKNOWN]
    )
    assert (found.code, found.value) == ("unknown-column", "Subjct")
    found = await failure("sheet.append", folder, doing="check", file="data/orders.csv", rows=[{"pric": UNKNOWN}])
    assert found.code == "unknown-column"
    assert await call("sheet.append", folder, doing="check", file="report.xlsx", rows=[{"Subject": UNKNOWN}]) == {}
    assert await call("sheet.append", folder, doing="check", file=UNKNOWN, rows=[]) == {}
    assert (folder / "report.xlsx").read_bytes() == before
    found = await failure("sheet.read", folder, doing="check", file="report.xlsx", range="Nope", header=UNKNOWN)
    assert found.code == "unknown-range"


@pytest.mark.parametrize("name", ["report.xlsx", "data/orders.csv"])
async def test_steps_that_append_at_the_same_time_lose_nothing(folder: Path, name: str) -> None:
    column = "Subject" if name.endswith("xlsx") else "item"
    calls = [call("sheet.append", folder, file=name, rows=[{column: f"n{number}"}]) for number in range(12)]
    outputs = await asyncio.gather(*calls)
    read = await call("sheet.read", folder, file=name)
    found = [row[column] for row in read["rows"]]  # type: ignore[attr-defined]
    assert sorted(found[-12:]) == sorted(f"n{number}" for number in range(12))
    assert len({str(output["range"]) for output in outputs}) == 12


async def test_sparklines_are_not_lost(folder: Path) -> None:
    path = folder / "report.xlsx"
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = members["xl/worksheets/sheet1.xml"]
    extension = (
        b'<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" uri="{x}">'
        b"<x14:sparklineGroups><x14:sparklineGroup/></x14:sparklineGroups></ext></extLst></worksheet>"
    )
    members["xl/worksheets/sheet1.xml"] = sheet.replace(b"</worksheet>", extension)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    before = path.read_bytes()
    with pytest.warns(UserWarning, match="extension"):
        found = await failure("sheet.append", folder, file="report.xlsx", rows=[["x"]])
    assert found.message == "Adding rows to report.xlsx would lose what else is in it (sparklines)."
    assert path.read_bytes() == before


@pytest.mark.parametrize(("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_column_letters(index: int, letters: str) -> None:
    assert letter(index) == letters
