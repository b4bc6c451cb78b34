"""What the targets of a step have for a place that is being written."""

import os
import sqlite3
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table

from calibrant import connectors, dialects
from calibrant.engine.choices import choose_in_workflow
from calibrant.model.event import ChoicesFound, Choosing, RunFinished, RunRequest

HEAD = "inputs:\n  book: {type: path, default: book.xlsx}\n  other: {type: path, required: true}\nsteps:\n  - id: a\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "ws"
    (made / "data" / "sub").mkdir(parents=True)
    (made / "data" / "in.csv").write_text("id,a b\n1,2\n", encoding="utf-8")
    (made / ".hidden").write_text("", encoding="utf-8")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Orders"
    sheet.append(["id", "state"])
    sheet.append([1, "open"])
    sheet.add_table(Table(displayName="Open", ref="A1:B2"))
    book.create_sheet("Two words").append(["x"])
    book.defined_names["First"] = DefinedName("First", attr_text="Orders!$A$1:$A$2")
    book.save(made / "book.xlsx")
    with sqlite3.connect(made / "data" / "shop.db") as database:
        database.execute("CREATE TABLE orders(id, state)")
        database.execute("CREATE TABLE items(id, price)")
    database.close()
    (tmp_path / "outside.txt").write_text("secret", encoding="utf-8")
    (made / "out").symlink_to(tmp_path / "outside.txt")
    (made / "in").symlink_to(made / "data" / "in.csv")
    return made


async def choices(folder: Path, step: str, place: tuple[str | int, ...], typed: str = "") -> ChoicesFound:
    path = folder / "a.workflow.yaml"
    text = HEAD + f"    {step}\n"
    workflow = dialects.read(str(path), text)
    assert workflow is not None
    request = RunRequest("s", str(folder), str(path), text, "", choosing=Choosing(0, place, typed))
    events = [event async for event in choose_in_workflow(request, workflow, connectors.registry(), dict(os.environ))]
    assert events[-1] == RunFinished("completed")
    (found,) = [event for event in events if isinstance(event, ChoicesFound)]
    return found


SHOP = ["items", "orders", "id", "price", "state"]
FOUND = [
    ("uses: file.read", (), "", ["book.xlsx", "in", "data/"]),
    ("uses: file.read", (), "bo", ["book.xlsx", "in", "data/"]),
    ("uses: file.read", (), "data/", ["data/in.csv", "data/shop.db", "data/sub/"]),
    ("uses: file.read", (), "data/../", ["data/../book.xlsx", "data/../in", "data/../data/"]),
    ("uses: file.read", (), ".", [".hidden", "book.xlsx", "in", "data/"]),
    ("uses: file.read", (), "../", []),
    ("uses: file.read", (), "/etc/", []),
    ("uses: file.read", (), "nowhere/", []),
    ("uses: file.read", (), "out/", []),
    ("uses: file.read", ("path",), "", []),
    ("uses: file.read", (), "data/", ["data/in.csv", "data/shop.db", "data/sub/"]),
    ("{uses: sheet.read, with: {file: book.xlsx}}", ("range",), "", ["Orders", "Two words", "Open", "First"]),
    ("{uses: sheet.read, with: {file: '{{ inputs.book }}'}}", ("range",), "", ["Orders", "Two words", "Open", "First"]),
    ("{uses: sheet.read, with: {file: '{{ inputs.other }}'}}", ("range",), "", []),
    ("{uses: sheet.read, with: {file: data/in.csv}}", ("range",), "", []),
    ("{uses: sheet.read, with: {file: nope.xlsx}}", ("range",), "", []),
    ("{uses: sheet.append, with: {file: book.xlsx, range: Open}}", ("rows", 0, ""), "", ["id", "state"]),
    ("{uses: sheet.append, with: {file: book.xlsx}}", ("rows", 0, ""), "", ["id", "state"]),
    ("{uses: sheet.append, with: {file: data/in.csv}}", ("rows", 0, ""), "", ["id", "a b"]),
    ("{uses: sheet.append, with: {file: data/in.csv}}", ("rows",), "", []),
    ("uses: sql.query", ("database",), "", ["sqlite:///data/shop.db"]),
    ("{uses: sql.query, with: {database: 'sqlite:///data/shop.db'}}", ("query",), "", SHOP),
    ("{uses: sql.execute, with: {database: 'sqlite:///data/shop.db'}}", ("statement",), "", SHOP),
    ("{uses: sql.query, with: {database: 'sqlite:///book.xlsx'}}", ("query",), "", []),
    ("{uses: sql.query, with: {database: 'postgres://host/db'}}", ("query",), "", []),
    ("uses: http.request", ("url",), "", []),
    ("uses: none.such", ("x",), "", []),
]  # fmt: skip


@pytest.mark.parametrize(("step", "place", "typed", "expected"), FOUND)
async def test_what_a_target_has(
    folder: Path, step: str, place: tuple[str | int, ...], typed: str, expected: list[str]
) -> None:
    if step.startswith("{"):
        step = step[1:-1].replace(", with:", "\n    with:")
    found = await choices(folder, step, place, typed)
    assert [choice.value for choice in found.choices] == expected
    assert sorted(path.name for path in folder.iterdir()) == [".hidden", "book.xlsx", "data", "in", "out"]


async def test_what_was_looked_at_is_told(folder: Path) -> None:
    found = await choices(folder, "uses: sheet.read\n    with: {file: book.xlsx}", ("range",))
    stat = (folder / "book.xlsx").stat()
    assert [(Path(one.path).name, one.modified, one.size) for one in found.seen] == [
        ("book.xlsx", stat.st_mtime_ns, stat.st_size)
    ]
    missing = await choices(folder, "uses: sheet.read\n    with: {file: nope.xlsx}", ("range",))
    assert ("nope.xlsx", -1) in [(Path(one.path).name, one.size) for one in missing.seen]


async def test_names_that_nobody_could_write_are_no_choices(folder: Path) -> None:
    (folder / os.fsdecode(b"bad\xff.csv")).touch()
    (folder / "two\nlines.csv").touch()
    found = await choices(folder, "uses: file.read", ())
    assert [one.value for one in found.choices] == ["book.xlsx", "in", "data/"]
    with sqlite3.connect(folder / "hostile.db") as database:
        database.execute(f"CREATE TABLE {'n' * 100_000}(id)")
        database.execute('CREATE TABLE "e\nvil"(name)')
    database.close()
    query = "uses: sql.query\n    with: {database: 'sqlite:///hostile.db', query: SELECT }"
    found = await choices(folder, query, ("query",))
    assert [(one.value, one.detail) for one in found.choices] == [("name", ""), ("id", "")]
