"""What goes wrong on people's machines: each is said in plain words, and the server goes on."""

import asyncio
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from lsp.desk import Desk, plain
from lsp.editor import NEOVIM, VSCODE, Editor, capabilities_of, editing
from lsp.remembered import remembered, statuses

LIST = "  - {id: all, uses: file.list, with: {path: .}}\n"
TEXT = f"name: a\nsteps:\n{LIST}  - {{id: more, uses: file.list, with: {{path: .}}, need: [all]}}\n"
FIXED = TEXT.replace("need:", "needs:")
MANUAL = {"run": "manual", "trials": "off"}


def without_rights() -> list[str]:
    """Return the words that take a superuser's right to pass over file modes."""
    if os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        pytest.skip("!!! file modes mean nothing to this user, and there is no setpriv")
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]


async def refused(editor: Editor, name: str, uri: str, **given: Any) -> str:
    """Call a command that is answered by an error, and return its words."""
    with pytest.raises(JsonRpcException) as error:
        await editor.command(name, uri=uri, **given)
    return str(error.value.message)


async def fixed(editor: Editor, uri: str) -> Any:
    """Apply all safe fixes and return how the change ended."""
    started = await editor.command("applyFixes", uri=uri, fixes="safe")
    return plain(await editor.session(started["session"]))["change"]


async def ended(editor: Editor, number: int) -> None:
    await editor.until(lambda: len(editor.sessions) >= number, f"the end of run {number}", 30)


async def lenses(editor: Editor, uri: str) -> list[str]:
    params = types.CodeLensParams(types.TextDocumentIdentifier(uri))
    return [one.command.title for one in await editor.text_document_code_lens_async(params) or () if one.command]


async def test_a_file_that_may_not_be_read(ws: Path, tmp_path: Path) -> None:
    path = ws / "a.workflow.yaml"
    path.chmod(0)
    async with editing(ws, state=tmp_path / "state", confined=without_rights()) as editor:
        for command, given in (("calibrate", {}), ("applyFixes", {"fixes": "safe"}), ("status", {}), ("inputs", {})):
            assert "You may not read it" in await refused(editor, command, path.as_uri(), **given)
        gone = (ws / "gone.workflow.yaml").as_uri()
        assert "There is no such file" in await refused(editor, "calibrate", gone)


@pytest.mark.parametrize("what", ["file", "folder"])
async def test_a_closed_file_that_may_not_be_written(ws: Path, tmp_path: Path, what: str) -> None:
    path = ws / "a.workflow.yaml"
    shut, mode, says = (path, 0o444, "is read-only") if what == "file" else (ws, 0o555, "may not write in its folder")
    async with editing(ws, state=tmp_path / "state", options=MANUAL, confined=without_rights()) as editor:
        before = shut.stat().st_mode
        shut.chmod(mode)
        change = await fixed(editor, path.as_uri())
        assert (change["status"], path.read_text()) == ("refused", TEXT)
        assert says in change["reason"]
        assert "chmod u+w" in editor.messages[0].message
        shut.chmod(before)
        assert (await fixed(editor, path.as_uri()))["status"] == "verified"
        shut.chmod(mode)
        answer = await editor.command("rollback", uri=path.as_uri())
        assert says in answer["reason"]
        assert path.read_text() == FIXED
        shut.chmod(before)
        assert "reason" not in await editor.command("rollback", uri=path.as_uri())
        assert path.read_text() == TEXT


@pytest.mark.parametrize("why", ["The file is read-only.", ""])
async def test_an_open_document_that_the_editor_does_not_change(ws: Path, tmp_path: Path, why: str) -> None:
    says = "The editor did not take the edit" + (": The file is read-only." if why else ", and does not say why")
    async with editing(ws, state=tmp_path / "state", options=MANUAL) as editor:
        desk = Desk(editor, (ws / "a.workflow.yaml").as_uri(), TEXT)
        await desk.checked()
        editor.refusal, desk.refuses = why, True
        assert says in (await fixed(editor, desk.uri))["reason"]
        assert says in editor.messages[0].message
        assert desk.text == TEXT
        desk.refuses = False
        await fixed(editor, desk.uri)
        desk.refuses = True
        assert says in (await editor.command("rollback", uri=desk.uri))["reason"]
        assert desk.text == FIXED
        assert [one.status for one in remembered(ws, tmp_path)] == ["unverified"]


