"""sql.execute on real SQLite files."""

import asyncio
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from calibrant.connectors import registry, sqlite, sqlitewrite
from calibrant.engine.context import CallContext, Shared
from calibrant.model.event import RunRequest
from calibrant.model.failure import StepError
from calibrant.model.issue import Kind
from calibrant.model.value import UNKNOWN
from connectors.context import call, failure

DB = "sqlite:///shop.db"
SCHEMA = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE orders (
  id INTEGER PRIMARY KEY, item TEXT CHECK (item <> ''), amount INTEGER CHECK (amount > 0),
  customer INTEGER REFERENCES customers (id)
);
CREATE TABLE pairs (a, b, UNIQUE (a, b));
CREATE TABLE strict_ones (n INTEGER) STRICT;
INSERT INTO customers VALUES (1, 'ana');
INSERT INTO orders VALUES (1, 'tea', 2, 1), (2, 'jam', 1, NULL);
INSERT INTO pairs VALUES (1, 2);
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    connection = sqlite3.connect(tmp_path / "shop.db")
    connection.executescript(SCHEMA)
    connection.close()
    return tmp_path


def rows(path: Path, query: str) -> list[Any]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("statement", "params", "affected", "query", "wanted"),
    [
        ("INSERT INTO orders (item) VALUES (?), (?)", ["a", "b"], 2, "SELECT count(*) FROM orders", 4),
        ("UPDATE orders SET item = :item", {"item": "é☃"}, 2, "SELECT DISTINCT item FROM orders", "é☃"),
        ("DELETE FROM orders WHERE id > 5", None, 0, "SELECT count(*) FROM orders", 2),
        ("WITH x AS (SELECT 1 AS id) DELETE FROM orders WHERE id IN x", None, 1, "SELECT count(*) FROM orders", 1),
        ("INSERT INTO orders (item) VALUES ('x') RETURNING id", None, 1, "SELECT max(id) FROM orders", 3),
        ("CREATE TABLE more (a)", None, 0, "SELECT count(*) FROM more", 0),
        ("ALTER TABLE orders ADD COLUMN note TEXT", None, 0, "SELECT count(note) FROM orders", 0),
        ("ALTER TABLE orders RENAME COLUMN item TO what", None, 0, "SELECT what FROM orders WHERE id = 1", "tea"),
        ("CREATE INDEX by_item ON orders (item)", None, 0, "SELECT count(*) FROM orders", 2),
        ("DROP TABLE pairs", None, 0, "SELECT count(*) FROM sqlite_schema WHERE name = 'pairs'", 0),
        ("PRAGMA user_version = 7", None, 0, "PRAGMA user_version", 7),
        ("INSERT INTO pairs VALUES (1, 2) ON CONFLICT DO NOTHING", None, 0, "SELECT count(*) FROM pairs", 1),
    ],
)
async def test_changes(folder: Path, statement: str, params: object, affected: int, query: str, wanted: object) -> None:
    given: dict[str, Any] = {} if params is None else {"params": params}
    assert await call("sql.execute", folder, database=DB, statement=statement, **given) == {"affected": affected}
    assert rows(folder / "shop.db", query) == [(wanted,)]


