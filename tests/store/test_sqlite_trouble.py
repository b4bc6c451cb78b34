"""What can go wrong with the disk, in real processes: it fills up, it cannot be written, the process is killed."""

import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from calibrant.model.ports import StoreError
from calibrant.store import db as database_module
from calibrant.store import open_store
from calibrant.store import recorder as recorder_module

COMMON = """
import os, resource, signal, sys, time
from pathlib import Path
from calibrant.model.ports import StoreError
from calibrant.model.session import Groups, SessionResult, Summary
from calibrant.store import open_store
state, workspace = Path(sys.argv[1]), Path(sys.argv[2])
def put(store, key, output=None):
    output = os.urandom(20_000) if output is None else output
    store.outputs.put(workflow="w", step=key, session="x", key=key, output=output, masked=False)
"""

FULL = (
    COMMON
    + """
limit = resource.getrlimit(resource.RLIMIT_FSIZE)
with open_store(state, workspace) as store:
    put(store, "before", "kept")
    store.outputs.flush()
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, limit[1]))
    for number in range(100):
        put(store, f"k{number}", bytes([number]) * 10 + os.urandom(20_000))
    for attempt in ("flush", "flush", "put", "finish", "trust", "lease"):
        try:
            match attempt:
                case "flush": store.outputs.flush()
                case "put": put(store, "late")
                case "finish": store.finish(SessionResult("s", "w", "completed", Summary(), Groups()))
                case "trust": store.trust()
                case "lease": store.lease("w", "s").__enter__()
        except StoreError as error:
            print(attempt, "failed:", error)
        else:
            print(attempt, "worked")
    print("readable", store.outputs.get("before"), all(store.outputs.get(f"k{n}")[0] for n in range(100)))
    print("late", store.outputs.get("late"))
    resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    store.outputs.flush()
    put(store, "after")
with open_store(state, workspace) as store:
    found = [store.outputs.get(f"k{n}") for n in range(100)]
    whole = all(ok and value[:10] == bytes([n]) * 10 for n, (ok, value) in enumerate(found))
    print("whole", whole, store.outputs.get("after")[0])
"""
)


