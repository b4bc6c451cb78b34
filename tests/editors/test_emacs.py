"""Emacs with eglot, in a terminal, with the configuration of docs/editors.md: issues, a run, a fix, and back again."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from editors import github
from editors.installed import program
from editors.snippets import snippet
from editors.terminal import terminal

WORKFLOW = "urgent-mail.workflow.yaml"
DRIVE = Path(__file__).with_name("drive.el")


@pytest.fixture
def seen(example: Path, tmp_path: Path) -> dict[str, Any]:
    """What a person sees in Emacs who fixes the example and takes that back."""
    (tmp_path / "init.el").write_text(snippet("emacs"))
    told = tmp_path / "seen.json"
    environ = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "LC_ALL": "C.UTF-8",
        "CALIBRANT_STATE": str(tmp_path / "state"),
        "CALIBRANT_CONFIG": str(tmp_path / "none.toml"),
        "DRIVE_SEEN": str(told),
        "DRIVE_FILE": str(example / WORKFLOW),
        "DRIVE_CHECKED": str(github.written(tmp_path / "project")),
    }
    command: list[str | Path] = [program("emacs"), "-nw", "-Q", "-l", tmp_path / "init.el", "-l", DRIVE, WORKFLOW]
    with terminal(command, example, environ) as shown:
        shown.until(lambda: "done" in _read(told), "the end of what is done in Emacs", 90)
    return _read(told)


def _read(told: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(told.read_text()))
    except (FileNotFoundError, json.JSONDecodeError):  # not begun, or not written to its end
        return {}


def test_a_fix_is_applied_verified_by_a_run_and_rolled_back(seen: dict[str, Any], example: Path) -> None:
    assert "trouble" not in seen, seen["trouble"]
    assert seen["mode"] == "workflow-yaml-mode"
    assert any("file.write has no parameter called ‘contents’" in issue for issue in seen["reading"])
    assert not any("‘complaints.items’ is empty" in issue for issue in seen["reading"])
    assert any("There is no range called ‘UrgentMail’" in issue for issue in seen["running"])
    assert any("list of" in hint for hint in seen["hints"])
    assert seen["fixed"]
    assert seen["bytes-fixed"] == seen["bytes-after"].replace("urgnet", "urgent")
    assert seen["bytes-after"] == (Path(__file__).parents[2] / "docs/examples/urgent-mail" / WORKFLOW).read_text()
    assert (example / WORKFLOW).read_text() == seen["bytes-after"]
    assert seen["checked-mode"] == "workflow-yaml-mode"
    assert any("There is no step called ‘meat’" in issue for issue in seen["checked"]), seen["checked"]
