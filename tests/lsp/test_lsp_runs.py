"""Runs from the editor: after saving and by command, with progress, cancelled, outdated, refused and shut down."""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from lsp.desk import plain
from lsp.editor import NEOVIM, VSCODE, Editor, capabilities_of, children, editing

HEAD = "name: a\ninputs:\n  file: {type: path, default: missing.txt} # calibrant: ignore[unused-input]\nsteps:\n"
LIST = "  - id: all\n    uses: file.list\n    with: {path: .}\n"
READ = "  - id: text\n    uses: file.read\n    with: {path: '{{ inputs.file }}'}\n"
SLEEP = "  - id: nap\n    run: sleep 61\n    timeout: 90\n"
OPEN = {"CALIBRANT_EXECUTE": "unsandboxed"}


@pytest.fixture
def ws(tmp_path: Path) -> Path:
    made = tmp_path / "ws"
    made.mkdir()
    (made / "calibrant.toml").write_text("")
    return made


def write(ws: Path, text: str, name: str = "a.workflow.yaml") -> str:
    (ws / name).write_text(text)
    return (ws / name).as_uri()


async def opened(editor: Editor, uri: str, text: str, version: int = 1) -> None:
    editor.open(uri, text, version)
    await editor.checked(uri, version)


async def ended(editor: Editor, count: int) -> list[Any]:
    """Wait until that many sessions have ended and return them."""
    await editor.until(lambda: len(editor.sessions) >= count, f"the end of session {count}", 30)
    assert len(editor.sessions) == count
    return editor.sessions


def progress(editor: Editor, session: str) -> list[Any]:
    """Return the values of a session's progress; the library says they are parameters."""
    return list(editor.progress_reports[session])


def where(editor: Editor, uri: str, text: str) -> list[tuple[str, str]]:
    lines = text.split("\n")
    return sorted(
        (str(one.code), lines[one.range.start.line][one.range.start.character : one.range.end.character].strip("'"))
        for one in editor.shown(uri)
    )


async def trusted(editor: Editor, uri: str) -> None:
    assert Path((await editor.command("trust", uri=uri))["workspace"]).name == "ws"


def sleepers(editor: Editor) -> list[int]:
    assert editor._server
    found = []
    for child in children(editor._server.pid):
        try:
            if b"sleep\x0061" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(child)
        except OSError:
            continue
    return found


