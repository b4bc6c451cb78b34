"""What a status bar shows: how it stands with a workflow, when asked for and as it changes."""

import asyncio
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from calibrant.lsp.status import EVERY
from calibrant.store import open_store
from lsp.desk import Desk, plain
from lsp.editor import Editor, editing, with_status
from lsp.test_lsp_trials import napping

TEXT = "name: a\nsteps:\n  - id: all\n    uses: file.list\n    with: {path: .}\n"
READ = "  - id: text\n    uses: file.read\n    with: {path: gone.txt}\n"
NAP = "  - id: nap\n    run: sleep 61\n    timeout: 90\n"
OPEN = {"CALIBRANT_EXECUTE": "unsandboxed"}


@pytest.fixture
def ws(tmp_path: Path) -> Path:
    made = tmp_path / "ws"
    made.mkdir()
    (made / "calibrant.toml").write_text('trials = "off"\n')
    return made


def write(ws: Path, text: str, name: str = "a.workflow.yaml") -> str:
    (ws / name).write_text(text)
    return (ws / name).as_uri()


async def status(editor: Editor, uri: str) -> dict[str, Any]:
    return dict(plain(await editor.command("status", uri=uri)))


async def told(editor: Editor, **wanted: Any) -> dict[str, Any]:
    """Wait until the newest status has these values, and return it."""

    def newest() -> dict[str, Any] | None:
        found = dict(plain(editor.statuses[-1])) if editor.statuses else {}
        return found if wanted.items() <= found.items() else None

    return dict(await editor.until(newest, f"the status {wanted}"))


async def test_before_and_after_a_run(ws: Path, tmp_path: Path) -> None:
    async with editing(ws, state=tmp_path / "state") as editor:
        uri = write(ws, TEXT + READ)
        assert await status(editor, uri) == {
            "uri": uri, "state": "idle", "session": None, "percentage": None, "message": "",
            "counts": {"error": 0, "warning": 0, "hint": 0}, "result": False, "standing": 0, "trusted": False, "runs": True,
            "words": "no issues",
        }  # fmt: skip
        editor.open(uri, TEXT + READ)
        await editor.checked(uri, 1)
        await editor.session((await editor.command("calibrate", uri=uri))["session"])
        found = await status(editor, uri)
        assert (found["words"], found["result"], found["counts"]["error"]) == ("1 error", True, 1)
        await editor.command("trust", uri=uri)
        assert (await status(editor, uri))["trusted"]
        assert editor.statuses == [], "an editor that does not want them is told nothing"
    async with editing(ws, state=tmp_path / "state") as later:
        found = await status(later, uri)
        assert (found["result"], found["trusted"]) == (True, True)


async def test_every_change_is_told_and_no_more_often_than_it_can_be_seen(ws: Path, tmp_path: Path) -> None:
    async with editing(ws, state=tmp_path / "state", capabilities=with_status()) as editor:
        uri = write(ws, TEXT)
        desk = Desk(editor, uri, TEXT)
        assert await told(editor, words="no issues") == await status(editor, uri)
        before, began = len(editor.statuses), asyncio.get_running_loop().time()
        for number in range(60):
            desk.type(TEXT.replace("file.list", f"file.l{number}"))
            await asyncio.sleep(0.01)
        await told(editor, words="1 error")
        seconds = asyncio.get_running_loop().time() - began
        assert len(editor.statuses) - before <= seconds / EVERY + 2
        desk.type(TEXT)
        await told(editor, words="no issues")
        before = len(editor.statuses)
        editor.save(uri)
        await told(editor, state="idle", result=True)
        await asyncio.sleep(0.6)
        assert editor.statuses[-1] != editor.statuses[before - 1]
        assert all(one != other for one, other in zip(editor.statuses, editor.statuses[1:], strict=False))


async def test_a_run_is_told_with_its_step_and_one_that_waits_too(ws: Path, tmp_path: Path) -> None:
    text = TEXT + NAP
    async with editing(ws, state=tmp_path / "state", capabilities=with_status(), environ=OPEN) as editor:
        uri = write(ws, text)
        editor.open(uri, text)
        await editor.checked(uri, 1)
        await told(editor, trusted=False)
        await editor.command("trust", uri=uri)
        await told(editor, trusted=True)
        session = (await editor.command("calibrate", uri=uri))["session"]
        found = await told(editor, percentage=50, session=session)
        assert (found["state"], found["message"], found["words"]) == ("running", "1/2 nap", "Calibrating 50 % · nap")
        await editor.command("cancel", session=session)
        found = await told(editor, state="idle")
        assert (found["session"], found["percentage"]) == (None, None)


