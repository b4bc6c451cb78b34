"""sql.query on real SQLite files."""

import asyncio
import sqlite3
import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from calibrant.connectors import registry
from calibrant.model.issue import Kind
from calibrant.model.value import UNKNOWN
from connectors.context import call, failure
from connectors.workspace import build

DB = "sqlite:///shop.db"
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("sql"))


@pytest.mark.parametrize(
    ("query", "params", "rows"),
    [
        ("SELECT id, item FROM orders ORDER BY id", None, [{"id": 1, "item": "tea"}, {"id": 2, "item": "jam"}]),
        ("SELECT placed FROM orders WHERE id = ?", [1], [{"placed": "2024-05-01"}]),
        ("SELECT price FROM orders WHERE id = :id", {"id": 2, "more": 1}, [{"price": 4.0}]),
        ("SELECT id FROM orders WHERE placed = ?", [date(2024, 5, 1)], [{"id": 1}]),
        ("SELECT id FROM orders WHERE price = ?", [Decimal("2.5")], [{"id": 1}]),
        ("SELECT item FROM cheap", None, [{"item": "tea"}]),
        ("SELECT 1 AS a, 2 AS a", None, [{"a": 1, "a_2": 2}]),
        ("SELECT id FROM orders WHERE 0", None, []),
        ("SELECT x'ff' AS b, NULL AS n, true AS t", [], [{"b": b"\xff", "n": None, "t": 1}]),
        ("PRAGMA table_info(customers)", None, None),
        ("SELECT CAST(x'ff41' AS TEXT) AS t", None, [{"t": "\ufffdA"}]),
        ("SELECT count(*) AS n FROM (WITH c AS (SELECT 1) SELECT * FROM c)", None, [{"n": 1}]),
    ],
)
async def test_queries(folder: Path, query: str, params: object, rows: list[dict[str, object]] | None) -> None:
    given: dict[str, Any] = {} if params is None else {"params": params}
    output = await call("sql.query", folder, database=DB, query=query, **given)
    if rows is not None:
        assert output["rows"] == rows
    assert isinstance(output["rows"], list)
    assert output["count"] == len(output["rows"])


async def test_columns_are_told_also_without_rows(folder: Path) -> None:
    output = await call("sql.query", folder, database=DB, query="SELECT id, item FROM orders WHERE 0")
    assert output == {"rows": [], "columns": ["id", "item"], "count": 0}


@pytest.mark.parametrize(
    "query",
    [
        "INSERT INTO orders (id) VALUES (3)",
        "UPDATE orders SET item = 'x'",
        "DROP TABLE orders",
        "CREATE TABLE x (a)",
        "CREATE TEMP TABLE x (a)",
        "PRAGMA user_version = 4",
        "PRAGMA journal_mode = WAL",
        "VACUUM",
        "VACUUM INTO 'copy.db'",
        "BEGIN",
        "REINDEX",
        "SELECT load_extension('x')",
        "-- only looks harmless\nDELETE FROM orders",
        "WITH x AS (SELECT 1) DELETE FROM orders",
    ],
)
async def test_nothing_is_written(folder: Path, query: str) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    found = await failure("sql.query", folder, database=DB, query=query)
    assert found.code == "read-only-query"
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


async def test_a_query_without_end_is_stopped(folder: Path) -> None:
    begun = time.monotonic()
    found = await failure("sql.query", folder, database=DB, query=ENDLESS, timeout=0.3)
    assert time.monotonic() - begun < 30
    assert found.code == "query-timeout"
    assert found.message.startswith("The query on shop.db took longer than ")


async def test_a_cancelled_query_leaves_no_thread_at_work(folder: Path) -> None:
    task = asyncio.create_task(call("sql.query", folder, database=DB, query=ENDLESS, timeout=30))
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    begun = time.monotonic()
    await asyncio.get_running_loop().shutdown_default_executor()  # waits for its threads
    assert time.monotonic() - begun < 30


