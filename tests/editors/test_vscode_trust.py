"""A folder that is not trusted: checked, but nothing of it is executed, until the user says so."""

import json
import shlex
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from editors.conftest import WORKFLOW, Opener
from editors.vscode import Window
from editors.workbench import Workbench


@pytest.fixture
def hostile(example: Path) -> Path:
    """A folder that brings its own server, environment and settings; it notes whether any of them was executed."""
    for name in ("server", ".venv/bin/python", ".venv/bin/calibrant"):
        program = example / name
        program.parent.mkdir(parents=True, exist_ok=True)
        module = "" if name.endswith("python") else "-m calibrant "
        script = f'#!/bin/sh\ntouch {shlex.quote(str(example / "executed"))}\nexec {shlex.quote(sys.executable)} {module}"$@"\n'
        program.write_text(script, encoding="utf-8")
        program.chmod(0o755)
    (example / ".vscode").mkdir()
    settings = '{"calibrant.server.path": "${workspaceFolder}/server", "calibrant.execute": "unsandboxed"}'
    (example / ".vscode" / "settings.json").write_text(settings, encoding="utf-8")
    return example


def refuse(window: Window) -> None:
    window.page.get_by_role("button", name="No, I don't trust the authors").click()
    expect(window.page.locator(".part.statusbar")).to_contain_text("Restricted Mode")


def test_a_folder_that_is_not_trusted_is_checked_and_executes_nothing_until_trust_is_granted(
    configured: Workbench, opener: Opener, hostile: Path
) -> None:
    configured.configure(security__workspace__trust__enabled=True, security__workspace__trust__startupPrompt="always")
    window = opener(hostile)
    refuse(window)
    window.open(WORKFLOW)
    window.wait_for_squiggle(92, "contents")
    window.command("Calibrant: Calibrate This Workflow")
    window.wait_for_squiggle(80, "complaints.items")
    assert not any(mark.line in {66, 95} for mark in window.squiggles())
    assert not (hostile / "executed").exists()
    window.command("Calibrant: Trust This Workspace")
    window.page.get_by_role("button", name="Trust", exact=True).first.click()
    window.wait_for((hostile / "executed").exists, "the workspace's own server at work")
    window.open(WORKFLOW)
    window.command("Calibrant: Calibrate This Workflow")
    window.wait_for_squiggle(66, '"{{ inputs.status_page }}/status"')


def test_trust_is_asked_for_where_a_run_left_out_commands(window: Window) -> None:
    window.wait_for_squiggle(92, "contents")
    window.command("Calibrant: Calibrate This Workflow")
    message = window.wait_for_notification("Not everything in urgent-mail.workflow.yaml was run")
    message.get_by_role("button", name="Trust this workspace").click()
    window.wait_for_squiggle(66, '"{{ inputs.status_page }}/status"')
    window.wait_for_squiggle(95, "python3 checks/check_report.py")


def test_a_workspace_that_is_trusted_opens_no_folder_by_its_settings_but_the_user_does(
    configured: Workbench, opener: Opener, tmp_path: Path
) -> None:
    workspace, outside = tmp_path / "workspace", tmp_path / "outside.txt"
    (workspace / ".vscode").mkdir(parents=True)
    outside.write_text("private", encoding="utf-8")
    (workspace / "read.workflow.yaml").write_text(
        f"name: read\nsteps:\n  - id: look\n    uses: file.read\n    with: {{path: {outside}}}\n", encoding="utf-8"
    )
    opened = {"calibrant.openPaths": [str(tmp_path)]}
    settings = json.dumps(opened | {"[calibrant]": opened, "calibrant.server.path": None})
    (workspace / ".vscode" / "settings.json").write_text(settings, encoding="utf-8")
    window = opener(workspace)
    window.open("read.workflow.yaml")
    window.command("Calibrant: Calibrate This Workflow")
    window.wait_for_squiggle(5, str(outside))
    expect(window.lens("last result")).to_contain_text("1 error")
    user = (
        configured.home / "user" / "Machine" / "settings.json"
    )  # what is the machine's is set there, seen from a browser
    user.parent.mkdir(exist_ok=True)
    user.write_text(json.dumps(opened), encoding="utf-8")
    try:
        window.reload()
        window.open("read.workflow.yaml")
        window.command("Calibrant: Calibrate This Workflow")
        expect(window.lens("last result")).to_contain_text("no issues")
        assert not window.squiggles()
    finally:
        user.unlink()
