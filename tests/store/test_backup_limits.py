"""How many backups are kept and for how long, as the user says, and never less than may still be needed."""

import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args
from unittest import mock

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrant.model.applied import OPEN_STATUSES, STANDING, ChangedFile, ChangeSession, ChangeStatus
from calibrant.model.session import Groups, SessionResult, Summary
from calibrant.store import Store, backups, open_store

DAY = 86400.0
STATUSES = tuple(status for status in get_args(ChangeStatus) if status != "unreadable")


class Past(msgspec.Struct, frozen=True):
    """A session as drawn: the files it changed, how it stands, and how many days ago it began."""

    paths: frozenset[str]
    status: ChangeStatus
    days: int


pasts = st.lists(
    st.builds(Past, st.frozensets(st.sampled_from("abc"), min_size=1), st.sampled_from(STATUSES), st.integers(0, 9)),
    max_size=14,
)


@contextmanager
def store_with(past: Sequence[Past], limits: tuple[int, int]) -> Iterator[tuple[Store, list[ChangeSession]]]:
    """Open a store that remembers these sessions, the first one the oldest, each with contents of its own."""
    with TemporaryDirectory() as folder, open_store(Path(folder) / "state", Path(folder), backups=limits) as store:
        made = []
        for number, one in enumerate(past):
            files = tuple(_changed(store, path, number) for path in sorted(one.paths))
            made.append(ChangeSession(f"s{number:03}", one.status, files, started=time.time() - one.days * DAY - 60))
            store.changes.write(made[-1])
        yield store, made


def _changed(store: Store, path: str, number: int) -> ChangedFile:
    old, new = (store.changes.keep(f"{word} {path} {number}".encode()) for word in ("old", "new"))
    return ChangedFile(path, old, new)


def whole(store: Store, session: ChangeSession) -> bool:
    """Tell whether a session is there with every byte that it may need."""
    contents = [Path(store.changes.kept_at(digest)) for file in session.files for digest in (file.before, file.after)]
    return store.changes.get(session.id) == session and all(path.is_file() for path in contents)


def needed(sessions: Sequence[ChangeSession]) -> set[str]:
    """Return what may be needed whatever the limits: what is not settled, and the newest that stands in each file."""
    found = {session.id for session in sessions if session.status in OPEN_STATUSES}
    for path in "abc":
        standing = [one.id for one in sessions if one.status in STANDING and any(f.path == path for f in one.files)]
        found |= set(standing[-1:])
    return found


@settings(max_examples=60, deadline=None)
@given(pasts, st.integers(1, 6), st.integers(1, 8))
def test_what_may_be_needed_stays_and_the_rest_goes_by_count_and_age(past: list[Past], count: int, days: int) -> None:
    with store_with(past, (count, days)) as (store, made), mock.patch.object(backups, "FRESH_SECONDS", -1.0):
        store.changes.make_room()
        wanted = needed(made)
        for place, session in enumerate(reversed(made)):
            young = place < count and time.time() - session.started < days * DAY
            if session.id in wanted or young:
                assert whole(store, session), (session.id, session.status)
            else:
                assert store.changes.get(session.id) is None
        left = {file.before for session in made for file in session.files if store.changes.get(session.id)}
        for file in (file for session in made for file in session.files if file.before not in left):
            assert not Path(store.changes.kept_at(file.before)).exists(), "nobody needs these bytes"
        assert store.changes.make_room() == 0, "a second time there is nothing to do"


@settings(max_examples=30, deadline=None)
@given(pasts)
def test_the_newest_can_be_taken_back_under_the_smallest_limits(past: list[Past]) -> None:
    """Whatever is dropped, what the user would roll back first is there, file by file."""
    with store_with(past, (1, 1)) as (store, made), mock.patch.object(backups, "FRESH_SECONDS", -1.0):
        store.changes.make_room()
        for path in "abc":
            standing = [one for one in made if one.status in STANDING and any(file.path == path for file in one.files)]
            if standing:
                newest = next(one for one in store.changes.history(path, 1000) if one.status in STANDING)
                assert newest == standing[-1]
                assert whole(store, newest)


def test_no_number_is_too_large() -> None:
    with store_with([Past(frozenset("a"), "rolled_back", 9)], (10**30, 10**30)) as (store, (session,)):
        assert store.changes.make_room() == 0
        assert whole(store, session)


def test_what_another_version_recorded_is_not_dropped_and_harms_no_one() -> None:
    past = [Past(frozenset("a"), "verified", 9) for _ in range(5)]
    with store_with(past, (1, 1)) as (store, made), mock.patch.object(backups, "FRESH_SECONDS", -1.0):
        (path,) = Path(store.changes.kept_at("00")).parents[2].glob("calibrant.db")
        with sqlite3.connect(os.fspath(path)) as connection:
            connection.execute("UPDATE changes SET session = '{\"id\": 1}' WHERE id = 's001'")
            connection.execute("UPDATE changes SET session = x'ff00' WHERE id = 's002'")
        connection.close()
        store.changes.make_room()
        assert [one.id for one in store.changes.history()] == ["s004", "s002", "s001"]
        for number in (1, 2):
            files = [Path(store.changes.kept_at(made[number].files[0].before))]
            assert all(file.is_file() for file in files), "the version that recorded it may need it"


def test_the_life_of_a_run_outlives_the_backups_of_its_changes() -> None:
    past = [
        Past(frozenset("a"), "rolled_back", 9),
        Past(frozenset("b"), "verified", 9),
        Past(frozenset("b"), "kept", 0),
    ]
    with store_with(past, (1, 1)) as (store, made):
        for number in (0, 1):
            store.finish(SessionResult(f"run-{number}", "b", "completed", Summary(), Groups()))
            store.changes.write(msgspec.structs.replace(made[number], answers=f"run-{number}"))
        store.changes.make_room()
        assert [one.id for one in store.changes.history()] == ["s002"]
        assert [one.life for one in store.history("b")] == ["fixed", "rolled_back"]
