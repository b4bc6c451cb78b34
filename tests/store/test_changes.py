"""Changes in the store: what comes back, what is kept and what goes, and backups that are there when they are needed."""

import os
import sqlite3
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from calibrant.model.applied import AppliedFix, ChangedFile, ChangeSession, ChangeStatus, digest_of
from calibrant.model.ports import ChangeStore, StoreError
from calibrant.model.session import Groups, SessionResult, Summary
from calibrant.model.text import Span, TextEdit
from calibrant.store import Store, backups, open_store
from calibrant.store.migrations import LATEST, MIGRATIONS
from calibrant.store.store import KEPT_BACKUPS

DAY = 86400.0


@pytest.fixture
def store(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Store]:
    """Open a store; a parameter says how many changes it keeps, and for how many days."""
    with open_store(tmp_path / "state", tmp_path, backups=getattr(request, "param", KEPT_BACKUPS)) as opened:
        yield opened


def keeping(count: int, days: int = 60) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("store", [(count, days)], indirect=True)


def session(
    store: ChangeStore,
    number: int,
    *,
    path: str = "a.yaml",
    status: ChangeStatus = "verified",
    started: float | None = None,
) -> ChangeSession:
    """Record a session with a backup of its own."""
    before, after = store.keep(f"before {number}".encode()), store.keep(f"after {number}".encode())
    files = (ChangedFile(path, before, after, (TextEdit(Span(0, 1), "x"),)),)
    made = ChangeSession(
        f"s{number:04}",
        status,
        files,
        (AppliedFix("f", "Fix it"),),
        started=time.time() if started is None else started,
    )
    store.write(made)
    return made


def kept(store: ChangeStore, known: ChangeSession) -> bool:
    return all(Path(store.kept_at(digest)).is_file() for file in known.files for digest in (file.before, file.after))


def test_bytes_come_back_once_and_private(store: Store) -> None:
    data = b"\xff\x00 any bytes\r\n"
    digest = store.changes.keep(data)
    assert digest == store.changes.keep(data) == digest_of(data)
    assert store.changes.kept(digest) == data
    path = Path(store.changes.kept_at(digest))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_a_damaged_backup_is_not_given_out_and_is_kept_anew(store: Store) -> None:
    digest = store.changes.keep(b"good")
    path = Path(store.changes.kept_at(digest))
    path.write_bytes(b"bad")
    with pytest.raises(StoreError, match="is damaged and was not used"):
        store.changes.kept(digest)
    store.changes.keep(b"good")
    assert store.changes.kept(digest) == b"good"
    path.unlink()
    with pytest.raises(StoreError, match="is not there any longer"):
        store.changes.kept(digest)


@pytest.mark.parametrize("name", ["a.yaml", "caf\udce9/ü.yaml", 'q"uote.yaml'])
def test_a_session_comes_back_as_it_was(tmp_path: Path, name: str) -> None:
    with open_store(tmp_path / "state", tmp_path) as store:
        made = session(store.changes, 1, path=name)
        store.changes.write(msgspec.structs.replace(made, status="kept", reason="‘\udce9’"), "kept")
    with open_store(tmp_path / "state", tmp_path, create=False) as store:
        wanted = msgspec.structs.replace(made, status="kept", reason="‘\udce9’")
        assert store.changes.get("s0001") == wanted
        assert list(store.changes.history(name)) == list(store.changes.history()) == [wanted]
        assert list(store.changes.history("b.yaml")) == list(store.changes.unsettled()) == []
        assert store.changes.outcomes() == {"": {"kept": 1}}
        with pytest.raises(StoreError, match="reading only"):
            store.changes.write(made)
        with pytest.raises(StoreError, match="reading only"):
            store.changes.keep(b"x")


def test_nothing_is_known_where_nothing_was_recorded(tmp_path: Path) -> None:
    with open_store(tmp_path / "state", tmp_path, create=False) as store:
        assert store.changes.get("s") is None
        assert (list(store.changes.history()), list(store.changes.unsettled()), store.changes.outcomes()) == (
            [],
            [],
            {},
        )
        for refused in (
            lambda: store.changes.keep(b""),
            store.changes.make_room,
            lambda: store.changes.lease("a", "s"),
        ):
            with pytest.raises(StoreError):
                refused()


@keeping(3)
def test_the_newest_stay_and_so_does_whatever_may_be_needed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backups, "FRESH_SECONDS", -1.0)
    begun = session(store.changes, 1, status="prepared")
    only = session(store.changes, 2, path="once.yaml")
    rolled = session(store.changes, 3, path="twice.yaml", status="rolled_back")
    old = session(store.changes, 4)
    newest = [session(store.changes, number) for number in range(5, 8)]
    loose = store.changes.keep(b"nobody needs it")
    assert store.changes.make_room() > 0
    assert all(kept(store.changes, known) for known in (begun, only, *newest))
    assert not any(Path(store.changes.kept_at(file.before)).exists() for known in (rolled, old) for file in known.files)
    assert not Path(store.changes.kept_at(loose)).exists()
    assert [known.id for known in store.changes.history()] == ["s0007", "s0006", "s0005", "s0002", "s0001"]
    assert store.changes.make_room() == 0


