"""Kills between every two steps, in real processes: each file is whole, and the next start settles what was begun."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from calibrant.change import Site, apply, history, rollback, settle
from calibrant.model.applied import OPEN_STATUSES
from calibrant.store import clean
from change.door import FIXES, TEXT, change, put, site_of

NEW = TEXT.replace("UrgentMail", "UrgentEmails")
ENVIRON = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}

# Ends itself by SIGKILL when it has reached the step of that number, and prints each one before.
CHILD = """
import asyncio, os, signal, sys
from pathlib import Path
from calibrant.change import apply, rollback, settle
from calibrant.model.applied import Verdict
from change.door import FIXES, change, says, site_of
folder, what, number = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
steps = []
def at(step):
    steps.append(step)
    print(step, flush=True)
    if len(steps) == number:
        os.kill(os.getpid(), signal.SIGKILL)
with site_of(folder, at) as site:
    match what:
        case "rollback":
            assert rollback(site).status == "rolled_back"
        case "settle":
            settle(site)
        case _:
            edits = [change(site.workspace / name) for name in ("a.workflow.yaml", "b.workflow.yaml")]
            done = asyncio.run(apply(site, edits, FIXES, says(what == "holds")))
            assert done.status == {"holds": "verified", "fails": "rolled_back"}[what]
