"""On-type formatting over stdio: braces are closed and lists of steps go on, in the text as it is just then."""

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from lsp.editor import VSCODE, Editor, capabilities_of, editing
from lsp.wire import Wire

TEXT = 'steps:\n  - id: a\n    run: "😀 %s"\n'
OPTIONS = types.FormattingOptions(tab_size=2, insert_spaces=True)


async def after(editor: Editor, uri: str, line: int, character: int, ch: str) -> list[tuple[int, int, int, int, str]]:
    """Return the edits that follow from a character just typed before a position."""
    position = types.Position(line, character)
    params = types.DocumentOnTypeFormattingParams(types.TextDocumentIdentifier(uri), position, ch, OPTIONS)
    got = await editor.text_document_on_type_formatting_async(params)
    return [
        (one.range.start.line, one.range.start.character, one.range.end.line, one.range.end.character, one.new_text)
        for one in got or ()
    ]


def test_what_is_promised(tmp_path: Path) -> None:
    with Wire(tmp_path / "state") as wire:
        promised = wire.initialized["capabilities"]
    assert promised["documentOnTypeFormattingProvider"] == {
        "firstTriggerCharacter": "{",
        "moreTriggerCharacter": ["\n"],
    }
    # whatever another server or the editor itself formats with
    assert "documentFormattingProvider" not in promised
    assert "documentRangeFormattingProvider" not in promised


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_braces(ws: Path, tmp_path: Path, encoding: str) -> None:
    uri = (ws / "a.workflow.yaml").as_uri()
    before = {"utf-8": 15, "utf-16": 13, "utf-32": 12}[encoding]  # of the braces
    async with editing(ws, state=tmp_path / "state", capabilities=capabilities_of(VSCODE, [encoding])) as editor:
        editor.open(uri, TEXT % "{")
        assert await after(editor, uri, 2, before + 1, "{") == []
        editor.change(uri, TEXT % "{{", 2)
        assert await after(editor, uri, 2, before + 2, "{") == [(2, before + 2, 2, before + 2, " }}")]
        editor.change(uri, TEXT % "{{ }}", 3)
        assert await after(editor, uri, 2, before + 2, "{") == []
        editor.change(uri, (TEXT % "{{").replace('"', ""), 4)
        assert await after(editor, uri, 2, before + 1, "{") == [(2, before + 1, 2, before + 1, " }}")]
        editor.change(uri, (TEXT % "{{").replace('"😀 ', "").replace('"', ""), 5)
        assert await after(editor, uri, 2, 11, "{") == [(2, 9, 2, 9, '"'), (2, 11, 2, 11, ' }}"')]


async def test_an_editor_that_closes_braces_itself(ws: Path, tmp_path: Path) -> None:
    uri = (ws / "a.workflow.yaml").as_uri()
    capabilities = capabilities_of(VSCODE)
    capabilities.experimental = {"calibrant": {"closesBraces": True}}
    async with editing(ws, state=tmp_path / "state", capabilities=capabilities) as editor:
        editor.open(uri, TEXT % "{{")
        assert await after(editor, uri, 2, 15, "{") == []


async def test_a_list_of_steps_goes_on(ws: Path, tmp_path: Path) -> None:
    uri = (ws / "a.workflow.yaml").as_uri()
    async with editing(ws, state=tmp_path / "state") as editor:
        editor.open(uri, TEXT % "ls")
        editor.change(uri, TEXT % "ls" + "    ", 2)
        assert await after(editor, uri, 3, 4, "\n") == []
        editor.change(uri, TEXT % "ls" + "\n    ", 3)
        assert await after(editor, uri, 4, 4, "\n") == [(4, 0, 4, 3, "  - id:")]
        editor.change(uri, TEXT % "ls" + "\n  - id: \n    ", 4)
        assert await after(editor, uri, 5, 4, "\n") == [(4, 0, 4, 8, "")]
        assert await after(editor, uri, 5, 4, "\n") == []


async def test_nothing_in_other_files(ws: Path, tmp_path: Path) -> None:
    uri = (ws / "a.yaml").as_uri()
    async with editing(ws, state=tmp_path / "state") as editor:
        editor.open(uri, TEXT % "{{")
        assert await after(editor, uri, 2, 15, "{") == []


def test_a_position_that_is_not_there(tmp_path: Path) -> None:
    uri = (tmp_path / "a.workflow.yaml").as_uri()
    with Wire(tmp_path / "state") as wire:
        document: dict[str, Any] = {"uri": uri, "languageId": "yaml", "version": 1, "text": ""}
        wire.send(method="textDocument/didOpen", params={"textDocument": document})
        for number, ch in enumerate(("{", "\n", "x"), 1):
            place = {"position": {"line": 99, "character": 99}, "ch": ch}
            options = {"tabSize": 2, "insertSpaces": True}
            params = {"textDocument": {"uri": uri}, "options": options, **place}
            wire.send(id=number, method="textDocument/onTypeFormatting", params=params)
            assert wire.answer(number).get("result") is None
