"""What a run found and did, as the side bar of VS Code shows it."""

import re
from pathlib import Path

from playwright.sync_api import expect

from editors.vscode import Window


def test_the_last_result_is_a_tree_whose_rows_lead_to_their_places(window: Window) -> None:
    window.wait_for_squiggle(92, "contents")
    window.command("Calibrant: Calibrate This Workflow")
    window.wait_for_squiggle(80, "complaints.items")
    window.command("Calibrant: Show Last Result")
    rows = window.view("Last Result")
    expect(rows.filter(has_text=re.compile("^Auto-repairs"))).to_contain_text("10")
    rows.filter(has_text="There is no range called ‘UrgentMail’").click()
    expect(window.page.locator(".part.statusbar")).to_contain_text("Ln 31, Col 48 (10 selected)")
    rows.filter(has_text=re.compile("^Steps")).click()
    expect(rows.filter(has_text=re.compile("^roster"))).to_contain_text("completed")
    rows.filter(has_text=re.compile("^matched")).click()
    window.wait_for(
        lambda: "Ln 43" in (window.page.locator(".part.statusbar").text_content() or ""), "the step at line 43"
    )


def test_the_status_bar_tells_what_was_found_and_a_click_offers_what_can_be_done(window: Window) -> None:
    window.wait_for_squiggle(92, "contents")
    window.command("Calibrant: Calibrate This Workflow")
    expect(window.status()).to_contain_text("9 errors, 1 warning")
    window.status().click()
    expect(window.choices().filter(has_text="Apply All Safe Fixes")).to_be_visible()
    window.choose("Show Last Result")
    expect(window.view("Last Result").first).to_be_visible()


def test_commands_about_a_workflow_are_offered_only_in_one(window: Window, example: Path) -> None:
    window.wait_for_squiggle(92, "contents")
    assert "Calibrant: Calibrate This Workflow" in window.commands("Calibrant: ")
    window.open("vips.csv")
    window.wait_for(
        lambda: "Calibrant: Calibrate This Workflow" not in window.commands("Calibrant: "),
        "no command about a workflow",
    )
    assert "Calibrant: Calibrate Workspace" in window.commands("Calibrant: ")


def test_a_whole_workspace_is_calibrated_at_once(window: Window, example: Path) -> None:
    window.wait_for_squiggle(92, "contents")
    (example / "more.workflow.yaml").write_text(
        "name: more\nsteps:\n  - id: read\n    uses: file.read\n    with: {path: oncal.json}\n", encoding="utf-8"
    )
    window.command("Calibrant: Calibrate Workspace")
    window.wait_for_squiggle(80, "complaints.items")
    rows = window.problems()
    expect(rows.filter(has_text="There is no file ‘oncal.json’")).to_be_visible()


def test_a_long_run_shows_what_it_found_so_far_and_how_far_it_is_and_is_cancelled(
    window: Window, example: Path
) -> None:
    window.wait_for_squiggle(92, "contents")
    (example / "long.workflow.yaml").write_text(
        "name: long\nsteps:\n  - id: read\n    uses: file.read\n    with: {path: vips.csv}\n"
        '  - id: names\n    uses: data.map\n    with: {items: "{{ read.content }}", to: "{{ item.nme }}"}\n'
        "  - id: wait\n    uses: file.read\n    with: {path: vips.csv}\n"
        '    for_each: "{{ range(100000) | list }}"\n',
        encoding="utf-8",
    )
    window.open("long.workflow.yaml")
    window.command("Calibrant: Calibrate This Workflow")
    expect(window.status()).to_contain_text("Calibrating")
    window.wait_for_squiggle(8, "nme")
    expect(window.status()).to_contain_text("Calibrating")
    window.command("Calibrant: Cancel")
    expect(window.status()).not_to_contain_text("Calibrating")
