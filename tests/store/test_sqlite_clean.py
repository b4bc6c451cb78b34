"""Making room: what goes when the size limit is passed, and what `clean` removes."""

import os
from pathlib import Path

import pytest

from calibrant.model.session import Groups, SessionResult, Summary
from calibrant.store import Cleaned, Store, clean, open_store
from calibrant.store.housekeeping import KEPT_SESSIONS

LIMIT = 2_000_000


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    folder.mkdir()
    return folder


def run(store: Store, number: int, steps: int = 4, size: int = 50_000) -> None:
    session = f"s{number:03}"
    store.begin(session, "w", float(number))
    for step in range(steps):
        noise = os.urandom(size)
        store.outputs.put(
            workflow="w", step=f"step{step}", session=session, key=f"{session}-{step}", output=noise, masked=False
        )
    store.finish(SessionResult(session, "w", "completed", Summary(), Groups(), (), "x" * 100, float(number)))


def test_the_oldest_outputs_make_room_and_each_last_good_one_stays(tmp_path: Path, workspace: Path) -> None:
    with open_store(tmp_path / "state", workspace, limit=LIMIT) as store:
        store.outputs.put(workflow="old", step="only", session="s", key="once", output=b"1" * 5000, masked=False)
        for number in range(39):
            run(store, number)
    with open_store(tmp_path / "state", workspace, limit=LIMIT) as store:
        run(store, 39)
    with open_store(tmp_path / "state", workspace, limit=LIMIT) as store:
        assert store.outputs.get("s000-0") == (False, None)
        assert store.outputs.get("s039-3")[0]
        assert store.outputs.last_good("old", "only") == (True, b"1" * 5000)
        assert all(store.outputs.last_good("w", f"step{step}")[0] for step in range(4))
        assert [found.session for found in store.history("w", limit=3)] == ["s039", "s038", "s037"]
    size = sum(path.stat().st_size for path in (tmp_path / "state").rglob("*") if path.is_file())
    assert size <= LIMIT * 1.1


def test_a_masked_output_does_not_outlive_the_good_one(tmp_path: Path, workspace: Path) -> None:
    with open_store(tmp_path / "state", workspace, limit=100_000) as store:
        store.outputs.put(workflow="w", step="s", session="a", key="k", output="good", masked=False)
        store.outputs.put(workflow="w", step="s", session="b", key="k2", output=os.urandom(200_000), masked=True)
        run(store, 1, steps=1, size=10)
    with open_store(tmp_path / "state", workspace) as store:
        assert store.outputs.last_good("w", "s") == (True, "good")
    size = sum(path.stat().st_size for path in (tmp_path / "state").rglob("*") if path.is_file())
    assert size < 200_000


def test_old_sessions_go_when_outputs_are_not_what_fills_it(tmp_path: Path, workspace: Path) -> None:
    with open_store(tmp_path / "state", workspace, limit=200_000) as store:
        for number in range(60):
            result = SessionResult(f"s{number:03}", "w", "completed", Summary(), Groups(), (), os.urandom(5000).hex())
            store.finish(result)
    with open_store(tmp_path / "state", workspace, limit=200_000) as store:
        store.finish(SessionResult("s060", "w", "completed", Summary(), Groups()))
    with open_store(tmp_path / "state", workspace) as store:
        sessions = [found.session for found in store.history("w", limit=100)]
    assert KEPT_SESSIONS <= len(sessions) < 61
    assert sessions[:KEPT_SESSIONS] == [f"s{number:03}" for number in range(60, 60 - KEPT_SESSIONS, -1)]


def test_nobody_waits_while_room_is_made(tmp_path: Path, workspace: Path) -> None:
    with open_store(tmp_path / "state", workspace, limit=LIMIT) as store:
        for number in range(30):
            run(store, number)
            assert store.outputs.get(f"s{number:03}-0")[0]
            assert store.history("w", limit=1)[0].session == f"s{number:03}"


def test_nothing_goes_below_the_limit(tmp_path: Path, workspace: Path) -> None:
    with open_store(tmp_path / "state", workspace) as store:
        for number in range(5):
            run(store, number)
        assert all(store.outputs.get(f"s{number:03}-{step}")[0] for number in range(5) for step in range(4))


def test_clean_removes_one_workspace(tmp_path: Path, workspace: Path) -> None:
    state, other = tmp_path / "state", tmp_path / "other"
    other.mkdir()
    for folder in (workspace, other):
        with open_store(state, folder) as store:
            store.trust()
    done = clean(state, workspace)
    assert [path.name.rsplit("-", 1)[0] for path in done.removed] == ["app"]
    assert done.freed > 0
    assert done.running == ()
    with open_store(state, workspace, create=False) as store:
        assert not store.trusted()
    with open_store(state, other, create=False) as store:
        assert store.trusted()


def test_clean_removes_all_workspaces_and_nothing_else(tmp_path: Path, workspace: Path) -> None:
    state, other = tmp_path / "state", tmp_path / "other"
    other.mkdir()
    for folder in (workspace, other):
        with open_store(state, folder) as store:
            store.trust()
    (state / "notes.txt").write_text("mine")
    (state / "workspaces" / "elsewhere").symlink_to(workspace)
    (workspace / "kept.txt").write_text("kept")
    assert len(clean(state).removed) == 2
    assert (state / "notes.txt").read_text() == "mine"
    assert (workspace / "kept.txt").read_text() == "kept"
    assert clean(state) == Cleaned()


@pytest.mark.parametrize("there", [False, True])
def test_clean_of_nothing_does_nothing(tmp_path: Path, workspace: Path, there: bool) -> None:
    if there:
        (tmp_path / "state").mkdir()
    assert clean(tmp_path / "state", workspace) == Cleaned()
    assert clean(tmp_path / "state") == Cleaned()


def test_clean_leaves_a_workspace_alone_in_which_something_runs(tmp_path: Path, workspace: Path) -> None:
    state = tmp_path / "state"
    with open_store(state, workspace) as store, store.lease("w", "busy"):
        store.trust()
        assert clean(state) == Cleaned(running=("busy",))
        assert clean(state, workspace) == Cleaned(running=("busy",))
        assert store.trusted()
    assert len(clean(state).removed) == 1
