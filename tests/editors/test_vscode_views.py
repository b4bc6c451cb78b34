"""What VS Code shows beside the text: the last result, the history, the difference before a rollback, first steps, snippets."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from editors.conftest import ROOT
from editors.vscode import Window

SMALL = ROOT / "editors" / "vscode" / "example"
WORKFLOW = "orders.workflow.yaml"
BEFORE = (SMALL / WORKFLOW).read_bytes()


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """A copy of the extension's own example: three faults, all of them mended by safe fixes."""
    folder = tmp_path / "orders"
    shutil.copytree(SMALL, folder)
    return folder


@pytest.fixture
def shown(opener: Callable[[Path | None], Window], orders: Path) -> Window:
    """A window on that example, with its workflow open and looked at."""
    window = opener(orders)
    window.open(WORKFLOW)
    window.wait_for_squiggle(8, "order.csv")
    window.wait_for_squiggle(20, "contents")
    return window


def calibrated(window: Window) -> Locator:
    """Run the workflow and open the last result from the line above the text; returns its rows."""
    window.command("Calibrant: Calibrate This Workflow")
    window.lens(re.compile("last result: 3 errors")).click()
    rows = window.view("Last Result")
    expect(rows.filter(has_text="Auto-repairs")).to_contain_text("3")
    expect(window.page.locator(".pane-body .monaco-list:focus .monaco-list-row.focused")).to_contain_text(
        "Auto-repairs"
    )
    return rows


def inline(row: Locator, title: str) -> None:
    """Click what shows at the end of a row while the pointer rests on it."""
    row.hover()
    row.get_by_role("button", name=title).click()


def open_up(window: Window, row: Locator) -> None:
    """Open a row of a tree, which may be drawn anew at that moment."""

    def is_open() -> bool:
        if row.get_attribute("aria-expanded") != "true":
            row.click()
        return row.get_attribute("aria-expanded") == "true"

    window.wait_for(is_open, "the row is open")


def fixed(window: Window) -> None:
    window.command("Calibrant: Apply All Safe Fixes")
    window.wait_for_line("path: orders.csv")
    expect(window.lens(re.compile(r"^Roll back .*\(verified\)"))).to_be_visible()


def test_a_result_shows_issues_in_groups_and_steps_and_a_click_goes_to_the_place(shown: Window) -> None:
    rows = calibrated(shown)
    row = rows.filter(has_text="There is no step called ‘order’")
    expect(row).to_contain_text("paid · line 13 · unknown-step")
    row.click()
    expect(shown.page.locator(".part.statusbar")).to_contain_text("Ln 13, Col 23 (5 selected)")
    open_up(shown, rows.filter(has_text="Steps"))
    rows.filter(has_text="failed").filter(has_text="summary").click()
    expect(shown.page.locator(".part.statusbar")).to_contain_text("Ln 16, Col 16 (7 selected)")


def test_a_click_goes_to_where_the_issue_is_now(shown: Window) -> None:
    rows = calibrated(shown)
    shown.go_to(5, 1)
    shown.type("x-note: here\n")
    shown.wait_for_line("x-note: here")
    rows.filter(has_text="There is no file ‘order.csv’").click()
    expect(shown.page.locator(".part.statusbar")).to_contain_text("Ln 9, Col 27 (9 selected)")


def test_an_issue_is_mended_and_explained_from_its_row(shown: Window) -> None:
    rows = calibrated(shown)
    inline(rows.filter(has_text="no parameter called ‘contents’"), "Explain This Issue")
    expect(shown.tab("unknown-parameter.md")).to_be_visible()
    inline(rows.filter(has_text="There is no file ‘order.csv’"), "Fix This")
    expect(rows.filter(has_text="Auto-repairs")).to_contain_text("2")
    shown.open(WORKFLOW)
    shown.wait_for_line("path: orders.csv")


def test_the_history_shows_runs_and_changes_and_takes_one_back_after_its_difference(
    shown: Window, orders: Path
) -> None:
    calibrated(shown)
    fixed(shown)
    shown.command("Calibrant: History…")
    entries = shown.view("History")
    change = entries.filter(has_text=re.compile("^Change .* and 2 more"))
    expect(change).to_contain_text("verified")
    entries.filter(has_text="3 errors").first.click()
    expect(shown.view("Last Result").filter(has_text="Auto-repairs")).to_contain_text("3")
    inline(change, "Roll Back")
    expect(shown.diff()).to_be_visible()
    shown.choose("Cancel")
    expect(shown.diff()).to_have_count(0)
    shown.wait_for_line("path: orders.csv")
    inline(change, "Roll Back")
    shown.choose(re.compile(r"^\W*Roll Back"))
    expect(shown.diff()).to_have_count(0)
    shown.wait_for_notification("Rolled back: Change")
    expect(change).to_contain_text("rolled back")
    shown.save()
    shown.wait_for_file(orders / WORKFLOW, lambda found: found == BEFORE)