@pytest.mark.parametrize(
    ("uri", "says"),
    [
        ("untitled:Untitled-1.workflow.yaml", "‘Untitled-1.workflow.yaml’ is not saved yet. Save it as a file"),
        ("vscode-vfs://github/x/y/a.workflow.yaml", "is not a file on this computer (vscode-vfs:)"),
    ],
)
async def test_documents_that_are_no_files_are_checked_and_mended_and_not_run(
    ws: Path, tmp_path: Path, uri: str, says: str
) -> None:
    async with editing(ws, state=tmp_path / "state") as editor:
        desk = Desk(editor, uri, TEXT)
        await desk.checked()
        assert editor.codes(uri) == ["unknown-key"]
        desk.save()
        for command in ("calibrate", "rollback", "history", "trust", "status", "inputs", "calibrateWorkspace"):
            assert says in await refused(editor, command, uri), command
        assert says in await refused(editor, "applyFixes", uri, fixes="safe")
        assert await lenses(editor, uri) == []
        assert await desk.actions("name", "source.calibrant") == []
        await desk.fix("need")
        assert (desk.text, editor.codes(uri), editor.sessions, list(editor.messages)) == (FIXED, [], [], [])


async def test_a_workflow_where_no_folder_is_open(ws: Path, tmp_path: Path) -> None:
    async with editing(state=tmp_path / "state", options=MANUAL) as editor:
        desk = Desk(editor, (ws / "a.workflow.yaml").as_uri(), TEXT)
        await desk.checked()
        await fixed(editor, desk.uri)
        run = await editor.command("calibrate", uri=desk.uri)
        assert (await editor.session(run["session"])).status == "completed"
        await statuses(editor, ws, tmp_path, "verified")
        await editor.command("rollback", uri=desk.uri)
        assert desk.text == TEXT
        await editor.until(lambda: editor.codes(desk.uri) == ["unknown-key"], "what is wrong again")
        editor.close(desk.uri)
        await editor.until(lambda: editor.codes(desk.uri) == [], "an empty list of problems")


async def test_two_windows_on_one_folder(ws: Path, tmp_path: Path) -> None:
    """Whoever is first does it; the other one is told, and nothing is done twice."""
    path = ws / "a.workflow.yaml"
    uri = path.as_uri()
    async with (
        editing(ws, state=tmp_path / "state", options=MANUAL) as one,
        editing(ws, state=tmp_path / "state", options=MANUAL) as other,
    ):
        started = await asyncio.gather(*(each.command("calibrate", uri=uri) for each in (one, other)))
        ends = [await each.session(run["session"]) for each, run in zip((one, other), started, strict=True)]
        if sorted(end.status for end in ends) != ["completed", "completed"]:  # one after the other is right, too
            assert sorted(end.status for end in ends) == ["completed", "failed"]
            assert any("already running" in said.message for each in (one, other) for said in each.messages)
        changes = await asyncio.gather(fixed(one, uri), fixed(other, uri))
        assert sorted(change["status"] for change in changes) == ["refused", "verified"]
        assert path.read_text() == FIXED
        answers = await asyncio.gather(*(each.command("rollback", uri=uri) for each in (one, other)))
        assert sorted("reason" in answer for answer in answers) == [False, True]
        assert path.read_text() == TEXT
        assert [session.status for session in remembered(ws, tmp_path)] == ["rolled_back"]


async def test_what_one_window_did_shows_in_the_other(ws: Path, tmp_path: Path) -> None:
    path = ws / "a.workflow.yaml"
    async with (
        editing(ws, state=tmp_path / "state", options=MANUAL) as one,
        editing(ws, state=tmp_path / "state", options=MANUAL) as other,
    ):
        desks = [Desk(each, path.as_uri(), TEXT) for each in (one, other)]
        for desk in desks:
            await desk.checked()
        await fixed(one, path.as_uri())
        path.write_text(desks[0].text)
        desks[0].save()
        desks[1].type(path.read_text())  # as editors do with a file that was changed on disk
        event = types.FileEvent(path.as_uri(), types.FileChangeType.Changed)
        other.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
        rollback = "Roll back ‘Change ‘need’ to ‘needs’’ (not verified)"
        for _ in range(100):
            if rollback in await lenses(other, path.as_uri()):
                break
            await asyncio.sleep(0.05)
        assert rollback in await lenses(other, path.as_uri())
        await other.command("rollback", uri=path.as_uri())
        assert desks[1].text == TEXT
        assert (await one.command("rollback", uri=path.as_uri()))["reason"] == "There is nothing to roll back."