def gone(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


async def test_saving_runs_and_shows_what_the_run_found(ws: Path, tmp_path: Path) -> None:
    text = HEAD + LIST + READ
    uri = write(ws, text)
    async with editing(ws, state=tmp_path / "state") as editor:
        await opened(editor, uri, text)
        assert editor.codes(uri) == []
        editor.save(uri)
        session = await ended(editor, 1)
        assert (session[0].status, session[0].path) == ("completed", str(ws / "a.workflow.yaml"))
        assert (session[0].summary.completed_steps, session[0].summary.failed_steps) == (1, 1)
        assert [one.id for one in session[0].steps] == ["all", "text"]
        assert where(editor, uri, text) == [("file-not-found", "{{ inputs.file }}")]
        assert editor.publications(uri)[-1].version == 1
        reports = progress(editor, session[0].session)
        assert [one.kind for one in (reports[0], reports[-1])] == ["begin", "end"]
        assert reports[0].cancellable
        percent = [one.percentage for one in reports[:-1]]
        assert percent == sorted(percent)
        assert reports[-1].message == "1 error"


async def test_what_a_run_found_follows_its_step_until_that_is_edited(ws: Path, tmp_path: Path) -> None:
    text = HEAD + LIST + READ
    uri = write(ws, text)
    async with editing(ws, state=tmp_path / "state") as editor:
        await opened(editor, uri, text)
        editor.save(uri)
        await ended(editor, 1)
        moved = HEAD + "  # 😀\n\n" + READ + LIST.replace("path: .", "path: ..")
        editor.change(uri, moved, 2)
        await editor.checked(uri, 2)
        assert where(editor, uri, moved) == [("file-not-found", "{{ inputs.file }}")]
        edited = moved.replace("inputs.file }}", 'inputs["file"] }}')
        editor.change(uri, edited, 3)
        await editor.checked(uri, 3)
        assert where(editor, uri, edited) == []
        (ws / "missing.txt").write_text("here")
        editor.change(uri, text, 4)
        await editor.checked(uri, 4)
        editor.save(uri)
        await ended(editor, 2)
        assert editor.codes(uri) == []


async def test_what_a_run_found_stands_right_though_one_typed_meanwhile(ws: Path, tmp_path: Path) -> None:
    text = HEAD + "  - id: nap\n    run: sleep 1\n" + READ
    uri = write(ws, text)
    async with editing(ws, state=tmp_path / "state", environ=OPEN) as editor:
        await opened(editor, uri, text)
        await trusted(editor, uri)
        editor.save(uri)
        await editor.until(lambda: any(editor.progress_reports.values()), "the run")
        newer = text.replace("steps:\n", "steps:\n" + LIST)
        editor.change(uri, newer, 2)
        await editor.checked(uri, 2)
        await ended(editor, 1)
        assert where(editor, uri, newer) == [("file-not-found", "{{ inputs.file }}")]
        assert editor.publications(uri)[-1].version == 2


async def test_static_and_run_findings_of_one_cause_are_one(ws: Path, tmp_path: Path) -> None:
    text = HEAD + "  - id: x\n    uses: file.lisst\n"
    uri = write(ws, text)
    async with editing(ws, state=tmp_path / "state") as editor:
        await opened(editor, uri, text)
        editor.save(uri)
        (session,) = await ended(editor, 1)
        assert editor.codes(uri) == ["unknown-connector"]
        assert session.summary.failed_steps == 1


async def test_manual_runs_only_by_command(ws: Path, tmp_path: Path) -> None:
    text = HEAD + READ
    uri = write(ws, text)
    async with editing(ws, state=tmp_path / "state", options={"run": "manual"}) as editor:
        await opened(editor, uri, text)
        editor.save(uri)
        (ws / "other.txt").write_text("x")
        session = (await editor.command("calibrate", uri=uri, inputs={"file": "other.txt"}))["session"]
        assert editor.sessions == []
        assert (await editor.session(session)).summary.completed_steps == 1
        assert editor.codes(uri) == []
        session = (await editor.command("calibrate", uri=uri, inputs={"file": None}, resume="partial"))["session"]
        await editor.session(session)
        assert editor.codes(uri) == ["file-not-found"]
        assert len(editor.sessions) == 2
        history = await editor.command("history", uri=uri)
        assert [one["session"] for one in history] == [one.session for one in reversed(editor.sessions)]


async def test_a_file_that_is_not_open_can_be_run(ws: Path, tmp_path: Path) -> None:
    uri = write(ws, HEAD + READ)
    async with editing(ws, state=tmp_path / "state") as editor:
        session = (await editor.command("calibrate", uri=uri))["session"]
        await editor.session(session)
        await editor.until(lambda: editor.codes(uri) == ["file-not-found"], "the finding")
        assert editor.publications(uri)[-1].version is None


async def test_code_lenses(ws: Path, tmp_path: Path) -> None:
    text = HEAD + READ
    uri = write(ws, text)
    params = types.CodeLensParams(types.TextDocumentIdentifier(uri))
    capabilities = capabilities_of(VSCODE)
    assert capabilities.workspace
    capabilities.workspace.code_lens = types.CodeLensWorkspaceClientCapabilities(refresh_support=True)
    for found in ([], ["last result: 1 error · "]):
        async with editing(ws, state=tmp_path / "state", capabilities=capabilities) as editor:
            await opened(editor, uri, text)
            lenses = await editor.text_document_code_lens_async(params)
            assert lenses
            commands = [one.command for one in lenses if one.command]
            assert commands[0].title == "Calibrate"
            assert list(commands[0].arguments or ()) == [{"uri": uri}]
            assert [one.title[: len("last result: 1 error · ")] for one in commands[1:]] == found
            editor.save(uri)
            await ended(editor, 1)
            lenses = await editor.text_document_code_lens_async(params)
            assert lenses
            assert lenses[-1].command
            assert lenses[-1].command.title.startswith("last result: 1 error · ")
            assert lenses[-1].command.title.endswith(" s ago")
            await editor.until(lambda: editor.lens_refreshes >= 2, "refreshes")


async def test_a_lens_runs_only_what_changed(ws: Path, tmp_path: Path) -> None:
    sort = "  - id: {name}\n    uses: data.sort\n    with: {{items: [2, 1]}}\n"
    text = HEAD + sort.format(name="one") + sort.format(name="two")
    uri = write(ws, text)

    async def lenses() -> list[types.Command]:
        params = types.CodeLensParams(types.TextDocumentIdentifier(uri))
        return [one.command for one in await editor.text_document_code_lens_async(params) or () if one.command]

    async with editing(ws, state=tmp_path / "state", options={"run": "manual"}) as editor:
        await opened(editor, uri, text)
        assert [one.title for one in await lenses()] == ["Calibrate"]
        await editor.session((await editor.command("calibrate", uri=uri))["session"])
        assert len(await lenses()) == 2
        editor.change(uri, text.replace("[2, 1]", "[3, 1]", 1), 2)
        _, lens, last = await lenses()
        assert (lens.title, lens.command) == ("Run only what changed", "calibrant.calibrate")
        assert last.title.startswith("last result: ")
        arguments = {name: str(value) for name, value in plain((lens.arguments or ())[0]).items()}
        assert arguments == {"uri": uri, "resume": "partial"}
        result = await editor.session((await editor.command("calibrate", **arguments))["session"])
        assert [(one.id, one.reused) for one in result.steps] == [("one", False), ("two", True)]
        assert len(await lenses()) == 2


async def test_commands_run_only_where_trusted_and_it_is_told_once(ws: Path, tmp_path: Path) -> None:
    text = HEAD + "  - id: hello\n    run: echo hi > made.txt; exit 3\n"
    uri = write(ws, text)
    async with editing(ws, state=tmp_path / "state", environ=OPEN) as editor:
        await opened(editor, uri, text)
        for count in (1, 2):
            editor.save(uri)
            await ended(editor, count)
        assert editor.codes(uri) == []
        assert [one.status for one in editor.sessions[0].steps] == ["not_run"]
        told = [one.message for one in editor.asked]
        assert len(told) == 1
        assert "‘hello’" in told[0]
        assert "trust" in told[0]
        await trusted(editor, uri)
        editor.save(uri)
        await ended(editor, 3)
        assert [one.status for one in editor.sessions[2].steps] == ["failed"]
        assert editor.codes(uri) != []
    assert not (ws / "made.txt").exists()


@pytest.mark.parametrize("how", ["command", "progress"])
async def test_cancel(ws: Path, tmp_path: Path, how: str) -> None:
    text = HEAD + SLEEP
    uri = write(ws, text)
    async with editing(ws, state=tmp_path / "state", environ=OPEN) as editor:
        await opened(editor, uri, text)
        await trusted(editor, uri)
        started = time.monotonic()
        session = (await editor.command("calibrate", uri=uri))["session"]
        (nap, *_) = await editor.until(lambda: sleepers(editor), "the child")
        if how == "command":
            assert (await editor.command("cancel", session=session))["cancelled"] is True
        else:
            editor.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(session))
        last = await editor.session(session)
        assert last.status == "cancelled"
        assert time.monotonic() - started < 20
        await editor.until(lambda: gone(nap), "the child's end")
        assert progress(editor, session)[-1].message == "cancelled"
        assert (await editor.command("cancel", session=session))["cancelled"] is False