def test_the_line_that_rolls_back_shows_the_difference_first(shown: Window, orders: Path) -> None:
    fixed(shown)
    shown.lens(re.compile(r"^Roll back .*\(verified\)")).click()
    expect(shown.diff()).to_be_visible()
    shown.choose(re.compile(r"^\W*Roll Back"))
    shown.wait_for_notification("Rolled back: Change")
    shown.save()
    shown.wait_for_file(orders / WORKFLOW, lambda found: found == BEFORE)


def test_where_the_fix_was_edited_the_whole_backup_is_offered(shown: Window, orders: Path) -> None:
    fixed(shown)
    shown.go_to(8, 20)
    shown.type("xx")
    shown.wait_for_line("path: orxxders.csv")
    shown.command("Calibrant: Roll Back…")
    shown.choose(re.compile("Change "))
    dialog = shown.page.locator(".monaco-dialog-box")
    expect(dialog).to_contain_text("was edited since where the fix had changed it (line 8 then)")
    dialog.get_by_role("button", name="Restore the Whole Backup").click()
    expect(shown.diff()).to_be_visible()
    shown.choose("Restore the Whole Backup")
    expect(shown.diff()).to_have_count(0)
    shown.wait_for_line("path: order.csv")
    shown.save()
    shown.wait_for_file(orders / WORKFLOW, lambda found: found == BEFORE)


def test_without_a_change_there_is_nothing_to_roll_back(shown: Window) -> None:
    shown.command("Calibrant: Roll Back…")
    shown.wait_for_notification(f"No change by Calibrant stands in {WORKFLOW}.")


def test_the_example_is_put_into_a_folder_and_opened(opener: Callable[[Path | None], Window], tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    (folder / "a.workflow.yaml").write_text("steps: []\n")
    window = opener(folder)
    window.open("a.workflow.yaml")
    for name in ("calibrant-example", "calibrant-example-2"):
        window.command("Calibrant: Open Example…")
        expect(window.quick_input()).to_have_value(f"{folder}/")
        window.page.get_by_role("button", name="Put the Example Here").click()
        window.wait_for(lambda name=name: (folder / name / WORKFLOW).exists(), f"{name} in the folder")  # type: ignore[misc]
        window.wait_for_squiggle(20, "contents")
    assert (folder / "calibrant-example" / WORKFLOW).read_bytes() == BEFORE


def test_without_a_folder_the_example_gets_a_window(opener: Callable[[Path | None], Window], tmp_path: Path) -> None:
    window = opener(None)
    window.command("Calibrant: Open Example…")
    expect(window.page.get_by_role("option", name="..")).to_be_visible()  # the folder it begins in was read
    window.quick_input().fill(f"{tmp_path}/")
    window.page.get_by_role("button", name="Put the Example Here").click()
    expect(window.tab(WORKFLOW)).to_be_visible()
    window.wait_for_squiggle(20, "contents")
    assert (tmp_path / "calibrant-example" / WORKFLOW).read_bytes() == BEFORE


def test_first_steps_that_are_done_are_ticked(shown: Window) -> None:
    calibrated(shown)
    shown.command("Calibrant: Get Started")
    ticked = shown.page.locator(".getting-started-step").filter(has=shown.page.locator(".codicon.complete"))
    expect(ticked).to_have_count(3)
    expect(ticked.nth(2)).to_contain_text("Calibrate it")


def test_from_the_first_steps_it_is_asked_which_of_several_open_workflows_is_meant(shown: Window, orders: Path) -> None:
    shutil.copy(orders / WORKFLOW, orders / "other.workflow.yaml")
    shown.page.keyboard.press("Control+K")
    shown.page.keyboard.press("Enter")  # the tab stays
    shown.open("other.workflow.yaml")
    shown.command("Calibrant: Get Started")
    shown.page.locator(".getting-started-step").filter(has_text="Calibrate it").click()
    shown.page.get_by_role("button", name="Calibrate This Workflow").first.click()
    expect(shown.page.locator(".quick-input-widget input")).to_have_attribute(
        "placeholder", "Which of the open workflows?"
    )
    shown.choose("other.workflow.yaml")
    shown.open("other.workflow.yaml")
    expect(shown.lens(re.compile("last result: 3 errors"))).to_be_visible()
    shown.open(WORKFLOW)
    expect(shown.lens("Calibrate")).to_be_visible()
    expect(shown.lens("last result")).to_have_count(0)


@pytest.mark.parametrize("suffix", ["yaml", "json"])
def test_a_snippet_makes_a_workflow(opener: Callable[[Path | None], Window], tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"new.workflow.{suffix}").write_text("")
    window = opener(tmp_path)
    window.open(f"new.workflow.{suffix}")
    window.type("workf")
    window.page.keyboard.press("Control+Space")
    widget = window.page.locator(".suggest-widget.visible .monaco-list-row").filter(has_text="workflow").first
    widget.wait_for()
    window.page.keyboard.press("Enter")
    name = '"name": "new",' if suffix == "json" else "name: new"
    window.wait_for_line(name)
    window.wait_for_line("data.json")
