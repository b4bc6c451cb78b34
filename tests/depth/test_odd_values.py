"""Values that are rare until they come: every script, odd keys, null, decimals, dates, time zones, huge numbers, bytes."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest

from connectors.workspace import messages
from depth.running import Place, give, place

__all__ = ["place"]

TEXTS = [
    "Grüße, Ünal",
    "日本語のテキスト",
    "שלום עולם",
    "مرحبا بالعالم",
    "👩‍👩‍👧‍👦 family 🇩🇪",
    "e\u0301 is not é",
    "\u202eright to left\u202c",
    "zero\u200bwidth\ufeff",
    "line\u2028and paragraph\u2029separators",
    "tab\tquote\"back\\slash'{}",
    "{{ not a template",
    "  blanks at both ends  ",
    "\U0010ffff",
    "",
]
KEYS = [
    *("items", "keys", "values", "get", "pop", "update", "copy", "count", "index", "__class__", "self"),
    *(
        "a.b",
        "first name",
        'say "hi"',
        "it's",
        "[0]",
        "0",
        "-1",
        "",
        " ",
        "naïve",
        "ключ",
        "🔑",
        "a/b",
        "a\\b",
        "{{x}}",
    ),
]


def write(id_: str, path: str, content: object, **more: Any) -> dict[str, Any]:
    return {"id": id_, "uses": "file.write", "with": {"path": path, "content": content}, **more}


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_of_any_script_comes_through_every_way(place: Place, text: str) -> None:
    (place.folder / "in.json").write_text(json.dumps({"t": text}), encoding="utf-8")
    done = place.run(
        [
            {"id": "read", "uses": "file.read", "with": {"path": "in.json"}},
            give("whole", "{{ read.content.t }}"),
            give("inside", "<{{ read.content.t }}>"),
            give("worked", "{{ read.content.t ~ '' }}"),
            write("json", "out.json", {"t": "{{ read.content.t }}"}),
            {"id": "back", "uses": "file.read", "needs": "json", "with": {"path": "out.json"}},
            {"id": "shell", "run": "printf '<%s>' {{ read.content.t }}"},
        ]
    )
    assert done.said == ()
    out = place.outputs()
    assert out["whole"]["items"] == out["worked"]["items"] == [text]
    assert out["inside"]["items"] == [f"<{text}>"]
    assert out["back"]["content"] == {"t": text}
    assert out["shell"]["stdout"] == f"<{text}>"


def test_texts_in_sheets_databases_and_names_of_files(place: Place) -> None:
    texts = [text for text in TEXTS if text]
    name = "Größe 数 🗂.csv"
    done = place.run(
        [
            write("csv", name, "t\n"),
            {
                "id": "add",
                "uses": "sheet.append",
                "needs": "csv",
                "with": {"file": name, "rows": [{"t": f"x{text}"} for text in texts if "{{" not in text]},
            },
            {"id": "sheet", "uses": "sheet.read", "needs": "add", "with": {"file": name}},
            {
                "id": "table",
                "uses": "sql.execute",
                "with": {
                    "database": "sqlite:///ü.db",
                    "statement": 'CREATE TABLE "Größe 数" ("na me" TEXT, "🔑" TEXT)',
                },
            },
            {
                "id": "rows",
                "uses": "sql.execute",
                "needs": "table",
                "for_each": [text for text in texts if "{{" not in text],
                "with": {
                    "database": "sqlite:///ü.db",
                    "statement": 'INSERT INTO "Größe 数" VALUES (:t, :t)',
                    "params": {"t": "{{ item }}"},
                },
            },
            {
                "id": "sql",
                "uses": "sql.query",
                "needs": "rows",
                "with": {"database": "sqlite:///ü.db", "query": 'SELECT "na me", "🔑" FROM "Größe 数" ORDER BY rowid'},
            },
            give("key", "{{ sql.rows[0]['🔑'] }}{{ sql.rows[0][\"na me\"] }}"),
            {"id": "list", "uses": "file.list", "needs": "add", "with": {"path": ".", "glob": "*.csv"}},
        ]
    )
    assert done.said == ()
    out, plain = place.outputs(), [text for text in texts if "{{" not in text]
    assert [row["t"] for row in out["sheet"]["rows"]] == [f"x{text}" for text in plain]
    assert sorted(row["🔑"] for row in out["sql"]["rows"]) == sorted(plain)
    first = out["sql"]["rows"][0]["🔑"]
    assert out["key"]["items"] == [first * 2]
    assert out["list"]["files"] == [name]


def test_a_sheet_range_and_column_of_any_script(place: Place) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Übersicht 数"
    sheet.append(["naïve", "שם", "a.b", "🔑"])
    sheet.append([1, 2, 3, 4])
    book.save(place.folder / "b.xlsx")
    rows = [{"naïve": "é", "שם": "ש", "a.b": None, "🔑": 5}]
    done = place.run(
        [
            {"id": "add", "uses": "sheet.append", "with": {"file": "b.xlsx", "range": "Übersicht 数", "rows": rows}},
            {"id": "got", "uses": "sheet.read", "needs": "add", "with": {"file": "b.xlsx", "range": "Übersicht 数"}},
            give("one", "{{ got.rows[1]['שם'] }}{{ got.rows[0]['a.b'] }}{{ got.rows[1].naïve }}"),
            {"id": "wrong", "uses": "sheet.read", "with": {"file": "b.xlsx", "range": "Ubersicht 数"}},
        ]
    )
    (issue,) = done.said
    assert (issue.step, issue.code, issue.hint) == ("wrong", "unknown-range", "Did you mean ‘Übersicht 数’?")
    assert place.outputs()["got"]["rows"][1] == rows[0]
    assert place.outputs()["one"]["items"] == ["ש3é"]


@pytest.mark.parametrize("key", KEYS)
def test_a_key_of_any_sort_is_a_field(place: Place, key: str) -> None:
    (place.folder / "in.json").write_text(json.dumps({key: {"x": [key]}}), encoding="utf-8")
    quoted = json.dumps(key, ensure_ascii=False)
    references = [f"{{{{ read.content[{quoted}].x[0] }}}}"] if "{" not in key else []
    if key.isidentifier():
        references.append(f"{{{{ read.content.{key}.x[0] }}}}")
    steps = [give(f"s{at}", reference) for at, reference in enumerate(references)]
    picked = {
        "id": "picked",
        "uses": "data.pick",
        "with": {"value": "{{ read.content }}", "fields": [key.replace("{{", "{{ '{{' }}")]},
    }
    done = place.run([{"id": "read", "uses": "file.read", "with": {"path": "in.json"}}, *steps, picked])
    assert done.said == ()
    out = place.outputs()
    for at in range(len(references)):
        assert out[f"s{at}"]["items"] == [key]
    assert out["picked"]["value"] == {key: {"x": [key]}}


def test_null_everywhere(place: Place) -> None:
    (place.folder / "in.json").write_text('{"n": null, "list": [null, null], "rows": [{"a": null}]}', encoding="utf-8")
    done = place.run(
        [
            {"id": "read", "uses": "file.read", "with": {"path": "in.json"}},
            give("whole", "{{ read.content.n }}"),
            give("inside", "<{{ read.content.n }}>"),
            {
                "id": "where",
                "uses": "data.filter",
                "with": {"items": "{{ read.content.list }}", "where": "item is none"},
            },
            {"id": "sorted", "uses": "data.sort", "with": {"items": "{{ read.content.list }}"}},
            {"id": "group", "uses": "data.group", "with": {"items": "{{ read.content.rows }}", "by": "item.a"}},
            write("json", "o.json", "{{ read.content }}"),
            give("off", 1, **{"if": "read.content.n"}),
            {"id": "deep", "uses": "file.write", "with": {"path": "o", "content": "{{ read.content.n.x }}"}},
        ]
    )
    (issue,) = done.said
    assert (issue.step, issue.code, issue.message) == (
        "deep",
        "shape-mismatch",
        "‘read.content.n’ is nothing (null), so it has no field called ‘x’.",
    )
    out = place.outputs()
    assert out["whole"]["items"] == [None]
    assert out["where"]["count"] == 2
    assert out["group"]["groups"] == [{"key": None, "items": [{"a": None}]}]
    assert done.status["off"] == "skipped"


BIG = [2**53 + 1, 2**63 - 1, 2**63, 2**64, 10**30, -(10**40)]


def test_numbers_beyond_64_bits(place: Place) -> None:
    (place.folder / "in.json").write_text(json.dumps(BIG), encoding="utf-8")
    done = place.run(
        [
            {"id": "read", "uses": "file.read", "with": {"path": "in.json"}},
            {"id": "more", "uses": "data.map", "with": {"items": "{{ read.content }}", "to": "{{ item + 1 }}"}},
            write("json", "o.json", "{{ more.items }}"),
            {"id": "back", "uses": "file.read", "needs": "json", "with": {"path": "o.json"}},
        ]
    )
    assert done.said == ()
    assert place.outputs()["back"]["content"] == [number + 1 for number in BIG]


def test_infinite_and_undefined_numbers_pass_between_steps_but_not_into_json(place: Place) -> None:
    done = place.run(
        [
            give("inf", "{{ 1e308 * 10 }}"),
            give("nan", "{{ inf.items[0] - inf.items[0] }}"),
            give("compare", "{{ nan.items[0] == nan.items[0] }}"),
            {"id": "sorted", "uses": "data.sort", "with": {"items": [3, "{{ inf.items[0] }}", -1]}},
            {
                "id": "group",
                "uses": "data.group",
                "with": {"items": ["{{ nan.items[0] }}", "{{ nan.items[0] }}"], "by": "item"},
            },
            write("text", "o.txt", "{{ inf.items[0] }}!"),
            write("json", "o.json", "{{ inf.items }}"),
            write("json_nan", "p.json", "{{ nan.items }}"),
        ]
    )
    assert [(one.step, one.code) for one in done.said] == [("json", "shape-mismatch"), ("json_nan", "shape-mismatch")]
    out = place.outputs()
    assert out["inf"]["items"] == [float("inf")]
    assert out["nan"]["items"][0] != out["nan"]["items"][0]
    assert out["compare"]["items"] == [False]
    assert out["sorted"]["items"] == [-1, 3, float("inf")]
    assert out["group"]["count"] == 1


def test_a_result_with_infinite_numbers_is_json_all_the_same(place: Place) -> None:
    from calibrant.model.text import LineIndex
    from calibrant.report.json_report import dumps, issue_object

    done = place.run(
        [give("inf", "{{ 1e308 * 10 }}"), {"id": "r", "uses": "file.read", "with": {"path": "{{ inf.items[0] }}"}}]
    )
    (issue,) = done.issues
    text = dumps(issue_object(issue, "a", LineIndex("")))
    assert json.loads(text, parse_constant=pytest.fail)["code"] == "shape-mismatch"


def test_dates_and_decimals_of_sheets(place: Place) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["day", "moment", "price", "share"])
    sheet.append([date(2024, 2, 29), datetime(1999, 12, 31, 23, 59, 59), 0.1, 1 / 3])  # noqa: DTZ001 - sheets have no zones
    book.save(place.folder / "b.xlsx")
    done = place.run(
        [
            {"id": "read", "uses": "sheet.read", "with": {"file": "b.xlsx"}},
            {"id": "add", "uses": "sheet.append", "with": {"file": "b.xlsx", "rows": "{{ read.rows }}"}},
            {"id": "back", "uses": "sheet.read", "needs": "add", "with": {"file": "b.xlsx"}},
            {
                "id": "late",
                "uses": "data.filter",
                "with": {"items": "{{ read.rows }}", "where": "item.day > item.moment"},
            },
            {"id": "groups", "uses": "data.group", "with": {"items": "{{ back.rows }}", "by": "item.day"}},
            write("json", "o.json", "{{ read.rows }}"),
            {"id": "text", "uses": "file.read", "needs": "json", "with": {"path": "o.json"}},
        ]
    )
    assert done.said == ()
    out = place.outputs()
    (row,) = out["read"]["rows"]
    assert row == {
        "day": datetime(2024, 2, 29),  # noqa: DTZ001
        "moment": datetime(1999, 12, 31, 23, 59, 59),  # noqa: DTZ001
        "price": 0.1,
        "share": 1 / 3,
    }
    assert out["back"]["rows"] == [row, row]
    assert out["late"]["count"] == 1
    assert out["groups"]["count"] == 1
    assert out["text"]["content"][0]["day"] == "2024-02-29T00:00:00"


def test_moments_with_time_zones_in_sql_sheets_texts_and_commands(place: Place) -> None:
    messages(place.folder / "inbox.mbox")
    with closing(sqlite3.connect(place.folder / "b.db")) as connection:
        connection.execute("CREATE TABLE t (z TEXT)")
        connection.commit()
    openpyxl.Workbook().save(place.folder / "b.xlsx")
    database = {"database": "sqlite:///b.db"}
    moment = "{{ mail.emails[0].date }}"
    done = place.run(
        [
            {"id": "mail", "uses": "mail.read", "with": {"mailbox": "inbox.mbox"}},
            {
                "id": "put",
                "uses": "sql.execute",
                "with": {**database, "statement": "INSERT INTO t VALUES (:z)", "params": {"z": moment}},
            },
            {"id": "got", "uses": "sql.query", "needs": "put", "with": {**database, "query": "SELECT z FROM t"}},
            {"id": "sheet", "uses": "sheet.append", "with": {"file": "b.xlsx", "rows": [{"z": moment}]}},
            {"id": "back", "uses": "sheet.read", "needs": "sheet", "with": {"file": "b.xlsx"}},
            give("text", moment + "!"),
            {"id": "shell", "run": "printf '%s' \"$Z\"", "env": {"Z": moment}},
            write("json", "o.json", {"z": moment}),
            {"id": "read", "uses": "file.read", "needs": "json", "with": {"path": "o.json"}},
        ]
    )
    out = place.outputs()
    written = out["mail"]["emails"][0]["date"]
    assert datetime.fromisoformat(written).astimezone(UTC) == datetime(2024, 5, 2, 1, 30, tzinfo=UTC)
    assert [out["got"]["rows"][0]["z"], out["shell"]["stdout"], out["read"]["content"]["z"]] == [written] * 3
    assert done.said == ()
    assert (out["back"]["rows"], out["text"]["items"]) == ([{"z": written}], [f"{written}!"])


def test_dates_and_decimals_come_from_python_as_documented(place: Place) -> None:
    code = "from datetime import *\nfrom decimal import Decimal\n"
    code += (
        "def now(): return {'z': datetime(2024,3,31,1,30,tzinfo=timezone(timedelta(hours=2))), 'd': Decimal('0.10')}\n"
    )
    (place.folder / "lib.py").write_text(code, encoding="utf-8")
    done = place.run([{"id": "now", "uses": "python.call", "with": {"function": "lib:now"}}])
    assert done.said == ()
    assert place.outputs()["now"]["result"] == {"z": "2024-03-31T01:30:00+02:00", "d": 0.1}


def test_decimals_in_expressions_texts_sheets_and_json(place: Place) -> None:
    (place.folder / "in.csv").write_text("price\n0.10\n0.20\n", encoding="utf-8")
    done = place.run(
        [
            {"id": "read", "uses": "sheet.read", "with": {"file": "in.csv"}},
            give("sum", "{{ read.rows | map(attribute='price') | map('float') | sum }}"),
            give("as_text", "{{ read.rows[0].price }}"),
            {
                "id": "add",
                "uses": "sheet.append",
                "with": {"file": "in.csv", "rows": [{"price": "{{ (sum.items[0]) | round(2) }}"}]},
            },
            {"id": "back", "uses": "sheet.read", "needs": "add", "with": {"file": "in.csv"}},
        ]
    )
    assert done.said == ()
    assert place.outputs()["as_text"]["items"] == ["0.10"]
    assert [row["price"] for row in place.outputs()["back"]["rows"]] == ["0.10", "0.20", "0.3"]


def test_bytes_are_passed_on_whole_and_written_as_they_are(place: Place) -> None:
    data = bytes(range(256)) * 400
    (place.folder / "in.bin").write_bytes(data)
    done = place.run(
        [
            {"id": "read", "uses": "file.read", "with": {"path": "in.bin", "as": "bytes"}},
            write("copy", "out.bin", "{{ read.content }}"),
            {"id": "back", "uses": "file.read", "needs": "copy", "with": {"path": "out.bin", "as": "bytes"}},
            give("length", "{{ read.content | length }}"),
            write("inside", "o.txt", "it is {{ read.content }}"),
        ]
    )
    assert [(one.step, one.kind) for one in done.said] == [("inside", "data_shape")]
    assert place.outputs()["back"]["content"] == data
    assert place.outputs()["length"]["items"] == [len(data)]


def test_very_long_texts_and_deep_values(place: Place) -> None:
    long = "x€" * 1_500_000
    deep: object = "bottom"
    for _ in range(300):
        deep = [deep]
    (place.folder / "in.json").write_text(json.dumps({"long": long, "deep": deep}), encoding="utf-8")
    done = place.run(
        [
            {"id": "read", "uses": "file.read", "with": {"path": "in.json"}},
            give("same", "{{ read.content }}"),
            give("wrong", "{{ read.content.long.x }}"),
            {"id": "file", "uses": "file.read", "with": {"path": "{{ read.content.long }}"}},
        ]
    )
    assert [(one.step, one.severity) for one in done.said] == [("wrong", "error"), ("file", "error")]
    assert all(len(one.message) < 500 for one in done.said), [len(one.message) for one in done.said]
    assert place.outputs()["same"]["items"][0]["deep"] == deep
