"""Steps, inputs and secrets renamed over stdio, as editors do it: prepared, checked, applied, and read again."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from calibrant.model.text import TextEdit, apply_edits
from lsp.desk import plain
from lsp.editor import NEOVIM, VSCODE, Editor, capabilities_of, editing
from lsp.places import Text

TEXT = """\
inputs:
  box: {type: path, default: a.txt}
secrets: [TOKEN]
steps:
  - id: fetch
    uses: file.read
    with: {path: "{{ inputs.box }}"}
  - id: log
    needs: ['fetch']
    if: fetch.size > 0
    run: |
      😀 echo fetch {{ fetch['size'] }} {{ secrets.TOKEN }} {{ inputs["box"] }}
"""


@pytest.fixture
async def editor(ws: Path, tmp_path: Path) -> AsyncIterator[Editor]:
    async with editing(ws, state=tmp_path / "state", options={"run": "manual"}) as one:
        yield one


async def opened(editor: Editor, path: Path, text: str) -> str:
    uri = path.as_uri()
    editor.open(uri, text)
    await editor.checked(uri, 1)
    return uri


def marked(part: str, within: str = TEXT, encoding: Any = "utf-16") -> Text:
    plain = part.replace("‸", "")
    assert within.count(plain) == 1, part
    return Text(within.replace(plain, part), encoding)


async def prepared(editor: Editor, uri: str, text: Text) -> tuple[str, str] | None:
    """Return what stands at the range that is told, and the placeholder."""
    params = types.PrepareRenameParams(types.TextDocumentIdentifier(uri), text.cursor)
    found = await editor.text_document_prepare_rename_async(params)
    assert found is None or isinstance(found, types.PrepareRenamePlaceholder)
    return (text.part(found.range), found.placeholder) if found else None


async def renamed(editor: Editor, uri: str, text: Text, new: str) -> types.WorkspaceEdit:
    params = types.RenameParams(types.TextDocumentIdentifier(uri), text.cursor, new)
    found = await editor.text_document_rename_async(params)
    assert found
    return found


def changed(text: Text, edit: types.WorkspaceEdit, uri: str, version: int | None = 1) -> str:
    """Return the text with an edit, which must be of that version of that document alone."""
    if edit.document_changes is not None:
        (change,) = edit.document_changes
        assert isinstance(change, types.TextDocumentEdit)
        assert (change.text_document.uri, change.text_document.version) == (uri, version)
        edits: Any = change.edits
    else:
        assert edit.changes
        assert list(edit.changes) == [uri]
        edits = edit.changes[uri]
    return apply_edits(text.text, [TextEdit(text.span(one.range), one.new_text) for one in edits])


async def refusal(awaitable: Any) -> str:
    with pytest.raises(JsonRpcException) as caught:
        await awaitable
    assert caught.value.code == -32602
    return caught.value.message


STEP = (
    TEXT.replace("id: fetch", "id: load")
    .replace("['fetch']", "['load']")
    .replace("if: fetch", "if: load")
    .replace("{{ fetch[", "{{ load[")
)


@pytest.mark.parametrize("part", ["id: fet‸ch", "['fetch‸']", "if: ‸fetch", "{{ fe‸tch["])
async def test_a_step(editor: Editor, ws: Path, part: str) -> None:
    text = marked(part)
    uri = await opened(editor, ws / "a.workflow.yaml", text.text)
    assert await prepared(editor, uri, text) == ("fetch", "fetch")
    edit = await renamed(editor, uri, text, "load")
    made = changed(text, edit, uri)
    assert made == STEP
    before = editor.codes(uri)
    editor.change(uri, made, 2)
    await editor.checked(uri, 2)
    assert editor.codes(uri) == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
async def test_in_every_encoding(ws: Path, tmp_path: Path, encoding: Any, end: str) -> None:
    capabilities = capabilities_of(NEOVIM, [encoding])
    text = marked("{{ fetch['size'] }} {{ secrets.TOK‸EN }}", TEXT.replace("\n", end), encoding)
    async with editing(ws, state=tmp_path / "state", capabilities=capabilities, options={"run": "manual"}) as editor:
        uri = await opened(editor, ws / "a.workflow.yaml", text.text)
        assert await prepared(editor, uri, text) == ("TOKEN", "TOKEN")
        edit = await renamed(editor, uri, text, "KEY")
    assert changed(text, edit, uri) == text.text.replace("TOKEN", "KEY")


async def test_an_input_whose_name_needs_quotes(editor: Editor, ws: Path) -> None:
    text = marked("bo‸x: {type")
    uri = await opened(editor, ws / "a.workflow.yaml", text.text)
    edit = await renamed(editor, uri, text, "mail box")
    made = changed(text, edit, uri)
    assert "  mail box: {type" in made
    assert "\"{{ inputs['mail box'] }}\"" in made
    assert '{{ inputs["mail box"] }}' in made


async def test_json(editor: Editor, ws: Path) -> None:
    given = {"inputs": {"a": {"default": "😀"}}, "steps": [{"id": "a", "run": '😀 {{ inputs["a"] }} {{ a.b }}'}]}
    text = marked('\\"‸a\\"', json.dumps(given, ensure_ascii=False))
    uri = await opened(editor, ws / "a.workflow.json", text.text)
    edit = await renamed(editor, uri, text, "bee")
    wanted = {"inputs": {"bee": {"default": "😀"}}, "steps": [{"id": "a", "run": '😀 {{ inputs["bee"] }} {{ a.b }}'}]}
    assert changed(text, edit, uri) == json.dumps(wanted, ensure_ascii=False)


async def test_a_secret_says_what_else_must_be_done(editor: Editor, ws: Path) -> None:
    text = marked("[TOK‸EN]")
    uri = await opened(editor, ws / "a.workflow.yaml", text.text)
    edit = await renamed(editor, uri, text, "KEY")
    assert edit.change_annotations
    (name,) = edit.change_annotations
    note = edit.change_annotations[name]
    assert not note.needs_confirmation
    assert (
        note.description
        == "It comes from the environment variable of the same name: set ‘KEY’ where ‘TOKEN’ is set now."
    )
    assert edit.document_changes
    (change,) = edit.document_changes
    assert isinstance(change, types.TextDocumentEdit)
    assert {one.annotation_id for one in change.edits if isinstance(one, types.AnnotatedTextEdit)} == {name}
    assert [one.message for one in editor.messages if "environment variable" in one.message] == [note.description]


async def test_a_client_that_knows_no_versions_nor_preparing(ws: Path, tmp_path: Path) -> None:
    capabilities = capabilities_of(VSCODE)
    assert capabilities.workspace
    assert capabilities.text_document
    capabilities.workspace.workspace_edit = None
    capabilities.text_document.rename = types.RenameClientCapabilities()
    text = marked("[TOK‸EN]")
    async with editing(ws, state=tmp_path / "state", capabilities=capabilities, options={"run": "manual"}) as editor:
        assert editor.capabilities
        uri = await opened(editor, ws / "a.workflow.yaml", text.text)
        edit = await renamed(editor, uri, text, "KEY")
    assert edit.document_changes is None
    assert changed(text, edit, uri) == text.text.replace("TOKEN", "KEY")


@pytest.mark.parametrize(
    ("part", "new", "words"),
    [
        ("id: fet‸ch", "log", "There is a step called ‘log’ already"),
        ("id: fet‸ch", "my step", "Write ‘my_step’"),
        ("id: fet‸ch", "item", "in expressions it means something else"),
        ("id: fet‸ch", "", "must not be empty"),
        ("[TOK‸EN]", "1", "environment variable which holds it"),
        ("fetch.si‸ze", "x", "‘size’ is what ‘fetch’ gives"),
        ("us‸es:", "x", "Only steps, inputs and secrets can be renamed"),
        ("['‸fetch']", "x y", "Write ‘x_y’"),
        ("echo fet‸ch", "x", "Only steps, inputs and secrets can be renamed"),
    ],
)
async def test_a_refusal_says_what_to_do(editor: Editor, ws: Path, part: str, new: str, words: str) -> None:
    text = marked(part)
    uri = await opened(editor, ws / "a.workflow.yaml", text.text)
    assert words in await refusal(renamed(editor, uri, text, new))


async def test_preparing_says_what_cannot_be_renamed(editor: Editor, ws: Path) -> None:
    text = marked("fetch.si‸ze")
    uri = await opened(editor, ws / "a.workflow.yaml", text.text)
    assert "‘size’ is what ‘fetch’ gives" in await refusal(prepared(editor, uri, text))
    assert await prepared(editor, uri, marked("steps:\n  ‸- id: fetch")) is None
    other = (ws / "other.txt").as_uri()
    assert await prepared(editor, other, text) is None
    assert "nothing here" in await refusal(renamed(editor, other, text, "x"))


async def test_where_another_step_is_half_typed(editor: Editor, ws: Path) -> None:
    text = marked(
        "id: fet‸ch", TEXT + "  - id: half\n    run: [{{ fetch.\n  - id: last\n    run: '{{ fetch.size | }}'\n"
    )
    uri = await opened(editor, ws / "a.workflow.yaml", text.text)
    made = changed(text, await renamed(editor, uri, text, "load"), uri)
    assert made.startswith(STEP)
    assert made.endswith("    run: [{{ fetch.\n  - id: last\n    run: '{{ load.size | }}'\n")
    (told,) = await editor.until(lambda: editor.messages, "the message")
    assert (
        told.message
        == "‘fetch’ may also be meant in line 14, where that cannot be told from the text. Look there by hand."
    )


async def test_used_five_thousand_times_while_typing_goes_on(editor: Editor, ws: Path) -> None:
    head = "steps:\n  - id: fet‸ch\n    run: ls\n"
    text = Text(head + "".join(f"  - id: s{at}\n    run: 'echo {{{{ fetch.stdout }}}}'\n" for at in range(5000)))
    uri = await opened(editor, ws / "a.workflow.yaml", text.text)
    renaming = asyncio.ensure_future(renamed(editor, uri, text, "load"))
    symbol = await editor.workspace_symbol_async(types.WorkspaceSymbolParams("s4999"))
    assert symbol
    edit = await renaming
    assert changed(text, edit, uri) == text.text.replace("fetch", "load")
    renaming = asyncio.ensure_future(renamed(editor, uri, text, "load"))
    await asyncio.sleep(0.05)
    editor.change(uri, text.text + "\n", 2)
    (outcome,) = await asyncio.gather(renaming, return_exceptions=True)
    if isinstance(outcome, JsonRpcException):
        assert (outcome.code, "Try again" in outcome.message) == (-32801, True)
    else:  # it was done before the change came
        assert isinstance(outcome, types.WorkspaceEdit)
        assert changed(text, outcome, uri) == text.text.replace("fetch", "load")


async def test_while_a_run_goes_on(ws: Path, tmp_path: Path) -> None:
    text = Text("steps:\n  - id: fet‸ch\n    run: sleep 1; echo a\n  - id: b\n    run: 'echo {{ fetch.stdout }}'\n")
    async with editing(ws, state=tmp_path / "state", options={"execute": "unsandboxed"}) as editor:
        uri = await opened(editor, ws / "a.workflow.yaml", text.text)
        await editor.command("trust", uri=uri)
        started = plain(await editor.command("calibrate", uri=uri))["session"]
        edit = await renamed(editor, uri, text, "load")
        made = changed(text, edit, uri)
        assert made == text.text.replace("fetch", "load")
        editor.change(uri, made, 2)
        editor.save(uri)
        assert (await editor.session(started)).status in ("cancelled", "completed")
        await editor.until(lambda: any(one.session != started for one in editor.sessions), "the next run")
        last = editor.sessions[-1]
        assert [(one.id, one.status) for one in last.steps] == [("load", "completed"), ("b", "completed")]
        assert editor.codes(uri) == []


async def test_an_input_keeps_what_it_was_given(editor: Editor, ws: Path) -> None:
    (ws / "b.txt").write_text("x")
    text = marked("bo‸x: {type")
    path = ws / "a.workflow.yaml"
    uri = await opened(editor, path, text.text)
    session = plain(await editor.command("calibrate", uri=uri, inputs={"box": "b.txt"}))["session"]
    await editor.session(session)

    async def given() -> dict[str, Any]:
        found = plain(await editor.command("inputs", uri=uri))["inputs"]
        return {one["name"]: (one["value"], one["secret"]) for one in found}

    assert await given() == {"box": ("b.txt", False)}
    made = changed(text, await renamed(editor, uri, text, "mailbox"), uri)
    editor.change(uri, made, 2)
    while await given() != {"mailbox": ("b.txt", False)}:
        await asyncio.sleep(0.02)
    editor.change(uri, text.text, 3)  # undone
    assert await given() == {"box": ("b.txt", False)}
    made = changed(text, await renamed(editor, uri, text, "box_password"), uri, 3)
    editor.change(uri, made, 4)
    while await given() != {"box_password": (None, True)}:
        await asyncio.sleep(0.02)
    assert plain(await editor.command("inputs", uri=uri))["inputs"][0]["remembered"]


async def test_what_is_known_of_a_step_stays(editor: Editor, ws: Path) -> None:
    (ws / "a.txt").write_text("x")
    text = marked("id: fet‸ch")
    uri = await opened(editor, ws / "a.workflow.yaml", text.text)
    await editor.session(plain(await editor.command("calibrate", uri=uri))["session"])

    async def hints(of: Text) -> dict[str, str]:
        whole = types.Range(of.position(0), of.position(len(of.text)))
        params = types.InlayHintParams(types.TextDocumentIdentifier(uri), whole)
        found = await editor.text_document_inlay_hint_async(params) or ()
        lines = of.text.splitlines()
        return {lines[one.position.line]: str(one.label) for one in found}

    before = await hints(text)
    assert "  - id: fetch" in before
    made = Text(changed(text, await renamed(editor, uri, text, "load"), uri))
    editor.change(uri, made.text, 2)
    after = await hints(made)
    assert after == {line.replace("fetch", "load"): label for line, label in before.items()}
