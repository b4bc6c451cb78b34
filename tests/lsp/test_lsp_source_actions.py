"""What can be done with a workflow as a whole, as actions: for editors without code lenses, and in no other's way."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from lsp.desk import Desk, plain
from lsp.editor import NEOVIM, VSCODE, Editor, capabilities_of, editing
from lsp.remembered import statuses
from lsp.wire import Wire

TEXT = "name: a\nsteps:\n  - id: all\n    run: 'true'\n  - id: more\n    uses: file.list\n    with: {path: .}\n    need: [all]\n"
NAP = "name: a\nsteps:\n  - id: nap\n    run: sleep 61\n    timeout: 90\n"
INVOKED, BY_ITSELF = types.CodeActionTriggerKind.Invoked, types.CodeActionTriggerKind.Automatic
MANUAL = {"run": "manual", "trials": "off"}
OPEN = {"CALIBRANT_EXECUTE": "unsandboxed"}


async def offered(
    editor: Editor, uri: str, *, only: Sequence[str] | None = None, trigger: types.CodeActionTriggerKind | None = None
) -> dict[str, types.CodeAction]:
    """Return the actions at the start of a document by their titles."""
    start = types.Position(0, 0)
    context = types.CodeActionContext([], only=only, trigger_kind=trigger)
    params = types.CodeActionParams(types.TextDocumentIdentifier(uri), types.Range(start, start), context)
    found = await editor.text_document_code_action_async(params)
    return {one.title: one for one in found or () if isinstance(one, types.CodeAction)}


async def until_offered(editor: Editor, uri: str, kind: str) -> dict[str, types.CodeAction]:
    """Return the actions of a kind as soon as there is one: what is recorded is known to the server a moment later."""
    end = asyncio.get_running_loop().time() + 15
    while not (found := await offered(editor, uri, only=[kind])):
        assert asyncio.get_running_loop().time() < end, f"no {kind} was offered"
        await asyncio.sleep(0.02)
    return found


async def call(editor: Editor, action: types.CodeAction) -> Any:
    assert action.command
    params = types.ExecuteCommandParams(action.command.command, action.command.arguments)
    return plain(await editor.workspace_execute_command_async(params))


async def test_runs_trust_and_rollback_without_a_lens(ws: Path, tmp_path: Path) -> None:
    """The whole way in the actions of an editor's own menu, as Helix asks for it."""
    async with editing(ws, state=tmp_path / "state", options=MANUAL, environ=OPEN) as editor:
        desk = Desk(editor, (ws / "a.workflow.yaml").as_uri(), TEXT)
        await desk.checked()
        actions = await offered(editor, desk.uri, trigger=INVOKED)
        assert list(actions) == ["Calibrate this workflow"]
        started = await call(editor, actions["Calibrate this workflow"])
        assert (await editor.session(started["session"])).steps[0].status == "not_run"
        actions = await offered(editor, desk.uri, trigger=INVOKED)
        assert list(actions) == ["Calibrate this workflow", "Trust this workspace"]
        assert Path((await call(editor, actions["Trust this workspace"]))["workspace"]) == ws
        assert list(await offered(editor, desk.uri, trigger=INVOKED)) == ["Calibrate this workflow"]
        started = await call(editor, actions["Calibrate this workflow"])
        assert (await editor.session(started["session"])).steps[0].status == "completed"
        await desk.fix("need")
        await statuses(editor, ws, tmp_path, "unverified")
        title = "Roll back ‘Change ‘need’ to ‘needs’’ (not verified)"
        actions = await until_offered(editor, desk.uri, "source.calibrant.rollBack")
        assert list(actions) == [title]
        await call(editor, actions[title])
        assert desk.text == TEXT
        await statuses(editor, ws, tmp_path, "rolled_back")
        assert list(await offered(editor, desk.uri, only=["source.calibrant.rollBack"])) == []


async def test_a_run_under_way_can_be_cancelled(ws: Path, tmp_path: Path) -> None:
    async with editing(ws, state=tmp_path / "state", options=MANUAL, environ=OPEN) as editor:
        uri = (ws / "a.workflow.yaml").as_uri()
        editor.open(uri, NAP)
        await editor.checked(uri, 1)
        await editor.command("trust", uri=uri)
        session = (await editor.command("calibrate", uri=uri))["session"]
        actions = await offered(editor, uri, only=["source"])
        assert list(actions) == ["Cancel the run"]
        assert (await call(editor, actions["Cancel the run"]))["cancelled"]
        assert (await editor.session(session)).status == "cancelled"


@pytest.mark.parametrize("client", [VSCODE, NEOVIM])
async def test_menus_that_nobody_asked_for_show_none(ws: Path, tmp_path: Path, client: str) -> None:
    capabilities = capabilities_of(client)
    async with editing(ws, state=tmp_path / "state", capabilities=capabilities, options=MANUAL) as editor:
        uri = (ws / "a.workflow.yaml").as_uri()
        editor.open(uri, TEXT)
        await editor.checked(uri, 1)
        assert await offered(editor, uri, trigger=BY_ITSELF) == {}
        assert await offered(editor, uri) == {}, "it shows code lenses"
        assert await offered(editor, uri, only=["quickfix"], trigger=INVOKED) == {}
        assert list(await offered(editor, uri, only=["source.fixAll"])) == ["Apply all safe fixes"]
        assert list(await offered(editor, uri, only=["source.organizeImports"])) == []
        kinds = [one.kind for one in (await offered(editor, uri, only=["source"])).values()]
        assert kinds == ["source.fixAll.calibrant", "source.calibrant.calibrate"]


async def test_restricted_mode_offers_no_trust(ws: Path, tmp_path: Path) -> None:
    options = {**MANUAL, "trust": {"restricted": True, "folders": []}}
    async with editing(ws, state=tmp_path / "state", options=options) as editor:
        uri = (ws / "a.workflow.yaml").as_uri()
        editor.open(uri, TEXT)
        await editor.checked(uri, 1)
        session = (await editor.command("calibrate", uri=uri))["session"]
        assert (await editor.session(session)).steps[0].status == "not_run"
        assert list(await offered(editor, uri, only=["source.calibrant"])) == ["Calibrate this workflow"]


def test_a_client_that_knows_only_commands_gets_commands(ws: Path, tmp_path: Path) -> None:
    uri = (ws / "a.workflow.yaml").as_uri()
    with Wire(tmp_path / "state") as wire:
        assert {"source.calibrant.calibrate", "source.calibrant.rollBack"} <= set(
            wire.initialized["capabilities"]["codeActionProvider"]["codeActionKinds"]
        )
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": TEXT}
        wire.send(method="textDocument/didOpen", params={"textDocument": document})
        place = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
        params = {"textDocument": {"uri": uri}, "range": place, "context": {"diagnostics": []}}
        wire.send(id=1, method="textDocument/codeAction", params=params)
        assert wire.answer(1)["result"] == [
            {"title": "Calibrate this workflow", "command": "calibrant.calibrate", "arguments": [{"uri": uri}]}
        ]
