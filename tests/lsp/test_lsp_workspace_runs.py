"""All workflows of a folder run from the editor: side by side, under one progress, cancelled together, told of once."""

import asyncio
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from calibrant.store import open_store
from lsp.desk import plain
from lsp.editor import Editor, editing

GOOD = "name: a\nsteps:\n  - id: all\n    uses: file.list\n    with: {path: .}\n"
BAD = "name: a\nsteps:\n  - id: text\n    uses: file.read\n    with: {path: gone.txt}\n"
NAP = "name: a\nsteps:\n  - id: nap\n    run: sleep 61\n    timeout: 90\n"
OPEN = {"CALIBRANT_EXECUTE": "unsandboxed"}


@pytest.fixture
def ws(tmp_path: Path) -> Path:
    made = tmp_path / "ws"
    (made / "sub").mkdir(parents=True)
    (made / "left").mkdir()
    (made / "calibrant.toml").write_text('exclude = ["left/**"]\n')
    (made / "a.workflow.yaml").write_text(GOOD)
    (made / "sub" / "b.workflow.yaml").write_text(BAD)
    (made / "left" / "c.workflow.yaml").write_text(BAD)
    (made / "note.txt").write_text("x")
    return made


async def started(editor: Editor, uri: str) -> dict[str, Any]:
    return dict(plain(await editor.command("calibrateWorkspace", uri=uri)))


async def ended(editor: Editor, sessions: list[str]) -> dict[str, Any]:
    return {Path(one.path).name: one for one in [await editor.session(session) for session in sessions]}


def progress(editor: Editor, token: str) -> list[Any]:
    return list(editor.progress_reports.get(token, ()))


async def test_every_workflow_of_the_folder_is_run_under_one_progress(ws: Path, tmp_path: Path) -> None:
    async with editing(ws, state=tmp_path / "state") as editor:
        answer = await started(editor, (ws / "a.workflow.yaml").as_uri())
        assert len(answer["sessions"]) == 2
        found = await ended(editor, answer["sessions"])
        assert editor.lens_refreshes == 0, "no workflow is open"
        assert {name: one.summary.failed_steps for name, one in found.items()} == {
            "a.workflow.yaml": 0,
            "b.workflow.yaml": 1,
        }
        reports = await editor.until(
            lambda: [one for one in progress(editor, answer["session"]) if one.kind == "end"], ""
        )
        assert reports[-1].message == "2 workflows · 1 error"
        assert set(editor.progress_reports) == {answer["session"]}
        uri = (ws / "sub" / "b.workflow.yaml").as_uri()
        assert await editor.until(lambda: editor.codes(uri), "the diagnostics of a closed file") == ["file-not-found"]
        assert editor.messages == []


async def test_a_folder_is_run_from_there_down_and_one_without_workflows_says_so(ws: Path, tmp_path: Path) -> None:
    async with editing(ws, state=tmp_path / "state") as editor:
        answer = await started(editor, (ws / "sub").as_uri())
        assert set(await ended(editor, answer["sessions"])) == {"b.workflow.yaml"}
        (ws / "empty").mkdir()
        assert (await started(editor, (ws / "empty").as_uri()))["sessions"] == []
        assert f"There are no workflows to run in {ws / 'empty'}." in [one.message for one in editor.messages]
    async with editing(state=tmp_path / "state") as editor:
        answer = await started(editor, (ws / "note.txt").as_uri())
        assert set(await ended(editor, answer["sessions"])) == {"a.workflow.yaml", "b.workflow.yaml"}


async def test_the_text_in_the_editor_is_what_runs(ws: Path, tmp_path: Path) -> None:
    async with editing(ws, state=tmp_path / "state") as editor:
        uri = (ws / "a.workflow.yaml").as_uri()
        editor.open(uri, GOOD)
        editor.change(uri, BAD, 2)
        found = await ended(editor, (await started(editor, uri))["sessions"])
        assert found["a.workflow.yaml"].summary.failed_steps == 1
        assert editor.codes(uri) == ["file-not-found"]