"""


def child(folder: Path, what: str, number: int) -> tuple[bool, list[str]]:
    """Run the child; return whether it was killed, and the steps that it reached."""
    command = [sys.executable, "-c", CHILD, str(folder), what, str(number)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=ENVIRON)
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr
    return done.returncode != 0, done.stdout.splitlines()


def texts(site: Site) -> list[str]:
    return [(site.workspace / name).read_text() for name in ("a.workflow.yaml", "b.workflow.yaml")]


def left_overs(site: Site) -> list[str]:
    return [path.name for path in site.workspace.rglob(".calibrant-*")]


def check_settled(site: Site) -> str:
    """Settle, look whether files and record agree, and return the status of the newest session."""
    assert set(texts(site)) <= {TEXT, NEW}
    settle(site)
    assert settle(site) == ()
    assert left_overs(site) == []
    newest = next(iter(history(site)), None)
    assert newest is None or newest.status not in OPEN_STATUSES
    stands = newest is not None and newest.status in {"verified", "unverified", "kept"}
    assert texts(site) == ([NEW, NEW] if stands else [TEXT, TEXT])
    return newest.status if newest else ""


STEPS = ["backed up", "journalled", "staged", "replaced 0", "replaced 1", "applied", "verified"]
BACK = ["rolling back", "staged", "replaced 0", "replaced 1", "rolled back"]
LIFE = {
    "holds": ([*STEPS, "ended"], ["", *["rolled_back"] * 4, *["unverified"] * 2, "verified"]),
    "fails": ([*STEPS, *BACK], ["", *["rolled_back"] * 4, *["unverified"] * 2, *["rolled_back"] * 5]),
}


@pytest.mark.parametrize(("what", "number"), [(what, n + 1) for what in LIFE for n in range(len(LIFE[what][0]))])
def test_a_kill_while_applying(tmp_path: Path, what: str, number: int) -> None:
    with site_of(tmp_path) as site:
        put(site)
        put(site, "b.workflow.yaml")
        steps, statuses = LIFE[what]
        assert child(tmp_path, what, number) == (True, steps[:number])
        assert check_settled(site) == statuses[number - 1]
        if statuses[number - 1] in {"verified", "unverified"}:
            assert rollback(site).status == "rolled_back"
            assert texts(site) == [TEXT, TEXT]
        else:
            assert rollback(site).status == "refused"


@pytest.mark.parametrize("number", range(1, len(BACK) + 1))
def test_a_kill_while_rolling_back(tmp_path: Path, number: int) -> None:
    with site_of(tmp_path) as site:
        put(site)
        put(site, "b.workflow.yaml")
        child(tmp_path, "holds", 0)
        assert child(tmp_path, "rollback", number) == (True, BACK[:number])
        assert check_settled(site) == "rolled_back"
        again = rollback(site, history(site)[0].id)
        assert "was rolled back already" in again.reason


@pytest.mark.parametrize("number", range(1, 5))
@pytest.mark.parametrize(("before", "what"), [(5, "holds"), (0, "rollback")])
def test_a_kill_while_settling(tmp_path: Path, before: int, what: str, number: int) -> None:
    with site_of(tmp_path) as site:
        put(site)
        put(site, "b.workflow.yaml")
        child(tmp_path, "holds", before)
        if what == "rollback":
            child(tmp_path, "rollback", 1)
        assert child(tmp_path, "settle", number)[0]
        assert check_settled(site) == "rolled_back"


async def test_the_next_change_settles_first(tmp_path: Path) -> None:
    with site_of(tmp_path) as site:
        put(site)
        put(site, "b.workflow.yaml")
        third = put(site, "c.workflow.yaml")
        child(tmp_path, "holds", 4)
        assert sorted(texts(site)) == sorted([NEW, TEXT])
        assert (await apply(site, [change(third)], FIXES, None)).status == "kept"
        assert [session.status for session in history(site)] == ["kept", "rolled_back"]
        assert [*texts(site), third.read_text()] == [TEXT, TEXT, NEW]


def test_what_was_edited_after_the_kill_stays(tmp_path: Path) -> None:
    with site_of(tmp_path) as site:
        one, other = put(site), put(site, "b.workflow.yaml")
        child(tmp_path, "holds", 5)
        one.write_text("# mine\n" + NEW)
        other.write_text(NEW.replace("UrgentEmails", "Mine"))
        (settled,) = settle(site)
        assert settled.status == "unverified"
        assert "‘b.workflow.yaml’ was edited since" in settled.reason
        assert texts(site) == ["# mine\n" + TEXT, NEW.replace("UrgentEmails", "Mine")]


def test_a_file_removed_after_the_kill_stays_removed(tmp_path: Path) -> None:
    with site_of(tmp_path) as site:
        one, other = put(site), put(site, "b.workflow.yaml")
        child(tmp_path, "holds", 5)
        one.unlink()
        assert settle(site)[0].status == "rolled_back"
        assert not one.exists()
        assert other.read_text() == TEXT


def test_a_file_edited_after_a_killed_rollback_stays(tmp_path: Path) -> None:
    with site_of(tmp_path) as site:
        one, other = put(site), put(site, "b.workflow.yaml")
        child(tmp_path, "holds", 0)
        child(tmp_path, "rollback", 1)
        one.write_text("mine\n")
        (settled,) = settle(site)
        assert settled.status == "unverified"
        assert "‘a.workflow.yaml’ was edited since" in settled.reason
        assert [one.read_text(), other.read_text()] == ["mine\n", TEXT]
        assert rollback(site).status == "refused"
        whole = rollback(site, whole=True)
        assert [file.became for file in whole.files] == ["restored", "unchanged"]
        assert texts(site) == [TEXT, TEXT]


def test_a_file_edited_elsewhere_after_a_killed_rollback_is_rolled_back(tmp_path: Path) -> None:
    with site_of(tmp_path) as site:
        one, other = put(site), put(site, "b.workflow.yaml")
        child(tmp_path, "holds", 0)
        child(tmp_path, "rollback", 1)
        one.write_text("# mine\n" + NEW)
        other.unlink()
        assert settle(site)[0].status == "rolled_back"
        assert one.read_text() == "# mine\n" + TEXT
        assert not other.exists()


def test_what_cannot_be_settled_yet_waits(tmp_path: Path) -> None:
    with site_of(tmp_path) as site:
        one, _ = put(site), put(site, "b.workflow.yaml")
        child(tmp_path, "holds", 5)
        one.chmod(0o444)
        (settled,) = settle(site)
        assert settled.status == "prepared"
        assert "is read-only" in settled.reason
        one.chmod(0o644)
        assert settle(site)[0].status == "rolled_back"
        assert texts(site) == [TEXT, TEXT]


@pytest.mark.parametrize("what", ["holds", "rollback"])
def test_a_damaged_backup_is_not_in_the_way_for_ever(tmp_path: Path, what: str) -> None:
    with site_of(tmp_path) as site:
        put(site)
        put(site, "b.workflow.yaml")
        child(tmp_path, "holds", 5 if what == "holds" else 0)
        if what == "rollback":
            child(tmp_path, what, 1)
        (begun,) = site.store.unsettled()
        Path(site.store.kept_at(begun.files[0].before)).write_text("damaged")
        (settled,) = settle(site)
        assert settled.status == "unverified"
        assert "is damaged and was not used" in settled.reason
        assert settle(site) == ()
        assert texts(site) == [NEW, NEW]


def test_clean_leaves_what_is_needed_to_settle(tmp_path: Path) -> None:
    with site_of(tmp_path) as site:
        put(site)
        put(site, "b.workflow.yaml")
    child(tmp_path, "holds", 4)
    left = clean(tmp_path / "state", tmp_path / "app")
    assert left.removed == ()
    assert len(left.unsettled) == 1
    with site_of(tmp_path) as site:
        assert check_settled(site) == "rolled_back"
    assert len(clean(tmp_path / "state", tmp_path / "app").removed) == 1


RACE = """
import asyncio, sys, time
from pathlib import Path
from calibrant.change import apply
from change.door import FIXES, change, site_of
folder, name, start = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
with site_of(folder) as site:
    edits = [change(site.workspace / file, new=name) for file in sys.argv[4:]]
    while time.time() < start:
        pass
    print(asyncio.run(apply(site, edits, FIXES, None)).status)
"""


def test_of_processes_that_change_one_file_at_once_one_does(tmp_path: Path) -> None:
    with site_of(tmp_path) as site:
        names = [put(site).name, put(site, "b.workflow.yaml").name]
        start = time.time() + 1.2
        children = []
        for number in range(4):
            files = names if number % 2 else names[::-1]
            command = [sys.executable, "-c", RACE, str(tmp_path), f"Range{number}", str(start), *files]
            children.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENVIRON))
        told = [process.communicate(timeout=60)[0].strip() for process in children]
        assert sorted(told) == ["kept", "refused", "refused", "refused"]
        winner = TEXT.replace("UrgentMail", f"Range{told.index('kept')}")
        assert texts(site) == [winner, winner]
        assert rollback(site).status == "rolled_back"
        assert texts(site) == [TEXT, TEXT]
        assert left_overs(site) == []
