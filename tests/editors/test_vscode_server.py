"""A language server that dies, is not there, or is the wrong one: what VS Code tells, and how it goes on."""

import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from editors.conftest import ROOT, WORKFLOW, Opener
from editors.vscode import Window
from editors.workbench import Workbench

# A server of a time when there were no commands.
OLD = """\
import sys
from pygls.lsp.server import LanguageServer
if "--version" in sys.argv:
    print("calibrant, version 0.0.1")
else:
    LanguageServer("calibrant", "0.0.1").start_io()
"""


def opened(opener: Opener, folder: Path) -> Window:
    window = opener(folder)
    window.open(WORKFLOW)
    return window


def test_a_server_that_was_killed_is_started_again_and_the_user_is_told(
    configured: Workbench, opener: Opener, example: Path
) -> None:
    configured.provide_calibrant(mortal=True)
    window = opened(opener, example)
    window.wait_for_squiggle(92, "contents")
    configured.kill_server()
    window.wait_for_notification("Calibrant’s server ended unexpectedly")
    window.go_to(92, 41)
    window.fix_that("Change ‘urgnet’ to ‘urgent’").click()
    window.wait_for_line("{{ urgent.count }} urgent mails this week")
    window.wait_for(lambda: not any(mark.text == "urgnet" for mark in window.squiggles()), "the mark gone")


def test_a_server_that_is_not_there_is_missed_in_words_and_found_after_a_restart(
    configured: Workbench, opener: Opener, example: Path
) -> None:
    configured.calibrant.unlink()
    window = opened(opener, example)
    message = window.wait_for_notification("Calibrant’s server was not found")
    expect(message.get_by_role("button", name="Install…")).to_be_visible()
    expect(window.status()).to_be_visible()
    configured.provide_calibrant()
    window.command("Calibrant: Restart Server")
    window.wait_for_squiggle(92, "contents")


@pytest.fixture
def packages(configured: Workbench, tmp_path: Path) -> Iterator[None]:
    """What the server needs, at hand for pip, which reaches nothing else; no Python but this one is found."""
    wheels = tmp_path / "wheels"
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--wheel-dir", str(wheels), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"pip cannot fetch what the server needs: {done.stderr[-500:]}")
    configuration = Path(configured.environment["XDG_CONFIG_HOME"]) / "pip" / "pip.conf"
    configuration.parent.mkdir(exist_ok=True)
    configuration.write_text(f"[global]\nno-index = true\nfind-links = {wheels}\n", encoding="utf-8")
    python = configured.calibrant.with_name("python3")
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    yield
    python.unlink()
    configuration.unlink()
    for environment in configured.home.glob("user/User/globalStorage/calibrant.calibrant/environment-*"):
        shutil.rmtree(environment)


@pytest.mark.usefixtures("packages")
def test_the_server_that_comes_along_is_installed_and_used(
    configured: Workbench, opener: Opener, example: Path
) -> None:
    configured.calibrant.unlink()
    window = opened(opener, example)
    window.wait_for_notification("Calibrant’s server was not found").get_by_role("button", name="Install…").click()
    window.page.locator(".monaco-dialog-box").get_by_role("button", name="Install").click()
    window.wait_for_notification("is installed.")
    window.wait_for_squiggle(92, "contents")


def test_an_installation_that_cannot_be_done_says_so_and_leaves_nothing(
    configured: Workbench, opener: Opener, example: Path
) -> None:
    configured.calibrant.unlink()
    configured.configure(calibrant__server__package=str(example / "no-such-package"))
    window = opened(opener, example)
    window.wait_for_notification("Calibrant’s server was not found").get_by_role("button", name="Install…").click()
    dialog = window.page.locator(".monaco-dialog-box")
    expect(dialog).to_contain_text("A Python environment is made in")
    dialog.get_by_role("button", name="Install").click()
    window.wait_for_notification("could not be installed")


def test_a_server_that_is_too_old_is_named_with_how_to_upgrade_it(
    configured: Workbench, opener: Opener, example: Path
) -> None:
    old = example.parent / "old.py"
    old.write_text(OLD, encoding="utf-8")
    configured.calibrant.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {old} "$@"\n', encoding="utf-8")
    window = opened(opener, example)
    message = window.wait_for_notification("version 0.0.1, which is too old for this extension")
    expect(message).to_contain_text("or let the extension install its own")


def test_a_server_that_may_not_be_run_is_told(configured: Workbench, opener: Opener, example: Path) -> None:
    program = example.parent / "calibrant"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o644)
    configured.configure(calibrant__server__path=str(program))
    window = opened(opener, example)
    message = window.wait_for_notification("may not be run by you. Make it executable (chmod +x)")
    message.get_by_role("button", name="Open Setting").click()
    expect(window.page.locator(".settings-editor .settings-tree-container")).to_contain_text("Server: Path")


def test_a_python_that_is_too_old_is_told(configured: Workbench, opener: Opener, example: Path) -> None:
    python = example.parent / "python3.9"
    python.write_text(
        '#!/bin/sh\ncase "$*" in *version_info*) echo 3.9.2;; *) echo "SyntaxError" >&2; exit 1;; esac\n',
        encoding="utf-8",
    )
    python.chmod(0o755)
    configured.configure(calibrant__server__path=str(python))
    window = opened(opener, example)
    window.wait_for_notification("needs Python 3.11 or newer, but")


def test_a_setting_that_names_nothing_is_told(configured: Workbench, opener: Opener, example: Path) -> None:
    configured.configure(calibrant__server__path="/nowhere/calibrant")
    window = opened(opener, example)
    window.wait_for_notification("There is no Calibrant server at /nowhere/calibrant")
