"""Repairs on the command line: offered, tried, applied, remembered, taken back — and never a byte lost."""

import os
import pty
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cli.command import Done, calibrant, workflow
from house.source import ROOT

FAULTY = (
    "# kept\n"
    "steps:\n"
    "  - id: one   # kept too\n"
    "    uses: file.read\n"
    "    with: {path: 'note.tx'}\n"
    "  - id: two\n"
    "    uses: data.map\n"
    "    with: {items: [1], to: '{{ onne.content }}'}\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "w"
    made.mkdir()
    (made / "note.txt").write_text("hello", encoding="utf-8")
    workflow(made, FAULTY)
    return made


def text(folder: Path) -> str:
    return (folder / "a.workflow.yaml").read_text(encoding="utf-8")


def session(done: Done) -> str:
    found = re.search(r"--session (\S+)", done.out)
    assert found, done.out
    return found[1]


def test_fixes_are_listed_with_their_ids(folder: Path) -> None:
    done = calibrant("fix", "a.workflow.yaml", folder=folder)
    assert done.status == 1
    assert re.search(r"[0-9a-f]{12}  safe    Change ‘note.tx’ to ‘note.txt’", done.out)
    assert "--safe" in done.out
    assert text(folder) == FAULTY


def test_a_dry_run_prints_a_diff_and_changes_nothing(folder: Path) -> None:
    done = calibrant("fix", "a.workflow.yaml", "--safe", "--dry-run", folder=folder)
    assert done.status == 0, "nothing would be wrong any more"
    assert "-    with: {path: 'note.tx'}\n+    with: {path: 'note.txt'}\n" in done.out
    assert "Would apply, verified: Change ‘onne’ to ‘one’ (unknown-step)" in done.out
    assert text(folder) == FAULTY


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.skipif(not shutil.which("patch"), reason="needs patch")
def test_the_diff_of_a_dry_run_is_one_that_patch_takes(folder: Path, ends: str, last: bool, whole: bool) -> None:
    path = folder / "a.workflow.yaml"
    path.write_bytes((FAULTY if last else FAULTY.rstrip("\n")).replace("\n", ends).encode())
    (folder / "elsewhere").mkdir()  # where a file does not lie below, it is named in full
    done = calibrant("fix", path, "--safe", "--dry-run", folder=folder / "elsewhere" if whole else folder)
    where = Path("/") if whole else folder
    subprocess.run(["patch", "-p1", "--binary"], cwd=where, input=done.out.encode(), check=True, capture_output=True)
    patched = path.read_bytes()
    assert calibrant("fix", path.name, "--safe", folder=folder).status == 0
    assert path.read_bytes() == patched != b""
    assert b"'note.txt'" in patched


@pytest.mark.parametrize("terminal", [True, False])
def test_a_diff_on_a_terminal_does_not_let_the_file_steer_it(folder: Path, terminal: bool) -> None:
    (folder / "a.workflow.yaml").write_text(FAULTY.replace("# kept too", "# \x1b]0;mine\x07\tkept"), encoding="utf-8")
    words = [sys.executable, "-m", "calibrant", "fix", "a.workflow.yaml", "--safe", "--dry-run"]
    environ = {**os.environ, "CALIBRANT_STATE": str(folder / "state"), "CALIBRANT_CONFIG": str(folder / "none.toml")}
    main, other = pty.openpty() if terminal else os.pipe()
    done = subprocess.Popen(words, cwd=folder, env=environ, stdin=subprocess.DEVNULL, stdout=other)
    os.close(other)
    shown = b""
    try:
        while block := os.read(main, 1 << 16):
            shown += block
    except OSError:  # a terminal whose other end is closed
        pass
    os.close(main)
    assert done.wait(60) == 0
    assert "Change ‘note.tx’ to ‘note.txt’".encode() in shown
    assert (b"\x1b]0;mine\x07\tkept" in shown) is not terminal
    assert ("␛]0;mine␇\tkept".encode() in shown) is terminal


def test_the_way_back_is_a_command_also_for_a_name_like_an_option(folder: Path) -> None:
    path = workflow(folder, FAULTY, "-x.workflow.yaml")
    done = calibrant("fix", "--safe", "--", path.name, folder=folder)
    back = re.search(r"Take it back with: calibrant (.*)", done.out)
    assert back, done.out
    assert calibrant(*shlex.split(back[1]), folder=folder).status == 0
    assert path.read_text(encoding="utf-8") == FAULTY


def test_safe_fixes_are_applied_verified_and_taken_back(folder: Path) -> None:
    done = calibrant("fix", "a.workflow.yaml", "--safe", folder=folder)
    assert done.status == 0, done.out + done.err
    assert text(folder) == FAULTY.replace("note.tx'", "note.txt'").replace("onne", "one")
    assert calibrant("calibrate", ".", folder=folder).status == 0
    told = calibrant("history", "a.workflow.yaml", folder=folder)
    assert "verified" in told.out
    assert "Change ‘onne’ to ‘one’" in told.out
    back = calibrant("rollback", "a.workflow.yaml", folder=folder)
    assert back.status == 0, back.err
    assert text(folder) == FAULTY
    assert "rolled back" in calibrant("history", folder=folder).out
    again = calibrant("rollback", "a.workflow.yaml", "--session", session(done), folder=folder)
    assert again.status == 2
    assert "rolled back already" in again.err
    assert text(folder) == FAULTY


def test_one_fix_by_its_id(folder: Path) -> None:
    listed = calibrant("fix", "a.workflow.yaml", folder=folder).out
    found = re.search(r"([0-9a-f]{12})  \w+ +Change ‘onne’ to ‘one’", listed)
    assert found
    done = calibrant("fix", "a.workflow.yaml", "--fix", found[1], folder=folder)
    assert done.status == 1, "the other issue is left"
    assert text(folder) == FAULTY.replace("onne", "one")
    gone = calibrant("fix", "a.workflow.yaml", "--fix", found[1], folder=folder)
    assert gone.status == 2
    assert "no fix" in gone.err


def test_a_fix_to_another_wrong_value_does_not_hold(folder: Path) -> None:
    (folder / "rows.json").write_text('[{"b": 1}, {"c": 2}]', encoding="utf-8")
    faulty = (
        "steps:\n  - {id: rows, uses: file.read, with: {path: rows.json}}\n"
        "  - {id: one, uses: data.map, with: {items: '{{ rows.content }}', to: '{{ item.a }}'}}\n"
    )
    workflow(folder, faulty)
    listed = calibrant("fix", "a.workflow.yaml", folder=folder).out
    wrong = re.search(r"([0-9a-f]{12})  \w+ +Change ‘a’ to ‘b’", listed)
    assert wrong, listed
    done = calibrant("fix", "a.workflow.yaml", "--fix", wrong[1], folder=folder)
    assert done.status == 1
    assert "Left out: Change ‘a’ to ‘b’. It did not hold: " in done.out
    assert "‘b’" in done.out.split("It did not hold: ")[1], "the second row has no such field"
    assert text(folder) == faulty


def test_later_edits_elsewhere_survive_a_rollback(folder: Path) -> None:
    calibrant("fix", "a.workflow.yaml", "--safe", folder=folder)
    workflow(folder, text(folder).replace("# kept\n", "# kept and more\n"))
    assert calibrant("rollback", "a.workflow.yaml", folder=folder).status == 0
    assert text(folder) == FAULTY.replace("# kept\n", "# kept and more\n")


def test_an_edit_in_the_same_place_is_a_conflict_until_the_whole_is_wanted(folder: Path) -> None:
    calibrant("fix", "a.workflow.yaml", "--safe", folder=folder)
    edited = text(folder).replace("note.txt", "other.txt")
    workflow(folder, edited)
    refused = calibrant("rollback", "a.workflow.yaml", folder=folder)
    assert refused.status == 2
    assert "--whole" in refused.err
    assert text(folder) == edited
    assert calibrant("rollback", "a.workflow.yaml", "--whole", folder=folder).status == 0
    assert text(folder) == FAULTY


def test_nothing_to_fix_and_nothing_to_take_back(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    folder.mkdir()
    good = "steps:\n  - {id: one, uses: data.map, with: {items: [1], to: '{{ item }}'}}\n"
    workflow(folder, good)
    assert "No fixes on offer" in calibrant("fix", "a.workflow.yaml", folder=folder).out
    done = calibrant("fix", "a.workflow.yaml", "--safe", folder=folder)
    assert done.status == 0
    assert "Nothing was changed." in done.out
    assert calibrant("rollback", "a.workflow.yaml", folder=folder).status == 2
    assert "run   completed" in calibrant("history", folder=folder).out
    assert text(folder) == good


def test_bytes_are_kept_and_come_back(folder: Path) -> None:
    data = b"\xef\xbb\xbf" + FAULTY.replace("\n", "\r\n").encode()
    path = folder / "a.workflow.yaml"
    path.write_bytes(data)
    path.chmod(0o640)
    assert calibrant("fix", "a.workflow.yaml", "--safe", folder=folder).status == 0
    assert path.read_bytes() == data.replace(b"note.tx'", b"note.txt'").replace(b"onne", b"one")
    assert path.stat().st_mode & 0o777 == 0o640
    assert calibrant("rollback", "a.workflow.yaml", folder=folder).status == 0
    assert path.read_bytes() == data


def test_other_names_of_a_file_keep_the_old_text_and_it_is_told(folder: Path) -> None:
    (folder / "other.txt").hardlink_to(folder / "a.workflow.yaml")
    done = calibrant("fix", "a.workflow.yaml", "--safe", folder=folder)
    assert "a.workflow.yaml: It has other names (hard links), which keep the old text.\n" in done.out
    assert (folder / "other.txt").read_text(encoding="utf-8") == FAULTY != text(folder)


@pytest.mark.parametrize(
    "typed", ["steps:\n  - {id: one, uses: file.read, with: {path: note", "steps:\n  - id: 'one\n", ""]
)
def test_what_no_fix_answers_is_not_called_nothing_to_do(folder: Path, typed: str) -> None:
    path = workflow(folder, typed)
    listed = calibrant("fix", path.name, folder=folder)
    safe = calibrant("fix", path.name, "--safe", folder=folder)
    for done in (listed, safe):
        assert done.status == 1
        assert "What is wrong is yours to mend. To see it: calibrant calibrate a.workflow.yaml\n" in done.out
        assert "nothing to do" not in done.out
    assert text(folder) == typed


def test_a_run_that_was_cut_short_says_so_and_is_no_success(folder: Path) -> None:
    slow = "steps:\n  - {id: one, run: sleep 20}\n"
    workflow(folder, slow)
    done = calibrant("fix", "a.workflow.yaml", "--safe", "--trust", folder=folder, env={"CALIBRANT_TIME_LIMIT": "1"})
    assert done.status == 1
    assert done.out.startswith("The run reached its time limit")
    assert "nothing to do" not in done.out
    assert text(folder) == slow


def test_the_example_is_repaired_and_restored(tmp_path: Path) -> None:
    folder = tmp_path / "urgent-mail"
    shutil.copytree(ROOT / "docs" / "examples" / "urgent-mail", folder)
    path = folder / "urgent-mail.workflow.yaml"
    before = path.read_bytes()
    done = calibrant("fix", path.name, "--safe", "--trust", folder=folder)
    assert done.out.count("Applied, verified:") >= 5, done.out
    assert path.read_bytes() != before
    assert calibrant("rollback", path.name, folder=folder).status == 0
    assert path.read_bytes() == before


def test_fixes_of_steps_that_may_not_run_are_applied_as_not_verified(folder: Path) -> None:
    workflow(folder, "steps:\n  - {id: one, run: touch ran, shel: bash}\n  - {id: two, run: touch ran, need: [one]}\n")
    done = calibrant("fix", "a.workflow.yaml", "--safe", folder=folder)
    assert "Applied, not verified: Change ‘shel’ to ‘shell’ (unknown-key)\n" in done.out
    assert "Not verified by a run: ‘one’, ‘two’ were not run.\n" in done.out
    assert not (folder / "ran").exists()
