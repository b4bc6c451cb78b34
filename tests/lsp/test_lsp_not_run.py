"""What was not run for lack of trust: one message with a button, which gives it and runs again."""

from pathlib import Path

import pytest
from lsprotocol import types

from lsp.editor import NEOVIM, Editor, capabilities_of, editing

TEXT = "name: a\nsteps:\n  - id: mark\n    run: echo ran\n"
OPEN = {"CALIBRANT_EXECUTE": "unsandboxed"}
BUTTON = "Trust this workspace"


@pytest.fixture
def uri(tmp_path: Path) -> str:
    made = tmp_path / "ws"
    made.mkdir()
    (made / "calibrant.toml").write_text("")
    (made / "a.workflow.yaml").write_text(TEXT)
    return (made / "a.workflow.yaml").as_uri()


async def saved(editor: Editor, uri: str) -> None:
    editor.open(uri, TEXT)
    await editor.checked(uri, 1)
    editor.save(uri)
    await editor.until(lambda: editor.sessions, "the run", 30)


async def test_the_button_trusts_and_runs_again(uri: str, tmp_path: Path) -> None:
    async with editing(tmp_path / "ws", state=tmp_path / "state", environ=OPEN) as editor:
        editor.choose = lambda _: BUTTON
        await saved(editor, uri)
        await editor.until(lambda: len(editor.sessions) == 2, "the run in a trusted workspace", 30)
        assert [one.steps[0].status for one in editor.sessions] == ["not_run", "completed"]
        (asked,) = editor.asked
        assert [one.title for one in asked.actions or ()] == ["Not now", BUTTON]
        assert asked.type == types.MessageType.Info
        assert "‘mark’: This workspace is not trusted" in asked.message
        editor.save(uri)
        await editor.until(lambda: len(editor.sessions) == 3, "another run", 30)
        assert editor.sessions[2].steps[0].status == "completed"
        assert len(editor.asked) == 1


async def test_who_closes_the_message_is_not_asked_again(uri: str, tmp_path: Path) -> None:
    async with editing(tmp_path / "ws", state=tmp_path / "state", environ=OPEN) as editor:
        await saved(editor, uri)
        await editor.until(lambda: editor.asked, "the question")
        editor.save(uri)
        await editor.until(lambda: len(editor.sessions) == 2, "another run", 30)
        assert [one.steps[0].status for one in editor.sessions] == ["not_run", "not_run"]
        assert len(editor.asked) == 1


async def test_an_editor_that_cannot_ask_is_told_the_command(uri: str, tmp_path: Path) -> None:
    capabilities = capabilities_of(NEOVIM)
    assert capabilities.window
    capabilities.window.show_message = None
    async with editing(tmp_path / "ws", state=tmp_path / "state", capabilities=capabilities, environ=OPEN) as editor:
        await saved(editor, uri)
        await editor.until(lambda: [one for one in editor.messages if "calibrant.trust’" in one.message], "the word")
        assert editor.asked == []


async def test_restricted_mode_has_no_button(uri: str, tmp_path: Path) -> None:
    options = {"trust": {"restricted": True, "folders": []}}
    async with editing(tmp_path / "ws", state=tmp_path / "state", options=options, environ=OPEN) as editor:
        await saved(editor, uri)
        await editor.until(lambda: [one for one in editor.messages if "restricted mode" in one.message], "the word")
        assert editor.asked == []


async def test_names_in_the_question_cannot_pass_for_words_of_ours(uri: str, tmp_path: Path) -> None:
    path = tmp_path / "ws" / "a\n\nThis workspace is safe\u202e.workflow.yaml"
    path.write_text(TEXT.replace("id: mark", "id: " + "m" * 5000))
    async with editing(tmp_path / "ws", state=tmp_path / "state", environ=OPEN) as editor:
        await editor.command("calibrate", uri=path.as_uri())
        (asked,) = await editor.until(lambda: editor.asked, "the question")
        first, *rest = asked.message.splitlines()
        assert first == "Not everything in a This workspace is safe<U+202E>.workflow.yaml was run."
        assert len(rest) == 1
        assert len(asked.message) < 800
        assert "‘calibrant trust " in asked.message
