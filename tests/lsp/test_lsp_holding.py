"""Fixes in open documents: verified by a run of their own, and rolled back, kept or offered where they do not hold."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from lsprotocol import types

from lsp.desk import Desk, plain
from lsp.editor import NEOVIM, Editor, capabilities_of, editing
from lsp.remembered import remembered, statuses

HEAD = "name: a # 😀 as it was\nsteps:\n"
TEXT = HEAD + "  - {id: one, uses: file.read, with: {path: notes.tx}} # 😀\n"
FIXED = TEXT.replace("notes.tx", "notes.txt")
MINE = "# mine 😀\n"


@pytest.fixture
def ws(ws: Path) -> Path:
    (ws / "notes.txt").write_text("x")
    return ws


@pytest.fixture
async def editor(ws: Path, tmp_path: Path) -> AsyncIterator[Editor]:
    async with editing(ws, state=tmp_path / "state") as one:
        yield one


async def opened(editor: Editor, ws: Path) -> Desk:
    """Open the document and wait until a run found what is wrong with it."""
    desk = Desk(editor, (ws / "a.workflow.yaml").as_uri(), TEXT)
    await desk.checked()
    desk.save()
    await editor.until(lambda: editor.sessions, "the run of the save", 30)
    await editor.until(lambda: "file-not-found" in editor.codes(desk.uri), "what the run found")
    return desk


async def failing(editor: Editor, ws: Path) -> Desk:
    """Apply a fix that does not hold."""
    desk = await opened(editor, ws)
    action = await desk.action("notes.tx")
    (ws / "notes.txt").unlink()
    desk.type(desk.edited(action.edit))
    assert desk.text == FIXED
    return desk


async def test_a_fix_is_verified_by_a_run_that_starts_by_itself(editor: Editor, ws: Path, tmp_path: Path) -> None:
    desk = await opened(editor, ws)
    await desk.fix("notes.tx")
    await statuses(editor, ws, tmp_path, "verified")
    await editor.until(lambda: len(editor.sessions) == 2, "the end of the run")
    assert "file-not-found" not in editor.codes(desk.uri)
    assert (desk.made, editor.asked) == ([], [])


async def test_a_fix_that_does_not_hold_is_rolled_back_by_itself_and_told_once(
    editor: Editor, ws: Path, tmp_path: Path
) -> None:
    desk = await failing(editor, ws)
    (session,) = await statuses(editor, ws, tmp_path, "rolled_back")
    assert desk.made == [TEXT]
    assert session.reason.startswith("It did not hold")
    (asked,) = await editor.until(lambda: editor.asked, "the word")
    assert [one.title for one in asked.actions or ()] == ["Keep it all the same"]
    assert "notes.txt" in asked.message
    assert "rolled back" in asked.message
    await editor.until(lambda: "file-not-found" in editor.codes(desk.uri), "what is wrong again")
    assert not [one for one in editor.messages if "hold" in one.message]


async def test_a_fix_can_be_kept_all_the_same_and_is_not_rolled_back_again(
    editor: Editor, ws: Path, tmp_path: Path
) -> None:
    editor.choose = lambda _: "Keep it all the same"
    desk = await failing(editor, ws)
    await statuses(editor, ws, tmp_path, "kept", "rolled_back")
    assert desk.made == [TEXT, FIXED]
    ended = len(editor.sessions)
    desk.save()
    await editor.until(lambda: len(editor.sessions) > ended, "another run", 30)
    await desk.checked()
    assert [one.status for one in remembered(ws, tmp_path)] == ["kept", "rolled_back"]
    assert (desk.text, len(editor.asked)) == (FIXED, 1)


async def test_undoing_a_rollback_keeps_the_fix_and_redo_takes_it_back(
    editor: Editor, ws: Path, tmp_path: Path
) -> None:
    desk = await failing(editor, ws)
    await statuses(editor, ws, tmp_path, "rolled_back")
    desk.undo()
    await statuses(editor, ws, tmp_path, "kept", "rolled_back")
    desk.redo()
    await statuses(editor, ws, tmp_path, "rolled_back", "rolled_back")
    assert desk.text == TEXT
    await editor.until(lambda: editor.asked, "the word")
    assert len(editor.asked) == 1


@pytest.mark.parametrize(("choice", "status"), [("Roll back", "rolled_back"), ("Keep", "kept"), ("", "unverified")])
async def test_once_the_user_has_typed_he_is_asked(
    editor: Editor, ws: Path, tmp_path: Path, choice: str, status: str
) -> None:
    editor.choose = lambda _: choice
    desk = await failing(editor, ws)
    desk.type(MINE + FIXED)
    (asked,) = await editor.until(lambda: editor.asked, "the question", 30)
    assert [one.title for one in asked.actions or ()] == ["Roll back", "Keep"]
    (session,) = await statuses(editor, ws, tmp_path, status)
    assert session.holds is False
    await editor.until(lambda: desk.text == MINE + (TEXT if choice == "Roll back" else FIXED), "the text")
    desk.save()
    await editor.until(lambda: len(editor.sessions) > 2, "another run", 30)
    await desk.checked()
    assert len(editor.asked) == 1


async def test_an_editor_that_cannot_be_asked_is_told(ws: Path, tmp_path: Path) -> None:
    capabilities = capabilities_of(NEOVIM)
    assert capabilities.window
    capabilities.window.show_message = None
    async with editing(ws, state=tmp_path / "state", capabilities=capabilities) as editor:
        desk = await failing(editor, ws)
        await statuses(editor, ws, tmp_path, "rolled_back")
        told = await editor.until(lambda: [one.message for one in editor.messages if "hold" in one.message], "the word")
        assert len(told) == 1
        assert "undo brings it back" in told[0]
        assert (desk.made, editor.asked) == ([TEXT], [])


@pytest.mark.parametrize("takes", [False, None])
async def test_an_editor_that_does_not_take_the_edit_keeps_the_fix_and_is_asked(
    ws: Path, tmp_path: Path, takes: bool | None
) -> None:
    capabilities = capabilities_of(NEOVIM)
    assert capabilities.workspace
    capabilities.workspace.apply_edit = takes
    async with editing(ws, state=tmp_path / "state", capabilities=capabilities) as editor:
        desk = await failing(editor, ws)
        (asked,) = await editor.until(lambda: editor.asked, "the question", 30)
        assert "did not hold" in asked.message
        assert "takes no edits" in asked.message
        assert (desk.made, desk.text) == ([], FIXED)
        (session,) = await statuses(editor, ws, tmp_path, "unverified")
        assert session.reason.startswith("It did not hold")


async def test_an_editor_that_refuses_the_edit_is_told_why(editor: Editor, ws: Path, tmp_path: Path) -> None:
    desk = await opened(editor, ws)
    desk.refuses = True
    action = await desk.action("notes.tx")
    (ws / "notes.txt").unlink()
    desk.type(desk.edited(action.edit))
    (asked,) = await editor.until(lambda: editor.asked, "the question", 30)
    assert "did not take the edit" in asked.message
    (session,) = await statuses(editor, ws, tmp_path, "unverified")
    assert (session.holds, desk.text) == (False, FIXED)


async def test_where_runs_are_asked_for_none_starts_and_the_next_one_verifies(ws: Path, tmp_path: Path) -> None:
    async with editing(ws, state=tmp_path / "state", options={"run": "manual"}) as editor:
        desk = Desk(editor, (ws / "a.workflow.yaml").as_uri(), TEXT)
        await desk.checked()
        first = plain(await editor.command("calibrate", uri=desk.uri))["session"]
        await editor.session(first)
        await desk.fix("notes.tx")
        await statuses(editor, ws, tmp_path, "unverified")
        desk.save()
        second = plain(await editor.command("calibrate", uri=desk.uri))["session"]
        await editor.session(second)
        await statuses(editor, ws, tmp_path, "verified")
        assert [one.session for one in editor.sessions] == [first, second]


async def test_undo_and_redo_leave_what_is_shown_right_without_a_run(editor: Editor, ws: Path, tmp_path: Path) -> None:
    desk = await opened(editor, ws)
    await desk.fix("notes.tx")
    await statuses(editor, ws, tmp_path, "verified")
    desk.undo()
    await statuses(editor, ws, tmp_path, "rolled_back")
    await editor.until(lambda: "file-not-found" in editor.codes(desk.uri), "what is wrong again")
    desk.redo()
    await desk.checked()
    await editor.until(lambda: "file-not-found" not in editor.codes(desk.uri), "that it is gone again")
    await statuses(editor, ws, tmp_path, "verified", "rolled_back")


async def test_fixing_on_save_takes_one_run(editor: Editor, ws: Path, tmp_path: Path) -> None:
    text = FIXED + "  - {id: two, uses: file.list, with: {path: .}, need: [one]}\n"
    (ws / "a.workflow.yaml").write_text(text)
    desk = Desk(editor, (ws / "a.workflow.yaml").as_uri(), text)
    await desk.checked()
    action = await desk.action("name", "source.fixAll")
    desk.type(desk.edited(action.edit))
    desk.save()
    await desk.checked()
    await statuses(editor, ws, tmp_path, "verified")
    assert len(editor.sessions) == 1


async def test_a_save_while_the_fix_is_being_verified_starts_no_second_run(
    editor: Editor, ws: Path, tmp_path: Path
) -> None:
    desk = await opened(editor, ws)
    desk.type(desk.text + "  - {id: two, run: sleep 1, needs: [one]}\n")
    await desk.checked()
    await desk.fix("notes.tx")
    await editor.until(lambda: len(editor.progress_reports) == 2, "the run that verifies", 30)
    desk.save()
    await statuses(editor, ws, tmp_path, "verified")
    await editor.until(lambda: len(editor.sessions) > 1, "the ends of both runs")
    assert [one.status for one in editor.sessions] == ["completed", "completed"]


@pytest.mark.parametrize("before", [True, False])
async def test_a_fix_that_arrives_with_another_edit_is_remembered_by_the_command(
    editor: Editor, ws: Path, tmp_path: Path, before: bool
) -> None:
    desk = await opened(editor, ws)
    action = await desk.action("notes.tx")
    assert action.command
    assert action.command.command == "calibrant.applied"
    merged = MINE + desk.edited(action.edit) if before else desk.edited(action.edit) + MINE
    desk.type(merged)
    answer = await desk.call(action)
    (session,) = await statuses(editor, ws, tmp_path, "verified")
    assert answer == {"session": session.id}
    assert not await desk.call(action), "it is remembered once"
    assert plain(await editor.command("rollback", uri=desk.uri)) == {"session": session.id}
    assert desk.text == (MINE + TEXT if before else TEXT + MINE)


async def test_the_command_remembers_nothing_that_is_not_there(editor: Editor, ws: Path, tmp_path: Path) -> None:
    desk = await opened(editor, ws)
    action = await desk.action("notes.tx")
    desk.type(MINE + TEXT)
    assert not await desk.call(action)
    await desk.checked()
    assert remembered(ws, tmp_path) == []


async def test_a_client_that_calls_no_commands_gets_none(ws: Path, tmp_path: Path) -> None:
    capabilities = capabilities_of(NEOVIM)
    assert capabilities.workspace
    assert capabilities.workspace.execute_command is None
    async with editing(ws, state=tmp_path / "state", capabilities=capabilities) as editor:
        desk = await opened(editor, ws)
        assert (await desk.action("notes.tx")).command is None
        await desk.fix("notes.tx")
        await statuses(editor, ws, tmp_path, "verified")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-32"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
async def test_positions_and_line_ends_of_any_kind_come_back_exactly(
    ws: Path, tmp_path: Path, encoding: types.PositionEncodingKind | str, end: str
) -> None:
    text = TEXT.replace("- {id", "- {name: 😀, id").replace("\n", end)
    (ws / "a.workflow.yaml").write_bytes(text.encode())
    capabilities = capabilities_of("visual-studio-code", [str(encoding)])
    async with editing(ws, state=tmp_path / "state", capabilities=capabilities) as editor:
        desk = Desk(editor, (ws / "a.workflow.yaml").as_uri(), text, "utf-8" if encoding == "utf-8" else "utf-32")
        await desk.checked()
        desk.save()
        await editor.until(lambda: "file-not-found" in editor.codes(desk.uri), "what the run found", 30)
        action = await desk.action("notes.tx")
        (ws / "notes.txt").unlink()
        desk.type(desk.edited(action.edit))
        assert desk.text == text.replace("notes.tx", "notes.txt")
        await statuses(editor, ws, tmp_path, "rolled_back")
        assert desk.made == [text]
