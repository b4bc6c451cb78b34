"""Fixes applied by command: in open documents through the editor, in closed files through the door."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from lsp.desk import Desk, plain
from lsp.editor import NEOVIM, Editor, capabilities_of, editing
from lsp.remembered import remembered, statuses

HEAD = "name: a # 😀 as it was\nsteps:\n"
LIST = "  - id: all\n    uses: file.list\n    with: {path: '.'} # here\n"
TYPO = "  - id: two\n    uses: file.read\n    with: {path: '{{ alll.files[0] }}'}\n"
KEY = "  - id: three\n    uses: file.list\n    need: [all]\n    with: {path: .}\n"
TEXT = HEAD + LIST + TYPO + KEY
MENDED = TEXT.replace("alll", "all").replace("need:", "needs:")
READ = HEAD + "  - {id: one, uses: file.read, with: {path: notes.tx}}\n"


def uri_of(ws: Path) -> str:
    return (ws / "a.workflow.yaml").as_uri()


@pytest.fixture
async def editor(ws: Path, tmp_path: Path) -> AsyncIterator[Editor]:
    async with editing(ws, state=tmp_path / "state") as one:
        yield one


@pytest.fixture
async def desk(editor: Editor, ws: Path) -> Desk:
    made = Desk(editor, uri_of(ws), TEXT)
    await made.checked()
    return made


async def apply(editor: Editor, uri: str, fixes: Any) -> dict[str, Any]:
    """Apply fixes and return how that ended."""
    session = plain(await editor.command("applyFixes", uri=uri, fixes=fixes))["session"]
    ended = plain(await editor.session(session, 60))
    assert ended["session"] == ended["change"]["session"] == session
    return dict(ended)


def fixes_of(action: types.CodeAction) -> list[str]:
    return list(plain(action.data)["fixes"])


async def ids(desk: Desk, *parts: str) -> list[str]:
    """Return the ids of the first fixes at these parts of the text."""
    found: list[str] = []
    for part in parts:
        action = (await desk.actions(part))[0]
        found += fixes_of(action)
    return found


async def test_safe_fixes_are_applied_in_the_editor_verified_and_told(
    editor: Editor, desk: Desk, ws: Path, tmp_path: Path
) -> None:
    ended = await apply(editor, desk.uri, "safe")
    assert desk.made == [MENDED]
    (session,) = await statuses(editor, ws, tmp_path, "verified")
    change = ended["change"]
    assert (change["status"], change["session"], len(change["fixes"])) == ("verified", session.id, 2)
    assert change["run"] in [one.session for one in editor.sessions]
    assert ended["summary"]["total"] == 0
    assert (change["files"], change["left"]) == (["a.workflow.yaml"], [])
    assert (ws / "a.workflow.yaml").read_text() == TEXT, "the editor holds it; it is the user's to save"
    desk.undo()
    await statuses(editor, ws, tmp_path, "rolled_back")


async def test_named_fixes_alone_are_applied(editor: Editor, desk: Desk, ws: Path, tmp_path: Path) -> None:
    ended = await apply(editor, desk.uri, await ids(desk, "alll"))
    assert desk.text == TEXT.replace("alll", "all")
    assert [one["strategy"] for one in ended["change"]["fixes"]] == ["closest-name"]
    await statuses(editor, ws, tmp_path, "verified")


async def test_fixes_of_an_older_text_are_not_known(editor: Editor, desk: Desk, ws: Path, tmp_path: Path) -> None:
    old = await ids(desk, "alll")
    desk.type(MENDED)
    await desk.checked()
    for wanted in (old, ["000000000000"], []):
        with pytest.raises(JsonRpcException, match="on offer for"):
            await editor.command("applyFixes", uri=desk.uri, fixes=wanted)
    with pytest.raises(JsonRpcException):
        await editor.command("applyFixes", uri=desk.uri, fixes="all")
    with pytest.raises(JsonRpcException):
        await editor.command("applyFixes", uri=(ws / "none.workflow.yaml").as_uri(), fixes="safe")
    assert remembered(ws, tmp_path) == []


async def test_where_nothing_is_safe_that_is_said(editor: Editor, desk: Desk, ws: Path) -> None:
    desk.type(MENDED)
    ended = await apply(editor, desk.uri, "safe")
    assert (ended["change"]["status"], desk.made) == ("refused", [])
    assert "no safe fix" in ended["change"]["reason"]
    assert ended["change"]["standing"] is False


async def test_of_fixes_that_meet_one_is_left_and_the_user_is_told_which_and_why(editor: Editor, ws: Path) -> None:
    text = TEXT.replace("need: [all]", "nedes: [all]")
    desk = Desk(editor, uri_of(ws), text)
    await desk.checked()
    actions = await desk.actions("nedes")
    wanted = [fix for one in actions for fix in fixes_of(one)]
    assert len(wanted) > 1
    ended = await apply(editor, desk.uri, wanted)
    left = ended["change"]["left"]
    assert len(left) == len(wanted) - 1
    told = [one.message for one in editor.messages if "Left out" in one.message]
    assert len(told) == 1
    assert all(one["title"] in told[0] and one["reason"] in told[0] for one in left)


async def test_what_the_editor_refuses_is_told_and_not_remembered(
    editor: Editor, desk: Desk, ws: Path, tmp_path: Path
) -> None:
    desk.refuses = True
    ended = await apply(editor, desk.uri, "safe")
    assert ended["change"]["status"] == "refused"
    assert "did not take the edit" in ended["change"]["reason"]
    assert [one for one in editor.messages if "did not take the edit" in one.message]
    assert (desk.text, remembered(ws, tmp_path)) == (TEXT, [])
    desk.type(MENDED)
    await desk.checked()
    assert remembered(ws, tmp_path) == [], "what was refused is not taken for applied later"


async def test_an_editor_that_takes_no_edits_is_told(ws: Path, tmp_path: Path) -> None:
    capabilities = capabilities_of(NEOVIM)
    assert capabilities.workspace
    capabilities.workspace.apply_edit = False
    async with editing(ws, state=tmp_path / "state", capabilities=capabilities) as editor:
        desk = Desk(editor, uri_of(ws), TEXT)
        await desk.checked()
        ended = await apply(editor, desk.uri, "safe")
        assert "takes no edits" in ended["change"]["reason"]


async def test_an_editor_that_takes_edits_and_does_not_say_so_is_asked(ws: Path, tmp_path: Path) -> None:
    capabilities = capabilities_of(NEOVIM)
    assert capabilities.workspace
    capabilities.workspace.apply_edit = None
    async with editing(ws, state=tmp_path / "state", capabilities=capabilities) as editor:
        desk = Desk(editor, uri_of(ws), TEXT)
        await desk.checked()
        await apply(editor, desk.uri, "safe")
        assert desk.text == MENDED
        await editor.command("rollback", uri=desk.uri)
        assert desk.text == TEXT


REVIEW = HEAD + (
    "  - {id: ask, uses: http.request, with: {url: 'http://127.0.0.1:9/', bogus: 1}}\n"
    "  - {id: get, uses: http.request, with: {url: 'http://127.0.0.1:9/', bugus: 2}}\n"
)


async def reviewed(desk: Desk) -> list[str]:
    """Return the ids of a fix for review of each of the two keys that mean nothing."""
    found: list[str] = []
    for part in ("bogus", "bugus"):
        actions = [one for one in await desk.actions(part) if "emove" in one.title]
        found += fixes_of(actions[0])
    return found


@pytest.mark.parametrize("taken", [2, 1, 0])
async def test_several_fixes_for_review_are_confirmed_one_by_one(ws: Path, tmp_path: Path, taken: int) -> None:
    async with editing(ws, state=tmp_path / "state", options={"run": "manual"}) as editor:
        desk = Desk(editor, uri_of(ws), REVIEW)
        await desk.checked()
        wanted = await reviewed(desk)

        def take(edit: types.WorkspaceEdit) -> bool:
            """Make the edits of the first fixes alone, as a user who unchecks the others."""
            assert edit.change_annotations
            assert edit.document_changes
            assert all(one.needs_confirmation and one.description for one in edit.change_annotations.values())
            assert list(edit.change_annotations) == wanted
            (change,) = edit.document_changes
            assert isinstance(change, types.TextDocumentEdit)
            kept = [one for one in change.edits if getattr(one, "annotation_id", None) in wanted[:taken]]
            if kept:
                only = types.TextDocumentEdit(change.text_document, kept)
                desk.type(desk.edited(types.WorkspaceEdit(document_changes=[only])))
            return True

        editor.edit = take
        ended = await apply(editor, desk.uri, wanted)
        assert ("bogus" in desk.text, "bugus" in desk.text) == (taken < 1, taken < 2)
        if taken == 0:
            assert ended["change"]["status"] == "refused"
            assert remembered(ws, tmp_path) == []
            return
        (session,) = await statuses(editor, ws, tmp_path, "unverified")
        assert [fix.id for fix in session.fixes] == wanted[:taken]
        editor.edit = desk.take
        assert plain(await editor.command("rollback", uri=desk.uri)) == {"session": session.id}
        assert desk.text == REVIEW


async def test_an_editor_without_annotations_gets_plain_edits(ws: Path, tmp_path: Path) -> None:
    capabilities = capabilities_of(NEOVIM)
    async with editing(ws, state=tmp_path / "state", capabilities=capabilities, options={"run": "manual"}) as editor:
        desk = Desk(editor, uri_of(ws), REVIEW)
        await desk.checked()
        ended = await apply(editor, desk.uri, await reviewed(desk))
        assert ended["change"]["status"] == "unverified"
        (edit,) = desk.edits
        assert edit.change_annotations is None
        assert ("bogus" in desk.text, "bugus" in desk.text) == (False, False)


async def test_a_closed_file_is_changed_through_the_door(editor: Editor, ws: Path, tmp_path: Path) -> None:
    await editor.until(lambda: editor.shown(uri_of(ws)), "what is wrong with the file")
    ended = await apply(editor, uri_of(ws), "safe")
    assert (ws / "a.workflow.yaml").read_text() == MENDED
    (session,) = await statuses(editor, ws, tmp_path, "verified")
    assert (ended["change"]["status"], ended["status"]) == ("verified", "completed")
    assert session.id == ended["session"]
    await editor.until(lambda: not editor.shown(uri_of(ws)), "that nothing is wrong any longer")
    assert plain(await editor.command("rollback", uri=uri_of(ws))) == {"session": session.id}
    assert (ws / "a.workflow.yaml").read_text() == TEXT


async def test_in_a_closed_file_what_does_not_hold_is_left_out_and_told(
    editor: Editor, ws: Path, tmp_path: Path
) -> None:
    path = ws / "b.workflow.yaml"
    path.write_text(READ)
    (ws / "notes.txt").write_text("x")
    ran = plain(await editor.command("calibrate", uri=path.as_uri()))["session"]
    found = plain(await editor.session(ran))
    (ws / "notes.txt").unlink()
    (issue,) = found["issues"]["auto_repairs"]
    ended = await apply(editor, path.as_uri(), [issue["fixes"][0]["id"]])
    assert (ended["change"]["status"], ended["change"]["run"]) == ("refused", "")
    assert "did not hold" in ended["change"]["left"][0]["reason"]
    assert len([one for one in editor.messages if "did not hold" in one.message]) == 1
    assert path.read_text() == READ


async def test_applying_to_a_closed_file_can_be_cancelled(editor: Editor, ws: Path, tmp_path: Path) -> None:
    path = ws / "c.workflow.yaml"
    text = (
        HEAD
        + LIST
        + TYPO
        + "  - {id: slow, uses: http.request, retry: {attempts: 9, delay: 5}, with: {url: 'http://127.0.0.1:9/'}}\n"
    )
    path.write_text(text)
    session = plain(await editor.command("applyFixes", uri=path.as_uri(), fixes="safe"))["session"]
    await editor.until(lambda: session in editor.progress_reports, "progress")
    assert plain(await editor.command("cancel", session=session)) == {"session": session, "cancelled": True}
    ended = plain(await editor.session(session))
    assert (ended["status"], ended["change"]["status"]) == ("cancelled", "refused")
    assert path.read_text() == text
    assert [one for one in remembered(ws, tmp_path) if one.status != "refused"] == []


async def test_a_file_that_cannot_be_written_stays_and_that_is_said(editor: Editor, ws: Path) -> None:
    path = ws / "a.workflow.yaml"
    path.chmod(0o444)
    ended = await apply(editor, path.as_uri(), "safe")
    assert ended["change"]["status"] == "refused"
    assert "read-only" in ended["change"]["reason"]
    assert [one for one in editor.messages if "read-only" in one.message]
    assert path.read_text() == TEXT


async def test_what_the_editor_holds_already_is_not_told_to_be_cancelled(
    editor: Editor, desk: Desk, ws: Path, tmp_path: Path
) -> None:
    arguments = [{"uri": desk.uri, "fixes": "safe"}]
    answer = editor.workspace_execute_command(types.ExecuteCommandParams("calibrant.applyFixes", arguments))
    cancelled: list[Any] = []

    def take(edit: types.WorkspaceEdit) -> bool:
        """Cancel while the editor still has the edit, and make it all the same."""
        session = {"session": plain(answer.result())["session"]}
        cancel = types.ExecuteCommandParams("calibrant.cancel", [session])
        cancelled.append(editor.workspace_execute_command(cancel))
        return desk.take(edit)

    editor.edit = take
    await editor.until(lambda: cancelled and cancelled[0].done(), "the answer to cancelling")
    session = plain(answer.result())["session"]
    ended = plain(await editor.session(session, 60))
    assert desk.text == MENDED
    assert plain(cancelled[0].result()) == {"session": session, "cancelled": False}
    assert (ended["status"], ended["change"]["status"]) == ("completed", "verified")
    await statuses(editor, ws, tmp_path, "verified")


async def test_a_change_ends_also_where_its_document_is_closed_before_a_run(
    editor: Editor, desk: Desk, ws: Path, tmp_path: Path
) -> None:
    session = plain(await editor.command("applyFixes", uri=desk.uri, fixes="safe"))["session"]
    await editor.until(lambda: desk.made, "the edit")
    await editor.command("history", uri=desk.uri)
    editor.close(desk.uri)
    ended = plain(await editor.session(session, 10))
    assert ended["status"] == "completed"
    assert ended["change"]["status"] in {"unverified", "verified"}, "a slow machine may have begun the run before"


async def test_the_end_of_a_closed_file_is_as_the_history_has_it(editor: Editor, ws: Path) -> None:
    ended = await apply(editor, uri_of(ws), "safe")
    listed = [plain(one) for one in plain(await editor.command("history", uri=uri_of(ws)))]
    (change,) = [one["change"] for one in listed if one["session"] == ended["session"]]
    told = ended["change"]
    assert told["answers"]
    assert told["started"] > 0
    assert {name: told[name] for name in change if name != "run"} == {
        name: change[name] for name in change if name != "run"
    }
