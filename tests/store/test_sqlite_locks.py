"""Leases across real processes: racing, killed, stopped and renewed ones; clocks that go back, machines that start anew."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from calibrant.model.ports import AlreadyRunningError
from calibrant.store import Store, locks, open_store
from calibrant.store.holder import Holder, this_process, ticks
from calibrant.store.locks import LEASE_SECONDS

HOLD = """
import sys, time
from pathlib import Path
from calibrant.model.ports import AlreadyRunningError
from calibrant.store import open_store
state, workspace, session, start, seconds = sys.argv[1:]
with open_store(Path(state), Path(workspace)) as store:
    store.begin(session, "w", 1.0)
    while time.time() < float(start):
        pass
    try:
        with store.lease("w", session):
            print("got", flush=True)
            time.sleep(float(seconds))
    except AlreadyRunningError as error:
        print("refused", error.session, flush=True)
"""


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def store(state: Path, tmp_path: Path) -> Iterator[Store]:
    with open_store(state, tmp_path) as opened:
        yield opened


def spawn(state: Path, session: str, *, start: float = 0, seconds: float = 60) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", HOLD, str(state), str(state.parent), session, str(start), str(seconds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def first_line(child: "subprocess.Popen[str]") -> str:
    assert child.stdout is not None
    return child.stdout.readline().strip()


def end(child: "subprocess.Popen[str]") -> None:
    child.kill()
    child.communicate()


def attempt(store: Store, session: str = "mine") -> None:
    with store.lease("w", session):
        pass


def test_one_of_many_racing_processes_gets_it(state: Path) -> None:
    start = time.time() + 0.8
    children = [spawn(state, f"s{number}", start=start, seconds=2) for number in range(6)]
    lines = [child.communicate(timeout=30)[0].strip() for child in children]
    (winner,) = [number for number, line in enumerate(lines) if line == "got"]
    assert sorted(lines) == ["got"] + [f"refused s{winner}"] * 5


def test_a_killed_holder_is_succeeded_at_once(state: Path, store: Store) -> None:
    child = spawn(state, "theirs")
    try:
        assert first_line(child) == "got"
        with pytest.raises(AlreadyRunningError, match="theirs"):
            attempt(store)
        child.send_signal(signal.SIGKILL)
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # dead, and nobody has taken notice: a zombie
        attempt(store)
    finally:
        end(child)
    attempt(store)


def test_a_session_whose_process_was_killed_is_shown_as_broken_off(state: Path, store: Store) -> None:
    child = spawn(state, "theirs")
    try:
        assert first_line(child) == "got"
        assert list(store.history("w")) == []
    finally:
        end(child)
    deadline = time.monotonic() + 5
    while not store.history("w") and time.monotonic() < deadline:
        time.sleep(0.05)
    (found,) = store.history("w")
    assert (found.session, found.status) == ("theirs", "failed")
    assert "broke off" in found.reason


def test_a_process_id_used_again_is_not_taken_for_the_holder(state: Path, store: Store, tmp_path: Path) -> None:
    here = this_process()
    if not here.started:
        pytest.skip("this system does not tell when a process began")
    write(state, msgspec.structs.replace(here, started="1"))
    attempt(store)


def write(state: Path, holder: Holder, *, left: float = LEASE_SECONDS, wall: float = LEASE_SECONDS) -> None:
    """Write a lease of `holder` with `left` seconds on the boot clock and `wall` seconds on the wall clock."""
    (path,) = state.glob("workspaces/*/calibrant.db")
    connection = sqlite3.connect(path)
    row = ("w", "theirs", msgspec.json.encode(holder), time.time() + wall, ticks() + left)
    connection.execute(
        "INSERT OR REPLACE INTO locks (workflow, session, holder, expires, ticks) VALUES (?, ?, ?, ?, ?)", row
    )
    connection.commit()
    connection.close()


HERE = this_process()
FAR = msgspec.structs.replace(HERE, machine="far away", boot="another")
CONTAINER = msgspec.structs.replace(HERE, machine="a container of this machine")
HOUR = 3600.0


@pytest.mark.parametrize(
    ("holder", "left", "wall", "held"),
    [
        pytest.param(HERE, 60, 60, True, id="alive and in time"),
        pytest.param(HERE, -1, 60, False, id="alive, not renewed in time"),
        pytest.param(HERE, 60, HOUR, True, id="alive, wall clock set back"),
        pytest.param(HERE, 60, -HOUR, True, id="alive, wall clock set forward"),
        pytest.param(msgspec.structs.replace(HERE, pid=2**22 + 5), 60, 60, False, id="dead"),
        pytest.param(msgspec.structs.replace(HERE, boot="before"), 60, 60, False, id="machine started anew since"),
        pytest.param(CONTAINER, 60, 60, True, id="process that cannot be seen, in time"),
        pytest.param(CONTAINER, -1, HOUR, False, id="process that cannot be seen, too late"),
        pytest.param(FAR, -HOUR, 60, True, id="other machine, in time"),
        pytest.param(FAR, 60, -1, False, id="other machine, too late"),
        pytest.param(FAR, 60, HOUR, False, id="other machine, clock set back"),
    ],
)
def test_what_counts_as_held(state: Path, store: Store, holder: Holder, left: float, wall: float, held: bool) -> None:
    write(state, holder, left=left, wall=wall)
    if not held:
        attempt(store)
        return
    with pytest.raises(AlreadyRunningError, match="theirs"):
        attempt(store)


def test_a_held_lease_is_renewed_in_the_background(state: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "RENEW_SECONDS", 0.05)
    with store.lease("w", "mine"):
        before = expiry(state)
        deadline = time.monotonic() + 5
        while expiry(state) == before and time.monotonic() < deadline:
            time.sleep(0.02)
        assert expiry(state) > before


def expiry(state: Path) -> float:
    (path,) = state.glob("workspaces/*/calibrant.db")
    connection = sqlite3.connect(path)
    (found,) = connection.execute("SELECT ticks FROM locks WHERE workflow = 'w'").fetchone()
    connection.close()
    return float(found)


def test_a_lease_that_another_session_took_over_is_lost_and_stays_theirs(state: Path, store: Store) -> None:
    with store.lease("w", "mine") as lease:
        write(state, CONTAINER)
        assert not lease.renew()
    with pytest.raises(AlreadyRunningError, match="theirs"):
        attempt(store)
