"""Quick fixes: what is offered where, how it is handed over, and what becomes of it."""

from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from calibrant.change import Site, history
from calibrant.model.applied import ChangeSession
from calibrant.model.ports import StoreError
from calibrant.model.text import LineIndex, Span, TextEdit, apply_edits
from calibrant.store import open_store
from cli.command import calibrant
from lsp.editor import NEOVIM, Editor, capabilities_of, editing

HEAD = "name: a # 😀 as it was\nsteps:\n"
LIST = "  - id: all\n    uses: file.list\n    with: {path: '.'} # here\n"
TYPO = "  - id: two\n    uses: file.read\n    with: {path: '{{ alll.files[0] }}'}\n"
KEY = "  - id: three\n    run: echo 😀 b\n    need: [all]\n"
TEXT = HEAD + LIST + TYPO + KEY
MENDED = TEXT.replace("alll", "all").replace("need:", "needs:")


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
    assert all(one.edit is None for one in found)
    assert {one.command.command for one in found if one.command} == {"calibrant.applied"}
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
        (everything,) = await actions(editor, uri, at(TEXT, "name"), ["source.fixAll"])
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


def remembered(ws: Path, tmp_path: Path) -> list[ChangeSession]:
    """Return what is recorded of changes, the newest first."""
    try:
        with closing(open_store(tmp_path / "state", ws, create=False)) as store:
            return list(history(Site(ws, store.changes)))
    except StoreError:
        return []


async def standing(editor: Editor, ws: Path, tmp_path: Path, *statuses: str) -> list[ChangeSession]:
    """Wait until the recorded sessions have these statuses, the newest first."""
    await editor.until(
        lambda: tuple(one.status for one in remembered(ws, tmp_path)) == statuses, f"sessions that are {statuses}"
    )
    return remembered(ws, tmp_path)


async def applied(editor: Editor, uri: str, text: str, part: str, version: int) -> str:
    """Apply the first quick fix at a part of a text, as an editor does, and return the new text."""
    first, *_ = await actions(editor, uri, at(text, part), ["quickfix"])
    resolved = await editor.code_action_resolve_async(first)
    new = edited(text, resolved.edit, uri, version)
    editor.change(uri, new, version + 1)
    await editor.checked(uri, version + 1)
    return new


async def ran(editor: Editor, uri: str) -> Any:
    answer = await editor.command("calibrate", uri=uri)
    return await editor.session(answer["session"] if isinstance(answer, dict) else answer.session)


async def test_an_applied_fix_is_remembered_and_verified_by_the_next_run(
    editor: Editor, ws: Path, tmp_path: Path
) -> None:
    uri = uri_of(ws)
    before = await ran(editor, uri)
    new = await applied(editor, uri, TEXT, "alll", 1)
    (session,) = await standing(editor, ws, tmp_path, "unverified")
    assert (session.fixes[0].strategy, session.answers) == ("closest-name", before.session)
    assert [(file.path, file.is_open) for file in session.files] == [("a.workflow.yaml", True)]
    with closing(open_store(tmp_path / "state", ws)) as store:
        assert store.changes.kept(session.files[0].before).decode() == TEXT
        assert store.changes.kept(session.files[0].after).decode() == new
    assert (ws / "a.workflow.yaml").read_text() == TEXT
    editor.change(uri, "# mine\n" + new, 3)
    await ran(editor, uri)
    (session,) = await standing(editor, ws, tmp_path, "verified")
    assert "gone" in session.reason


async def test_a_fix_whose_step_was_not_run_stays_unverified(editor: Editor, ws: Path, tmp_path: Path) -> None:
    uri = uri_of(ws)
    new = await applied(editor, uri, TEXT, "need:", 1)
    await standing(editor, ws, tmp_path, "unverified")
    done = await ran(editor, uri)
    assert "three" in [step.id for step in done.steps if step.status == "not_run"]
    await applied(editor, uri, new, "alll", 2)
    await ran(editor, uri)
    await standing(editor, ws, tmp_path, "verified", "unverified")


async def test_a_fix_that_does_not_hold_is_told(editor: Editor, ws: Path, tmp_path: Path) -> None:
    uri = uri_of(ws)
    text = HEAD + "  - {id: one, uses: file.read, with: {path: notes.tx}}\n"
    (ws / "notes.txt").write_text("x")
    editor.change(uri, text, 2)
    await ran(editor, uri)
    (ws / "notes.txt").unlink()
    shown = await editor.until(
        lambda: [one for one in editor.shown(uri) if one.code == "file-not-found"], "what the run found"
    )
    assert shown
    await applied(editor, uri, text, "notes.tx", 2)
    await standing(editor, ws, tmp_path, "unverified")
    editor.messages.clear()
    await ran(editor, uri)
    asked = await editor.until(lambda: [one.message for one in editor.asked if "hold" in one.message], "the word")
    assert "notes.txt" in asked[0]
    (session,) = remembered(ws, tmp_path)
    assert session.status == "unverified"
    assert session.reason.startswith("It did not hold")


async def test_undo_and_redo_in_the_editor_leave_the_history_right(editor: Editor, ws: Path, tmp_path: Path) -> None:
    uri = uri_of(ws)
    one = await applied(editor, uri, TEXT, "need:", 1)
    two = await applied(editor, uri, one, "alll", 2)
    await standing(editor, ws, tmp_path, "unverified", "unverified")
    editor.change(uri, one, 4)
    await standing(editor, ws, tmp_path, "rolled_back", "unverified")
    editor.change(uri, TEXT, 5)
    await standing(editor, ws, tmp_path, "rolled_back", "rolled_back")
    assert [str(one.code) for one in await editor.checked(uri, 5)]
    editor.change(uri, one, 6)
    editor.change(uri, two, 7)
    await standing(editor, ws, tmp_path, "unverified", "unverified", "rolled_back", "rolled_back")