@pytest.mark.parametrize("trouble", ["not writable", "full"])
async def test_a_state_directory_that_takes_nothing(ws: Path, tmp_path: Path, trouble: str) -> None:
    state = tmp_path / "state"
    state.mkdir()
    if trouble == "full" and not shutil.which("bwrap"):
        pytest.skip("!!! a disk that is full takes bwrap")
    full = ["bwrap", "--dev-bind", "/", "/", "--size", "65536", "--tmpfs", str(state), "--die-with-parent"]
    confined = full if trouble == "full" else without_rights()
    state.chmod(0o700 if trouble == "full" else 0o500)
    other = ws / "b.workflow.yaml"
    other.write_text(TEXT)
    async with editing(ws, state=state, confined=confined, options={"trials": "off"}) as editor:
        editor.open(other.as_uri(), TEXT)
        desk = Desk(editor, (ws / "a.workflow.yaml").as_uri(), TEXT)
        for number, uri in enumerate([desk.uri, other.as_uri()] * 2, 1):
            await editor.checked(uri, 1)
            editor.save(uri)
            await ended(editor, number)
        assert {one.status for one in editor.sessions} == {"failed"}
        (told,) = [one.message for one in editor.messages]
        assert ("The disk is full" if trouble == "full" else "Give yourself the right to write there") in told
        change = await fixed(editor, desk.uri)
        assert change["reason"] == "It was applied, and is not remembered: only the editor can undo it."
        await editor.until(lambda: editor.codes(desk.uri) == [], "static checks that go on")
        assert editor.codes(other.as_uri()) == ["unknown-key"]
    state.chmod(0o700)


async def test_a_file_of_30_megabytes(ws: Path, tmp_path: Path) -> None:
    path = ws / "big.workflow.yaml"
    path.write_text(TEXT + "# " + "x" * (30 << 20) + "\n")
    async with editing(ws, state=tmp_path / "state") as editor:
        await editor.until(lambda: editor.codes(path.as_uri()) == ["file-too-large"], "what is wrong on disk")
        assert "30 MB; workflows of up to 10 MB" in await refused(editor, "calibrate", path.as_uri())
        editor.open(path.as_uri(), path.read_text())
        small = (ws / "a.workflow.yaml").as_uri()
        editor.open(small, TEXT)
        await editor.checked(small, 1)
        await editor.checked(path.as_uri(), 1)
        assert editor.codes(path.as_uri()) == ["file-too-large"]
        editor.save(path.as_uri())
        await editor.until(lambda: editor.sessions, "the end of its run", 30)
        assert editor.codes(small) == ["unknown-key"]


@pytest.mark.parametrize("watches", [True, False], ids=["the editor watches", "we watch"])
@pytest.mark.parametrize("which", ["home", "everything"])
async def test_nobody_means_to_look_through_a_whole_machine(
    ws: Path, tmp_path: Path, which: str, watches: bool
) -> None:
    (ws / "calibrant.toml").unlink()
    folder = ws if which == "home" else Path("/")
    capabilities = capabilities_of(VSCODE if watches else NEOVIM)
    assert capabilities.workspace
    capabilities.workspace.did_change_watched_files = types.DidChangeWatchedFilesClientCapabilities(watches)
    environ = {"HOME": str(ws)}
    async with editing(
        folder, state=tmp_path / "state", capabilities=capabilities, options=MANUAL, environ=environ
    ) as editor:
        (told,) = await editor.until(lambda: editor.messages, "what is left out")
        assert told.type == types.MessageType.Info
        assert ("your home folder" if which == "home" else "the whole file system") in told.message
        desk = Desk(editor, (ws / "a.workflow.yaml").as_uri(), TEXT)
        await desk.checked()
        assert [one.uri for one in editor.published] == [desk.uri], "only what is open is checked"
        run = await editor.command("calibrate", uri=desk.uri)
        assert (await editor.session(run["session"])).status == "completed"
        assert "not looked through" in await refused(editor, "calibrateWorkspace", folder.as_uri())
        editor.close(desk.uri)
        await editor.until(lambda: editor.codes(desk.uri) == [], "an empty list of problems")
        assert len(editor.messages) == 1
