"""History on the command line: runs and fixes in one table, what answers what, for people and for programs."""

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from calibrant.report.visible import width
from cli.command import calibrant, workflow

FAULTY = (
    "steps:\n"
    "  - {id: one, uses: file.read, with: {path: 'note.tx'}}\n"
    "  - {id: two, uses: data.map, with: {items: [1], to: '{{ onne.content }}'}}\n"
)
GOOD = "steps:\n  - {id: one, uses: data.map, with: {items: [1], to: '{{ item }}'}}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "w"
    made.mkdir()
    (made / "note.txt").write_text("hello", encoding="utf-8")
    workflow(made, FAULTY)
    return made


def entries(folder: Path, *words: str) -> Any:
    return calibrant("history", *words, "--format", "json", folder=folder).json


def database(folder: Path) -> Path:
    (path,) = (folder.parent / f"{folder.name}-state").glob("workspaces/*/calibrant.db")
    return path


def test_a_life_from_run_to_fix_to_rollback(folder: Path) -> None:
    assert calibrant("calibrate", ".", folder=folder).status == 1
    assert calibrant("fix", ".", "--safe", folder=folder).status == 0
    seen = calibrant("calibrate", ".", folder=folder)
    assert seen.status == 0
    told = entries(folder, "a.workflow.yaml")
    after, fixed, proof, found, first = told
    assert [one["what"] for one in told] == ["run", "fix", "run", "run", "run"]
    assert (first["life"], first["issues"], first["changes"]) == ("completed", 2, [])
    assert (found["status"], found["life"], found["issues"]) == ("completed", "fixed", 2)
    assert [(one["session"], one["status"]) for one in found["changes"]] == [(fixed["session"], "verified")]
    assert (fixed["status"], fixed["answers"], fixed["paths"]) == ("verified", found["session"], ["a.workflow.yaml"])
    assert [one["title"] for one in fixed["fixes"]] == ["Change ‘note.tx’ to ‘note.txt’", "Change ‘onne’ to ‘one’"]
    assert (after["answers"], after["issues"], proof["answers"]) == (fixed["session"], 0, "")
    assert f"The first run after fix {fixed['session']}." in seen.out
    assert all(one["ended"] >= one["started"] > time.time() - 600 for one in told)
    assert calibrant("rollback", ".", folder=folder).status == 0
    told = entries(folder, "a.workflow.yaml")
    lives = [one.get("life", one["status"]) for one in told]
    assert lives == ["completed", "rolled_back", "completed", "rolled_back", "completed"]
    (again,) = calibrant("calibrate", ".", "--format", "json", folder=folder).json
    assert (again["answers"], again["status"], again["life"]) == ("", "completed", "completed")


def test_the_table_says_the_same_and_fits_eighty_columns(folder: Path) -> None:
    calibrant("fix", ".", "--safe", folder=folder)
    calibrant("calibrate", ".", folder=folder)
    after, fixed, _, found = entries(folder, "a.workflow.yaml")
    done = calibrant("history", "a.workflow.yaml", folder=folder)
    assert done.status == 0
    lines = done.out.splitlines()
    assert "\x1b" not in done.out
    assert max(map(width, lines)) <= 80
    assert lines[0].split() == ["TIME", "SESSION", "WHAT", "RESULT", "FOUND,", "APPLIED"]
    text = " ".join(done.out.split())
    assert f"{after['session']} run completed no issues the first run after fix {fixed['session']}" in text
    titles = "Change ‘note.tx’ to ‘note.txt’ Change ‘onne’ to ‘one’"
    assert f"{fixed['session']} fix verified 2 fixes {titles} answers run {found['session']}" in text
    assert f"{found['session']} run fixed 2 issues fix {fixed['session']}: verified" in text


