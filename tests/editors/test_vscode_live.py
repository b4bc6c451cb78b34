"""VS Code after a run: what steps gave, as hints, under the pointer and among suggestions; names, and where they stand."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from editors import orders
from editors.conftest import Opener
from editors.workbench import Workbench
from editors.writing import Writing


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A workflow, in a workspace of its own."""
    return orders.written(tmp_path / "orders")


@pytest.fixture
def seen(configured: Workbench, opener: Opener, path: Path) -> Writing:
    """A window on the workflow, which the server has looked at; it is run when that is asked for alone."""
    configured.configure(files__autoSave="off")
    return opened(opener, path)


@pytest.fixture
def ran(seen: Writing) -> Writing:
    """The window after a run."""
    return calibrated(seen)


def opened(opener: Opener, path: Path) -> Writing:
    window = opener(path.parent)
    window.open(path.name)
    expect(window.lens("Calibrate")).to_be_visible()
    return Writing(window)


def calibrated(seen: Writing) -> Writing:
    seen.window.command("Calibrant: Calibrate This Workflow")
    seen.wait_for_hint(line("id: letter"), "→ ")
    return seen


def line(text: str) -> int:
    """Return the line, from 1, in which a text first stands in the workflow."""
    return orders.TEXT[: orders.TEXT.index(text)].count("\n") + 1


def place(text: str, word: str = "") -> tuple[int, int]:
    """Return the line and the column, from 1, of a text that stands in the workflow, or of a word in it."""
    at = orders.TEXT.index(text) + text.index(word)
    return line(text), at - orders.TEXT.rfind("\n", 0, at)


def test_what_steps_gave_stands_behind_them_and_under_the_pointer_and_only_what_changed_runs_again(
    ran: Writing, path: Path
) -> None:
    window = ran.window
    ran.wait_for_hint(line("id: orders"), r"→ content: list of 3 objects · [\d.]+ m?s$")
    ran.wait_for_hint(line("id: chosen"), "→ list of 2 items")
    shown = ran.hover(*place("{{ chosen.count", "chosen"))
    expect(shown).to_contain_text("customer: object")
    expect(shown).to_contain_text('city: "Lyon"')
    expect(ran.hover(*place("data.map", "map"))).to_contain_text("Make another value of each item.")
    window.go_to(*place("item.customer.name", "name"))
    window.type("x")
    window.wait_for_line("item.customer.xname")
    ran.wait_for_hint(line("id: names"), "before the last edit")
    window.page.keyboard.press("Backspace")
    window.type("'Dear ' ~ ")
    window.save()
    ran.wait_for_hint(line("id: orders"), "→ content: list of 3 objects .*reused$")
    window.command("Calibrant: Calibrate This Workflow")
    ran.wait_for_hint(line("id: orders"), r"→ content: list of 3 objects · [\d.]+ m?s$")
    window.command("Calibrant: Calibrate What Changed")
    ran.wait_for_hint(line("id: orders"), "→ content: list of 3 objects .*reused$")


def test_what_can_follow_is_offered_while_one_types_with_fields_of_the_last_run(ran: Writing) -> None:
    window, keys = ran.window, ran.window.page.keyboard
    window.go_to(*place("{{ names.items }}", "}}"))
    keys.press("End")
    keys.press("Enter")
    keys.press("Enter")
    ran.wait_for_place(f"Ln {line('{{ names.items }}') + 2}, Col 9")  # behind the dash and the key that begin a step
    window.type("last\nu")
    ran.choose("uses")
    ran.wait_for_suggestion("data.filter", "http.request")
    expect(ran.suggestion("file.read")).to_contain_text("Read a file: its text, or the data in it.")
    window.type("data.m")
    ran.choose("data.map")
    window.wait_for_line('items: "{{  }}"')
    ran.wait_for_suggestion("inputs", "orders")
    window.type("ord")
    ran.choose("orders")
    window.type(".content[0].")
    expect(ran.suggestion("note")).to_contain_text("string, not always there")
    window.type("cu")
    ran.choose("customer")
    window.type(".")
    ran.wait_for_suggestion("name", "city")
    window.type("ci")
    ran.choose("city")
    window.type(" | upp")
    ran.choose("upper")
    window.wait_for_line('items: "{{ orders.content[0].customer.city | upper }}"')


def test_a_step_gets_another_name_wherever_it_is_named_and_a_bad_one_is_refused_in_words(ran: Writing) -> None:
    window = ran.window
    ran.rename(*place("chosen.items", "items"))
    expect(window.page.locator(".monaco-editor-overlaymessage")).to_contain_text("Only steps, inputs and secrets")
    ran.rename(*place("chosen.items"), "2 names")
    window.wait_for_notification("‘2 names’ cannot be an id: it must be letters, digits and ‘_’")
    ran.rename(*place("chosen.items"), "due")
    window.wait_for_line('content: "{{ due.count }} orders: {{ names.items }}"')
    assert [text for text in window.lines() if "chosen" in text] == []
    ran.wait_for_hint(line("id: chosen"), "id: due.*→ list of 2 items")
    ran.rename(*place("inputs.state", "state"), "status")
    window.wait_for_line("  status: {type: string, default: open")
    window.wait_for_line('where: "{{ item.status == inputs.status }}"')


def test_a_name_leads_to_its_definition_and_to_all_its_places(seen: Writing) -> None:
    window, keys = seen.window, seen.window.page.keyboard
    window.go_to(*place("chosen.items"))
    window.wait_for(lambda: seen.marked("wordHighlight", "wordHighlightStrong") == ["chosen"] * 3, "all its places")
    expect(window.page.locator(".detected-link").filter(has_text="orders.json")).to_be_visible()
    window.wait_for(lambda: len(set(window.colours(13).values())) > 5, "colours by what words mean")
    seen.peek("Peek References", 'items: "{{ chosen.items }}"', "- id: chosen", 'content: "{{ chosen.count }}')
    seen.peek("Peek Call Hierarchy", "chosendata.filter", "namesdata.map", "letterfile.write")
    keys.press("F12")
    seen.wait_for_place(f"Ln {line('id: chosen')}, Col 9")
    expect(window.page.locator(".monaco-breadcrumbs")).to_contain_text("chosen")
    keys.press("Control+Shift+[")
    window.wait_for(lambda: not any("uses: data.filter" in text for text in window.lines()), "the step folded")


def test_values_of_a_run_are_not_shown_where_the_user_does_not_want_that(
    configured: Workbench, opener: Opener, path: Path
) -> None:
    configured.configure(calibrant__previews="off", files__autoSave="off")
    shown = calibrated(opened(opener, path)).hover(*place("{{ chosen.count", "chosen"))
    expect(shown).to_contain_text("customer: object")
    expect(shown).not_to_contain_text("Lyon")
