"""Fixes that do not hold and are wanted all the same, fixes that meet, and fixes until nothing is left to fix."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cli.command import Done, calibrant, workflow
from house.source import ROOT

WRONG = (
    "steps:\n"
    "  - {id: rows, uses: file.read, with: {path: rows.json}}\n"
    "  - {id: one, uses: data.map, with: {items: '{{ rows.content }}', to: '{{ item.a }}'}}\n"
)
RIGHT = WRONG.replace("item.a", "item.b")
MISSING = "steps:\n  - {id: rows, uses: file.read, with: {path: rows.jsn}}\n"
CASCADE = (
    "steps:\n"
    "  - {id: data, uses: file.read, with: {path: rows.jsn}}\n"
    "  - {id: count, uses: data.map, with: {items: '{{ data.content }}', to: '{{ item.nme }}'}}\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "w"
    made.mkdir()
    (made / "rows.json").write_text('[{"b": 1}, {"c": 2}]', encoding="utf-8")
    workflow(made, WRONG)
    return made


def text(folder: Path) -> str:
    return (folder / "a.workflow.yaml").read_text(encoding="utf-8")


def fix_id(folder: Path, title: str) -> str:
    listed = calibrant("fix", ".", folder=folder).out
    found = re.search(rf"([0-9a-f]{{12}})  \w+ +{re.escape(title)}", listed)
    assert found, listed
    return found[1]


def session(done: Done) -> str:
    found = re.search(r"--session (\S+)", done.out)
    assert found, done.out
    return found[1]


def copied(done: Done, folder: Path) -> Done:
    """Run the command that was offered, as a user copies it."""
    found = re.search(r"calibrant (fix .* --keep.*)$", done.out, re.MULTILINE)
    assert found, done.out
    return calibrant(*shlex.split(found[1]), folder=folder)


def test_what_does_not_hold_is_left_with_the_offer_to_keep_it(folder: Path) -> None:
    wrong = fix_id(folder, "Change ‘a’ to ‘b’")
    left = calibrant("fix", ".", "--fix", wrong, folder=folder)
    assert (left.status, text(folder)) == (1, WRONG)
    assert "Left out: Change ‘a’ to ‘b’. It did not hold: " in left.out
    kept = copied(left, folder)
    assert (kept.status, text(folder)) == (1, RIGHT)
    assert "Applied, although it does not hold: Change ‘a’ to ‘b’ (missing-field)" in kept.out
    (fixed,) = (one for one in calibrant("history", "--format", "json", folder=folder).json if one["what"] == "fix")
    assert (fixed["status"], fixed["session"]) == ("kept", session(kept))
    row = next(line.split() for line in calibrant("doctor", folder=folder).out.splitlines() if "closest-name" in line)
    assert row[2:6] == ["0", "1", "0", "0"]
    assert calibrant("rollback", ".", folder=folder).status == 0
    assert text(folder) == WRONG


def test_a_fix_that_holds_is_verified_whether_it_was_to_be_kept_or_not(folder: Path) -> None:
    workflow(folder, WRONG.replace("item.a", "item").replace("rows.json", "rows.jsn"))
    held = fix_id(folder, "Change ‘rows.jsn’ to ‘rows.json’")
    assert "Applied, verified" in calibrant("fix", ".", "--fix", held, "--keep", folder=folder).out


def test_what_was_rolled_back_can_be_put_back(folder: Path) -> None:
    wrong = fix_id(folder, "Change ‘a’ to ‘b’")
    first = session(calibrant("fix", ".", "--fix", wrong, "--keep", folder=folder))
    calibrant("rollback", ".", folder=folder)
    workflow(folder, "# mine\n" + WRONG)
    again = calibrant("fix", ".", "--session", first, "--keep", folder=folder)
    assert (again.status, text(folder)) == (0, "# mine\n" + RIGHT)
    twice = calibrant("fix", ".", "--session", session(again), "--keep", folder=folder)
    assert (twice.status, "is kept already" in twice.err) == (2, True)
    assert calibrant("rollback", ".", folder=folder).status == 0
    workflow(folder, WRONG.replace("item.a", "item.z"))
    refused = calibrant("fix", ".", "--session", first, "--keep", folder=folder)
    assert (refused.status, "was edited since where the fix would change it" in refused.err) == (2, True)
    assert text(folder) == WRONG.replace("item.a", "item.z")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--keep",), "--keep goes with --fix ID"),
        (("--safe", "--keep"), "--keep goes with --fix ID"),
        (("--safe", "--fix", "x"), "not both"),
        (("--session", "x"), "goes with --keep alone"),
        (("--session", "x", "--keep", "--safe"), "goes with --keep alone"),
        (("--session", "x", "--keep", "--dry-run"), "goes with --keep alone"),
        (("--session", "x", "--keep"), "There is no session of changes ‘x’"),
        (("--fix", "nothing", "--keep"), "There is no fix ‘nothing’"),
    ],
)
def test_words_that_do_not_go_together_are_told(folder: Path, words: tuple[str, ...], said: str) -> None:
    done = calibrant("fix", ".", *words, folder=folder)
    assert (done.status, text(folder)) == (2, WRONG)
    assert said in " ".join(done.err.split())


def test_of_fixes_that_meet_the_one_that_is_left_names_the_other(folder: Path) -> None:
    (folder / "rows.json").write_text('[{"b": 1, "bb": 2}]', encoding="utf-8")
    both = [fix_id(folder, f"Change ‘a’ to ‘{name}’") for name in ("b", "bb")]
    done = calibrant("fix", ".", "--fix", both[0], "--fix", both[1], folder=folder)
    assert done.status == 0, done.out
    assert text(folder) == RIGHT
    assert "Left out: Change ‘a’ to ‘bb’. It would change the same place as ‘Change ‘a’ to ‘b’’" in done.out
    assert "--keep" not in done.out, "it did not fail"


def test_what_a_fix_brings_to_light_is_fixed_in_the_same_call(folder: Path) -> None:
    (folder / "rows.json").write_text('[{"name": "x", "b": 1}]', encoding="utf-8")
    workflow(folder, CASCADE)
    assert calibrant("fix", ".", folder=folder).out.count(" safe ") == 1, "the second is not to be seen yet"
    done = calibrant("fix", ".", "--safe", folder=folder)
    assert (done.status, done.out.count("Applied, verified:")) == (0, 2), done.out
    mended = CASCADE.replace("rows.jsn", "rows.json").replace("nme", "name")
    assert text(folder) == mended
    assert [one["what"] for one in calibrant("history", "--format", "json", "--limit", "1", folder=folder).json] == [
        "fix"
    ]
    again = calibrant("fix", ".", "--safe", folder=folder)
    assert (again.status, text(folder)) == (0, mended)
    assert "There is nothing to do: no safe fix is on offer.\nNothing was changed." in again.out
    assert calibrant("rollback", ".", folder=folder).status == 0
    assert text(folder) == CASCADE, "one call is one change"


def test_safe_fixes_are_done_once_and_for_all_on_the_example(tmp_path: Path) -> None:
    folder = tmp_path / "urgent-mail"
    shutil.copytree(ROOT / "docs" / "examples" / "urgent-mail", folder)
    path = folder / "urgent-mail.workflow.yaml"
    before = path.read_bytes()
    first = calibrant("fix", ".", "--safe", "--trust", folder=folder)
    mended = path.read_bytes()
    second = calibrant("fix", ".", "--safe", "--trust", folder=folder)
    assert path.read_bytes() == mended != before
    assert "Nothing was changed." in second.out
    assert second.status == first.status
    assert calibrant("rollback", ".", folder=folder).status == 0
    assert path.read_bytes() == before


def test_a_conflict_offers_the_whole_as_a_command_to_copy(folder: Path) -> None:
    (folder / "rows.json").write_text('[{"b": 1}]', encoding="utf-8")
    calibrant("fix", ".", "--fix", fix_id(folder, "Change ‘a’ to ‘b’"), folder=folder)
    workflow(folder, RIGHT.replace("item.b", "item.mine"))
    refused = calibrant("rollback", "a.workflow.yaml", folder=folder)
    found = re.search(r"calibrant (rollback .* --whole)", refused.err)
    assert (refused.status, found is not None) == (2, True)
    assert found
    assert calibrant(*shlex.split(found[1]), folder=folder).status == 0
    assert text(folder) == WRONG


def test_several_workflows_of_a_folder_are_named(folder: Path) -> None:
    workflow(folder, WRONG, "b.workflow.yaml")
    for command in ("fix", "rollback"):
        done = calibrant(command, ".", folder=folder)
        assert (done.status, "a.workflow.yaml, b.workflow.yaml" in done.err) == (2, True)
    (folder / "none").mkdir()
    assert "There is no workflow file in ‘none’." in calibrant("fix", "none", folder=folder).err


def read_only(folder: Path) -> list[str]:
    """Return what makes a command see a folder on a disk that can only be read."""
    seen = ["bwrap", "--dev-bind", "/", "/", "--ro-bind", str(folder), str(folder)]
    if shutil.which("bwrap") is None or subprocess.run([*seen, "true"], capture_output=True, check=False).returncode:
        pytest.skip("needs bubblewrap to make a disk that can only be read")
    return seen


def test_a_folder_that_can_only_be_read_keeps_its_file(folder: Path) -> None:
    before = read_only(folder)
    wrong = fix_id(folder, "Change ‘a’ to ‘b’")
    done = calibrant("fix", ".", "--fix", wrong, "--keep", folder=folder, before=before)
    assert (done.status, "can only be read" in done.err) == (2, True), done.err
    assert text(folder) == WRONG
    kept = session(calibrant("fix", ".", "--fix", wrong, "--keep", folder=folder))
    refused = calibrant("rollback", ".", folder=folder, before=before)
    assert (refused.status, "can only be read" in refused.err, text(folder)) == (2, True, RIGHT)
    newest = calibrant("history", "--limit", "1", "--format", "json", folder=folder, before=before).json[0]
    assert (newest["session"], newest["status"]) == (kept, "kept"), "what was not taken back still stands"
    assert calibrant("rollback", ".", folder=folder).status == 0
    assert text(folder) == WRONG


def test_a_state_that_can_only_be_read_changes_nothing(folder: Path) -> None:
    wrong = fix_id(folder, "Change ‘a’ to ‘b’")
    kept = session(calibrant("fix", ".", "--fix", wrong, "--keep", folder=folder))
    before = read_only(folder.parent / "w-state")
    for words in (("fix", ".", "--safe"), ("fix", ".", "--session", kept, "--keep"), ("rollback", ".")):
        done = calibrant(*words, folder=folder, before=before)
        assert (done.status, "CALIBRANT_STATE to another folder" in done.err) == (2, True), done.err
        assert text(folder) == RIGHT
    newest = calibrant("history", "--limit", "1", "--format", "json", folder=folder, before=before).json[0]
    assert (newest["session"], newest["status"]) == (kept, "kept")


def test_a_deleted_file_is_told(folder: Path) -> None:
    wrong = fix_id(folder, "Change ‘a’ to ‘b’")
    kept = session(calibrant("fix", ".", "--fix", wrong, "--keep", folder=folder))
    calibrant("rollback", ".", folder=folder)
    (folder / "a.workflow.yaml").unlink()
    done = calibrant("fix", "a.workflow.yaml", "--session", kept, "--keep", folder=folder)
    assert (done.status, "is not there any longer" in done.err) == (2, True), done.err
    assert "There is no file or folder" in calibrant("fix", "a.workflow.yaml", "--safe", folder=folder).err


FULL = """
import resource, sys
from calibrant.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)), resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
sys.argv = ["calibrant", *sys.argv[1:]]
sys.exit(main())
"""


@pytest.mark.parametrize("room", [0, 20_000, 60_000, 110_000])
def test_a_full_disk_leaves_the_file_whole(folder: Path, room: int) -> None:
    workflow(folder, MISSING)
    fixed = fix_id(folder, "Change ‘rows.jsn’ to ‘rows.json’")
    large = MISSING + "# " + "x" * 90_000 + "\n"
    mended = large.replace("jsn", "json")
    workflow(folder, large)
    state = folder.parent / "w-state"
    environment = {**os.environ, "CALIBRANT_STATE": str(state), "CALIBRANT_CONFIG": str(state / "none.toml")}
    command = [sys.executable, "-c", FULL, str(room), "fix", ".", "--fix", fixed, "--keep"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=60, check=False)
    assert b"Traceback" not in done.stderr, done.stderr
    assert text(folder) in (large, mended)
    if text(folder) == large:
        assert done.returncode == 2, done.stderr
    assert calibrant("fix", ".", "--safe", folder=folder).status == 0, "with room again all goes on"
    assert text(folder) == mended


def test_two_at_once_leave_one_whole_file_and_a_history_of_what_was_done(folder: Path) -> None:
    workflow(folder, MISSING)
    state = folder.parent / "w-state"
    environment = {**os.environ, "CALIBRANT_STATE": str(state), "CALIBRANT_CONFIG": str(state / "none.toml")}
    command = [sys.executable, "-m", "calibrant", "fix", ".", "--safe"]
    children = [
        subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    ended = [(child, *child.communicate(timeout=120)) for child in children]
    assert all(b"Traceback" not in err for _, _, err in ended)
    assert {child.returncode for child, _, _ in ended} <= {0, 2, 3}, "done, overtaken, or already running"
    assert text(folder) == MISSING.replace("jsn", "json")
    standing = [one for one in calibrant("history", "--format", "json", folder=folder).json if one["what"] == "fix"]
    assert [one["status"] for one in standing if one["status"] != "refused"] == ["verified"]
    assert calibrant("rollback", ".", folder=folder).status == 0
    assert text(folder) == MISSING
