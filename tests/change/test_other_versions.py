"""What another version of Calibrant recorded: it is left to that one, told, and harms nothing else."""

import asyncio
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from calibrant.change import Site, apply, history, keep, rollback, settle
from calibrant.model.applied import Verdict
from calibrant.store import clean
from change.door import FIXES, TEXT, change, put, says, site_of

NEW = TEXT.replace("UrgentMail", "UrgentEmails")
ROWS = [b'{"id": "x", "status": "merged"}', b"{}", b"[1", b"\xff\xfe", b""]
"""Rows as another version, a fault of the disk, or a curious user may leave them."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with site_of(tmp_path) as opened:
        yield opened


def fixed(site: Site, path: Path) -> str:
    return asyncio.run(apply(site, [change(path)], FIXES, says(True))).session


def overwrite(site: Site, session: str, row: bytes, status: str | None = None) -> None:
    (path,) = Path(site.store.kept_at("00")).parents[2].glob("calibrant.db")
    with sqlite3.connect(os.fspath(path)) as connection:
        connection.execute("UPDATE changes SET session = ? WHERE id = ?", (row, session))
        if status:
            connection.execute("UPDATE changes SET status = ? WHERE id = ?", (status, session))
    connection.close()


@pytest.mark.parametrize("row", ROWS)
def test_the_rest_of_the_history_is_shown_and_can_be_taken_back(site: Site, row: bytes) -> None:
    one, other = put(site), put(site, "b.workflow.yaml")
    first, second = fixed(site, one), fixed(site, other)
    overwrite(site, second, row)
    assert [(known.id, known.status) for known in history(site)] == [(second, "unreadable"), (first, "verified")]
    assert [file.path for file in history(site)[0].files] == ["b.workflow.yaml"]
    assert rollback(site, path=one).status == "rolled_back"
    assert one.read_text() == TEXT


@pytest.mark.parametrize("row", ROWS)
def test_it_is_neither_taken_back_nor_passed_over(site: Site, row: bytes) -> None:
    path = put(site)
    first = fixed(site, path)
    second = asyncio.run(apply(site, [change(path, "r.xlsx", "s.xlsx")], FIXES, says(True))).session
    overwrite(site, second, row)
    for done in (rollback(site), rollback(site, second), asyncio.run(keep(site, second))):
        assert (done.status, "another version" in done.reason) == ("refused", True)
    assert path.read_text() == NEW.replace("r.xlsx", "s.xlsx")
    assert rollback(site, first).status == "rolled_back", "by its name an older one can be"
    assert path.read_text() == TEXT.replace("r.xlsx", "s.xlsx")


@pytest.mark.parametrize("status", ["rolled_back", "refused"])
def test_one_that_does_not_stand_is_in_nobodys_way(site: Site, status: str) -> None:
    path = put(site)
    fixed(site, path)
    second = asyncio.run(apply(site, [change(path, "r.xlsx", "s.xlsx")], FIXES, says(False))).session
    overwrite(site, second, b"{}", status)
    assert rollback(site).status == "rolled_back"
    assert path.read_text() == TEXT


@pytest.mark.parametrize("status", ["prepared", "applied", "rolling_back"])
def test_one_that_was_interrupted_blocks_its_own_file_alone(site: Site, tmp_path: Path, status: str) -> None:
    one, other = put(site), put(site, "b.workflow.yaml")
    session = fixed(site, one)
    overwrite(site, session, b'{"status": "of the future"}', status)
    (settled,) = settle(site)
    assert (settled.session, settled.status, settled.paths) == (session, "unreadable", ("a.workflow.yaml",))
    refused = asyncio.run(apply(site, [change(one, "log", "note")], FIXES, says(True)))
    assert (refused.status, "another version" in refused.reason) == ("refused", True)
    assert one.read_text() == NEW
    assert asyncio.run(apply(site, [change(other)], FIXES, says(True))).status == "verified"
    assert clean(tmp_path / "state", site.workspace).unsettled == (session,)


def test_an_interrupted_rollback_counts_as_what_it_was(site: Site) -> None:
    """The user's, and a verification's, each once it is settled."""

    class Stop(BaseException):
        pass

    def stop(step: str) -> None:
        if step == "rolling back":
            raise Stop

    stopping = Site(site.workspace, site.store, stop)
    fixed(site, put(site))
    with pytest.raises(Stop):
        rollback(stopping)
    assert [settled.status for settled in settle(site)] == ["rolled_back"]
    assert site.store.outcomes() == {"valid-value": {"undone": 1}}

    async def no(_session: str) -> Verdict:
        return Verdict(False, "No.")

    with pytest.raises(Stop):
        asyncio.run(apply(stopping, [change(put(site, "b.workflow.yaml"))], FIXES, no))
    settle(site)
    assert site.store.outcomes() == {"valid-value": {"rolled_back": 1}}
