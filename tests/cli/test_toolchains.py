"""`calibrant toolchains` as people and scripts use it."""

import os
import sys
from pathlib import Path

import pytest

from cli.command import calibrant

KEYS = ["ecosystem", "manager", "root", "confidence", "evidence", "versions", "environment", "commands"]


def project(folder: Path) -> None:
    (folder / "api").mkdir()
    (folder / "api" / "pyproject.toml").write_text(
        '[project]\nname = "api"\nrequires-python = ">=3.11"\n\n[tool.pytest.ini_options]\n'
    )
    (folder / "api" / "uv.lock").write_text("version = 1\n")
    (folder / "api" / "poetry.lock").write_text("")
    (folder / "tool").mkdir()
    (folder / "tool" / "go.mod").write_text("module example.org/tool\n\ngo 1.21\n")


def test_as_text(tmp_path: Path) -> None:
    project(tmp_path)
    done = calibrant("toolchains", folder=tmp_path)
    assert (done.status, done.err) == (0, "")
    assert "api  python, uv · confidence 0." in done.out
    assert "  test         uv run pytest" in done.out
    assert "  because      +0.90  api/uv.lock: lock file of uv" in done.out
    assert "  but          api/uv.lock (lock file of uv) speaks for uv, api/poetry.lock" in done.out
    assert ">=3.11 (api/pyproject.toml) is asked for" in done.out
    assert done.out.endswith("2 toolchains in 2 folders.\n")
    assert "\x1b" not in done.out
    assert not (tmp_path.parent / f"{tmp_path.name}-state").exists(), "it writes nothing"


def test_as_json(tmp_path: Path) -> None:
    project(tmp_path)
    found = calibrant("toolchains", str(tmp_path), "--format", "json", folder=tmp_path.parent).json
    assert [one["root"] for one in found] == ["api", "tool"]
    for one in found:
        assert list(one)[: len(KEYS)] == KEYS
        assert list(one["commands"]) == ["install", "test", "lint", "typecheck", "build", "format"]
        assert set(one["versions"]) == {"asked", "found"}
    assert found[0]["environment"] is None
    assert found[0]["commands"]["build"] is None
    assert calibrant("toolchains", "tool", "--format", "json", folder=tmp_path).json[0]["root"] == "."


def test_nothing_found_is_said_and_is_no_fault(tmp_path: Path) -> None:
    done = calibrant("toolchains", folder=tmp_path)
    assert done.status == 0
    assert done.out.startswith("No toolchain was found: there is no manifest to read, such as pyproject.toml")
    assert calibrant("toolchains", "--format", "json", folder=tmp_path).json == []


@pytest.mark.parametrize("words", [("nowhere",), ("file",), (".", "--format", "xml")])
def test_wrong_usage(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "file").write_text("")
    done = calibrant("toolchains", *words, folder=tmp_path)
    assert done.status == 2
    assert "Error: Invalid value" in done.err
    done.must_be_calm()


@pytest.mark.skipif(sys.platform == "win32", reason="modes of Unix")
def test_a_folder_that_may_not_be_read(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0)
    if os.access(locked, os.R_OK):
        pytest.skip("this user may read everything")
    done = calibrant("toolchains", "locked", folder=tmp_path)
    assert done.status == 2
    assert "‘locked’" in done.err


@pytest.mark.skipif(sys.platform == "win32", reason="such names are not allowed there")
def test_hostile_names_do_not_steer_a_terminal(tmp_path: Path) -> None:
    folder = tmp_path / "a\x1b[2J\n\u202eb"
    folder.mkdir()
    (folder / "go.mod").write_text("module x\n\ngo 1.\x1b[31m\n")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff")).mkdir()
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff/go.mod")).write_text("module y\n")
    done = calibrant("toolchains", folder=tmp_path)
    assert done.status == 0
    assert "\x1b" not in done.out
    assert "\u202e" not in done.out
    assert calibrant("toolchains", "--format", "json", folder=tmp_path).status == 0


def test_help_teaches(tmp_path: Path) -> None:
    done = calibrant("toolchains", "--help", folder=tmp_path)
    assert "calibrant toolchains services/api" in done.out
    assert "no tool is started" in done.out
