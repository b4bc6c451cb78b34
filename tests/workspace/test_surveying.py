"""What a survey sees of a real disk: bounded, without following links out of the folder, without waiting for anything."""

import os
import sys
from pathlib import Path

import pytest

from calibrant.workspace import surveying
from calibrant.workspace.surveying import DiskFiles, DiskMachine, is_evidence, survey_of

UNIX = pytest.mark.skipif(sys.platform == "win32", reason="links, pipes and modes of Unix")


def tree(root: Path, **files: str) -> Path:
    for name, content in files.items():
        path = root / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return root


def test_one_walk_names_everything_but_what_environments_and_caches_hold(tmp_path: Path) -> None:
    (tmp_path / "named" / "conda-meta").mkdir(parents=True)
    for name in (
        "a.py",
        "src/b.py",
        "node_modules/x/package.json",
        ".venv/bin/python",
        "__pycache__/c.pyc",
        ".git/HEAD",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")
    survey = survey_of(tmp_path, {})
    assert survey.files == {"a.py", "src/", "src/b.py", "node_modules/", ".venv/", "__pycache__/", ".git/", "named/"}
    assert survey.closed == {"node_modules/", ".venv/", "__pycache__/", ".git/", "named/"}
    assert survey.whole
    assert survey.lacks("src/c.py")
    assert survey.lacks("gone/c.py")
    assert not survey.lacks("src")
    assert not survey.lacks("src/b.py")
    assert not survey.lacks(".venv/bin/pytest"), "what is closed may hold anything"


@UNIX
def test_links_never_lead_out(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    tree(outside, go_dot_mod="module secret\n", secret="TOKEN=1")
    tree(inside, own="text")
    (inside / "folder").symlink_to(outside)
    (inside / "pyproject.toml").symlink_to(outside / "secret")
    (inside / "go.mod").symlink_to("../outside/go.mod")
    (inside / "round").symlink_to("round")
    (inside / "alias").symlink_to("own")
    files = DiskFiles(inside)
    assert (
        files.read("pyproject.toml")
        == files.read("go.mod")
        == files.read("folder/secret")
        == files.read("../outside/secret")
        == ""
    )
    assert files.read("alias") == files.read("own") == "text"
    assert files.listed("folder") == files.listed("..") == files.listed("/etc") == ()
    assert not files.holds("folder/secret")
    assert files.holds("folder")
    assert "folder/" in files.closed()
    assert "round" in files.names()
    assert not any("secret" in one.root for one in survey_of(inside, {}).toolchains)


@UNIX
def test_special_files_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pyproject.toml")
    os.mkfifo(tmp_path / "package.json")
    (tmp_path / "go.mod").symlink_to("/dev/zero")
    (tmp_path / "Cargo.toml").mkdir()
    survey = survey_of(tmp_path, {})
    assert all(one.confidence < 0.5 for one in survey.toolchains)
    assert DiskMachine({}).read("/dev/zero") == DiskMachine({}).read(str(tmp_path / "package.json")) == ""


def test_sizes_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path, large="x" * 2_000, a="x" * 900, b="y" * 900)
    monkeypatch.setattr(surveying, "MAX_FILE", 1_000)
    monkeypatch.setattr(surveying, "MAX_READ", 1_500)
    files = DiskFiles(tmp_path)
    assert [len(files.read(name)) for name in ("large", "a", "b")] == [0, 900, 0]
    monkeypatch.setattr(surveying, "MAX_ENTRIES", 2)
    assert not DiskFiles(tmp_path).whole()
    assert not survey_of(tmp_path, {}).lacks("nothing"), "what was not looked at may be there"


def test_depth_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a" / "b" / "c" / "d").mkdir(parents=True)
    monkeypatch.setattr(surveying, "MAX_DEPTH", 2)
    files = DiskFiles(tmp_path)
    assert list(files.names()) == ["a/", "a/b/", "a/b/c/"]
    assert list(files.closed()) == ["a/b/c/"]


def test_texts_of_other_encodings(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_bytes("requests\r\nFlask\r\n".encode("utf-16"))
    (tmp_path / "setup.py").write_bytes(b"\xff\x00\x01")
    (tmp_path / "pyproject.toml").write_bytes(b"\xef\xbb\xbf[project]\nname = 'a\xe9'\n")
    survey = survey_of(tmp_path, {})
    assert survey.toolchains[0].packages == {"requests", "flask"}
    assert survey.toolchains[0].manifest == "pyproject.toml"


@UNIX
def test_folders_that_may_not_be_read_are_closed(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0)
    (tmp_path / "go.mod").write_text("module a\n", encoding="utf-8")
    (tmp_path / "go.mod").chmod(0)
    try:
        if os.access(tmp_path / "locked", os.R_OK):
            pytest.skip("this user may read everything")
        survey = survey_of(tmp_path, {})
        assert survey.closed == {"locked/"}
        assert survey.toolchains[0].confidence < 0.5
    finally:
        (tmp_path / "locked").chmod(0o700)


def test_a_folder_that_is_not_there_is_empty(tmp_path: Path) -> None:
    survey = survey_of(tmp_path / "nowhere", {})
    assert (survey.toolchains, survey.files) == ((), frozenset())


@UNIX
def test_programs_are_found_by_path_without_its_relative_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = tmp_path / "usr" / "python3.11"
    real.parent.mkdir()
    real.write_text("", encoding="utf-8")
    real.chmod(0o755)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python3").symlink_to(real)
    (tmp_path / "bin" / "notes").write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    machine = DiskMachine({"PATH": f"bin:.::{tmp_path / 'bin'}"})
    assert machine.program("python3") == str(real.resolve())
    assert (
        machine.program("notes")
        == machine.program("gone")
        == machine.program("")
        == machine.program("../usr/python3.11")
        == ""
    )
    assert DiskMachine({"PATH": "bin"}).program("python3") == ""
    for elsewhere in (f"/{tmp_path}/bin", "\\\\host\\share", "//host/share", "/net/host/x", "bin", ""):
        assert list(DiskMachine({}).listed(elsewhere)) == []
        assert DiskMachine({}).read(elsewhere) == ""
    assert DiskMachine({}).program("python3") == ""


@UNIX
def test_nothing_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs that would leave a mark are all that PATH has, and in the workspace's environment; none is called."""
    programs = tmp_path / "bin"
    work = tmp_path / "work"
    tree(
        work,
        pyproject_dot_toml="[project]\nname='a'\n",
        go_dot_mod="module a\n",
        package_dot_json="{}",
        Cargo_dot_toml="[package]\n",
    )
    tree(work, Gemfile="gem 'a'\n", pom_dot_xml="<project/>", Makefile="test:\n\techo\n")
    (work / ".venv" / "bin").mkdir(parents=True)
    (work / ".venv" / "pyvenv.cfg").write_text("version = 3.11.1\n", encoding="utf-8")
    programs.mkdir()
    for folder in (programs, work / ".venv" / "bin"):
        for name in (
            "python",
            "python3",
            "go",
            "node",
            "npm",
            "cargo",
            "rustc",
            "ruby",
            "bundle",
            "java",
            "mvn",
            "make",
            "uv",
        ):
            (folder / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/started\n", encoding="utf-8")
            (folder / name).chmod(0o755)
    survey = survey_of(work, {"PATH": str(programs), "HOME": str(tmp_path / "home")})
    assert {one.ecosystem for one in survey.toolchains} >= {"python", "go", "rust", "ruby"}
    assert not (tmp_path / "started").exists()


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("a/b/pyproject.toml", True),
        ("uv.lock", True),
        ("docs/requirements-dev.txt", True),
        ("x.gemspec", True),
        ("Makefile", True),
        (".venv/pyvenv.cfg", True),
        ("src/main.py", False),
        ("README.md", False),
        ("pyproject.toml.bak", False),
    ],
)
def test_evidence_is_told_by_names(path: str, counts: bool) -> None:
    assert is_evidence(path) is counts