@pytest.mark.parametrize("by", ["progress", "command", "sessions"])
async def test_all_are_cancelled_together_also_those_that_wait(ws: Path, tmp_path: Path, by: str) -> None:
    for number in range(8):
        (ws / f"nap{number}.workflow.yaml").write_text(NAP)
    with closing(open_store(tmp_path / "state", ws)) as store:
        store.trust()
    async with editing(ws, state=tmp_path / "state", environ=OPEN) as editor:
        answer = await started(editor, ws.as_uri())
        assert len(answer["sessions"]) == 10
        await editor.until(lambda: progress(editor, answer["session"]), "progress")
        match by:
            case "progress":
                editor.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(answer["session"]))
            case "command":
                assert (await editor.command("cancel", session=answer["session"]))["cancelled"]
            case _:
                for session in answer["sessions"]:
                    await editor.command("cancel", session=session)
        found = await ended(editor, answer["sessions"])
        naps = [one for name, one in found.items() if name.startswith("nap")]
        assert {one.status for one in naps} == {"cancelled"}
        (end,) = [one for one in progress(editor, answer["session"]) if one.kind == "end"]
        assert "cancelled" in end.message
        assert editor.messages == []
        assert not (await editor.command("cancel", session=answer["session"]))["cancelled"]


async def test_what_was_not_run_is_told_in_one_message(ws: Path, tmp_path: Path) -> None:
    (ws / "d.workflow.yaml").write_bytes(b"\xff\xfe\x00")
    with closing(open_store(tmp_path / "state", ws)) as store, store.lease("a.workflow.yaml", "elsewhere"):
        async with editing(ws, state=tmp_path / "state") as editor:
            answer = await started(editor, ws.as_uri())
            assert len(answer["sessions"]) == 2
            found = await ended(editor, answer["sessions"])
            assert (found["a.workflow.yaml"].status, found["b.workflow.yaml"].status) == ("failed", "completed")
            await editor.until(lambda: editor.messages, "the message")
            (message,) = editor.messages
            lines = message.message.split("\n")
            assert lines[0] == "2 workflows in ws were not run."
            assert {line.split(":")[0] for line in lines[1:]} == {"a.workflow.yaml", "d.workflow.yaml"}
            assert "elsewhere" in message.message


async def test_a_save_meanwhile_takes_the_place_of_its_run(ws: Path, tmp_path: Path) -> None:
    async with editing(ws, state=tmp_path / "state") as editor:
        uri = (ws / "a.workflow.yaml").as_uri()
        editor.open(uri, GOOD)
        await editor.checked(uri, 1)
        answer = await started(editor, ws.as_uri())
        editor.save(uri)
        await ended(editor, answer["sessions"])
        await editor.until(lambda: len(editor.sessions) == 3, "all runs")
        assert editor.sessions[-1].status == "completed"
        await asyncio.sleep(0.2)
        assert [one.kind for one in progress(editor, answer["session"])].count("end") == 1


async def test_what_runs_is_what_lies_on_disk_though_nobody_told_that_it_changed(ws: Path, tmp_path: Path) -> None:
    def missing(session: Any) -> list[str]:
        return [one["message"] for group in plain(session)["issues"].values() for one in group]

    path = ws / "sub" / "b.workflow.yaml"
    async with editing(ws, state=tmp_path / "state") as editor:  # an editor that watches, and says nothing
        await editor.until(lambda: editor.registered, "watching")
        await editor.session((await editor.command("calibrate", uri=path.as_uri()))["session"])
        path.write_text(BAD.replace("gone.txt", "second.txt"))
        (message,) = missing(await editor.session((await editor.command("calibrate", uri=path.as_uri()))["session"]))
        assert "second.txt" in message
        path.write_text(BAD.replace("gone.txt", "third.txt"))
        answer = await started(editor, ws.as_uri())
        (message,) = missing((await ended(editor, answer["sessions"]))["b.workflow.yaml"])
        assert "third.txt" in message
        await editor.until(
            lambda: any("third.txt" in one.message for one in editor.shown(path.as_uri())), "the new text"
        )
        path.unlink()
        with pytest.raises(JsonRpcException, match="There is no such file"):
            await editor.command("calibrate", uri=path.as_uri())


async def test_a_file_that_is_no_text_says_what_would_help(ws: Path, tmp_path: Path) -> None:
    path = ws / "sub" / "b.workflow.yaml"
    path.write_bytes("name: ä\n".encode("latin-1"))
    async with editing(ws, state=tmp_path / "state") as editor:
        with pytest.raises(JsonRpcException, match=r"not UTF-8 text .* Save it as UTF-8 text"):
            await editor.command("calibrate", uri=path.as_uri())
        await started(editor, ws.as_uri())
        await editor.until(lambda: any("Save it as UTF-8" in one.message for one in editor.messages), "why")
