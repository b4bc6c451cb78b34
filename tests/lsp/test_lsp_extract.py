"""Refactorings: an input made of what is selected, recorded like a fix, verified and rolled back."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from lsprotocol import types

from lsp.editor import NEOVIM, Editor, capabilities_of, editing
from lsp.test_lsp_fixes import actions, at, edited, ran, rolled, standing

EXTRACT = "refactor.extract"
TEXT = (
    "name: a # 😀 as it was\r\nsteps:\r\n"
    "  - id: one\r\n    uses: file.write\r\n    with: {path: out/😀 notes.txt, content: 'Hällo 😀 world'}\t# note\r\n"
    "  - id: two\r\n    uses: file.read\r\n    with: {path: '{{ nothing.x }}'}\r\n"
    "  - {id: three, run: \"echo 'in here' data/in.csv\"}\r\n"
    '  - {id: four, run: "cat data/in.csv", needs: [one]}\r\n'
    "  - {id: five, uses: file.write, with: &same {path: a.txt, content: shared}}\r\n"
    "  - {id: six, uses: file.write, with: *same}\r\n"
)


@pytest.fixture
def uri(tmp_path: Path) -> str:
    path = tmp_path / "ws" / "a.workflow.yaml"
    path.parent.mkdir()
    (path.parent / "calibrant.toml").write_text("")
    path.write_bytes(TEXT.encode())
    return path.as_uri()


@pytest.fixture
async def editor(uri: str, tmp_path: Path) -> AsyncIterator[Editor]:
    async with editing(tmp_path / "ws", state=tmp_path / "state", options={"run": "manual"}) as one:
        one.open(uri, TEXT)
        await one.checked(uri, 1)
        yield one


def cursor(part: str, after: int) -> types.Range:
    """Return the place of a cursor so many UTF-16 units behind the start of a part of the text."""
    start = at(TEXT, part).start
    place = types.Position(start.line, start.character + after)
    return types.Range(place, place)


async def test_an_input_is_made_of_what_is_under_the_cursor(editor: Editor, uri: str) -> None:
    found = await actions(editor, uri, cursor("out/", 5), [EXTRACT])
    assert [one.title for one in found] == ["Make ‘out/😀 notes.txt’ the input ‘notes_file’"]
    assert found[0].kind == types.CodeActionKind.RefactorExtract
    assert found[0].edit is None
    resolved = await editor.code_action_resolve_async(found[0])
    declared = (
        "inputs:\r\n  notes_file: {type: path, default: out/😀 notes.txt, description: Used by one}\r\nsteps:\r\n"
    )
    assert edited(TEXT, resolved.edit, uri, 1) == TEXT.replace("steps:\r\n", declared).replace(
        "path: out/😀 notes.txt", "path: '{{ inputs.notes_file }}'"
    )


async def test_a_selection_takes_a_part_of_a_text_and_half_a_character_none(editor: Editor, uri: str) -> None:
    found = await actions(editor, uri, at(TEXT, "😀 world"), [EXTRACT])
    assert [one.title for one in found] == ["Make ‘😀 world’ the input ‘world’"]
    resolved = await editor.code_action_resolve_async(found[0])
    assert "content: 'Hällo {{ inputs.world }}'}\t# note\r\n" in edited(TEXT, resolved.edit, uri, 1)
    whole = at(TEXT, "😀 world")
    half = types.Range(types.Position(whole.start.line, whole.start.character + 1), whole.end)
    assert [one.title for one in await actions(editor, uri, half, [EXTRACT])] == [found[0].title]


async def test_it_is_made_everywhere_where_the_shell_would_see_it(editor: Editor, uri: str) -> None:
    found = await actions(editor, uri, cursor("data/in.csv", 2), [EXTRACT])
    assert [one.title for one in found] == [
        "Make ‘data/in.csv’ the input ‘in_file’, here",
        "Make ‘data/in.csv’ the input ‘in_file’, in 2 places",
    ]
    resolved = await editor.code_action_resolve_async(found[1])
    assert edited(TEXT, resolved.edit, uri, 1).count("{{ inputs.in_file }}") == 2


@pytest.mark.parametrize(
    "part", ["in here", "nothing.x", "one\r", "uses", "file.read", "# note", "needs", "[one]", "shared", "*same"]
)
async def test_nothing_is_made_of_what_is_no_literal(editor: Editor, uri: str, part: str) -> None:
    assert await actions(editor, uri, cursor(part, 1), [EXTRACT]) == []


@pytest.mark.parametrize("only", [None, ["refactor"], [""], [EXTRACT]])
async def test_it_is_offered_to_who_asks(editor: Editor, uri: str, only: list[str] | None) -> None:
    kinds = {getattr(one.kind, "value", one.kind) for one in await actions(editor, uri, cursor("out/", 2), only)}
    assert EXTRACT in kinds
    found = await actions(editor, uri, cursor("out/", 2), ["quickfix"])
    assert EXTRACT not in {getattr(one.kind, "value", one.kind) for one in found}


async def test_a_client_that_cannot_ask_later_gets_the_edit_at_once(uri: str, tmp_path: Path) -> None:
    capabilities = capabilities_of(NEOVIM)
    assert capabilities.text_document
    assert capabilities.text_document.code_action
    capabilities.text_document.code_action.resolve_support = None
    async with editing(tmp_path / "ws", state=tmp_path / "state", capabilities=capabilities) as editor:
        editor.open(uri, TEXT)
        await editor.checked(uri, 1)
        (found,) = await actions(editor, uri, cursor("out/", 2), [EXTRACT])
        assert "notes_file" in edited(TEXT, found.edit, uri)


async def test_it_is_recorded_verified_by_a_run_and_rolled_back(editor: Editor, uri: str, tmp_path: Path) -> None:
    ws = tmp_path / "ws"
    await ran(editor, uri)
    (action,) = await actions(editor, uri, cursor("out/", 2), [EXTRACT])
    new = edited(TEXT, (await editor.code_action_resolve_async(action)).edit, uri, 1)
    editor.change(uri, new, 2)
    await editor.checked(uri, 2)
    (session,) = await standing(editor, ws, tmp_path, "unverified")
    assert [(fix.strategy, fix.title, fix.issue) for fix in session.fixes] == [("extract-input", action.title, "")]
    await ran(editor, uri)
    await standing(editor, ws, tmp_path, "verified")
    made: list[str] = []

    def edit(given: types.WorkspaceEdit) -> bool:
        made.append(edited(new, given, uri, 2))
        return True

    editor.edit = edit
    assert (await rolled(editor, uri=uri))["session"] == session.id
    assert made == [TEXT]
    await standing(editor, ws, tmp_path, "rolled_back")


async def test_without_a_run_before_nothing_is_told_of_it(editor: Editor, uri: str, tmp_path: Path) -> None:
    (action,) = await actions(editor, uri, cursor("out/", 2), [EXTRACT])
    new = edited(TEXT, (await editor.code_action_resolve_async(action)).edit, uri, 1)
    editor.change(uri, new, 2)
    await editor.checked(uri, 2)
    await standing(editor, tmp_path / "ws", tmp_path, "unverified")
    await ran(editor, uri)
    await standing(editor, tmp_path / "ws", tmp_path, "unverified")
