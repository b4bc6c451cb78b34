"""Fixes tried in the background: what quick fixes say of it, and how trials give way."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from lsp.desk import plain
from lsp.editor import Editor, children, editing
from lsp.test_lsp_fixes import actions, at, edited

ROSTER = "steps:\n  - id: r\n    uses: file.read\n    with: {path: roster.json}\n"
PHONES = "  - id: phones\n    uses: data.map\n    with: {items: '{{ r.content }}', to: '{{ item.phone }}'}\n"
NOTE = "  - id: note\n    uses: file.read\n    with: {path: nte.txt}\n"
TEXT = ROSTER + PHONES + NOTE
LIST = "steps:\n  - id: all\n    uses: file.list\n    with: {path: .}\n"
NAP = "  - id: nap\n    run: sleep 61; echo {{ alll.files }}\n"
LONG = LIST + NAP
OPEN = {"CALIBRANT_EXECUTE": "unsandboxed"}


@pytest.fixture
def ws(tmp_path: Path) -> Path:
    made = tmp_path / "ws"
    made.mkdir()
    (made / "calibrant.toml").write_text("")
    (made / "note.txt").write_text("hello")
    (made / "roster.json").write_text(json.dumps({"people": [{"phone": "1"}], "week": 45}))
    return made


@pytest.fixture
async def editor(ws: Path, tmp_path: Path) -> AsyncIterator[Editor]:
    async with editing(ws, state=tmp_path / "state", environ=OPEN) as one:
        yield one


def uri_of(ws: Path) -> str:
    return (ws / "a.workflow.yaml").as_uri()


async def ran(editor: Editor, ws: Path, text: str, version: int = 1) -> str:
    """Open or change the document, save it, and return the session of the run that follows."""
    uri = uri_of(ws)
    (ws / "a.workflow.yaml").write_text(text)
    if version == 1:
        editor.open(uri, text)
    else:
        editor.change(uri, text, version)
    await editor.checked(uri, version)
    before = len(editor.sessions)
    editor.save(uri)
    await editor.until(lambda: len(editor.sessions) > before, "the end of the run", 30)
    return str(editor.sessions[-1].session)


async def titles(editor: Editor, ws: Path, text: str, part: str) -> list[str]:
    return [one.title for one in await actions(editor, uri_of(ws), at(text, part), ["quickfix"])]


async def told(editor: Editor, ws: Path, text: str, part: str, word: str = "(tried") -> list[types.CodeAction]:
    """Wait until the fixes at a place say that they were tried, and return them."""
    async with asyncio.timeout(20):
        while True:
            found = await actions(editor, uri_of(ws), at(text, part), ["quickfix"])
            if any(word in one.title for one in found):
                return found
            await asyncio.sleep(0.05)


def sleepers(process: int) -> list[int]:
    """Return the children of a process that sleep for 61 seconds."""
    found = []
    for child in children(process):
        try:
            words = Path(f"/proc/{child}/cmdline").read_bytes()
        except OSError:
            continue
        if words.startswith(b"sleep\x0061"):
            found.append(child)
    return found


def lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def napping(editor: Editor, ws: Path) -> tuple[str, list[int]]:
    """Run a workflow whose only fix takes long to try, and return the session and the processes that take it."""
    assert editor._server
    server = editor._server.pid
    (ws / "a.workflow.yaml").write_text(LONG)
    await editor.command("trust", uri=uri_of(ws))
    session = await ran(editor, ws, LONG)
    found = await editor.until(lambda: sleepers(server), "the trial's command", 20)
    return session, list(found)


async def test_the_last_result_has_fixes_as_the_menu_calls_them(editor: Editor, ws: Path) -> None:
    async def found(issue: str) -> list[tuple[str, bool]]:
        shown = plain(await editor.command("result", uri=uri_of(ws)))
        (there,) = [one for one in shown["issues"]["auto_repairs"] if one["code"] == issue]
        return [(fix["words"], fix["verified"]) for fix in there["fixes"]]

    await ran(editor, ws, TEXT)
    await told(editor, ws, TEXT, "r.content", "(tried: ‘item’")
    code = next(str(one.code) for one in editor.shown(uri_of(ws)) if one.range.start.line == 6)
    async with asyncio.timeout(20):  # others may still be tried
        while True:
            menu = await titles(editor, ws, TEXT, "r.content")
            if await found(code) == [(title, "(tried: it works)" in title) for title in menu]:
                break
            await asyncio.sleep(0.05)
    assert any(verified for _, verified in await found(code))
    editor.change(uri_of(ws), TEXT + "\n", 2)
    assert sorted(await found(code)) == sorted((title.partition(" (tried")[0], False) for title in menu)


async def test_verified_fixes_come_first_are_preferred_and_say_so(editor: Editor, ws: Path) -> None:
    await ran(editor, ws, TEXT)
    found = await told(editor, ws, TEXT, "r.content", "(tried: ‘item’")
    shown = [(one.title, one.is_preferred) for one in found]
    assert shown == [
        ("Use ‘r.content.people’ (tried: it works)", True),
        ("Make a list of ‘r.content’ (tried: ‘item’ has no field called ‘phone’.)", None),
    ]
    resolved = await editor.code_action_resolve_async(found[0])
    assert edited(TEXT, resolved.edit, uri_of(ws), 1) == TEXT.replace("r.content", "r.content.people")
    (note, *_) = await told(editor, ws, TEXT, "nte.txt")
    assert (note.title, note.is_preferred) == ("Change ‘nte.txt’ to ‘note.txt’ (tried: it works)", True)


async def test_one_that_failed_is_never_in_all_safe_fixes(editor: Editor, ws: Path) -> None:
    await ran(editor, ws, TEXT)
    await told(editor, ws, TEXT, "nte.txt")
    await told(editor, ws, TEXT, "r.content")
    (everything,) = await actions(editor, uri_of(ws), at(TEXT, "steps"), ["source.fixAll"])
    resolved = await editor.code_action_resolve_async(everything)
    mended = TEXT.replace("r.content", "r.content.people").replace("nte.txt", "note.txt")
    assert edited(TEXT, resolved.edit, uri_of(ws), 1) == mended


async def test_what_was_tried_is_said_of_exactly_the_text_that_ran(editor: Editor, ws: Path) -> None:
    await ran(editor, ws, TEXT)
    await told(editor, ws, TEXT, "nte.txt")
    other = "name: other\n" + TEXT
    editor.change(uri_of(ws), other, 2)
    await editor.checked(uri_of(ws), 2)
    assert await titles(editor, ws, other, "nte.txt") == ["Change ‘nte.txt’ to ‘note.txt’"]
    editor.change(uri_of(ws), TEXT, 3)
    await editor.checked(uri_of(ws), 3)
    assert await titles(editor, ws, TEXT, "nte.txt") == ["Change ‘nte.txt’ to ‘note.txt’ (tried: it works)"]


async def test_an_edit_ends_what_is_being_tried(editor: Editor, ws: Path) -> None:
    _, processes = await napping(editor, ws)
    editor.change(uri_of(ws), LONG + "# a word\n", 2)
    await editor.until(lambda: not any(map(lives, processes)), "the end of the trial", 15)
    await editor.checked(uri_of(ws), 2)
    assert await titles(editor, ws, LONG + "# a word\n", "alll") == ["Change ‘alll’ to ‘all’"]


async def test_the_next_run_ends_what_is_being_tried(editor: Editor, ws: Path) -> None:
    _, processes = await napping(editor, ws)
    (ws / "b.workflow.yaml").write_text(LIST)
    answer = await editor.command("calibrate", uri=(ws / "b.workflow.yaml").as_uri())
    await editor.until(lambda: not any(map(lives, processes)), "the end of the trial", 15)
    assert (await editor.session(answer["session"])).status == "completed"


async def test_trials_that_take_long_show_progress_and_can_be_cancelled(editor: Editor, ws: Path) -> None:
    session, processes = await napping(editor, ws)
    token = f"{session}-trials"
    reports: Any = await editor.until(lambda: editor.progress_reports.get(token), "progress", 15)
    assert reports[0].title == "Trying fixes for a.workflow.yaml"
    assert reports[0].cancellable is True
    editor.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token))
    await editor.until(lambda: not any(map(lives, processes)), "the end of the trial", 15)
    await editor.until(lambda: reports[-1].kind == "end", "the end of the progress")


async def test_short_trials_make_no_noise(editor: Editor, ws: Path) -> None:
    session = await ran(editor, ws, ROSTER + NOTE)
    await told(editor, ws, ROSTER + NOTE, "nte.txt")
    assert set(editor.progress_reports) == {session}


async def test_shutting_down_leaves_no_process(ws: Path, tmp_path: Path) -> None:
    async with editing(ws, state=tmp_path / "state", environ=OPEN) as editor:
        _, processes = await napping(editor, ws)
    assert not any(map(lives, processes))


async def test_a_user_can_do_without(ws: Path, tmp_path: Path) -> None:
    async with editing(ws, state=tmp_path / "state", options={"trials": "off"}) as editor:
        await ran(editor, ws, TEXT)
        await asyncio.sleep(1.5)
        assert await titles(editor, ws, TEXT, "nte.txt") == ["Change ‘nte.txt’ to ‘note.txt’"]