async def test_trust_given_elsewhere_is_told_after_the_next_run(ws: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    async with editing(ws, state=state, capabilities=with_status()) as editor:
        uri = write(ws, TEXT)
        editor.open(uri, TEXT)
        await told(editor, trusted=False)
        with closing(open_store(state, ws)) as store:
            store.trust(True)
        await editor.command("calibrate", uri=uri)
        await told(editor, trusted=True, state="idle", result=True)


async def test_the_newest_word_on_trust_is_told_however_fast_it_changes(ws: Path, tmp_path: Path) -> None:
    async with editing(ws, state=tmp_path / "state", capabilities=with_status()) as editor:
        uri = write(ws, TEXT)
        editor.open(uri, TEXT)
        await told(editor, trusted=False)
        for number in range(31):
            trusted = number % 2 == 0
            editor.protocol.notify("calibrant/trust", {"restricted": False, "folders": [ws.as_uri()] * trusted})
            await asyncio.sleep(0.003 * (number % 7))
        await told(editor, trusted=True)
        editor.protocol.notify("calibrant/trust", {"restricted": False, "folders": [ws.as_uri()]})
        editor.protocol.notify("calibrant/trust", {"restricted": True})
        await told(editor, trusted=False)
        await asyncio.sleep(0.6)
        assert plain(editor.statuses[-1])["trusted"] is False


async def test_changes_that_stand_are_counted(ws: Path, tmp_path: Path) -> None:
    text = TEXT.replace("file.list", "file.lst")
    options = {"run": "manual"}
    async with editing(ws, state=tmp_path / "state", capabilities=with_status(), options=options) as editor:
        uri = write(ws, text)
        desk = Desk(editor, uri, text)
        await desk.checked()
        await desk.fix("file.lst")
        assert (await told(editor, standing=1))["words"] == "no issues"
        desk.undo()
        assert (await told(editor, standing=0))["words"] == "1 error"
        desk.redo()
        await told(editor, standing=1)
    async with editing(ws, state=tmp_path / "state") as later:
        assert (await status(later, uri))["standing"] == 1


async def test_trials_are_told(ws: Path, tmp_path: Path) -> None:
    (ws / "calibrant.toml").write_text("")
    async with editing(ws, state=tmp_path / "state", capabilities=with_status()) as editor:
        session, _ = await napping(editor, ws)
        found = await told(editor, state="trying", session=session)
        assert found["words"].startswith("Trying fixes · ")
        assert found["percentage"] in (None, 0)
        editor.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(f"{session}-trials"))
        await told(editor, state="idle", session=None)


async def test_what_is_closed_is_not_told_of_and_asked_for_all_the_same(ws: Path, tmp_path: Path) -> None:
    async with editing(ws, state=tmp_path / "state", capabilities=with_status()) as editor:
        uri = write(ws, TEXT + READ)
        editor.open(uri, TEXT + READ)
        await told(editor, uri=uri)
        editor.close(uri)
        await editor.session((await editor.command("calibrate", uri=uri))["session"])
        await asyncio.sleep(0.6)
        before = len(editor.statuses)
        (ws / "a.workflow.yaml").write_text(TEXT.replace("file.list", "file.lst"))
        await asyncio.sleep(0.6)
        assert len(editor.statuses) == before
        assert (await status(editor, uri))["result"]


async def test_what_is_no_workflow_is_refused_and_one_that_cannot_be_read_has_its_issue(
    ws: Path, tmp_path: Path
) -> None:
    async with editing(ws, state=tmp_path / "state") as editor:
        for name, why in (("a.txt", "not a workflow"), ("gone.workflow.yaml", "There is no such file")):
            with pytest.raises(JsonRpcException, match=why):
                await status(editor, (ws / name).as_uri())
        (ws / "b.workflow.yaml").write_bytes(b"\xff\xfe\x00")
        assert (await status(editor, (ws / "b.workflow.yaml").as_uri()))["words"] == "1 error"
