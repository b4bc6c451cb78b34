"""What an editor session left behind is found by the next: kills, restarts, two servers on one folder, changes of elsewhere."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from calibrant.change import FileEdits, Site, apply
from calibrant.model.applied import AppliedFix, Verdict
from calibrant.model.text import Span, TextEdit
from calibrant.store import open_store
from cli.command import calibrant
from lsp.desk import Desk, plain
from lsp.editor import Editor, editing
from lsp.remembered import remembered, statuses

HEAD = "name: a # 😀 as it was\nsteps:\n"
LIST = "  - id: all\n    uses: file.list\n    with: {path: '.'} # here\n"
TEXT = HEAD + LIST + "  - id: two\n    uses: file.read\n    with: {path: '{{ alll.files[0] }}'}\n"
FIXED = TEXT.replace("alll", "all")
READ = HEAD + "  - {id: one, uses: file.read, with: {path: notes.tx}} # 😀\n"
MANUAL = {"run": "manual"}


def uri_of(ws: Path) -> str:
    return (ws / "a.workflow.yaml").as_uri()


async def run(editor: Editor, uri: str) -> Any:
    return await editor.session(plain(await editor.command("calibrate", uri=uri))["session"])


async def killed_after(ws: Path, tmp_path: Path, text: str, part: str, *, first: bool = False) -> str:
    """Apply a fix in an editor whose server is killed before a run could verify it; returns the text then."""
    (ws / "a.workflow.yaml").write_text(text)
    async with editing(ws, state=tmp_path / "state", options=MANUAL) as editor:
        desk = Desk(editor, uri_of(ws), text)
        await desk.checked()
        if first:
            await run(editor, desk.uri)
            await editor.until(lambda: "file-not-found" in editor.codes(desk.uri), "what the run found")
        await desk.fix(part)
        await statuses(editor, ws, tmp_path, "unverified")
        assert editor._server
        os.kill(editor._server.pid, signal.SIGKILL)
        await editor._server.wait()
    return desk.text


@pytest.mark.parametrize("more", ["", "# mine 😀\n"])
async def test_what_a_killed_server_left_is_verified_by_the_next_run(ws: Path, tmp_path: Path, more: str) -> None:
    text = more + await killed_after(ws, tmp_path, TEXT, "alll")
    async with editing(ws, state=tmp_path / "state", options=MANUAL) as editor:
        desk = Desk(editor, uri_of(ws), text)
        await desk.checked()
        await run(editor, desk.uri)
        (session,) = await statuses(editor, ws, tmp_path, "verified")
        assert plain(await editor.command("rollback", uri=desk.uri)) == {"session": session.id}
        assert desk.text == more + TEXT
        desk.undo()
        await statuses(editor, ws, tmp_path, "unverified", "rolled_back")


async def test_what_does_not_hold_after_a_restart_is_offered_to_be_rolled_back(ws: Path, tmp_path: Path) -> None:
    (ws / "notes.txt").write_text("x")
    text = await killed_after(ws, tmp_path, READ, "notes.tx", first=True)
    (ws / "notes.txt").unlink()
    async with editing(ws, state=tmp_path / "state", options=MANUAL) as editor:
        editor.choose = lambda _: "Roll back"
        desk = Desk(editor, uri_of(ws), text)
        await desk.checked()
        await run(editor, desk.uri)
        await statuses(editor, ws, tmp_path, "rolled_back")
        assert len(editor.asked) == 1
        assert desk.text == READ


async def test_a_closed_file_with_what_a_killed_server_left_is_verified_and_rolled_back(
    ws: Path, tmp_path: Path
) -> None:
    text = await killed_after(ws, tmp_path, TEXT, "alll")
    (ws / "a.workflow.yaml").write_text(text)
    async with editing(ws, state=tmp_path / "state", options=MANUAL) as editor:
        await run(editor, uri_of(ws))
        (session,) = await statuses(editor, ws, tmp_path, "verified")
        assert plain(await editor.command("rollback", uri=uri_of(ws))) == {"session": session.id}
        assert (ws / "a.workflow.yaml").read_text() == TEXT


async def test_a_fix_that_is_not_in_the_text_is_not_verified(ws: Path, tmp_path: Path) -> None:
    await killed_after(ws, tmp_path, TEXT, "alll")
    async with editing(ws, state=tmp_path / "state", options=MANUAL) as editor:
        desk = Desk(editor, uri_of(ws), TEXT)
        await desk.checked()
        await run(editor, desk.uri)
        await run(editor, desk.uri)
        assert [one.status for one in remembered(ws, tmp_path)] == ["unverified"]
        assert editor.asked == []


async def test_a_document_closed_before_its_run_came_to_an_end_is_verified_all_the_same(
    ws: Path, tmp_path: Path
) -> None:
    async with editing(ws, state=tmp_path / "state") as editor:
        desk = Desk(editor, uri_of(ws), TEXT)
        await desk.checked()
        await desk.fix("alll")
        await editor.until(lambda: editor.progress_reports, "the run that verifies", 30)
        (ws / "a.workflow.yaml").write_text(desk.text)
        editor.close(desk.uri)
        await statuses(editor, ws, tmp_path, "verified")


async def test_two_servers_on_one_folder_leave_each_others_fixes_alone(ws: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    async with editing(ws, state=state, options=MANUAL) as one, editing(ws, state=state, options=MANUAL) as other:
        desk, elsewhere = Desk(one, uri_of(ws), TEXT), Desk(other, uri_of(ws), TEXT)
        await desk.checked()
        await elsewhere.checked()
        await desk.fix("alll")
        await statuses(one, ws, tmp_path, "unverified")
        await run(other, elsewhere.uri)
        elsewhere.type("# mine\n" + TEXT)
        await elsewhere.checked()
        assert [session.status for session in remembered(ws, tmp_path)] == ["unverified"]
        await run(one, desk.uri)
        await statuses(one, ws, tmp_path, "verified")
        assert (one.asked, other.asked, elsewhere.made) == ([], [], [])


def interrupted(ws: Path, tmp_path: Path, at: str) -> None:
    """Leave a change of the file as a process leaves it that dies at a step of the door."""
    path = ws / "a.workflow.yaml"
    start = TEXT.index("alll")
    child = os.fork()
    if child == 0:

        def die(step: str) -> None:
            if step == at:
                os._exit(9)

        async def verify(_session: str) -> Verdict:
            return Verdict(True)

        with open_store(tmp_path / "state", ws) as store:
            site = Site(ws, store.changes, die)
            edits = [FileEdits(path, path.read_bytes(), (TextEdit(Span(start, start + 4), "all"),))]
            asyncio.run(apply(site, edits, [AppliedFix("f1", "Change ‘alll’ to ‘all’")], verify))
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


@pytest.mark.parametrize(
    ("at", "status", "text"), [("journalled", "rolled_back", TEXT), ("applied", "unverified", FIXED)]
)
def test_an_interrupted_change_is_left_for_the_next_start(
    ws: Path, tmp_path: Path, at: str, status: str, text: str
) -> None:
    interrupted(ws, tmp_path, at)

    async def started() -> None:
        async with editing(ws, state=tmp_path / "state", options=MANUAL) as editor:
            (session,) = await statuses(editor, ws, tmp_path, status)
            assert (ws / "a.workflow.yaml").read_text() == text
            told = await editor.until(lambda: [one.message for one in editor.messages], "the word")
            assert told == [
                f"An earlier change of workflow files did not come to its end.\n‘a.workflow.yaml’: {session.reason}"
            ]
            desk = Desk(editor, uri_of(ws), text)
            await desk.checked()
            assert len(editor.messages) == 1

    asyncio.run(started())


async def lenses(editor: Editor, uri: str) -> list[types.Command]:
    found = await editor.text_document_code_lens_async(types.CodeLensParams(types.TextDocumentIdentifier(uri)))
    return [one.command for one in found or () if one.command]


async def back(editor: Editor, uri: str) -> str:
    """Return the title of the lens that rolls back."""
    return next((one.title for one in await lenses(editor, uri) if one.command == "calibrant.rollback"), "")


async def waits_for(editor: Editor, uri: str, title: str) -> None:
    for _ in range(300):
        if await back(editor, uri) == title:
            return
        await asyncio.sleep(0.05)
    assert await back(editor, uri) == title


async def test_a_lens_rolls_back_what_stands_in_the_file(ws: Path, tmp_path: Path) -> None:
    path = ws / "a.workflow.yaml"
    done = calibrant("fix", "a.workflow.yaml", "--safe", folder=ws, state=tmp_path / "state")
    assert path.read_text() == FIXED, done.out
    async with editing(ws, state=tmp_path / "state") as editor:
        desk = Desk(editor, uri_of(ws), FIXED)
        await desk.checked()
        title = "Roll back ‘Change ‘alll’ to ‘all’’"
        await waits_for(editor, desk.uri, f"{title} (verified)")
        refreshed = editor.lens_refreshes
        (lens,) = [one for one in await lenses(editor, desk.uri) if one.command == "calibrant.rollback"]
        params = types.ExecuteCommandParams(lens.command, lens.arguments)
        await editor.workspace_execute_command_async(params)
        assert desk.text == TEXT
        await waits_for(editor, desk.uri, "")
        assert editor.lens_refreshes > refreshed
        await desk.fix("alll")
        await statuses(editor, ws, tmp_path, "verified", "rolled_back")
        await waits_for(editor, desk.uri, f"{title} (verified)")
