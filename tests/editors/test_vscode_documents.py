"""Documents that are not the usual ones, and settings for them, in VS Code."""

import json
from pathlib import Path

from playwright.sync_api import expect

from editors.conftest import EXAMPLE, WORKFLOW, Opener
from editors.vscode import Squiggle, Window
from editors.workbench import Workbench

BEFORE = (EXAMPLE / WORKFLOW).read_bytes()


def test_a_workflow_outside_any_folder_is_checked_and_mended(opener: Opener, example: Path) -> None:
    window = opener(None)
    window.open(str(example / WORKFLOW))
    window.wait_for_squiggle(92, "contents")
    window.command("Calibrant: Calibrate This Workflow")
    window.wait_for_squiggle(61, "roster.content")
    window.go_to(61, 20)
    window.fix_that("Use ‘roster.content.people’").click()
    window.wait_for_line("{{ roster.content.people }}")


def test_two_windows_on_one_folder_see_each_other_s_repairs(opener: Opener, example: Path) -> None:
    one, other = opener(example), opener(example)
    for window in (one, other):
        window.open(WORKFLOW)
        window.wait_for_squiggle(92, "urgnet")
    one.go_to(92, 41)
    one.fix_that("Change ‘urgnet’ to ‘urgent’").click()
    one.wait_for_line("{{ urgent.count }} urgent mails this week")
    one.save()
    other.wait_for_line("{{ urgent.count }} urgent mails this week")
    other.wait_for(lambda: not any(mark.text == "urgnet" for mark in other.squiggles()), "the mark gone")
    other.command("Calibrant: Roll Back…")
    other.choose("urgent")
    other.choose("Only what the change did is taken back")
    other.wait_for_line("{{ urgnet.count }} urgent mails this week")
    other.save()
    other.wait_for_file(example / WORKFLOW, lambda found: found == BEFORE)
    one.wait_for_squiggle(92, "urgnet")


def test_a_fault_at_the_end_of_a_workflow_of_five_thousand_steps_is_marked_and_mended(
    opener: Opener, tmp_path: Path
) -> None:
    folder = tmp_path / "large"
    folder.mkdir()
    steps = [f"  - id: step_{n}\n    uses: file.list\n    with: {{path: .}}\n" for n in range(5000)]
    last = '  - id: last\n    uses: data.filter\n    with: {items: "{{ step_4999.fils }}", where: "{{ item }}"}\n'
    (folder / "large.workflow.yaml").write_text("name: large\nsteps:\n" + "".join(steps) + last, encoding="utf-8")
    window = opener(folder)
    window.open("large.workflow.yaml")
    window.go_to(15005, 34)
    window.wait_for_squiggle(15005, "fils")
    window.fix_that("to ‘files’").click()
    window.wait_for_line("{{ step_4999.files }}")


def test_a_read_only_workflow_is_checked_and_said_to_be_read_only_when_it_is_mended(
    opener: Opener, example: Path
) -> None:
    (example / WORKFLOW).chmod(0o444)
    window = opener(example)
    window.open(WORKFLOW)
    window.wait_for_squiggle(92, "urgnet")
    window.go_to(92, 41)
    window.fix_that("Change ‘urgnet’ to ‘urgent’").click()
    window.wait_for_notification("is read-only: what you change or fix here cannot be saved")
    assert (example / WORKFLOW).read_bytes() == BEFORE


def test_a_file_that_is_no_workflow_is_left_alone(window: Window, example: Path) -> None:
    window.wait_for_squiggle(92, "contents")
    (example / "other.yaml").write_text("steps:\n  - id: one\n    uses: nothing.at.all\n", encoding="utf-8")
    window.open("other.yaml")
    expect(window.page.locator('[id="status.editor.mode"]')).to_contain_text("YAML")
    assert window.squiggles() == []


def test_safe_fixes_are_applied_on_saving_where_that_is_wanted(
    configured: Workbench, opener: Opener, example: Path
) -> None:
    configured.configure(calibrant__fixOnSave=True)
    window = opener(example)
    window.open(WORKFLOW)
    window.wait_for_squiggle(92, "urgnet")
    window.go_to(97, 1)
    window.type("# looked at")
    window.save()
    window.wait_for_file(
        example / WORKFLOW, lambda found: found.endswith(b"# looked at") and b"{{ urgent.count }}" in found
    )
    window.go_to(1, 1)
    expect(window.lens("Roll back ‘")).to_be_visible()


def test_saving_runs_the_workflow(window: Window) -> None:
    window.wait_for_squiggle(92, "urgnet")
    window.go_to(97, 1)
    window.type("#")
    window.save()
    window.wait_for_squiggle(80, "complaints.items")


def test_saving_runs_nothing_where_the_user_wants_runs_only_when_asked_for(
    configured: Workbench, opener: Opener, example: Path
) -> None:
    configured.configure(calibrant__run="manual")
    window = opener(example)
    window.open(WORKFLOW)
    window.wait_for_squiggle(92, "urgnet")
    window.go_to(97, 1)
    window.type("#")
    window.save()
    window.wait_for_file(example / WORKFLOW, lambda found: found.endswith(b"#"))
    assert not any(mark.text == "complaints.items" for mark in window.squiggles())
    window.command("Calibrant: Calibrate This Workflow")
    window.wait_for_squiggle(80, "complaints.items")
    window.command("Calibrant: History…")
    expect(window.view("History")).to_have_count(1)


def test_a_folder_s_settings_count_for_its_workflows(opener: Opener, example: Path) -> None:
    (example / ".vscode").mkdir()
    settings = {"calibrant.severity": {"unknown-step": "warning"}, "calibrant.ignore": ["unknown-parameter"]}
    (example / ".vscode" / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    window = opener(example)
    window.open(WORKFLOW)
    window.wait_for_squiggle(92, "urgnet")
    seen = window.squiggles()
    assert Squiggle("warning", 92, 40, "urgnet") in seen
    assert not any(mark.text == "contents" for mark in seen)


def test_a_folder_may_have_any_name(opener: Opener, example: Path) -> None:
    folder = example.rename(example.with_name("A b #1 %41 ü ‘x’"))
    before = (folder / WORKFLOW).read_bytes()
    window = opener(folder)
    window.open(WORKFLOW)
    window.wait_for_squiggle(92, "urgnet")
    window.go_to(92, 41)
    window.fix_that("Change ‘urgnet’ to ‘urgent’").click()
    window.wait_for_line("{{ urgent.count }} urgent mails this week")
    window.command("Calibrant: Roll Back…")
    window.choose("urgnet")
    expect(window.diff()).to_be_visible()
    window.choose("Only what the change did is taken back")
    window.wait_for_notification("Rolled back")
    window.save()
    window.wait_for_file(folder / WORKFLOW, lambda content: content == before)