async def test_a_newer_save_outdates_the_run(ws: Path, tmp_path: Path) -> None:
    text = HEAD + SLEEP
    uri = write(ws, text)
    async with editing(ws, state=tmp_path / "state", environ=OPEN) as editor:
        await opened(editor, uri, text)
        await trusted(editor, uri)
        editor.save(uri)
        (nap, *_) = await editor.until(lambda: sleepers(editor), "the child")
        newer = HEAD + READ
        editor.change(uri, newer, 2)
        editor.save(uri)
        await ended(editor, 2)
        assert [one.status for one in editor.sessions] == ["cancelled", "completed"]
        assert where(editor, uri, newer) == [("file-not-found", "{{ inputs.file }}")]
        assert gone(nap)


async def test_a_live_run_is_not_cut_short_by_a_save(ws: Path, tmp_path: Path) -> None:
    text = HEAD + SLEEP
    uri = write(ws, text)
    async with editing(ws, state=tmp_path / "state", environ=OPEN) as editor:
        await opened(editor, uri, text)
        await trusted(editor, uri)
        live = (await editor.command("calibrate", uri=uri, live=True))["session"]
        (nap, *_) = await editor.until(lambda: sleepers(editor), "the child")
        for version in (2, 3):
            editor.change(uri, HEAD + READ, version)
            editor.save(uri)
        await ended(editor, 1)  # the first save's run, which the second outdates before it begins
        await asyncio.sleep(0.3)
        assert not gone(nap)
        await editor.command("cancel", session=live)
        assert [one.status for one in await ended(editor, 3)] == ["cancelled", "cancelled", "completed"]
        assert editor.codes(uri) == ["file-not-found"]


async def test_many_saves_end_with_the_last_one(ws: Path, tmp_path: Path) -> None:
    text = HEAD + READ
    uri = write(ws, text)
    async with editing(ws, state=tmp_path / "state") as editor:
        await opened(editor, uri, text)
        for version in range(2, 8):
            editor.change(uri, text + f"# {version}\n", version)
            editor.save(uri)
        await ended(editor, 6)
        statuses = [one.status for one in editor.sessions]
        assert statuses[-1] == "completed"
        assert set(statuses[:-1]) <= {"cancelled", "completed"}
        assert "cancelled" in statuses
        assert editor.codes(uri) == ["file-not-found"]
        assert editor.messages == []


