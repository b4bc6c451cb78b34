"""The way through a workflow's faults as a person goes it in VS Code: see, mend, look, take back."""

import re
from pathlib import Path

from playwright.sync_api import expect

from editors.conftest import EXAMPLE, WORKFLOW
from editors.vscode import Squiggle, Window

BEFORE = (EXAMPLE / WORKFLOW).read_bytes()


def calibrate(window: Window) -> None:
    """Run the workflow and wait for what only a run finds."""
    window.command("Calibrant: Calibrate This Workflow")
    window.wait_for_squiggle(80, "complaints.items")


def test_faults_are_marked_on_their_very_characters(window: Window) -> None:
    window.wait_for_squiggle(92, "contents")
    window.wait_for_squiggle(86, "apended")
    assert Squiggle("error", 92, 40, "urgnet") in window.squiggles()


def test_what_a_run_finds_is_marked_and_listed_among_the_problems(window: Window) -> None:
    calibrate(window)
    seen = window.squiggles()
    assert Squiggle("error", 31, 38, "UrgentMail") in seen
    assert Squiggle("error", 61, 18, "roster.content") in seen
    assert Squiggle("warning", 80, 56, "complaints.items") in seen
    row = window.problems().filter(has_text="There is no range called ‘UrgentMail’ in report.xlsx")
    expect(row).to_contain_text("unknown-range")
    expect(row).to_contain_text("[Ln 31, Col 38]")
    row.click()
    expect(window.page.locator(".part.statusbar")).to_contain_text("Ln 31, Col 48 (10 selected)")


def test_a_problem_says_what_is_wrong_when_hovered_and_leads_to_its_page(window: Window) -> None:
    window.wait_for_squiggle(86, "apended")
    shown = window.hover("apended")
    expect(shown).to_contain_text("‘log’ has no field called ‘apended’. It has: appended, range.")
    shown.locator("a", has_text="missing-field").first.click()
    expect(window.tab("missing-field.md")).to_be_visible()


def test_a_quick_fix_is_looked_at_before_it_is_applied_then_verified_and_rolled_back(
    window: Window, example: Path
) -> None:
    calibrate(window)
    window.go_to(52, 20)
    window.fix_that("Change ‘vip.csv’ to ‘vips.csv’ (tried: it works)").hover()
    window.page.keyboard.press("Control+Enter")
    preview = window.page.locator(".bulk-edit-panel")
    expect(preview).to_contain_text("vips.csv")
    assert "{path: vip.csv}" in "\n".join(window.lines())
    preview.get_by_role("button", name="Apply").click()
    window.wait_for_line("{path: vips.csv}")
    expect(window.lens("Roll back ‘Change ‘vip.csv’ to ‘vips.csv’’ (verified)")).to_be_visible()
    window.save()
    window.wait_for_file(example / WORKFLOW, lambda found: found == BEFORE.replace(b"vip.csv", b"vips.csv"))
    roll_back(window, "vips.csv")
    window.wait_for_line("{path: vip.csv}")
    window.save()
    window.wait_for_file(example / WORKFLOW, lambda found: found == BEFORE)


def test_a_literal_is_made_an_input(window: Window, example: Path) -> None:
    window.wait_for_squiggle(92, "contents")
    window.go_to(31, 20)
    window.quick_fixes("Control+Shift+R").filter(has_text="Make ‘report.xlsx’ the input ‘report_file’").first.click()
    window.wait_for_line('file: "{{ inputs.report_file }}"')
    window.save()
    window.wait_for_file(example / WORKFLOW, lambda found: b"report_file: {type: path, default: report.xlsx" in found)


def test_all_safe_fixes_are_applied_at_once_verified_and_taken_back_to_the_byte(window: Window, example: Path) -> None:
    calibrate(window)
    window.command("Calibrant: Apply All Safe Fixes")
    window.wait_for_line('content: "{{ inputs.team }}: {{ urgent.count }} urgent mails this week"')
    window.wait_for_line("{{ roster.content.people }}")
    expect(window.lens(re.compile(r"^Roll back ‘.*’ and 4 more \(verified\)"))).to_be_visible()
    window.save()
    window.wait_for_file(example / WORKFLOW, lambda found: b"vips.csv" in found)
    roll_back(window, "and 4 more")
    window.wait_for_line("{{ urgnet.count }}")
    window.save()
    window.wait_for_file(example / WORKFLOW, lambda found: found == BEFORE)


def roll_back(window: Window, fix: str | re.Pattern[str]) -> None:
    """Choose a change from the list, look at what will be taken back, and have it taken back."""
    window.command("Calibrant: Roll Back…")
    window.choose(fix)
    expect(window.diff()).to_be_visible()
    window.choose(re.compile(r"^\W*Roll Back"))