@pytest.mark.parametrize(
    ("statement", "params", "code", "kind", "parameter", "message"),
    [
        (
            "INSERT INTO customers VALUES (:id, :name)",
            {"id": 2, "name": "ana"},
            "constraint-failed",
            Kind.PARAMETER,
            ("params", "name"),
            "There is already a row with the same ‘name’ in the table ‘customers’.",
        ),
        (
            "INSERT INTO pairs VALUES (1, 2)",
            None,
            "constraint-failed",
            Kind.PARAMETER,
            ("statement",),
            "There is already a row with the same ‘a’ and ‘b’ in the table ‘pairs’.",
        ),
        (
            "INSERT INTO customers (id, name) VALUES (?, ?)",
            [3, None],
            "constraint-failed",
            Kind.DATA_SHAPE,
            ("params",),
            "The column ‘name’ of the table ‘customers’ must have a value, but gets none.",
        ),
        (
            "UPDATE orders SET amount = :amount",
            {"amount": -1},
            "constraint-failed",
            Kind.PARAMETER,
            ("params", "amount"),
            "A value is not one that the table takes: its check ‘amount > 0’ does not hold.",
        ),
        (
            "UPDATE orders SET customer = ?",
            [9],
            "constraint-failed",
            Kind.PARAMETER,
            ("params",),
            "A row would refer to one that is not there: ‘customer’ must be in customers.id.",
        ),
        (
            "INSERT INTO strict_ones VALUES (?)",
            ["x"],
            "constraint-failed",
            Kind.DATA_SHAPE,
            ("params",),
            "The database does not take a value: cannot store TEXT value in INTEGER column strict_ones.n.",
        ),
        (
            "UPDATE ordrs SET item = 1",
            None,
            "unknown-table",
            Kind.PARAMETER,
            ("statement",),
            "There is no table called ‘ordrs’ in shop.db. It has: customers, orders, pairs, strict_ones.",
        ),
        (
            "INSERT INTO orders (itm) VALUES (1)",
            None,
            "unknown-column",
            Kind.PARAMETER,
            ("statement",),
            "There is no column called ‘itm’ in the table ‘orders’. It has: id, item, amount, customer.",
        ),
        (
            "UPDAT orders",
            None,
            "bad-query",
            Kind.PARAMETER,
            ("statement",),
            "The statement cannot be understood at ‘UP",
        ),
        (" -- nothing", None, "bad-query", Kind.PARAMETER, ("statement",), "The statement is empty."),
        (
            "DELETE FROM orders; DELETE FROM pairs",
            None,
            "bad-query",
            Kind.PARAMETER,
            ("statement",),
            "The statement holds more than one statement; it must be one.",
        ),
        (
            "SELECT * FROM orders",
            None,
            "bad-query",
            Kind.PARAMETER,
            ("statement",),
            "sql.execute changes data, but this",
        ),
        (
            "INSERT INTO orders (item) VALUES (?)",
            [],
            "invalid-value",
            Kind.PARAMETER,
            ("params",),
            "The statement has 1 places for values, but ‘params’ has 0.",
        ),
        (
            "CREATE TABLE orders (a)",
            None,
            "bad-query",
            Kind.PARAMETER,
            ("statement",),
            "shop.db does not accept the statement: table orders already exists.",
        ),
    ],
)
async def test_failures(
    folder: Path, statement: str, params: object, code: str, kind: Kind, parameter: tuple[str, ...], message: str
) -> None:
    before = (folder / "shop.db").read_bytes()
    given: dict[str, Any] = {} if params is None else {"params": params}
    found = await failure("sql.execute", folder, database=DB, statement=statement, **given)
    assert found.message.startswith(message)
    assert (found.code, found.kind, found.parameter) == (code, kind, parameter)
    assert found.hint
    assert (folder / "shop.db").read_bytes() == before
    assert [path.name for path in folder.iterdir()] == ["shop.db"]


@pytest.mark.parametrize(
    "statement",
    [
        "ATTACH 'other.db' AS other",
        "DETACH main",
        "VACUUM INTO 'other.db'",
        "BEGIN",
        "COMMIT",
        "SAVEPOINT a",
        "PRAGMA journal_mode = WAL",
        "PRAGMA foreign_keys = OFF",
        "PRAGMA writable_schema = ON",
        "UPDATE orders SET item = load_extension('x')",
    ],
)
async def test_nothing_but_the_one_file_is_touched(folder: Path, statement: str) -> None:
    found = await failure("sql.execute", folder, database=DB, statement=statement)
    assert found.code == "bad-query"
    assert [path.name for path in folder.iterdir()] == ["shop.db"]


async def test_a_table_makes_its_file(folder: Path) -> None:
    await call("sql.execute", folder, database="sqlite:///new/one.db", statement="CREATE TABLE a (b)")
    assert rows(folder / "new/one.db", "SELECT name FROM sqlite_schema") == [("a",)]
    found = await failure("sql.execute", folder, database="sqlite:///two.db", statement="CREATE TABLE a (")
    assert found.code == "bad-query"
    assert not (folder / "two.db").exists()
    found = await failure("sql.execute", folder, database="sqlite:///shp.db", statement="DELETE FROM orders")
    assert (found.code, found.candidates) == ("file-not-found", ("sqlite:///shop.db",))
    assert not (folder / "shp.db").exists()