def run(script: str, *arguments: object) -> list[str]:
    command = [sys.executable, "-c", script, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_a_full_disk_is_told_and_nothing_is_lost_when_there_is_room_again(tmp_path: Path) -> None:
    lines = run(FULL, tmp_path / "state", tmp_path)
    told = [line for line in lines if "failed" in line or "worked" in line]
    assert [line.split()[0] for line in told] == ["flush", "flush", "put", "finish", "trust", "lease"]
    assert all("failed: " in line for line in told[:4]), told
    assert all("disk" in line and "calibrant.db" in line and "try again" in line for line in told[:4])
    assert "Traceback" not in "".join(lines)
    assert lines[-3:] == ["readable (True, 'kept') True", "late (False, None)", "whole True True"]


@pytest.mark.skipif(shutil.which("bwrap") is None, reason="needs bubblewrap to make a small disk")
def test_a_disk_that_is_really_full_is_told(tmp_path: Path) -> None:
    script = (
        COMMON
        + """
try:
    with open_store(state, workspace) as store:
        for number in range(200):
            put(store, f"k{number}")
        store.outputs.flush()
except StoreError as error:
    print(error)
"""
    )
    sandbox = ["bwrap", "--dev-bind", "/", "/", "--size", "1000000", "--tmpfs", str(tmp_path)]
    if subprocess.run([*sandbox, "true"], capture_output=True, check=False).returncode:
        pytest.skip("bubblewrap cannot make a small disk here")
    command = [*sandbox, sys.executable, "-c", script, str(tmp_path / "state"), "/"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    assert done.stdout.startswith("The disk is full: ‘")
    assert "Free some space or run ‘calibrant clean’" in done.stdout


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Make a folder that other users can reach, too."""
    folder = Path(tempfile.mkdtemp(prefix="calibrant-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


READ_ONLY = (
    COMMON
    + """
import calibrant.store.empty, calibrant.store.sqlite
if os.geteuid() == 0:  # root is above the modes of folders
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
for create in (True, False):
    try:
        with open_store(state, workspace, create=create) as store:
            print(create, "trusted", store.trusted(), store.outputs.get("k"))
            put(store, "new")
            store.outputs.flush()
    except StoreError as error:
        print(create, error)
"""
)


@pytest.mark.parametrize("there", [False, True])
def test_a_state_directory_that_cannot_be_written_is_told(open_folder: Path, there: bool) -> None:
    state = open_folder / "state"
    state.mkdir()
    if there:
        with open_store(state, open_folder) as store:
            store.trust()
            store.outputs.put(workflow="w", step="s", session="x", key="k", output=1, masked=False)
        for path in state.rglob("*"):
            path.chmod(0o555 if path.is_dir() else 0o444)
    state.chmod(0o555)
    lines = run(READ_ONLY, state, open_folder)
    assert lines[0].startswith(("True ‘", "True The state directory ‘"))
    assert "cannot be written" in lines[0]
    assert "CALIBRANT_STATE" in lines[0]
    assert lines[-1].startswith("False Nothing can be recorded here")
    assert lines[1:-1] == [f"False trusted {there} {(True, 1) if there else (False, None)}"]


def test_a_file_in_the_place_of_the_state_directory_is_told(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("not a folder")
    with pytest.raises(StoreError, match="cannot be written") as caught:
        open_store(tmp_path / "state", tmp_path)
    assert "CALIBRANT_STATE" in str(caught.value)
    assert (tmp_path / "state").read_text() == "not a folder"


def test_a_database_that_another_program_holds_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 0.2)
    with open_store(tmp_path / "state", tmp_path) as store:
        (path,) = (tmp_path / "state").glob("workspaces/*/calibrant.db")
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        store.outputs.put(workflow="w", step="s", session="x", key="k", output=1, masked=False)
        with pytest.raises(StoreError, match="in use by another program"):
            store.outputs.flush()
        with pytest.raises(StoreError, match="in use by another program"):
            store.trust()
        other.execute("COMMIT")
        other.close()
        store.outputs.flush()
        store.trust()
        assert store.outputs.get("k") == (True, 1)


def test_putting_waits_for_nobody(tmp_path: Path) -> None:
    with open_store(tmp_path / "state", tmp_path) as store:
        (path,) = (tmp_path / "state").glob("workspaces/*/calibrant.db")
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        for number in range(1000):
            store.outputs.put(workflow="w", step="s", session="x", key=f"k{number}", output=number, masked=False)
        assert store.outputs.get("k999") == (True, 999)
        assert other.execute("SELECT count(*) FROM outputs").fetchone() == (0,)
        other.execute("COMMIT")
        store.outputs.flush()
        assert other.execute("SELECT count(*) FROM outputs").fetchone() == (1000,)
        other.close()


def test_recording_waits_when_far_too_much_is_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder_module, "WAITING_BYTES", 100_000)
    taken: list[int] = []

    def record() -> None:
        for number in range(10):
            store.outputs.put(workflow="w", step="s", session="x", key=f"k{number}", output="x" * 30_000, masked=False)
            taken.append(number)

    with open_store(tmp_path / "state", tmp_path) as store:
        (path,) = (tmp_path / "state").glob("workspaces/*/calibrant.db")
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        thread = threading.Thread(target=record)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()
        assert taken == [0, 1, 2]
        other.execute("COMMIT")
        other.close()
        thread.join(20)
        assert taken == list(range(10))
        store.outputs.flush()
        assert all(store.outputs.get(f"k{number}")[0] for number in range(10))


KILLED = (
    COMMON
    + """
with open_store(state, workspace) as store:
    for number in range(10**9):
        put(store, f"k{number}", [number, "x" * 3000])
        if number % 50 == 49:
            store.outputs.flush()
            print(number, flush=True)
"""
)


@pytest.mark.parametrize("after", [0.15, 0.3])
def test_what_was_flushed_survives_a_kill_in_the_middle_of_recording(tmp_path: Path, after: float) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path / "state"), str(tmp_path)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    lines = [child.stdout.readline()]
    time.sleep(after)
    child.send_signal(signal.SIGKILL)
    lines += child.communicate()[0].splitlines()
    last = int([line for line in lines if line.strip()][-1])
    assert last >= 49
    with open_store(tmp_path / "state", tmp_path) as store:
        assert all(store.outputs.get(f"k{number}") == (True, [number, "x" * 3000]) for number in range(last + 1))
        store.trust()
    (path,) = (tmp_path / "state").glob("workspaces/*/calibrant.db")
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


def test_a_store_that_was_closed_says_so(tmp_path: Path) -> None:
    store = open_store(tmp_path / "state", tmp_path)
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.outputs.put(workflow="w", step="s", session="x", key="k", output=1, masked=False)
    store.close()
