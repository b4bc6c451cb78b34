"""What a workflow has to be given: asked for once in VS Code, and remembered."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from editors.conftest import Opener
from editors.vscode import Window

GREETING = """\
name: greeting
inputs:
  team: {type: string, required: true, description: Who is told}
  times: {type: integer, required: true, description: How often}
steps:
  - id: greet
    uses: file.write
    with: {path: "{{ inputs.team }}.txt", content: "{{ inputs.times }}"}
  - id: look
    uses: file.read
    with: {path: nowhere.txt}
"""


@pytest.fixture
def greeting(opener: Opener, tmp_path: Path) -> Window:
    folder = tmp_path / "greeting"
    folder.mkdir()
    (folder / "greeting.workflow.yaml").write_text(GREETING, encoding="utf-8")
    window = opener(folder)
    window.open("greeting.workflow.yaml")
    return window


def test_inputs_without_a_value_are_asked_for_looked_at_and_remembered(greeting: Window) -> None:
    greeting.command("Calibrant: Calibrate This Workflow")
    expect(greeting.page.locator(".quick-input-widget")).to_contain_text("team")
    greeting.answer("ops")
    expect(greeting.page.locator(".quick-input-widget")).to_contain_text("times")
    greeting.quick_input().fill("often")
    expect(greeting.page.locator(".quick-input-widget .quick-input-message")).to_contain_text("integer")
    greeting.answer("3")
    expect(greeting.lens("last result")).to_contain_text("1 error")
    greeting.command("Calibrant: Calibrate With Inputs…")
    expect(greeting.choices().filter(has_text="team")).to_contain_text("ops")
    expect(greeting.choices().filter(has_text="times")).to_contain_text("3")
    greeting.choose("Calibrate")
    greeting.wait_for_squiggle(11, "nowhere.txt")


def test_leaving_a_question_unanswered_runs_nothing(greeting: Window) -> None:
    greeting.command("Calibrant: Calibrate This Workflow")
    expect(greeting.page.locator(".quick-input-widget")).to_contain_text("team")
    greeting.page.keyboard.press("Escape")
    greeting.page.locator(".quick-input-widget").wait_for(state="hidden")
    expect(greeting.status()).not_to_contain_text("Calibrating")
    expect(greeting.lens("last result")).to_have_count(0)


def test_a_secret_is_typed_unseen_and_what_a_workflow_says_of_it_is_no_link(opener: Opener, tmp_path: Path) -> None:
    described = "Of the [page](command:workbench.action.quit), by $(key)"
    (tmp_path / "send.workflow.yaml").write_text(
        "name: send\ninputs:\n"
        f'  api_token: {{type: string, required: true, description: "{described}"}}\n'
        'steps:\n  - id: write\n    uses: file.write\n    with: {path: a.txt, content: "{{ inputs.api_token }}"}\n',
        encoding="utf-8",
    )
    window = opener(tmp_path)
    window.open("send.workflow.yaml")
    window.command("Calibrant: Calibrate This Workflow")
    question = window.page.locator(".quick-input-widget")
    expect(question.locator(".quick-input-message")).to_contain_text("Of the [page]")
    expect(question.locator(".quick-input-message a")).to_have_count(0)
    expect(question.locator(".quick-input-message .codicon-key")).to_have_count(0)
    expect(window.quick_input()).to_have_attribute("type", "password")
