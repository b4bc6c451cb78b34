"""Helix, in a terminal, with the configuration of docs/editors.md: issues, a fix, a run, and back again."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from editors import github
from editors.installed import program
from editors.snippets import snippet
from editors.terminal import Terminal, terminal

WORKFLOW = "urgent-mail.workflow.yaml"


def environment(tmp_path: Path) -> dict[str, str]:
    """Return the environment of Helix with the configuration of the docs."""
    folder = tmp_path / "config" / "helix"
    folder.mkdir(parents=True)
    (folder / "languages.toml").write_text(snippet("helix"))
    (folder / "config.toml").write_text(snippet("helix keys"))
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "CALIBRANT_STATE": str(tmp_path / "state"),
        "CALIBRANT_CONFIG": str(tmp_path / "none.toml"),
    }


@pytest.fixture
def helix(example: Path, tmp_path: Path) -> Iterator[Terminal]:
    """Helix on the example, with a log of all that goes to and from the server."""
    command: list[str | Path] = [program("hx"), "-v", "--log", tmp_path / "helix.log", WORKFLOW]
    with terminal(command, example, environment(tmp_path)) as shown:
        yield shown


def test_a_workflow_of_github_actions_is_checked_and_mended(tmp_path: Path) -> None:
    path = github.written(tmp_path / "project")
    command: list[str | Path] = [program("hx"), "-v", "--log", tmp_path / "helix.log", path]
    with terminal(command, tmp_path / "project", environment(tmp_path)) as helix:
        helix.until(lambda: "‘runs-no’ is not a key of a job" in helix.text(), "an issue beside its line")
        helix.type("/runs-no\r")
        helix.type(" a")
        helix.until(lambda: "Change ‘runs-no’ to ‘runs-on’" in helix.text(), "the fix in the list")
        helix.type("\r")
        helix.type(":w\r")
        mended = github.TEXT.replace("runs-no", "runs-on")
        helix.until(lambda: path.read_text(encoding="utf-8") == mended, "the fixed file")


def test_a_fix_is_applied_verified_by_a_run_and_rolled_back(helix: Terminal, example: Path, tmp_path: Path) -> None:
    file, log = example / WORKFLOW, tmp_path / "helix.log"
    before = file.read_bytes()

    def said(part: str) -> int:
        return log.read_text(encoding="utf-8", errors="replace").count(part) if log.exists() else 0

    helix.until(lambda: "has no field called ‘received’" in helix.text(), "an issue beside its line")
    helix.type(" xc")
    helix.until(lambda: "Trust this workspace" in helix.text(), "the question for trust, after the run")
    helix.type("\r")  # as someone does who is typing when it comes
    helix.until(lambda: said('"result":{"title":"Not now"}'), "the harmless answer")
    helix.until(
        lambda: said("complaints.items’ is empty") or said(r"complaints.items\u2019 is empty"), "what only a run finds"
    )
    helix.type("/urgnet\r")
    helix.type(" a")
    helix.until(lambda: "Change ‘urgnet’ to ‘urgent’" in helix.text(), "the fix in the list")
    helix.type("\r")
    helix.until(lambda: said('"command":"calibrant.applied"'), "word that the fix was applied")
    helix.type(":w\r")
    helix.until(lambda: file.read_bytes() == before.replace(b"urgnet", b"urgent"), "the fixed file")
    helix.type(" xr")
    helix.until(lambda: said('"applied":true'), "the rollback's edit")
    helix.type(":w\r")
    helix.until(lambda: file.read_bytes() == before, "the file as it was")
