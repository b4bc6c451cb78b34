"""What a connector says when a parameter cannot be used: the very words, the place, and what would be right."""

from pathlib import Path
from typing import Any

import pytest

from calibrant.connectors import registry
from calibrant.model.issue import Kind
from connectors.context import failure
from connectors.workspace import build

ROWS = [{"Subject": "x"}]
DB = "sqlite:///shop.db"

# connector, parameters, code, parameter at fault, the message, candidates (the first ones)
CASES: list[tuple[str, dict[str, Any], str, str, str, tuple[str, ...]]] = [
    (
        "sheet.append",
        {"file": "report.xlsx", "range": "UrgentMail", "rows": ROWS},
        "unknown-range",
        "range",
        "There is no range called ‘UrgentMail’ in report.xlsx. It has: Sheet1, UrgentEmails, Empty, Alarms, Summary.",
        ("UrgentEmails",),
    ),
    (
        "sheet.read",
        {"file": "report.xlsx", "range": "Sheet2!A1:B2"},
        "unknown-range",
        "range",
        "There is no sheet called ‘Sheet2’ in report.xlsx. It has: Sheet1, UrgentEmails, Empty.",
        ("Sheet1!A1:B2",),
    ),
    (
        "sheet.read",
        {"file": "report.xlxs"},
        "unsupported-file",
        "file",
        "‘report.xlxs’ is no sheet that can be used: only .xlsx and .csv files are.",
        (),
    ),
    (
        "sheet.read",
        {"file": "reports.xlsx"},
        "file-not-found",
        "file",
        "There is no file ‘reports.xlsx’. Near it: report.xlsx.",
        ("report.xlsx",),
    ),
    (
        "sheet.read",
        {"file": "data/orders.csv", "range": "Sheet1"},
        "unknown-range",
        "range",
        "data/orders.csv is a CSV file, which has no ranges.",
        (),
    ),
    (
        "sheet.append",
        {"file": "report.xlsx", "rows": [{"Subjekt": 1}]},
        "unknown-column",
        "rows",
        "There is no column called ‘Subjekt’ in report.xlsx. It has: Subject, From, Received.",
        ("Subject",),
    ),
    (
        "sheet.append",
        {"file": "data/orders.csv", "rows": [{"id": 1}, {"price": 1}]},
        "unknown-column",
        "rows",
        "There is no column called ‘price’ in data/orders.csv. It has: id, item, amount.",
        (),
    ),
    (
        "sheet.append",
        {"file": "report.xlsx", "rows": [{"Subject": ["a"]}]},
        "shape-mismatch",
        "rows",
        "‘Subject’ in row 1 of ‘rows’ is a list; a cell holds one value.",
        (),
    ),
    (
        "sheet.append",
        {"file": "report.xlsx", "rows": ["x"]},
        "shape-mismatch",
        "rows",
        "Row 1 of ‘rows’ is text; a row is an object (by column) or a list (in order).",
        (),
    ),
    (
        "sheet.append",
        {"file": "report.xlsx", "rows": [[1, 2, 3, 4]]},
        "shape-mismatch",
        "rows",
        "Row 1 of ‘rows’ has 4 values, but report.xlsx has 3 columns: Subject, From, Received.",
        (),
    ),
    (
        "sheet.append",
        {"file": "report.xlsx", "range": "UrgentEmails!D7:D7", "rows": [["x"], ["y"]]},
        "no-room",
        "range",
        "There is no room for 2 rows below the range in report.xlsx: row 8 is filled.",
        (),
    ),
    (
        "sheet.read",
        {"file": "broken/old.xls"},
        "unsupported-file",
        "file",
        "‘broken/old.xls’ is a .xls file; only .xlsx and .csv files can be used.",
        (),
    ),
    (
        "sheet.read",
        {"file": "broken/renamed.xlsx"},
        "unsupported-file",
        "file",
        "‘broken/renamed.xlsx’ is in the old .xls format, whatever its name says.",
        (),
    ),
    (
        "sheet.read",
        {"file": "broken/secret.xlsx"},
        "unsupported-file",
        "file",
        "‘broken/secret.xlsx’ is protected with a password.",
        (),
    ),
    (
        "sheet.read",
        {"file": "broken/text.xlsx"},
        "unsupported-file",
        "file",
        "‘broken/text.xlsx’ is not an Excel workbook, or is damaged.",
        (),
    ),
    (
        "sheet.append",
        {"file": "broken/zip.xlsx", "rows": ROWS},
        "unsupported-file",
        "file",
        "‘broken/zip.xlsx’ is not an Excel workbook, or is damaged.",
        (),
    ),
    (
        "sheet.read",
        {"file": "broken/empty.xlsx"},
        "empty-file",
        "file",
        "‘broken/empty.xlsx’ is empty; it should hold an Excel workbook.",
        (),
    ),
    (
        "sheet.read",
        {"file": "broken/wide.csv"},
        "bad-content",
        "file",
        "‘broken/wide.csv’ cannot be read as CSV: row 3 has 3 values, but the heading names 2.",
        (),
    ),
    (
        "file.read",
        {"path": "note.txt"},
        "file-not-found",
        "path",
        "There is no file ‘note.txt’. Near it: notes.txt.",
        ("notes.txt",),
    ),
    (
        "file.read",
        {"path": "dat/orders.csv"},
        "file-not-found",
        "path",
        "There is no file ‘dat/orders.csv’. Near it: data/orders.csv, data/orders.json.",
        ("data/orders.csv",),
    ),
    (
        "file.read",
        {"path": "data/zebra"},
        "file-not-found",
        "path",
        "There is no file ‘data/zebra’. The folder ‘data’ has: data/orders.csv, data/orders.json.",
        (),
    ),
    ("file.read", {"path": "data"}, "not-a-file", "path", "‘data’ is a folder; a file is needed here.", ()),
    (
        "file.read",
        {"path": "notes.txt/more"},
        "file-not-found",
        "path",
        "There is no file ‘notes.txt/more’. Near it: notes.txt.",
        ("notes.txt",),
    ),
    (
        "file.read",
        {"path": ""},
        "invalid-value",
        "path",
        "‘path’ must be the path of a file or folder, but it is empty.",
        (),
    ),
    (
        "file.read",
        {"path": "broken/bad.json"},
        "bad-content",
        "path",
        "‘broken/bad.json’ cannot be read as JSON: a colon is missing after a key (line 2, column 6).",
        (),
    ),
    (
        "file.read",
        {"path": "broken/empty.json"},
        "empty-file",
        "path",
        "‘broken/empty.json’ is empty; it should hold JSON.",
        (),
    ),
    (
        "file.read",
        {"path": "broken/open.csv"},
        "bad-content",
        "path",
        "‘broken/open.csv’ cannot be read as CSV: a quotation mark is opened and never closed (line 3).",
        (),
    ),
    (
        "file.read",
        {"path": "broken/latin.txt"},
        "wrong-encoding",
        "path",
        "‘broken/latin.txt’ is not saved as UTF-8: line 2 has a character in another encoding.",
        (),
    ),
    ("file.read", {"path": "broken/picture.png"}, "wrong-encoding", "path", "‘broken/picture.png’ is not text.", ()),
    (
        "file.read",
        {"path": "notes.txt", "as_": "jsn"},
        "invalid-value",
        "as",
        "A file cannot be read as ‘jsn’. The choices are: text, json, yaml, csv, bytes.",
        ("json",),
    ),
    (
        "file.write",
        {"path": "data", "content": "x"},
        "not-a-file",
        "path",
        "‘data’ is a folder; a file is needed here.",
        (),
    ),
    (
        "file.write",
        {"path": "notes.txt/x", "content": "x"},
        "not-a-file",
        "path",
        "‘notes.txt/x’ runs through a file as if it were a folder.",
        (),
    ),
    (
        "file.write",
        {"path": "x.json", "content": {"a": b"x"}},
        "shape-mismatch",
        "content",
        "‘content’ cannot be written: it holds binary data, which JSON has no form for.",
        (),
    ),
    ("file.list", {"path": "dta"}, "missing-folder", "path", "There is no folder ‘dta’. Near it: data.", ("data",)),
    (
        "file.list",
        {"path": "notes.txt"},
        "missing-folder",
        "path",
        "‘notes.txt’ is a file; a folder is needed here.",
        (),
    ),
    (
        "data.filter",
        {"items": {"emails": [1], "count": 1}, "where": True},
        "shape-mismatch",
        "items",
        "‘items’ takes a list, but got an object. Its field ‘emails’ holds a list.",
        ("emails",),
    ),
    ("data.map", {"items": "abc", "to": 1}, "shape-mismatch", "items", "‘items’ takes a list, but got text.", ()),
    (
        "data.join",
        {"left": [{"mail": 1, "name": 2}], "right": [{"email": 1}], "on": "email"},
        "missing-field",
        "on",
        "There is no field ‘email’ in ‘left’. It has: mail, name.",
        (),
    ),
    (
        "data.join",
        {"left": [{"id": "1"}], "right": [{"id": 1}], "on": "id"},
        "shape-mismatch",
        "on",
        "‘id’ is text in ‘left’ but a number in ‘right’, so no rows can match.",
        (),
    ),
    (
        "data.join",
        {"left": [1], "right": [], "on": "id"},
        "shape-mismatch",
        "left",
        "Item 1 of ‘left’ is a whole number; rows to join must be objects.",
        (),
    ),
    (
        "data.join",
        {"left": [], "right": [], "on": "id", "how": "outer"},
        "invalid-value",
        "how",
        "There is no way to join called ‘outer’. The choices are: inner, left.",
        (),
    ),
    (
        "mail.read",
        {"mailbox": "inbx.mbox"},
        "file-not-found",
        "mailbox",
        "There is no file ‘inbx.mbox’. Near it: inbox.mbox.",
        ("inbox.mbox",),
    ),
    (
        "mail.read",
        {"mailbox": "broken/mail.txt"},
        "unsupported-file",
        "mailbox",
        "‘broken/mail.txt’ is not a mailbox: it is a file that does not begin with a ‘From ’ line, so it is no mbox file.",
        (),
    ),
    (
        "mail.read",
        {"mailbox": "broken/box"},
        "unsupported-file",
        "mailbox",
        "‘broken/box’ is not a mailbox: it is a folder without ‘cur’ and ‘new’ in it, so it is no Maildir.",
        (),
    ),
    (
        "mail.read",
        {"mailbox": "inbox.mbox", "since": "yesterday"},
        "invalid-value",
        "since",
        "‘yesterday’ is not a date. Dates are written year-month-day, such as 2024-05-31.",
        (),
    ),
    (
        "sql.query",
        {"database": DB, "query": "SELECT * FROM ordrs"},
        "unknown-table",
        "query",
        "There is no table called ‘ordrs’ in shop.db. It has: cheap, customers, orders.",
        ("orders",),
    ),
    (
        "sql.query",
        {"database": DB, "query": "SELECT prize FROM orders"},
        "unknown-column",
        "query",
        "There is no column called ‘prize’ in the table ‘orders’. It has: id, item, placed, price.",
        ("price",),
    ),
    (
        "sql.query",
        {"database": DB, "query": "SELECT o.nme FROM orders o JOIN customers c ON o.id = c.id"},
        "unknown-column",
        "query",
        "There is no column called ‘o.nme’ in the tables customers, orders. They have: id, name, item, placed, price.",
        ("name",),
    ),
    (
        "sql.query",
        {"database": DB, "query": "SELECT *\n  FORM orders"},
        "bad-query",
        "query",
        "The query cannot be understood at ‘FORM’ (line 2, column 3).",
        (),
    ),
    ("sql.query", {"database": DB, "query": " "}, "bad-query", "query", "The query is empty.", ()),
    (
        "sql.query",
        {"database": DB, "query": "SELECT 1; SELECT 2"},
        "bad-query",
        "query",
        "The query holds more than one statement; it must be one.",
        (),
    ),
    (
        "sql.query",
        {"database": DB, "query": "SELECT nope(1)"},
        "bad-query",
        "query",
        "There is no function called ‘nope’ in SQLite.",
        (),
    ),
    (
        "sql.query",
        {"database": DB, "query": "DELETE FROM orders"},
        "read-only-query",
        "query",
        "sql.query only reads; DELETE does more.",
        (),
    ),
    (
        "sql.query",
        {"database": DB, "query": "ATTACH 'other.db' AS other"},
        "read-only-query",
        "query",
        "sql.query only reads; ATTACH does more.",
        (),
    ),
    (
        "sql.query",
        {"database": DB, "query": "SELECT * FROM orders WHERE id = ?", "params": [1, 2]},
        "invalid-value",
        "params",
        "The query has 1 places for values, but ‘params’ has 2.",
        (),
    ),
    (
        "sql.query",
        {"database": DB, "query": "SELECT * FROM orders WHERE id = :id", "params": {"di": 1}},
        "invalid-value",
        "params",
        "The query wants a value for ‘:id’, which ‘params’ does not have. It has: di.",
        ("di",),
    ),
    (
        "sql.query",
        {"database": "sqlite:///shp.db", "query": "SELECT 1"},
        "file-not-found",
        "database",
        "There is no file ‘shp.db’. Near it: shop.db.",
        ("sqlite:///shop.db",),
    ),
    (
        "sql.query",
        {"database": "postgres://bob:pw@db.example/x", "query": "SELECT 1"},
        "unsupported-database",
        "database",
        "‘postgres://db.example/x’ is not a database that can be used. SQLite files can be: sqlite:///file.db.",
        (),
    ),
    (
        "sql.query",
        {"database": "sqlite:///broken/text.db", "query": "SELECT 1"},
        "unsupported-file",
        "database",
        "‘broken/text.db’ is not an SQLite database, or is damaged.",
        (),
    ),
    (
        "sql.query",
        {"database": "sqlite:///broken/empty.db", "query": "SELECT * FROM orders"},
        "unknown-table",
        "query",
        "There is no table called ‘orders’ in broken/empty.db. It has no tables at all.",
        (),
    ),
    (
        "http.request",
        {"url": "api.example.com/x"},
        "bad-url",
        "url",
        "‘api.example.com/x’ is not a URL that can be called: it must begin with http:// or https://.",
        ("https://api.example.com/x",),
    ),
    (
        "http.request",
        {"url": "http://"},
        "bad-url",
        "url",
        "‘http://’ is not a URL that can be called: it names no host.",
        (),
    ),
    (
        "http.request",
        {"url": "http://x", "headers": {"A b": "c"}},
        "invalid-value",
        "headers",
        "‘A b’ cannot be the name of a header.",
        (),
    ),
    (
        "http.request",
        {"url": "http://x", "method": "POST", "json": {}, "body": "x"},
        "invalid-value",
        "body",
        "A request has one body, but ‘json’ and ‘body’ are given.",
        (),
    ),
    (
        "http.request",
        {"url": "http://x", "auth": {"user": "bob"}},
        "invalid-value",
        "auth",
        "‘auth’ needs ‘user’ and ‘password’, but ‘password’ is not given.",
        (),
    ),
    (
        "shell.run",
        {"command": "true", "env": {"A=B": 1}},
        "invalid-value",
        "env",
        "‘A=B’ cannot be the name of an environment variable.",
        (),
    ),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("workspace"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[2]}-{str(case[1])[:50]}")
async def test_a_parameter_that_cannot_be_used(
    folder: Path, case: tuple[str, dict[str, Any], str, str, str, tuple[str, ...]]
) -> None:
    name, params, code, parameter, message, candidates = case
    found = await failure(name, folder, **params)
    assert found.message == message
    assert (found.code, found.parameter) == (code, (parameter,))
    assert found.candidates[: len(candidates)] == candidates
    assert found.kind in (Kind.PARAMETER, Kind.DATA_SHAPE, Kind.MISSING_DATA)
    assert found.hint
    assert str(folder) not in found.message + found.details + found.hint


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[2]}-{str(case[1])[:50]}")
def test_the_parameter_at_fault_is_a_parameter(
    case: tuple[str, dict[str, Any], str, str, str, tuple[str, ...]],
) -> None:
    assert registry()[case[0]].spec.parameter(case[3])


@pytest.mark.parametrize("name", ["broken/bad.yaml"])
async def test_yaml_that_cannot_be_read_says_where(folder: Path, name: str) -> None:
    found = await failure("file.read", folder, path=name)
    assert found.code == "bad-content"
    assert found.evidence["line"] in ("1", "2")
    assert f"‘{name}’ cannot be read as YAML: " in found.message


async def test_files_that_are_being_written_are_not_told(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    for name in (".calibrant-5971fb9b033a260c", "first.txt"):
        (tmp_path / "out" / name).write_text("x", encoding="utf-8")
    found = await failure("file.read", tmp_path, path="out/metrics.json")
    assert (found.message, found.candidates) == (
        "There is no file ‘out/metrics.json’. The folder ‘out’ has: out/first.txt.",
        ("out/first.txt",),
    )
