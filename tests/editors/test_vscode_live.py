"""VS Code after a run: what steps gave, as hints, under the pointer and among suggestions; names, and where they stand."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from editors import orders
from editors.conftest import Opener
from editors.writing import Writing


@pytest.fixture
def ran(opener: Opener, tmp_path: Path) -> Writing:
    """A window on a workflow that was run."""
    path = orders.written(tmp_path / "orders")
    window = opener(path.parent)
    window.open(path.name)
    window.command("Calibrant: Calibrate This Workflow")
    writing = Writing(window)
    writing.wait_for_hint(line("id: orders"), "→ ")
    return writing


def line(text: str) -> int:
    """Return the line, from 1, in which a text first stands in the workflow."""
    return orders.TEXT[: orders.TEXT.index(text)].count("\n") + 1


def column(text: str, word: str) -> int:
    """Return the column, from 1, of a word in a text that stands in the workflow."""
    at = orders.TEXT.index(text)
    return at - orders.TEXT.rfind("\n", 0, at) + text.index(word)


def test_a_name_leads_to_its_definition_and_to_all_its_places(opener: Opener, tmp_path: Path) -> None:
    path = orders.written(tmp_path / "orders")
    window = opener(path.parent)
    window.open(path.name)
    writing = Writing(window)
    expect(window.lens("Calibrate")).to_be_visible()
    window.go_to(line("chosen.items"), column("chosen.items", "items") - 3)
    window.wait_for(lambda: writing.marked("wordHighlight", "wordHighlightStrong") == ["chosen"] * 3, "all its places")
    writing.peek("Peek References", 'items: "{{ chosen.items }}"', "- id: chosen", 'content: "{{ chosen.count }}')
    writing.peek("Peek Call Hierarchy", "chosendata.filter", "namesdata.map", "letterfile.write")
    window.page.keyboard.press("F12")
    writing.wait_for_place(f"Ln {line('id: chosen')}, Col 9")
