"""What lists and trees of editors show: the last result where it stands in the text of now; runs and changes in words."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from calibrant.model.text import LineIndex
from lsp.desk import Desk, plain
from lsp.editor import VSCODE, Editor, capabilities_of, editing

HEAD = "name: 😀\nsteps:\n"
LIST = "  - id: all\n    uses: file.list\n    with: {path: .}\n"
READ = "  - id: text\n    name: 😀\n    uses: file.read\n    with: {as: 😀text, path: gone.txt}\n".replace(
    "😀text", "text"
)
FILTER = "  - id: few\n    uses: data.filter\n    with: {items: '{{ text.content }}', where: '{{ true }}'}\n"
TEXT = HEAD + LIST + READ + FILTER


@pytest.fixture
def ws(tmp_path: Path) -> Path:
    made = tmp_path / "ws"
    made.mkdir()
    (made / "calibrant.toml").write_text('trials = "off"\n')
    return made


async def ran(editor: Editor, ws: Path, text: str = TEXT) -> str:
    """Write, open and run a workflow; returns its URI."""
    (ws / "a.workflow.yaml").write_text(text)
    uri = (ws / "a.workflow.yaml").as_uri()
    editor.open(uri, text)
    await editor.checked(uri, 1)
    await editor.session((await editor.command("calibrate", uri=uri))["session"])
    return uri


async def result(editor: Editor, uri: str) -> Any:
    return plain(await editor.command("result", uri=uri))


def said(text: str, place: Any, encoding: Any = "utf-16") -> str:
    """Return the text in a range."""
    index = LineIndex(text)
    start, end = (index.offset(at["line"], at["character"], encoding) for at in (place["start"], place["end"]))
    return text[start:end]


def issues(found: Any) -> dict[str, Any]:
    return {one["code"]: one for group in ("critical", "warnings", "auto_repairs") for one in found["issues"][group]}


async def test_there_is_no_result_before_a_run(ws: Path, tmp_path: Path) -> None:
    (ws / "a.workflow.yaml").write_text(TEXT)
    async with editing(ws, state=tmp_path / "state") as editor:
        uri = (ws / "a.workflow.yaml").as_uri()
        assert await result(editor, uri) is None
        assert await result(editor, (ws / "never.workflow.yaml").as_uri()) is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_issues_and_steps_stand_where_they_are_in_the_newest_text(
    ws: Path, tmp_path: Path, encoding: str
) -> None:
    can = capabilities_of(VSCODE, [encoding])
    async with editing(ws, state=tmp_path / "state", capabilities=can) as editor:
        text = TEXT.replace("path: gone.txt", "path: 😀/gone.txt")
        uri = await ran(editor, ws, text)
        newer = text.replace("steps:\n", "description: 😀\n\nsteps:\n")
        editor.change(uri, newer, 2)
        found = await result(editor, uri)
        missing = issues(found)["file-not-found"]
        assert said(newer, missing["range"], encoding) == "😀/gone.txt"
        assert missing["edited"] is False
        assert missing["page"].endswith("/file-not-found.md")
        assert [said(newer, one["range"], encoding) for one in found["steps"]] == ["all", "text", "few"]
        assert found["words"]["title"] == "1 error"
        assert found["words"]["detail"].startswith("1 of 3 steps completed · ")


async def test_steps_say_in_words_what_became_of_them(ws: Path, tmp_path: Path) -> None:
    async with editing(ws, state=tmp_path / "state") as editor:
        uri = await ran(editor, ws, TEXT + "  - id: nap\n    run: sleep 1\n")
        details = {one["id"]: one["detail"] for one in (await result(editor, uri))["steps"]}
        assert details["all"].startswith("completed · 0.")
        assert details["text"].startswith("failed · 0.")
        assert "with a stand-in" in details["few"]
        assert details["nap"].startswith("not run · ")


async def test_what_was_edited_is_shown_at_its_step_and_a_step_that_is_gone_nowhere(ws: Path, tmp_path: Path) -> None:
    async with editing(ws, state=tmp_path / "state") as editor:
        uri = await ran(editor, ws)
        edited = TEXT.replace("gone.txt", "here.txt")
        editor.change(uri, edited, 2)
        found = issues(await result(editor, uri))["file-not-found"]
        assert found["edited"] is True
        assert said(edited, found["range"]) == "here.txt"
        editor.change(uri, HEAD + LIST, 3)
        found = await result(editor, uri)
        assert [one["range"] is None for one in found["steps"]] == [False, True, True]
        assert issues(found)["file-not-found"]["range"]["start"] == {"line": 0, "character": 0}


async def test_another_server_shows_it_as_recorded(ws: Path, tmp_path: Path) -> None:
    async with editing(ws, state=tmp_path / "state") as editor:
        uri = await ran(editor, ws)
        own = await result(editor, uri)
    async with editing(ws, state=tmp_path / "state") as editor:
        found = await result(editor, uri)
        assert found["session"] == own["session"]
        assert found["issues"] == own["issues"]
        assert [one["range"] for one in found["steps"]] == [one["range"] for one in own["steps"]]
        newer = TEXT.replace("steps:\n", "description: longer\nsteps:\n")
        editor.open(uri, newer)
        missing = issues(await result(editor, uri))["file-not-found"]
        assert (said(newer, missing["range"]), missing["edited"]) == ("gone.txt", True)


async def test_a_run_that_was_cancelled_does_not_hide_the_one_before(ws: Path, tmp_path: Path) -> None:
    async with editing(ws, state=tmp_path / "state") as editor:
        uri = await ran(editor, ws)
        before = (await result(editor, uri))["session"]
        editor.change(uri, TEXT + "  - id: nap\n    run: sleep 61\n", 2)
        await editor.command("trust", uri=uri)
        session = (await editor.command("calibrate", uri=uri))["session"]
        await editor.until(lambda: editor.progress_reports.get(session), "the run")
        await editor.command("cancel", session=session)
        assert (await editor.session(session)).status == "cancelled"
        assert (await result(editor, uri))["session"] == before
    async with editing(ws, state=tmp_path / "state") as editor:
        assert (await result(editor, uri))["session"] == before


async def test_a_file_that_cannot_be_read_as_a_workflow_still_has_its_result(ws: Path, tmp_path: Path) -> None:
    async with editing(ws, state=tmp_path / "state") as editor:
        uri = await ran(editor, ws)
        editor.change(uri, "steps: [", 2)
        assert [one["range"] for one in (await result(editor, uri))["steps"]] == [None] * 3
        editor.close(uri)
        (ws / "a.workflow.yaml").write_bytes(b"\0\xff")
        assert len((await result(editor, uri))["steps"]) == 3
        (ws / "a.workflow.yaml").unlink()
        assert len((await result(editor, uri))["steps"]) == 3


async def test_the_history_has_words(ws: Path, tmp_path: Path) -> None:
    text = HEAD + LIST.replace("uses: file.list", "uses: file.lst")
    async with editing(ws, state=tmp_path / "state", options={"run": "manual"}) as editor:
        (ws / "a.workflow.yaml").write_text(text)
        uri = (ws / "a.workflow.yaml").as_uri()
        desk = Desk(editor, uri, text)
        await desk.checked()
        await editor.session((await editor.command("calibrate", uri=uri))["session"])
        await desk.fix("file.lst")
        await editor.until(lambda: desk.text != text, "the fix")
        entries: list[Any] = []
        async with asyncio.timeout(30):
            while (
                len(entries) < 2 or "fixed since" not in entries[1]["words"]["detail"]
            ):  # recorded beside the messages
                entries = plain(await editor.command("history", uri=uri))
        assert [one["words"]["title"] for one in entries] == ["Change ‘file.lst’ to ‘file.list’", "1 error"]
        assert re.fullmatch(r"not verified · \d+ s ago · 1 fix", entries[0]["words"]["detail"])
        assert entries[1]["words"]["detail"].startswith("0 of 1 step completed · fixed since · ")