@pytest.mark.parametrize(
    ("database", "code"),
    [("postgres://u:geheim@db/x", "unsupported-database"), ("sqlite:///text.db", "unsupported-file"), ("", "unsupp")],
)
async def test_what_is_no_database(folder: Path, database: str, code: str) -> None:
    (folder / "text.db").write_text("not a database at all\n" * 50, encoding="utf-8")
    found = await failure("sql.execute", folder, database=database, statement="DELETE FROM orders")
    assert found.code.startswith(code)
    assert "geheim" not in repr(found)


async def test_a_statement_without_an_end_is_stopped_and_undone(folder: Path) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) INSERT INTO pairs SELECT 3, i FROM n"
    started = time.monotonic()
    found = await failure("sql.execute", folder, database=DB, statement=endless, timeout=0.5)
    assert (found.code, found.kind) == ("query-timeout", Kind.RUNTIME)
    assert time.monotonic() - started < 15
    assert rows(folder / "shop.db", "SELECT count(*) FROM pairs") == [(1,)]


async def test_another_program_has_it(folder: Path) -> None:
    other = sqlite3.connect(folder / "shop.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        found = await failure("sql.execute", folder, database=DB, statement="DELETE FROM orders", timeout=0.3)
    finally:
        other.close()
    assert (found.code, found.kind) == ("database-locked", Kind.TRANSIENT)


async def test_steps_at_the_same_time_wait_for_each_other(folder: Path) -> None:
    statement = "INSERT INTO pairs VALUES (?, 'x')"
    calls = [call("sql.execute", folder, database=DB, statement=statement, params=[index]) for index in range(20)]
    await asyncio.gather(*calls)
    assert rows(folder / "shop.db", "SELECT count(*) FROM pairs") == [(21,)]


def private(folder: Path) -> Shared:
    request = RunRequest("s", str(folder), str(folder / "a.workflow.yaml"), "", "")
    return Shared(request, {})


async def test_the_private_copy_holds_what_only_the_log_has(folder: Path) -> None:
    """A database in WAL mode that someone has open: its newest rows are in the side file, which is copied once."""
    other = sqlite3.connect(folder / "shop.db", isolation_level=None)
    other.execute("PRAGMA journal_mode = WAL")
    other.execute("INSERT INTO pairs VALUES ('only', 'in the log')")
    before = {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith("-shm")}
    shared = private(folder)
    context = CallContext(shared, live=False, timeout=10.0)
    execute, query = registry()["sql.execute"].run, registry()["sql.query"].run
    try:
        for value in ("first", "second"):
            params = {"database": DB, "statement": "INSERT INTO pairs VALUES (?, 'x')", "params": [value]}
            await execute(params, context)
        output = await query({"database": DB, "query": "SELECT a FROM pairs ORDER BY rowid"}, context)
        assert output["rows"] == [{"a": 1}, {"a": "only"}, {"a": "first"}, {"a": "second"}]
        assert {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith("-shm")} == before
    finally:
        await shared.close()
        other.close()


async def test_a_statement_is_checked_without_running_it(folder: Path) -> None:
    before = (folder / "shop.db").read_bytes()
    for statement in ("DELETE FROM orders WHERE id = ?", "DELETE FROM orders WHERE id = :id", "CREATE TABLE x (a)"):
        assert await call("sql.execute", folder, doing="check", database=DB, statement=statement, params=UNKNOWN) == {}
    found = await failure(
        "sql.execute", folder, doing="check", database=DB, statement="DELETE FROM ordrs", params=UNKNOWN
    )
    assert (found.code, found.candidates[0]) == ("unknown-table", "orders")
    assert await call("sql.execute", folder, doing="check", database=DB, statement=UNKNOWN) == {}
    assert (folder / "shop.db").read_bytes() == before


def test_a_row_that_a_trigger_refuses(folder: Path) -> None:
    connection = sqlite3.connect(folder / "shop.db")
    connection.executescript(
        "CREATE TRIGGER t BEFORE DELETE ON orders BEGIN SELECT RAISE(ABORT, 'orders are kept'); END;"
    )
    connection.close()
    with pytest.raises(StepError) as caught:
        sqlitewrite.change(sqlite.Call(folder / "shop.db", "shop.db", "DELETE FROM orders", (), 5.0), threading.Event())
    assert caught.value.failure.message == "The database does not take a value: orders are kept."
