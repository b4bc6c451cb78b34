"""VS Code on a workflow of GitHub Actions: what is wrong in it, what mends it and takes that back, what can stand where."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from editors import github
from editors.conftest import Opener
from editors.test_vscode_repairs import roll_back
from editors.vscode import Window
from editors.workbench import Workbench
from editors.writing import Writing


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A workflow of GitHub Actions, in a repository of its own."""
    return github.written(tmp_path / "project")


@pytest.fixture
def window(configured: Workbench, opener: Opener, path: Path) -> Window:
    """A window on the repository, with the workflow open."""
    configured.configure(files__autoSave="off")
    shown = opener(path.parents[2])
    shown.open(path.name)
    return shown


def place(text: str, word: str) -> tuple[int, int]:
    """Return the line and the column, from 1, of a word in a text of the workflow."""
    at = github.TEXT.index(text) + text.index(word)
    return github.TEXT[:at].count("\n") + 1, at - github.TEXT.rfind("\n", 0, at)


def test_faults_are_marked_on_their_very_characters_and_listed_and_nothing_can_be_run(window: Window) -> None:
    for line, text, _ in github.FAULTS:
        window.wait_for_squiggle(line, text)
    assert {(one.line, one.text) for one in window.squiggles()} == {(line, text) for line, text, _ in github.FAULTS}
    expect(window.problems().filter(has_text="‘runs-no’ is not a key of a job")).to_contain_text("unknown-key")
    expect(window.status()).to_contain_text("3 errors")
    assert "Calibrant: Calibrate This Workflow" not in window.commands("Calibrant: ")


def test_a_quick_fix_is_applied_verified_and_rolled_back(window: Window, path: Path) -> None:
    window.wait_for_squiggle(8, "runs-no")
    window.go_to(*place("runs-no", "runs-no"))
    window.fix_that("Change ‘runs-no’ to ‘runs-on’").click()
    window.wait_for(lambda: {one.text for one in window.squiggles()} == {"meat", "bulid"}, "one fault less")
    mended = github.TEXT.replace("runs-no", "runs-on")
    window.save()
    window.wait_for_file(path, lambda found: found.decode() == mended)
    roll_back(window, "runs-on")
    expect(window.diff()).to_have_count(0)
    window.wait_for_line("    runs-no: ubuntu-latest")
    window.save()
    window.wait_for_file(path, lambda found: found.decode() == github.TEXT)


def test_what_can_stand_at_a_place_is_offered_while_one_types_and_told(window: Window) -> None:
    seen, keys = Writing(window), window.page.keyboard
    window.wait_for_squiggle(16, "meat")
    expect(seen.hover(*place("    runs-on: ubuntu-latest", "runs-on"))).to_contain_text("runner")
    window.go_to(*place("steps.meat", "meat"))
    for _ in "meat":
        keys.press("Delete")
    window.type("me")
    seen.choose("meta")
    window.wait_for_line('echo "${{ steps.meta.outputs.version }}"')
    for _ in ".outputs.version":
        keys.press("Delete")
    window.type(".outputs.")
    seen.choose("version")
    window.wait_for_line('echo "${{ steps.meta.outputs.version }}"')
    window.go_to(*place("    outputs:", "outputs"))
    keys.press("Home")
    keys.press("Control+Enter")
    window.type("timeo")
    seen.choose("timeout-minutes")
    window.wait_for_line("    timeout-minutes: ")


def test_the_language_that_something_else_gives_the_file_makes_no_difference(
    configured: Workbench, opener: Opener, path: Path
) -> None:
    configured.configure(files__associations={"**/.github/workflows/*.yml": "plaintext"})
    window = opener(path.parents[2])
    window.open(path.name)
    expect(window.page.locator('[id="status.editor.mode"]')).to_have_text("Plain Text")
    window.wait_for_squiggle(8, "runs-no")
