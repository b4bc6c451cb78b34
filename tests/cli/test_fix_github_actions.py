"""Repairs of GitHub Actions files on the command line: tried by checking again, applied, remembered, and taken back."""

from pathlib import Path

import pytest

from cli.command import calibrant

PATH = ".github/workflows/ci.yml"
FAULTY = """\
on:
  push:
    branchs: [main]
jobs:
  build:
    run-on: ubuntu-latest   # kept
    outputs:
      made: ${{ steps.mak.outputs.x }}
    steps:
      - id: make
        run: echo "x=1" >> "$GITHUB_OUTPUT"\r
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    file = tmp_path / PATH
    file.parent.mkdir(parents=True)
    file.write_bytes(b"\xef\xbb\xbf" + FAULTY.encode())
    (tmp_path / ".git").mkdir()
    return tmp_path


def test_fixes_are_tried_by_checking_again_and_listed(folder: Path) -> None:
    done = calibrant("fix", PATH, folder=folder)
    assert done.status == 1
    assert "safe    Change ‘run-on’ to ‘runs-on’  [verified, checked again]" in done.out
    assert "review  Remove ‘run-on’  [tried: The job ‘build’ needs the key ‘runs-on’: where it runs.]" in done.out


def test_safe_fixes_are_applied_verified_and_taken_back_to_the_byte(folder: Path) -> None:
    before = (folder / PATH).read_bytes()
    done = calibrant("fix", PATH, "--safe", folder=folder)
    assert "Applied, verified: Change ‘run-on’ to ‘runs-on’ (unknown-key)" in done.out
    assert "Applied, verified: Change ‘mak’ to ‘make’ (unknown-step)" in done.out
    wanted = (
        before.replace(b"run-on", b"runs-on").replace(b"steps.mak.", b"steps.make.").replace(b"branchs", b"branches")
    )
    assert (folder / PATH).read_bytes() == wanted
    assert "verified      3 fixes" in calibrant("history", PATH, folder=folder).out
    assert calibrant("rollback", PATH, folder=folder).status == 0
    assert (folder / PATH).read_bytes() == before


def test_a_fix_that_brings_an_error_is_left_out_with_the_reason(folder: Path) -> None:
    offered = calibrant("fix", PATH, folder=folder).out
    (line,) = [line for line in offered.splitlines() if "Remove ‘run-on’" in line]
    number = line.split()[0]
    before = (folder / PATH).read_bytes()
    done = calibrant("fix", PATH, "--fix", number, folder=folder)
    assert done.status == 1
    assert "With it, there is a new error: The job ‘build’ needs the key ‘runs-on’" in done.out
    assert (folder / PATH).read_bytes() == before
    kept = calibrant("fix", PATH, "--fix", number, "--keep", folder=folder)
    assert "Remove ‘run-on’" in kept.out
    assert b"run-on" not in (folder / PATH).read_bytes()
    assert calibrant("rollback", PATH, folder=folder).status == 0
    assert (folder / PATH).read_bytes() == before


def test_what_a_wrong_name_hid_is_not_held_against_the_right_one(folder: Path) -> None:
    text = FAULTY.replace("\r", "").replace("branchs", "branches").replace("run-on", "runs-on").replace("mak.", "make.")
    later = "  deploy:\n    needs: [biuld]\n    runs-on: ubuntu-latest\n    steps:\n"
    later += "      - run: echo ${{ needs.build.outputs.other }}\n"
    (folder / PATH).write_text(text + later)
    done = calibrant("fix", PATH, "--safe", folder=folder)
    assert "Applied, verified: Change ‘biuld’ to ‘build’ (unknown-job)" in done.out
    assert "needs: [build]" in (folder / PATH).read_text()


def test_no_credential_is_in_a_diff(folder: Path) -> None:
    text = FAULTY.replace("\r", "").replace(
        "        run: echo", "        env: {API_TOKEN: q7Xk2Lr9vB4mZt81}\n        run: echo"
    )
    (folder / PATH).write_text(text)
    done = calibrant("fix", PATH, "--safe", "--dry-run", folder=folder)
    assert "+    runs-on: ubuntu-latest" in done.out
    assert "•••" in done.out
    assert "q7Xk2L" not in done.out + done.err