@pytest.mark.parametrize(("store", "days"), [((200, days), days) for days in (1, 60)], indirect=["store"])
def test_old_ones_go_but_for_the_newest_that_stands(store: Store, days: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backups, "FRESH_SECONDS", -1.0)
    then = time.time() - (days + 1) * DAY
    older, newest = session(store.changes, 1, started=then), session(store.changes, 2, started=then)
    later = session(store.changes, 3, status="rolled_back", started=then)
    store.changes.make_room()
    assert kept(store.changes, newest)
    assert [known.id for known in store.changes.history()] == ["s0002"]
    assert not kept(store.changes, older)
    assert not kept(store.changes, later)


@keeping(1)
def test_a_content_that_two_sessions_need_stays_for_the_other(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backups, "FRESH_SECONDS", -1.0)
    first = session(store.changes, 1, status="rolled_back")
    shared = ChangeSession("s2", "verified", first.files, started=time.time())
    store.changes.write(shared)
    store.changes.make_room()
    assert store.changes.get(first.id) is None
    assert kept(store.changes, shared)


def test_what_was_just_kept_is_not_taken_for_unused(store: Store) -> None:
    digest = store.changes.keep(b"about to be named")
    assert store.changes.make_room() == 0
    assert store.changes.kept(digest) == b"about to be named"


def test_a_state_folder_that_cannot_be_written_is_told(store: Store) -> None:
    folder = Path(store.changes.kept_at("00")).parent.parent
    folder.write_text("a file in its place")
    with pytest.raises(StoreError, match="cannot be written"):
        store.changes.keep(b"x")


def test_a_database_from_before_there_were_changes_learns_them(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with open_store(state, tmp_path) as store:
        store.trust()
    (path,) = state.glob("workspaces/*/calibrant.db")
    connection = sqlite3.connect(os.fspath(path))
    for table in ("changes", "change_files", "change_contents", "backups", "outcomes"):
        connection.execute(f"DROP TABLE {table}")
    connection.execute("PRAGMA user_version = 1")
    connection.commit()
    connection.close()
    with open_store(state, tmp_path) as store:
        assert store.trusted()
        assert session(store.changes, 1) == store.changes.get("s0001")
    assert len(MIGRATIONS) == LATEST


def test_the_lock_of_a_file_is_not_that_of_its_runs(store: Store) -> None:
    with store.lease("a.yaml", "run"), store.changes.lease("a.yaml", "change"):
        assert list(store.history("a.yaml")) == []


def test_a_database_without_lives_learns_them_from_what_it_remembers(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with open_store(state, tmp_path) as store:
        store.finish(SessionResult("run-1", "a.yaml", "completed", Summary(), Groups(), started=5.0))
        made = msgspec.structs.replace(session(store.changes, 1), answers="run-1", ended=7.5)
        store.changes.write(made, "verified")
        session(store.changes, 2)
    (path,) = state.glob("workspaces/*/calibrant.db")
    with sqlite3.connect(os.fspath(path)) as connection:
        connection.execute("INSERT INTO changes (id, status, started, session) VALUES ('odd', 'verified', 1, x'ff')")
        connection.execute("DROP TABLE answered")
        connection.execute("DROP TABLE counted")
        connection.execute("PRAGMA user_version = 2")
    connection.close()
    for _ in range(2):
        with open_store(state, tmp_path) as store:
            (run,) = store.history("a.yaml")
            assert (run.life, [(one.session, one.ended) for one in run.changes]) == ("fixed", [("s0001", 7.5)])
            assert store.changes.outcomes() == {"": {"verified": 1}}, "what was counted before goes on counting"


def test_a_run_that_another_version_recorded_is_shown_as_far_as_it_goes(tmp_path: Path) -> None:
    state = tmp_path / "state"
    rows = {"r1": b"{}", "r2": b"[1", "r3": b"\xff", "r4": b'{"status": "paused"}'}
    with open_store(state, tmp_path) as store:
        for name in rows:
            store.finish(SessionResult(name, "a.yaml", "completed", Summary(), Groups()))
    (path,) = state.glob("workspaces/*/calibrant.db")
    with sqlite3.connect(os.fspath(path)) as connection:
        for name, row in rows.items():
            connection.execute("UPDATE sessions SET result = ?, status = 'paused' WHERE id = ?", (row, name))
    connection.close()
    with open_store(state, tmp_path, create=False) as store:
        found = store.history("a.yaml")
        assert [one.session for one in found] == ["r4", "r3", "r2", "r1"]
        assert {(one.status, one.life, "another version" in one.reason) for one in found} == {
            ("failed", "failed", True)
        }