async def test_a_workflow_that_runs_elsewhere_is_said_to(ws: Path, tmp_path: Path) -> None:
    text = HEAD + SLEEP
    uri = write(ws, text)
    async with (
        editing(ws, state=tmp_path / "state", environ=OPEN) as first,
        editing(ws, state=tmp_path / "state", environ=OPEN) as second,
    ):
        await opened(first, uri, text)
        await trusted(first, uri)
        held = (await first.command("calibrate", uri=uri))["session"]
        await first.until(lambda: sleepers(first), "the child")
        session = (await second.command("calibrate", uri=uri))["session"]
        refused = await second.session(session)
        assert refused.status == "failed"
        assert held in second.messages[-1].message
        assert "already running" in second.messages[-1].message


async def test_an_editor_without_progress_gets_none(ws: Path, tmp_path: Path) -> None:
    text = HEAD + READ
    uri = write(ws, text)
    capabilities = capabilities_of(NEOVIM)
    capabilities.window = types.WindowClientCapabilities(work_done_progress=False)
    async with editing(ws, state=tmp_path / "state", capabilities=capabilities) as editor:
        await opened(editor, uri, text)
        editor.save(uri)
        await ended(editor, 1)
        assert editor.progress_reports == {}


async def test_shutdown_with_a_run_in_flight(ws: Path, tmp_path: Path) -> None:
    text = HEAD + SLEEP
    uri = write(ws, text)
    async with editing(ws, state=tmp_path / "state", environ=OPEN) as editor:
        await opened(editor, uri, text)
        await trusted(editor, uri)
        editor.save(uri)
        (nap, *_) = await editor.until(lambda: sleepers(editor), "the child")
        assert editor._server
        process = editor._server
        below = children(process.pid)
        await asyncio.wait_for(editor.shutdown_session(), 15)
        assert process.returncode == 0
        await editor.until(lambda: all(gone(child) for child in [nap, *below]), "the children's end")


async def test_a_server_that_is_killed_leaves_no_child(ws: Path, tmp_path: Path) -> None:
    text = HEAD + SLEEP
    uri = write(ws, text)
    async with editing(ws, state=tmp_path / "state", environ=OPEN) as editor:
        await opened(editor, uri, text)
        await trusted(editor, uri)
        editor.save(uri)
        await editor.until(lambda: sleepers(editor), "the child")
        assert editor._server
        below = children(editor._server.pid)
        editor._server.kill()
        await editor.until(lambda: all(gone(child) for child in below), "the children's end")


async def test_a_state_directory_that_cannot_be_used_is_said(ws: Path, tmp_path: Path) -> None:
    text = HEAD + READ
    uri = write(ws, text)
    (tmp_path / "state").write_text("a file, no folder")
    async with editing(ws, state=tmp_path / "state" / "in") as editor:
        await opened(editor, uri, text)
        editor.save(uri)
        await ended(editor, 1)
        assert editor.sessions[0].status == "failed"
        editor.save(uri)
        await ended(editor, 2)
        assert len(editor.messages) == 1
        assert "state" in editor.messages[0].message
        editor.change(uri, text + "  - id: x\n    uses: nothing.at_all\n", 2)
        await editor.checked(uri, 2)
        assert editor.codes(uri) == ["unknown-connector"]


def command_line(ws: Path, state: Path, *arguments: str) -> subprocess.CompletedProcess[Any]:
    environ = {
        "CALIBRANT_STATE": str(state),
        "PATH": "/usr/bin:/bin",
        "HOME": str(state),
        **({"PYTHONPATH": os.environ["PYTHONPATH"]} if "PYTHONPATH" in os.environ else {}),
    }
    command = [sys.executable, "-m", "calibrant", *arguments]
    return subprocess.run(command, cwd=ws, env=environ, capture_output=True, text=True, timeout=30)


async def test_ids_are_the_command_lines(ws: Path, tmp_path: Path) -> None:
    text = HEAD + READ
    uri = write(ws, text)
    async with editing(ws, state=tmp_path / "state") as editor:
        await opened(editor, uri, text)
        editor.save(uri)
        await editor.until(lambda: editor.codes(uri), "the finding")
        (shown,) = editor.shown(uri)
    done = command_line(ws, tmp_path / "state", "calibrate", "a.workflow.yaml", "--format", "json")
    assert isinstance(shown.data, dict)
    assert shown.data["id"] in done.stdout
