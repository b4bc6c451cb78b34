"""Workflows as VS Code shows them: language, colours, icon, completion of snippets."""

import re
from pathlib import Path

from playwright.sync_api import expect

from editors.vscode import Window


def test_a_workflow_has_a_language_and_an_icon_of_its_own(window: Window) -> None:
    expect(window.page.locator('[id="status.editor.mode"]')).to_have_text("Calibrant Workflow")
    expect(window.page.locator(".tab.active .monaco-icon-label")).to_have_class(re.compile("workflow"))


def test_expressions_are_coloured_apart_from_the_text_around_them(window: Window) -> None:
    window.wait_for(
        lambda: {"where", "{{", "'urgent'", "lower"} <= set(window.colours(18)), "words of their own colours"
    )
    colours = window.colours(18)
    assert len({colours[word] for word in ("where", "{{", "'urgent'", "lower")}) == 4


def test_expressions_in_json_are_coloured_too(window: Window, example: Path) -> None:
    text = '{"steps": [\n  {"id": "a", "uses": "file.read",\n   "with": {"path": "{{ inputs.path | lower }}"}}]}\n'
    (example / "one.workflow.json").write_text(text, encoding="utf-8")
    window.open("one.workflow.json")
    window.wait_for(
        lambda: window.colours(3).get("lower") not in {None, window.colours(3).get('"path"')},
        "colours of an expression",
    )


def test_a_snippet_makes_a_step(window: Window) -> None:
    window.wait_for_squiggle(92, "contents")
    window.go_to(97, 1)
    window.page.keyboard.press("Control+Space")
    expect(window.page.locator(".suggest-widget.visible .monaco-list-row").first).to_be_visible()
