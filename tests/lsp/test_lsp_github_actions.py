"""Files of GitHub Actions in an editor: which are read, what stands in others, and that nothing of them is run."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from calibrant import app
from calibrant.model.settings import Settings
from lsp.desk import Desk, plain
from lsp.editor import NEOVIM, Editor, capabilities_of, editing, with_status
from lsp.remembered import statuses

CALLER = """\
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: ./.github/actions/build
        with:
          target: all
  call:
    uses: ./.github/workflows/called.yml
    with:
      count: 3
"""
ACTION = """\
name: build
description: Builds.
inputs:
  target: {description: What to build.}
runs:
  using: composite
  steps:
    - run: echo build
      shell: bash
"""
CALLED = """\
on:
  workflow_call:
    inputs:
      count: {type: number}
jobs:
  one:
    runs-on: ubuntu-latest
    steps:
      - run: echo one
"""


def repository(folder: Path, caller: str = CALLER) -> dict[str, Path]:
    """Make a repository with a workflow that calls an action and another workflow."""
    texts = {
        ".github/workflows/ci.yml": caller,
        ".github/workflows/called.yml": CALLED,
        ".github/actions/build/action.yml": ACTION,
    }
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "calibrant.toml").touch()
    names = ("ci", "called", "action")
    return {short: folder / name for short, name in zip(names, texts, strict=True)}


async def shown(editor: Editor, path: Path, codes: Sequence[str]) -> None:
    await editor.until(lambda: sorted(editor.codes(path.as_uri())) == sorted(codes), f"{codes} for {path.name}")


async def test_what_is_not_open_is_checked_and_what_is_named_like_an_action_is_left_alone(tmp_path: Path) -> None:
    ws = tmp_path / "ws"
    files = repository(ws, CALLER.replace("target", "traget"))
    (ws / "roles").mkdir()
    (ws / "roles" / "action.yml").write_text("- hosts: all\n  tasks: [\n", encoding="utf-8")
    async with editing(ws, state=tmp_path / "state") as editor:
        await shown(editor, files["ci"], ["unknown-parameter"])
        assert {one.uri for one in editor.published if one.diagnostics} == {files["ci"].as_uri()}


async def test_diagnostics_follow_the_unsaved_text_of_a_called_action(tmp_path: Path) -> None:
    ws = tmp_path / "ws"
    files = repository(ws)
    ci, action = files["ci"].as_uri(), files["action"].as_uri()
    async with editing(ws, state=tmp_path / "state") as editor:
        editor.open(ci, CALLER)
        await editor.checked(ci, 1)
        assert editor.codes(ci) == []
        editor.open(action, ACTION)
        editor.change(action, ACTION.replace("target:", "what:"), 2)
        await shown(editor, files["ci"], ["unknown-parameter"])
        (found,) = editor.shown(ci)
        assert "It takes: what." in found.message
        editor.change(action, ACTION, 3)
        await shown(editor, files["ci"], [])
        editor.change(action, ACTION.replace("target: {", "target: {required: true, "), 4)
        editor.change(ci, CALLER.replace("          target: all\n", "          {}\n"), 2)
        await shown(editor, files["ci"], ["missing-parameter"])
        editor.close(action)  # what was not saved is gone
        await shown(editor, files["ci"], [])


async def test_diagnostics_follow_called_files_on_disk(tmp_path: Path) -> None:
    ws = tmp_path / "ws"
    files = repository(ws)
    ci = files["ci"].as_uri()
    capabilities = capabilities_of(NEOVIM)
    assert capabilities.workspace
    capabilities.workspace.did_change_watched_files = None  # the server watches by itself
    async with editing(ws, state=tmp_path / "state", capabilities=capabilities) as editor:
        editor.open(ci, CALLER)
        await editor.checked(ci, 1)
        await asyncio.sleep(0.7)  # watchfiles tells nothing of when it has begun
        files["called"].write_text(CALLED.replace("count", "number"), encoding="utf-8")
        await shown(editor, files["ci"], ["unknown-parameter"])
        files["called"].unlink()
        await shown(editor, files["ci"], ["missing-action"])
        files["called"].write_text(CALLED.replace("workflow_call", "workflow_dispatch"), encoding="utf-8")
        await shown(editor, files["ci"], ["not-callable"])
        files["action"].rename(files["action"].with_name("action.yaml"))
        files["called"].write_text(CALLED, encoding="utf-8")
        await shown(editor, files["ci"], [])


async def test_without_a_folder_what_is_called_is_read_from_the_disk(tmp_path: Path) -> None:
    files = repository(tmp_path / "ws", CALLER.replace("actions/build", "actions/biuld"))
    ci = files["ci"].as_uri()
    async with editing(state=tmp_path / "state") as editor:
        editor.open(ci, files["ci"].read_text(encoding="utf-8"))
        await shown(editor, files["ci"], ["missing-action"])
        await editor.until(lambda: "./.github/actions/build" in editor.shown(ci)[0].message, "what was meant")
        files["action"].parent.rename(files["action"].parent.with_name("biuld"))
        editor.save(ci)
        await shown(editor, files["ci"], [])


async def test_the_folder_of_the_workflows_itself_may_be_open(tmp_path: Path) -> None:
    files = repository(tmp_path / "ws", CALLER.replace("target", "traget"))
    async with editing(files["ci"].parent, state=tmp_path / "state") as editor:
        await shown(editor, files["ci"], ["unknown-parameter"])


async def test_a_save_runs_nothing_and_commands_say_why(tmp_path: Path) -> None:
    files = repository(tmp_path / "ws")
    ci = files["ci"].as_uri()
    capabilities = with_status()
    async with editing(tmp_path / "ws", state=tmp_path / "state", capabilities=capabilities) as editor:
        editor.open(ci, CALLER)
        await editor.checked(ci, 1)
        editor.save(ci)
        with pytest.raises(
            JsonRpcException, match=r"was not run\. GitHub Actions files are checked, and are not run yet"
        ):
            await editor.command("calibrate", uri=ci)
        with pytest.raises(JsonRpcException, match="not run yet"):
            await editor.command("inputs", uri=ci)
        assert not plain(await editor.command("calibrateWorkspace", uri=(tmp_path / "ws").as_uri()))["sessions"]
        status = plain(await editor.command("status", uri=ci))
        assert (status["state"], status["runs"], status["words"]) == ("idle", False, "no issues")
        lenses = await editor.text_document_code_lens_async(types.CodeLensParams(types.TextDocumentIdentifier(ci)))
        assert not lenses
        whole = types.Range(types.Position(0, 0), types.Position(99, 0))
        hints = await editor.text_document_inlay_hint_async(
            types.InlayHintParams(types.TextDocumentIdentifier(ci), whole)
        )
        assert not hints
        context = types.CodeActionContext([], [types.CodeActionKind.Source], types.CodeActionTriggerKind.Invoked)
        document = types.TextDocumentIdentifier(ci)
        assert not await editor.text_document_code_action_async(types.CodeActionParams(document, whole, context))
        assert editor.sessions == []
        assert not [one for one in editor.asked if "trust" in one.message.lower()]


async def test_a_fix_holds_whatever_else_is_wrong_in_the_text_that_it_was_made_for(tmp_path: Path) -> None:
    files = repository(tmp_path / "ws")
    async with editing(tmp_path / "ws", state=tmp_path / "state", capabilities=with_status()) as editor:
        desk = Desk(editor, files["ci"].as_uri(), CALLER)
        await desk.checked()
        for wrong in ("runs-no", "runs-of"):  # at first nothing was checked by a fix before, then something was
            desk.type(CALLER.replace("runs-on", wrong) + "  other:\n    stpes: []\n")
            await desk.checked()
            await desk.fix(wrong)
            assert "runs-on: ubuntu-latest" in desk.text
            found: list[Any] = []
            async with asyncio.timeout(15):
                while not found or found[0]["change"]["status"] == "unverified":
                    await asyncio.sleep(0.05)
                    found = plain(await editor.command("history", uri=desk.uri))
            assert found[0]["change"]["status"] == "verified"
            assert desk.made == []


async def test_a_fix_is_verified_by_reading_again_and_nothing_is_shown_of_a_run(tmp_path: Path) -> None:
    ws = tmp_path / "ws"
    files = repository(ws, CALLER.replace("target", "traget"))
    async with editing(ws, state=tmp_path / "state") as editor:
        desk = Desk(editor, files["ci"].as_uri(), files["ci"].read_text(encoding="utf-8"))
        await desk.checked()
        await shown(editor, files["ci"], ["unknown-parameter"])
        await desk.fix("traget")
        assert desk.text == CALLER
        await shown(editor, files["ci"], [])
        await statuses(editor, ws, tmp_path, "verified")
        desk.undo()
        await shown(editor, files["ci"], ["unknown-parameter"])
        await statuses(editor, ws, tmp_path, "rolled_back")
        assert editor.asked == []
        assert not [one for one in editor.messages if "Calibrating" in one.message]


async def test_a_closed_file_is_fixed_by_command(tmp_path: Path) -> None:
    ws = tmp_path / "ws"
    files = repository(ws, CALLER.replace("target", "traget"))
    uri = files["ci"].as_uri()
    async with editing(ws, state=tmp_path / "state") as editor:
        await shown(editor, files["ci"], ["unknown-parameter"])
        assert plain(await editor.command("history", uri=uri)) == []
        analysis = app.analyse(str(files["ci"]), files["ci"].read_text(encoding="utf-8"), Settings())
        assert analysis
        (fixes,) = app.offers(".github/workflows/ci.yml", analysis).fixes.values()
        answer = plain(await editor.command("applyFixes", uri=uri, fixes=[fixes[0].id]))
        ended = plain(await editor.session(answer["session"]))
        assert ended["change"]["status"] == "verified", ended
        assert files["ci"].read_text(encoding="utf-8") == CALLER
        await shown(editor, files["ci"], [])
        assert plain(await editor.command("rollback", uri=uri))["session"]
        event = types.FileEvent(uri, types.FileChangeType.Changed)
        editor.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
        await shown(editor, files["ci"], ["unknown-parameter"])
