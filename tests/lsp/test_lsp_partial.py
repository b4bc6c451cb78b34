"""After saving, only what an edit reaches is run; the rest is taken from what earlier runs recorded."""

from pathlib import Path

import pytest

from lsp.desk import Desk
from lsp.editor import Editor, editing
from lsp.remembered import statuses
from lsp.test_lsp_runs import sleepers

TEXT = """\
name: a
steps:
  - {id: orders, uses: file.read, with: {path: orders.json}}
  - {id: large, uses: data.filter, with: {items: "{{ orders.content }}", where: item.n > 1}}
  - {id: report, uses: file.write, with: {path: report.json, content: "{{ large.items }}"}}
  - {id: back, uses: file.read, with: {path: report.json}, needs: report}
  - {id: names, uses: data.map, with: {items: "{{ orders.content }}", to: "{{ item.n }}"}}
  - {id: said, uses: data.map, with: {items: "{{ names.items }}", to: "no {{ item }}"}}
"""


@pytest.fixture
def ws(ws: Path) -> Path:
    (ws / "orders.json").write_text('[{"n": 1}, {"n": 5}]')
    return ws


def steps(editor: Editor) -> dict[str, tuple[bool, str]]:
    """Return of each step of the last session whether it was reused, and what it says of itself."""
    return {one.id: (one.reused, one.reason) for one in editor.sessions[-1].steps}


async def saved(editor: Editor, desk: Desk) -> dict[str, tuple[bool, str]]:
    """Save, and wait for the run."""
    count = len(editor.sessions)
    await desk.checked()
    desk.save()
    await editor.until(lambda: len(editor.sessions) > count, "the run of the save", 30)
    return steps(editor)


def ran(told: dict[str, tuple[bool, str]]) -> dict[str, str]:
    return {step: reason for step, (reused, reason) in told.items() if not reused}


async def test_saving_after_an_edit_of_one_step_runs_only_what_that_reaches(ws: Path, tmp_path: Path) -> None:
    async with editing(ws, state=tmp_path / "state") as editor:
        desk = Desk(editor, (ws / "a.workflow.yaml").as_uri(), TEXT)
        assert ran(await saved(editor, desk)) == dict.fromkeys(
            ("orders", "large", "report", "back", "names", "said"), ""
        )
        desk.type(TEXT.replace("no {{", "number {{"))
        assert ran(await saved(editor, desk)) == {"said": "It was changed."}
        assert editor.sessions[-1].summary.completed_steps == 6
        desk.type(desk.text.replace("item.n > 1", "item.n > 0"))
        assert set(ran(await saved(editor, desk))) == {"large", "report", "back"}
        desk.type("# 😀\n" + desk.text)
        assert ran(await saved(editor, desk)) == {}
        (ws / "orders.json").write_text('[{"n": 1}, {"n": 6}]')
        assert set(ran(await saved(editor, desk))) == {"orders", "large", "report", "back", "names", "said"}
    async with editing(ws, state=tmp_path / "state") as editor:  # what is recorded outlives the server
        again = Desk(editor, (ws / "a.workflow.yaml").as_uri(), desk.text)
        assert ran(await saved(editor, again)) == {}
        session = (await editor.command("calibrate", uri=again.uri))["session"]
        await editor.until(lambda: editor.sessions[-1].session == session, "the run that was asked for", 30)
        assert not any(one.reused for one in editor.sessions[-1].steps)


async def test_with_the_setting_saving_runs_everything(ws: Path, tmp_path: Path) -> None:
    async with editing(ws, state=tmp_path / "state", options={"resume": "full"}) as editor:
        desk = Desk(editor, (ws / "a.workflow.yaml").as_uri(), TEXT)
        await saved(editor, desk)
        told = await saved(editor, desk)
        assert len(ran(told)) == 6
        assert not any(told[step][1] for step in told)


async def test_what_a_cancelled_run_finished_is_used_by_the_next(ws: Path, tmp_path: Path) -> None:
    nap = '  - {id: nap, run: "sleep 61; echo {{ names.count }}", timeout: 90, needs: [back, said]}\n'
    async with editing(ws, state=tmp_path / "state", environ={"CALIBRANT_EXECUTE": "unsandboxed"}) as editor:
        desk = Desk(editor, (ws / "a.workflow.yaml").as_uri(), TEXT + nap)
        await desk.checked()
        await editor.command("trust", uri=desk.uri)
        desk.save()

        await editor.until(lambda: sleepers(editor), "the step that takes long", 30)
        desk.type(TEXT + nap.replace("sleep 61; ", ""))
        await desk.checked()
        desk.save()
        await editor.until(lambda: len(editor.sessions) == 2, "both runs", 30)
        assert [one.status for one in editor.sessions] == ["cancelled", "completed"]
        assert ran(steps(editor)) == {
            "nap": "Nothing is recorded of it yet.",
            "report": "Run again, because ‘nap’ reads what it writes.",
        }


async def test_the_step_of_a_fix_is_run_to_verify_it_whatever_is_recorded(ws: Path, tmp_path: Path) -> None:
    text = TEXT.replace("path: orders.json", "path: orders.jso")
    async with editing(ws, state=tmp_path / "state") as editor:
        desk = Desk(editor, (ws / "a.workflow.yaml").as_uri(), TEXT)
        await saved(editor, desk)  # the call that the fix will make is recorded
        desk.type(text)
        await saved(editor, desk)
        await editor.until(lambda: "file-not-found" in editor.codes(desk.uri), "what is wrong")
        count = len(editor.sessions)
        await desk.fix("orders.jso")
        assert desk.text == TEXT
        await statuses(editor, ws, tmp_path, "verified")
        await editor.until(lambda: len(editor.sessions) > count, "the run that verifies")
        assert ran(steps(editor)) == {"orders": "A fix of it is being verified."}
        assert set(ran(await saved(editor, desk))) <= {"orders"}  # that it is verified may not have come round yet
        assert ran(await saved(editor, desk)) == {}


async def test_so_it_is_by_a_partial_run_that_was_asked_for(ws: Path, tmp_path: Path) -> None:
    async with editing(ws, state=tmp_path / "state") as editor:
        desk = Desk(editor, (ws / "a.workflow.yaml").as_uri(), TEXT)
        await saved(editor, desk)
        desk.type(TEXT.replace("path: orders.json", "path: orders.jso"))
        await saved(editor, desk)
        await editor.until(lambda: "file-not-found" in editor.codes(desk.uri), "what is wrong")
        count = len(editor.sessions)
        await desk.fix("orders.jso")
        await editor.command("calibrate", uri=desk.uri, resume="partial")
        await statuses(editor, ws, tmp_path, "verified")
        await editor.until(lambda: len(editor.sessions) > count, "a run that verifies")
        told = [one for ended in editor.sessions[count:] for one in ended.steps if one.id == "orders"]
        assert told[0].reused is False
