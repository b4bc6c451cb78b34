"""The SQLite files: where they lie, who may read them, how they are made and brought up to date, and when they are let be."""

import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from calibrant.model.ports import StoreError
from calibrant.model.session import Groups, SessionResult, StepResult, Summary
from calibrant.store import clean, open_store
from calibrant.store.db import run_migration, transaction
from calibrant.store.migrations import LATEST, MIGRATIONS


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "My Mail & more"
    folder.mkdir()
    return folder


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "state"


def database_in(state: Path) -> Path:
    (path,) = state.glob("workspaces/*/calibrant.db")
    return path


def filled(state: Path, workspace: Path) -> Path:
    """Make a database with a hundred outputs and return its file."""
    with open_store(state, workspace) as store:
        for number in range(100):
            store.outputs.put(
                workflow="w", step=f"s{number}", session="one", key=f"k{number}", output="x" * 3000, masked=False
            )
        store.trust()
    return database_in(state)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b"" for path in folder.rglob("*")}


def test_a_workspace_has_a_folder_of_its_own_that_only_the_user_can_read(state: Path, workspace: Path) -> None:
    with open_store(state, workspace) as store:
        store.outputs.put(workflow="w", step="s", session="x", key="k", output=1, masked=False)
        store.outputs.flush()
        folder = database_in(state).parent
        assert folder.name.startswith("My-Mail-more-")
        assert (folder / "workspace").read_text() == f"{workspace}\n"
        assert {path.name for path in folder.iterdir()} >= {"calibrant.db", "calibrant.db-wal"}
        assert [oct(path.stat().st_mode & 0o777) for path in folder.iterdir()] == ["0o600"] * len(
            list(folder.iterdir())
        )
    for place in (folder, folder.parent, state, state.parent):
        assert oct(place.stat().st_mode & 0o777) == "0o700"


def test_workspaces_of_one_name_are_kept_apart_and_links_lead_to_one(state: Path, tmp_path: Path) -> None:
    for name in ("one/app", "two/app"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "one/app")
    with open_store(state, tmp_path / "one/app") as store:
        store.trust()
    with open_store(state, tmp_path / "two/app") as store:
        assert not store.trusted()
    with open_store(state, tmp_path / "link") as store:
        assert store.trusted()
    assert len(list((state / "workspaces").iterdir())) == 2


@pytest.mark.parametrize("name", ["caf\udce9", "été 🎈", "a?b#c%20d", "-", "x" * 200])
def test_any_name_of_a_folder_will_do(tmp_path: Path, name: str) -> None:
    workspace = tmp_path / name
    try:
        workspace.mkdir()
    except OSError:
        pytest.skip("this file system does not know such names")
    state = workspace / ".state"
    with open_store(state, workspace) as store:
        store.trust()
    with open_store(state, workspace, create=False) as store:
        assert store.trusted()


def test_without_create_nothing_is_written(state: Path, workspace: Path, tmp_path: Path) -> None:
    before = tree(tmp_path)
    with open_store(state, workspace, create=False) as store:
        assert not store.trusted()
        assert list(store.history("w")) == []
        assert store.outputs.get("k") == (False, None)
        assert store.outputs.last_good("w", "s") == (False, None)
        store.outputs.flush()
    filled(state, workspace)
    (made,) = state.glob("workspaces/*")
    recorded = tree(tmp_path)
    with open_store(state, workspace, create=False) as store:
        assert store.trusted()
        assert store.outputs.get("k7") == (True, "x" * 3000)
        assert store.outputs.last_good("w", "s7") == (True, "x" * 3000)
        assert list(store.history("w")) == []
    assert before == {"My Mail & more": b""}
    assert tree(tmp_path) == recorded
    assert made.is_dir()


@pytest.mark.parametrize("there", [False, True])
def test_a_view_refuses_to_write(state: Path, workspace: Path, there: bool) -> None:
    if there:
        filled(state, workspace)
    result = SessionResult("s", "w", "completed", Summary(), Groups())
    with open_store(state, workspace, create=False) as store:
        writes = (
            store.trust,
            lambda: store.remember_inputs("w", {"a": 1}),
            lambda: store.begin("s", "w", 0),
            lambda: store.finish(result),
            lambda: store.outputs.put(workflow="w", step="s", session="x", key="k", output=1, masked=False),
            lambda: store.lease("w", "s").__enter__(),
        )
        for write in writes:
            with pytest.raises(StoreError, match="opened for reading only"):
                write()


def test_a_view_sees_what_another_process_is_writing(state: Path, workspace: Path) -> None:
    filled(state, workspace)
    with open_store(state, workspace) as writer, open_store(state, workspace) as other:
        writer.outputs.put(workflow="w", step="s", session="x", key="new", output=1, masked=False)
        writer.outputs.flush()
        assert other.outputs.get("new") == (True, 1)
        with open_store(state, workspace, create=False) as view:
            assert view.outputs.get("new") == (True, 1)


def test_migrations_can_run_twice(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "twice.db", isolation_level=None)
    dumps = []
    for _ in range(2):
        for number, statements in enumerate(MIGRATIONS, start=1):
            with transaction(connection):
                run_migration(connection, number, statements)
        dumps.append(list(connection.iterdump()))
        assert connection.execute("PRAGMA user_version").fetchone() == (LATEST,)
    connection.close()
    assert dumps[0] == dumps[1]