def test_a_folder_shows_all_files_of_its_workspace_and_a_file_its_own(folder: Path) -> None:
    workflow(folder, GOOD, "b.workflow.yaml")
    calibrant("fix", "a.workflow.yaml", "--safe", folder=folder)
    calibrant("calibrate", "b.workflow.yaml", folder=folder)
    told = entries(folder)
    assert [one.get("path", one.get("paths")) for one in told[:2]] == ["b.workflow.yaml", ["a.workflow.yaml"]]
    shown = calibrant("history", folder=folder).out
    assert "of b.workflow.yaml" in shown
    assert "in a.workflow.yaml" in shown
    assert [one["path"] for one in entries(folder, "b.workflow.yaml")] == ["b.workflow.yaml"]


@pytest.mark.parametrize("limit", [1, 3, 100_000])
def test_the_newest_so_many(folder: Path, limit: int) -> None:
    calibrant("fix", ".", "--safe", folder=folder)
    calibrant("calibrate", ".", folder=folder)
    everything = entries(folder)
    assert len(everything) == 4
    assert entries(folder, "--limit", str(limit)) == everything[:limit]
    assert calibrant("history", "--limit", "0", folder=folder).status == 2


def test_where_nothing_was_done_that_is_said_and_nothing_is_written(folder: Path) -> None:
    done = calibrant("history", "a.workflow.yaml", folder=folder)
    assert (done.status, done.out) == (0, "a.workflow.yaml was not run or fixed yet.\n")
    assert calibrant("history", folder=folder).out == "Nothing was run or fixed yet in ..\n"
    assert entries(folder) == []
    assert not (folder.parent / "w-state").exists()


def test_a_deleted_file_keeps_its_history_and_comes_back(folder: Path) -> None:
    calibrant("fix", ".", "--safe", folder=folder)
    (folder / "a.workflow.yaml").unlink()
    assert [one["what"] for one in entries(folder, "a.workflow.yaml")] == ["fix", "run", "run"]
    assert calibrant("rollback", "a.workflow.yaml", folder=folder).status == 0
    assert (folder / "a.workflow.yaml").read_text(encoding="utf-8") == FAULTY


def test_a_run_that_goes_on_is_shown_as_running(folder: Path) -> None:
    workflow(folder, "steps:\n  - {id: one, run: sleep 30}\n")
    environment = {**os.environ, "CALIBRANT_STATE": str(folder.parent / "w-state")}
    command = [sys.executable, "-m", "calibrant", "calibrate", ".", "--trust"]
    child = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        assert child.stderr is not None
        child.stderr.readline()  # the run has begun
        (told,) = entries(folder)
        assert (told["status"], told["life"], told["ended"]) == ("running", "running", 0.0)
        assert f"{told['session']}  run   running" in calibrant("history", folder=folder).out
    finally:
        child.terminate()
        child.communicate(timeout=30)
    (told,) = entries(folder)
    assert (told["status"], told["reason"]) == ("cancelled", "The run was cancelled.")
    assert "cancelled" in calibrant("history", folder=folder).out


def test_long_and_odd_titles_stay_readable(folder: Path) -> None:
    calibrant("fix", ".", "--safe", folder=folder)
    title = "Change ‘漢字\x1b[31m’ to ‘" + "x" * 200 + "’ 🎈" + " word" * 40
    with sqlite3.connect(database(folder)) as connection:
        (row,) = connection.execute("SELECT CAST(session AS TEXT) FROM changes").fetchone()
        odd = row.replace("Change ‘onne’ to ‘one’", title.replace("\x1b", "\\u001b"))
        connection.execute("UPDATE changes SET session = ?", (odd.encode(),))
    connection.close()
    done = calibrant("history", "a.workflow.yaml", folder=folder)
    assert "\x1b" not in done.out
    assert "漢字" in done.out
    assert max(map(width, done.out.splitlines())) <= 80


