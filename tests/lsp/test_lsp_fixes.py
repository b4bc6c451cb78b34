"""Quick fixes: what is offered where, how it is handed over, and what becomes of it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from calibrant.model.text import LineIndex, Span, TextEdit, apply_edits
from lsp.editor import NEOVIM, Editor, capabilities_of, editing

HEAD = "name: a # 😀 as it was\nsteps:\n"
LIST = "  - id: all\n    uses: file.list\n    with: {path: '.'} # here\n"
TYPO = "  - id: two\n    uses: file.read\n    with: {path: '{{ alll.files[0] }}'}\n"
KEY = "  - id: three\n    run: echo 😀 b\n    need: [all]\n"
TEXT = HEAD + LIST + TYPO + KEY
MENDED = TEXT.replace("alll", "all").replace("need:", "needs:")


@pytest.fixture
def ws(tmp_path: Path) -> Path:
    made = tmp_path / "ws"
    made.mkdir()
    (made / "calibrant.toml").write_text("")
    (made / "a.workflow.yaml").write_text(TEXT)
    return made


def uri_of(ws: Path) -> str:
    return (ws / "a.workflow.yaml").as_uri()


@pytest.fixture
async def editor(ws: Path, tmp_path: Path) -> AsyncIterator[Editor]:
    async with editing(ws, state=tmp_path / "state", options={"run": "manual"}) as one:
        one.open(uri_of(ws), TEXT)
        await one.checked(uri_of(ws), 1)
        yield one


def at(text: str, part: str) -> types.Range:
    """Return the range of a part of a text, in UTF-16 units."""
    index = LineIndex(text)
    start, end = index.position(text.index(part)), index.position(text.index(part) + len(part))
    return types.Range(types.Position(start.line, start.character), types.Position(end.line, end.character))


async def actions(
    editor: Editor, uri: str, place: types.Range, only: list[str] | None = None
) -> list[types.CodeAction]:
    """Ask for the actions at a place, with what is shown there."""
    context = types.CodeActionContext(list(editor.shown(uri)), only=only)
    params = types.CodeActionParams(types.TextDocumentIdentifier(uri), place, context)
    found = await editor.text_document_code_action_async(params)
    assert all(isinstance(one, types.CodeAction) for one in found or ())
    return [one for one in found or () if isinstance(one, types.CodeAction)]


def edited(text: str, edit: types.WorkspaceEdit | None, uri: str, version: int | None = None) -> str:
    """Return the text with an edit as an editor makes it; `version` is the one that it must be of."""
    assert edit
    if version is not None:
        assert edit.document_changes
        (change,) = edit.document_changes
        assert isinstance(change, types.TextDocumentEdit)
        assert (change.text_document.uri, change.text_document.version) == (uri, version)
        edits: Any = change.edits
    else:
        assert edit.changes
        edits = edit.changes[uri]
    index = LineIndex(text)

    def offset(place: types.Position) -> int:
        return index.offset(place.line, place.character)

    spans = [TextEdit(Span(offset(one.range.start), offset(one.range.end)), one.new_text) for one in edits]
    return apply_edits(text, spans)


async def test_a_fix_is_offered_where_its_issue_stands_and_changes_nothing_else(editor: Editor, ws: Path) -> None:
    uri = uri_of(ws)
    found = await actions(editor, uri, at(TEXT, "need:"), ["quickfix"])
    assert {one.kind for one in found} == {types.CodeActionKind.QuickFix}
    assert found[0].title == "Change ‘need’ to ‘needs’"
    assert [one.is_preferred for one in found] == [True] + [None] * (len(found) - 1)
    assert [str(one.code) for one in found[0].diagnostics or ()] == ["unknown-key"]
    assert all(one.edit is None and one.command is None for one in found)
    resolved = await editor.code_action_resolve_async(found[0])
    assert edited(TEXT, resolved.edit, uri, 1) == TEXT.replace("need:", "needs:")
    assert await actions(editor, uri, at(TEXT, "uses: file.list")) == []


async def test_a_client_that_cannot_ask_later_gets_the_edit_at_once(ws: Path, tmp_path: Path) -> None:
    capabilities = capabilities_of(NEOVIM)
    assert capabilities.text_document
    assert capabilities.text_document.code_action
    capabilities.text_document.code_action.resolve_support = None
    uri = uri_of(ws)
    async with editing(ws, state=tmp_path / "state", capabilities=capabilities) as editor:
        editor.open(uri, TEXT)
        await editor.checked(uri, 1)
        first, *_ = await actions(editor, uri, at(TEXT, "alll"), ["quickfix"])
        assert edited(TEXT, first.edit, uri) == TEXT.replace("alll", "all")
        (everything,) = await actions(editor, uri, at(TEXT, "name"), ["source"])
        assert edited(TEXT, everything.edit, uri) == MENDED


@pytest.mark.parametrize(
    ("only", "kinds"),
    [
        (None, {"quickfix", "source.fixAll.calibrant"}),
        ([""], {"quickfix", "source.fixAll.calibrant"}),
        (["quickfix"], {"quickfix"}),
        (["source.fixAll"], {"source.fixAll.calibrant"}),
        (["source.fixAll.calibrant"], {"source.fixAll.calibrant"}),
        (["source.fixAll.calibrant.more"], set()),
        (["source.fix"], set()),
        (["refactor"], set()),
    ],
)
async def test_only_what_is_asked_for_is_offered(
    editor: Editor, ws: Path, only: list[str] | None, kinds: set[str]
) -> None:
    found = await actions(editor, uri_of(ws), at(TEXT, "need:"), only)
    assert {getattr(one.kind, "value", one.kind) for one in found} == kinds


async def test_all_safe_fixes_are_one_edit(editor: Editor, ws: Path) -> None:
    (action,) = await actions(editor, uri_of(ws), at(TEXT, "name"), ["source.fixAll"])
    resolved = await editor.code_action_resolve_async(action)
    assert edited(TEXT, resolved.edit, uri_of(ws), 1) == MENDED
    editor.change(uri_of(ws), MENDED, 2)
    await editor.checked(uri_of(ws), 2)
    assert await actions(editor, uri_of(ws), at(MENDED, "name"), ["source.fixAll"]) == []


async def test_what_the_client_says_of_diagnostics_is_not_believed(editor: Editor, ws: Path) -> None:
    made_up = types.Diagnostic(at(TEXT, "name"), "what?", code="unknown-key", source="calibrant", data={"id": "x"})
    context = types.CodeActionContext([made_up])
    for place, titles in ((at(TEXT, "name"), 0), (at(TEXT, "need:"), 2)):
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri_of(ws)), place, context)
        found = await editor.text_document_code_action_async(params) or []
        assert len(found) >= titles
        assert bool(found) == bool(titles)
        assert not any(one.diagnostics for one in found if isinstance(one, types.CodeAction))


async def test_an_action_of_an_older_text_has_no_edit(editor: Editor, ws: Path) -> None:
    first, *_ = await actions(editor, uri_of(ws), at(TEXT, "need:"))
    editor.change(uri_of(ws), "# mine\n" + TEXT, 2)
    assert (await editor.code_action_resolve_async(first)).edit is None
    assert (await editor.code_action_resolve_async(types.CodeAction("mine", data=[1]))).edit is None
    newer, *_ = await actions(editor, uri_of(ws), at("# mine\n" + TEXT, "need:"))
    resolved = await editor.code_action_resolve_async(newer)
    assert edited("# mine\n" + TEXT, resolved.edit, uri_of(ws), 2) == "# mine\n" + TEXT.replace("need:", "needs:")
    editor.close(uri_of(ws))
    assert (await editor.code_action_resolve_async(newer)).edit is None
    assert await actions(editor, uri_of(ws), at(TEXT, "need:")) == []


async def test_a_confidential_value_is_in_no_title(ws: Path, tmp_path: Path) -> None:
    token = "gl" + "pat-" + "aB3dE5gH7jK9mN1pQ2rS"
    text = (
        HEAD
        + f"  - {{id: ask, uses: http.request, with: {{url: 'http://127.0.0.1:9/', headers: {{X-Token: {token}}}}}}}\n"
    )
    uri = uri_of(ws)
    async with editing(ws, state=tmp_path / "state") as editor:
        editor.open(uri, text)
        await editor.checked(uri, 1)
        found = await actions(editor, uri, at(text, token), ["quickfix"])
        assert found
        assert all(token not in f"{one.title}{one.data}" for one in found)
        resolved = await editor.code_action_resolve_async(found[0])
        assert "secrets." in edited(text, resolved.edit, uri, 1)


async def test_half_typed_text_is_no_trouble(editor: Editor, ws: Path) -> None:
    for version, end in enumerate(range(len(TEXT), len(HEAD), -7), 2):
        editor.change(uri_of(ws), TEXT[:end], version)
        everywhere = types.Range(types.Position(0, 0), types.Position(99, 0))
        for action in await actions(editor, uri_of(ws), everywhere):
            await editor.code_action_resolve_async(action)