@pytest.mark.parametrize("version", range(LATEST + 1))
def test_a_database_of_any_earlier_version_is_brought_up_to_date(state: Path, workspace: Path, version: int) -> None:
    path = filled(state, workspace)
    connection = sqlite3.connect(path)
    wanted = connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
    connection.close()
    path.unlink()
    connection = sqlite3.connect(path, isolation_level=None)
    for number, statements in enumerate(MIGRATIONS[:version], start=1):
        run_migration(connection, number, statements)
    connection.close()
    open_store(state, workspace).close()
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall() == wanted
    assert connection.execute("PRAGMA user_version").fetchone() == (LATEST,)
    connection.close()


def test_steps_that_an_earlier_version_recorded_are_still_shown(state: Path, workspace: Path) -> None:
    path = filled(state, workspace)
    path.unlink()
    connection = sqlite3.connect(path, isolation_level=None)
    for number, statements in enumerate(MIGRATIONS[:4], start=1):
        run_migration(connection, number, statements)
    connection.execute("INSERT INTO sessions (id, workflow, started, status) VALUES ('s', 'w', 1, 'running')")
    connection.execute("INSERT INTO steps VALUES ('s', 0, 'fetch', 'failed', 'Why.', 0.5, 1, 0, 'k', '[]')")
    connection.close()
    for _ in range(2):
        with open_store(state, workspace) as store:
            (broken,) = store.history("w")
            assert broken.steps == (StepResult("fetch", "failed", "Why.", 0.5, True, False),)
            assert list(store.step_runs("w")) == []


OPEN_AND_PUT = """
import sys, time
from pathlib import Path
from calibrant.store import open_store
while time.time() < float(sys.argv[4]):
    pass
with open_store(Path(sys.argv[1]), Path(sys.argv[2])) as store:
    store.outputs.put(workflow="w", step="s", session="x", key=sys.argv[3], output=sys.argv[3], masked=False)
"""


def test_processes_that_open_a_new_store_at_once_all_can(state: Path, workspace: Path) -> None:
    start = str(time.time() + 0.6)
    children = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN_AND_PUT, str(state), str(workspace), f"k{number}", start],
            stderr=subprocess.PIPE,
        )
        for number in range(6)
    ]
    errors = [child.communicate(timeout=30)[1] for child in children]
    assert errors == [b""] * 6
    with open_store(state, workspace) as store:
        assert all(store.outputs.get(f"k{number}") == (True, f"k{number}") for number in range(6))


def harm(path: Path, how: str) -> None:
    data = path.read_bytes()
    match how:
        case "garbage":
            path.write_bytes(b"no database at all, but quite some text\n" * 500)
        case "a few bytes":
            path.write_bytes(b"\x00\xff")
        case "cut in the first page":
            path.write_bytes(data[:1000])
        case "cut":
            path.write_bytes(data[: len(data) // 2])
        case "holes":
            path.write_bytes(data[:4096] + b"\xa5" * (len(data) - 4096))
        case _:
            raise ValueError(how)


def read_all(state: Path, workspace: Path, *, create: bool) -> None:
    with open_store(state, workspace, create=create) as store:
        for number in range(100):
            store.outputs.get(f"k{number}")


@pytest.mark.parametrize("create", [True, False])
@pytest.mark.parametrize("how", ["garbage", "a few bytes", "cut in the first page", "cut", "holes"])
def test_a_damaged_database_is_named_and_kept(state: Path, workspace: Path, how: str, create: bool) -> None:
    path = filled(state, workspace)
    harm(path, how)
    damaged = path.read_bytes()
    with pytest.raises(StoreError) as caught:
        read_all(state, workspace, create=create)
    assert str(path) in str(caught.value)
    assert "damaged" in str(caught.value)
    assert "calibrant clean" in str(caught.value)
    assert path.read_bytes() == damaged
    clean(state, workspace)
    with open_store(state, workspace) as store:
        assert not store.trusted()


def test_an_empty_file_is_a_new_database(state: Path, workspace: Path) -> None:
    path = filled(state, workspace)
    path.write_bytes(b"")
    with open_store(state, workspace, create=False) as store:
        assert not store.trusted()
    with open_store(state, workspace) as store:
        store.trust()
    with open_store(state, workspace) as store:
        assert store.trusted()


@pytest.mark.parametrize("create", [True, False])
def test_a_newer_database_is_named_and_kept(state: Path, workspace: Path, create: bool) -> None:
    path = filled(state, workspace)
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {LATEST + 1}")
    connection.close()
    kept = path.read_bytes()
    with pytest.raises(StoreError, match="was written by a newer Calibrant") as caught:
        open_store(state, workspace, create=create)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == kept


def test_somebody_elses_database_is_named_and_kept(state: Path, workspace: Path) -> None:
    path = filled(state, workspace)
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    kept = path.read_bytes()
    with pytest.raises(StoreError, match="is not a database of Calibrant"):
        open_store(state, workspace)
    assert path.read_bytes() == kept


def test_a_large_output_is_compressed_and_held_once(state: Path, workspace: Path) -> None:
    big = [{"id": number, "name": f"customer {number}"} for number in range(50_000)]
    with open_store(state, workspace) as store:
        for step in range(5):
            store.outputs.put(workflow="w", step=f"s{step}", session="x", key=f"k{step}", output=big, masked=False)
    assert database_in(state).stat().st_size < 700_000