def test_rows_of_another_version_are_shown_as_such(folder: Path) -> None:
    calibrant("fix", ".", "--safe", folder=folder)
    with sqlite3.connect(database(folder)) as connection:
        connection.execute("UPDATE changes SET session = '{}', status = 'merged'")
        connection.execute("UPDATE answered SET status = 'merged'")
        connection.execute("UPDATE sessions SET result = '{}'")
    connection.close()
    done = calibrant("history", "a.workflow.yaml", folder=folder)
    assert done.status == 0
    assert "fix   unreadable" in done.out
    assert "another version of Calibrant" in " ".join(done.out.split())
    refused = calibrant("rollback", "a.workflow.yaml", folder=folder)
    assert (refused.status, "another version" in refused.err) == (2, True)
    assert calibrant("fix", ".", "--safe", folder=folder).status == 0, "the file itself is free"


def test_a_state_that_can_only_be_read_is_shown(folder: Path) -> None:
    calibrant("fix", ".", "--safe", folder=folder)
    before = entries(folder)
    state = folder.parent / "w-state"
    try:
        for path in (state, *state.rglob("*")):
            path.chmod(0o500 if path.is_dir() else 0o400)
        assert entries(folder) == before
        assert calibrant("doctor", folder=folder).out.count("closest-name") == 1
    finally:
        for path in (state, *state.rglob("*")):
            path.chmod(0o700 if path.is_dir() or not path.is_file() else 0o600)


def test_doctor_shows_how_far_repairs_are_trusted(folder: Path) -> None:
    fresh = calibrant("doctor", folder=folder).out
    assert "kinds of repair stand at their priors" in fresh
    assert "CONFIDENCE" not in fresh
    assert "backups" in fresh
    calibrant("fix", ".", "--safe", folder=folder)
    row = next(line.split() for line in calibrant("doctor", folder=folder).out.splitlines() if "closest-name" in line)
    assert row == ["closest-name", "0.85", "1", "0", "0", "0", "0.87"]
    calibrant("rollback", ".", folder=folder)
    told = calibrant("doctor", "--format", "json", folder=folder).json
    assert {one["strategy"]: (one["verified"], one["undone"]) for one in told["repairs"]} == {
        "valid-value": (0, 1),
        "closest-name": (0, 1),
    }
    assert all(one["confidence"] < one["prior"] for one in told["repairs"])
    assert {one["mark"] for one in told["checks"]} <= {"ok", "note", "wrong"}
    (again,) = calibrant("calibrate", ".", "--format", "json", folder=folder).json
    fixes = [fix for group in again["issues"].values() for one in group for fix in one["fixes"]]
    offered = {fix["title"]: fix["confidence"] for fix in fixes}
    trusted = {one["strategy"]: one["confidence"] for one in told["repairs"]}
    assert offered["Change ‘onne’ to ‘one’"] == trusted["closest-name"]


@pytest.mark.parametrize(("where", "kept"), [("the workspace", 3), ("the user", 1)])
def test_how_many_changes_are_kept_is_the_users_word_alone(folder: Path, where: str, kept: int) -> None:
    mine = {}
    if where == "the workspace":
        (folder / "calibrant.toml").write_text("backupCount = 1\nbackupDays = 1\n", encoding="utf-8")
    else:
        mine = {"CALIBRANT_BACKUP_COUNT": "1"}
    for _ in range(3):
        calibrant("fix", "a.workflow.yaml", "--safe", folder=folder, env=mine)
        calibrant("rollback", "a.workflow.yaml", folder=folder, env=mine)
    calibrant("fix", "a.workflow.yaml", "--safe", folder=folder, env=mine)
    fixes = [one for one in entries(folder, "a.workflow.yaml") if one["what"] == "fix"]
    assert len(fixes) == (4 if kept == 3 else 1)
    assert calibrant("rollback", "a.workflow.yaml", folder=folder, env=mine).status == 0
    assert (folder / "a.workflow.yaml").read_text(encoding="utf-8") == FAULTY