async def test_an_edit_that_was_not_applied_leaves_nothing(editor: Editor, ws: Path, tmp_path: Path) -> None:
    uri = uri_of(ws)
    first, *_ = await actions(editor, uri, at(TEXT, "need:"), ["quickfix"])
    await editor.code_action_resolve_async(first)
    editor.change(uri, TEXT.replace("need:", "needs: "), 2)
    await editor.checked(uri, 2)
    assert remembered(ws, tmp_path) == []


async def test_what_was_applied_last_is_remembered_though_the_editor_leaves(ws: Path, tmp_path: Path) -> None:
    uri = uri_of(ws)
    async with editing(ws, state=tmp_path / "state", options={"run": "manual"}) as editor:
        editor.open(uri, TEXT)
        await editor.checked(uri, 1)
        first, *_ = await actions(editor, uri, at(TEXT, "need:"), ["quickfix"])
        resolved = await editor.code_action_resolve_async(first)
        editor.change(uri, edited(TEXT, resolved.edit, uri, 1), 2)
    assert [one.status for one in remembered(ws, tmp_path)] == ["unverified"]


async def test_where_nothing_can_be_remembered_the_fix_is_applied_all_the_same(ws: Path, tmp_path: Path) -> None:
    uri = uri_of(ws)
    (tmp_path / "state").write_text("not a folder")
    async with editing(ws, state=tmp_path / "state", options={"run": "manual"}) as editor:
        editor.open(uri, TEXT)
        await editor.checked(uri, 1)
        await applied(editor, uri, TEXT, "need:", 1)
        await editor.until(lambda: [one for one in editor.messages if "not remembered" in one.message], "the word")


async def rolled(editor: Editor, **given: str) -> dict[str, str]:
    answer = await editor.command("rollback", **given)
    return dict(answer) if isinstance(answer, dict) else dict(answer._asdict())


@pytest.mark.parametrize("mine", ["", "# mine 😀\n"])
async def test_rolling_back_an_open_document_takes_out_the_fix_alone(
    editor: Editor, ws: Path, tmp_path: Path, mine: str
) -> None:
    uri = uri_of(ws)
    new = mine + await applied(editor, uri, TEXT, "alll", 1)
    editor.change(uri, new, 3)
    (session,) = await standing(editor, ws, tmp_path, "unverified")
    made: list[str] = []

    def edit(given: types.WorkspaceEdit) -> bool:
        made.append(edited(new, given, uri, 3))
        editor.change(uri, made[0], 4)
        return True

    editor.edit = edit
    assert await rolled(editor, uri=uri) == {"session": session.id}
    assert made == [mine + TEXT]
    await standing(editor, ws, tmp_path, "rolled_back")
    await editor.checked(uri, 4)
    assert "unknown-step" in editor.codes(uri)
    assert "nothing to roll back" in (await rolled(editor, uri=uri))["reason"]
    assert "already" in (await rolled(editor, uri=uri, session=session.id))["reason"]
    assert len(made) == 1


async def test_what_cannot_be_rolled_back_says_why_and_stays(editor: Editor, ws: Path, tmp_path: Path) -> None:
    uri = uri_of(ws)
    new = await applied(editor, uri, TEXT, "alll", 1)
    (session,) = await standing(editor, ws, tmp_path, "unverified")
    answer = await rolled(editor, uri=uri)
    assert answer["session"] == session.id
    assert "did not take the edit" in answer["reason"]
    editor.change(uri, new.replace("all.files", "everything.files"), 3)
    answer = await rolled(editor, uri=uri)
    assert "edited since" in answer["reason"]
    assert "no session" in (await rolled(editor, uri=uri, session="none"))["reason"]
    assert [one.status for one in remembered(ws, tmp_path)] == ["unverified"]


async def test_rolling_back_a_closed_file_gives_its_bytes_back(editor: Editor, ws: Path, tmp_path: Path) -> None:
    uri = uri_of(ws)
    new = await applied(editor, uri, TEXT, "alll", 1)
    (session,) = await standing(editor, ws, tmp_path, "unverified")
    (ws / "a.workflow.yaml").write_text(new)
    editor.close(uri)
    assert await rolled(editor, uri=uri) == {"session": session.id}
    assert (ws / "a.workflow.yaml").read_bytes() == TEXT.encode()
    await standing(editor, ws, tmp_path, "rolled_back")


async def test_a_fix_of_the_command_line_is_rolled_back_in_the_editor_that_opened_its_file(
    ws: Path, tmp_path: Path
) -> None:
    uri, path = uri_of(ws), ws / "a.workflow.yaml"
    text = HEAD + LIST + TYPO
    path.write_text(text)
    done = calibrant("fix", "a.workflow.yaml", "--safe", folder=ws, state=tmp_path / "state")
    new = path.read_text()
    assert new == text.replace("alll", "all"), done.out
    async with editing(ws, state=tmp_path / "state", options={"run": "manual"}) as editor:
        editor.open(uri, new)
        await editor.checked(uri, 1)
        made: list[str] = []

        def edit(given: types.WorkspaceEdit) -> bool:
            made.append(edited(new, given, uri, 1))
            return True

        editor.edit = edit
        answer = await rolled(editor, uri=uri)
        assert "reason" not in answer
        assert made == [text]
        assert path.read_text() == new, "the editor holds it; it is the user's to save"
        assert [one.status for one in remembered(ws, tmp_path)] == ["rolled_back"]