async def test_a_database_with_a_write_ahead_log(tmp_path: Path) -> None:
    writer = sqlite3.connect(tmp_path / "live.db")
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("CREATE TABLE t (a)")
    writer.execute("INSERT INTO t VALUES (1)")
    writer.commit()
    assert (tmp_path / "live.db-wal").stat().st_size
    output = await call("sql.query", tmp_path, database="sqlite:///live.db", query="SELECT a FROM t")
    writer.close()
    assert output["rows"] == [{"a": 1}]


async def test_a_write_ahead_log_that_was_left_behind_is_read_and_nothing_is_written(tmp_path: Path) -> None:
    writer = sqlite3.connect(tmp_path / "live.db")
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("CREATE TABLE t (a)")
    writer.execute("INSERT INTO t VALUES (1)")
    writer.commit()
    left = tmp_path / "left"
    left.mkdir()
    for end in ("", "-wal"):
        (left / f"x.db{end}").write_bytes((tmp_path / f"live.db{end}").read_bytes())
    writer.close()
    before = {file.name: file.read_bytes() for file in left.iterdir()}
    output = await call("sql.query", left, database="sqlite:///x.db", query="SELECT a FROM t")
    assert output["rows"] == [{"a": 1}]
    assert {file.name: file.read_bytes() for file in left.iterdir()} == before


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT zeroblob(100000000) AS b", "The query gives a value of more than 64 MB"),
        ("WITH n(i) AS (VALUES (1), (2), (3), (4), (5)) SELECT zeroblob(60000000) FROM n", "gives more than 256 MB"),
    ],
)
async def test_an_answer_that_is_too_large(folder: Path, query: str, words: str) -> None:
    found = await failure("sql.query", folder, database=DB, query=query)
    assert found.code == "too-large"
    assert words in found.message


async def test_a_database_in_use(tmp_path: Path) -> None:
    writer = sqlite3.connect(tmp_path / "live.db", isolation_level=None)
    writer.execute("CREATE TABLE t (a)")
    writer.execute("BEGIN EXCLUSIVE")
    writer.execute("INSERT INTO t VALUES (1)")
    assert (tmp_path / "live.db-journal").exists()
    found = await failure("sql.query", tmp_path, database="sqlite:///live.db", query="SELECT a FROM t", timeout=0.3)
    writer.execute("ROLLBACK")
    writer.close()
    assert (found.code, found.kind) == ("database-locked", Kind.TRANSIENT)


@pytest.mark.parametrize("database", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "shop.db", "", "mysql://x"])
async def test_other_databases(folder: Path, database: str) -> None:
    found = await failure("sql.query", folder, database=database, query="SELECT 1")
    assert (found.code, found.parameter) == ("unsupported-database", ("database",))
    assert found.candidates == (("sqlite:///shop.db",) if database == "shop.db" else ())


async def test_too_many_rows(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calibrant.connectors.sqlite.ROW_LIMIT", 1)
    found = await failure("sql.query", folder, database=DB, query="SELECT id FROM orders")
    assert (found.code, found.parameter) == ("too-large", ("query",))


async def test_a_call_is_checked_as_far_as_it_is_known(folder: Path) -> None:
    async def check(**params: Any) -> object:
        return await call("sql.query", folder, doing="check", **params)

    found = await failure("sql.query", folder, doing="check", database=DB, query="SELECT a FROM ordrs", params=UNKNOWN)
    assert found.code == "unknown-table"
    found = await failure("sql.query", folder, doing="check", database=DB, query="DELETE FROM orders", params=[UNKNOWN])
    assert found.code == "read-only-query"
    for query in ("SELECT id FROM orders WHERE id = ?", "SELECT :a, :b", "SELECT '?', ?", ENDLESS):
        assert await check(database=DB, query=query, params=UNKNOWN) == {}
    assert await check(database=UNKNOWN, query="SELECT nothing") == {}
    assert await check(database=DB, query=UNKNOWN) == {}


def test_a_file_is_no_origin_and_a_server_is_one_without_its_password() -> None:
    connector = registry()["sql.query"]
    assert connector.origin({"database": DB}) == ""
    assert connector.origin({"database": "postgres://bob:pw@db.example:5432/x"}) == "postgres://db.example:5432/x"
