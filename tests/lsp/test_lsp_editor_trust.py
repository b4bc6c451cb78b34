"""The editor's own word on trust: given by client code, never by settings; the strictest word wins, and none widens."""

import asyncio
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from calibrant.store import open_store
from lsp.desk import plain
from lsp.editor import Editor, editing, with_status
from lsp.test_lsp_runs import sleepers

TEXT = "name: a\nsteps:\n  - id: mark\n    run: echo ran\n"
NAP = "name: a\nsteps:\n  - id: nap\n    run: sleep 61\n    timeout: 90\n"
OPEN = {"CALIBRANT_EXECUTE": "unsandboxed"}


@pytest.fixture
def ws(tmp_path: Path) -> Path:
    return workspace(tmp_path / "ws")


def workspace(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "calibrant.toml").write_text("")
    (folder / "a.workflow.yaml").write_text(TEXT)
    return folder


def word(*folders: Path, restricted: bool = False) -> dict[str, Any]:
    return {"restricted": restricted, "folders": [folder.as_uri() for folder in folders]}


def uri_of(folder: Path) -> str:
    return (folder / "a.workflow.yaml").as_uri()


async def did_run(editor: Editor, folder: Path) -> bool:
    """Run the workflow in a folder and tell whether its command was run; the status tells the same beforehand."""
    status = plain(await editor.command("status", uri=uri_of(folder)))
    started = await editor.command("calibrate", uri=uri_of(folder))
    (step,) = (await editor.session(started["session"])).steps
    assert (step.status == "completed") is status["trusted"], step
    return bool(status["trusted"])


def say(editor: Editor, said: object) -> None:
    editor.protocol.notify("calibrant/trust", said)


def recorded(folder: Path, state: Path) -> bool:
    with closing(open_store(state, folder, create=False)) as store:
        return store.trusted()


def record(folder: Path, state: Path) -> None:
    with closing(open_store(state, folder)) as store:
        store.trust()


async def test_a_folder_that_the_editor_trusts_is_trusted_while_the_server_lives(ws: Path, tmp_path: Path) -> None:
    state, inner = tmp_path / "state", workspace(tmp_path / "ws" / "inner")
    async with editing(ws, state=state, options={"trust": word(ws)}, environ=OPEN) as editor:
        assert await did_run(editor, ws)
        assert await did_run(editor, inner)
        assert editor.messages == []
        say(editor, word())
        assert not await did_run(editor, ws)
    assert not recorded(ws, state)
    async with editing(ws, state=state, environ=OPEN) as editor:
        assert not await did_run(editor, ws)
        say(editor, word(ws))
        assert await did_run(editor, ws)
    assert not recorded(ws, state)


async def test_restricted_beats_what_is_recorded_and_the_folders(ws: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    record(ws, state)
    options = {"trust": word(ws, restricted=True)}
    async with editing(ws, state=state, options=options, environ=OPEN) as editor:
        assert not await did_run(editor, ws)
        with pytest.raises(JsonRpcException, match=r"restricted mode.*Trust the folder in the editor first"):
            await editor.command("trust", uri=uri_of(ws))
        say(editor, word())
        assert await did_run(editor, ws)


async def test_a_restricted_editor_records_no_trust(ws: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    async with editing(ws, state=state, options={"trust": word(restricted=True)}, environ=OPEN) as editor:
        with pytest.raises(JsonRpcException, match="restricted mode"):
            await editor.command("trust", uri=ws.as_uri())
    assert not recorded(ws, state)


async def test_trust_in_a_folder_never_widens(tmp_path: Path) -> None:
    state, parent = tmp_path / "state", workspace(tmp_path / "parent")
    below = parent / "sub"
    below.mkdir()
    (below / "a.workflow.yaml").write_text(TEXT)
    sibling = workspace(tmp_path / "parent-too")
    elsewhere = workspace(tmp_path / "elsewhere")
    (below / "link").symlink_to(elsewhere)
    async with editing(parent, state=state, options={"trust": word(below)}, environ=OPEN) as editor:
        assert not await did_run(editor, below), "its workspace is the parent"
        assert not await did_run(editor, parent)
        assert not await did_run(editor, below / "link"), "what it links to lies elsewhere"
        say(editor, word(parent))
        assert await did_run(editor, below)
        assert not await did_run(editor, sibling)
        say(editor, {"restricted": False, "folders": [f"{parent.as_uri()}/sub/..%2F..%2Felsewhere/../nowhere"]})
        assert not await did_run(editor, elsewhere)


async def test_a_folder_named_by_a_link_is_the_folder(ws: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(ws)
    async with editing(
        ws, state=tmp_path / "state", options={"trust": word(tmp_path / "link")}, environ=OPEN
    ) as editor:
        assert await did_run(editor, ws)


@pytest.mark.parametrize("where", ["file", "pyproject", "section", "configuration", "change"])
async def test_no_settings_can_say_it(ws: Path, tmp_path: Path, where: str) -> None:
    state, settings, options = tmp_path / "state", {}, {}
    toml = f'trust = {{restricted = false, folders = ["{ws.as_uri()}"]}}\n'
    match where:
        case "file":
            (ws / "calibrant.toml").write_text(toml)
        case "pyproject":
            (ws / "pyproject.toml").write_text(f"[tool.calibrant]\n{toml}")
        case "section":
            options = {"calibrant": {"trust": word(ws)}}
        case "configuration":
            settings = {"": {"trust": word(ws)}, ws.as_uri(): {"trust": word(ws)}}
    async with editing(ws, state=state, options=options, settings=settings, environ=OPEN) as editor:
        if where == "change":
            change = {"calibrant": {"trust": word(ws)}, "trust": word(ws)}
            editor.workspace_did_change_configuration(types.DidChangeConfigurationParams(change))
        assert not await did_run(editor, ws)


@pytest.mark.parametrize(
    "said", [{"restricted": "no", "folders": []}, {"folders": []}, {"restricted": False, "folders": "x"}, [], 3, None]
)
async def test_what_is_not_understood_is_the_strictest_word(ws: Path, tmp_path: Path, said: object) -> None:
    record(ws, tmp_path / "state")
    async with editing(ws, state=tmp_path / "state", environ=OPEN) as editor:
        assert await did_run(editor, ws)
        say(editor, said)
        assert not await did_run(editor, ws)
    if said is not None:
        async with editing(ws, state=tmp_path / "state", options={"trust": said}, environ=OPEN) as editor:
            assert not await did_run(editor, ws)


async def test_other_settings_beside_it_hold(ws: Path, tmp_path: Path) -> None:
    options = {"trust": word(ws), "run": "manual"}
    async with editing(ws, state=tmp_path / "state", options=options, environ=OPEN) as editor:
        editor.open(uri_of(ws), TEXT)
        await editor.checked(uri_of(ws), 1)
        editor.save(uri_of(ws))
        await asyncio.sleep(0.5)
        assert (editor.sessions, editor.messages) == ([], [])


async def test_one_editor_has_no_word_for_another_nor_a_run_for_itself(ws: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    async with (
        editing(ws, state=state, options={"trust": word(ws)}, environ=OPEN) as one,
        editing(ws, state=state, environ=OPEN) as other,
    ):
        assert await did_run(one, ws)
        assert not await did_run(other, ws)
        for more in ({"trust": True}, {"inputs": {}, "execute": "open"}, {"restricted": False}):
            with pytest.raises(JsonRpcException, match="unknown field"):
                await other.command("calibrate", uri=uri_of(ws), **more)
        say(one, word(restricted=True))
        await other.command("trust", uri=uri_of(ws))
        assert await did_run(other, ws)
        assert not await did_run(one, ws), "what another editor records does not lift this one's restriction"


async def test_in_a_restricted_editor_fixes_of_a_closed_file_run_nothing(ws: Path, tmp_path: Path) -> None:
    record(ws, tmp_path / "state")
    mark = tmp_path / "mark"
    (ws / "a.workflow.yaml").write_text(f"name: a\nsteps:\n  - id: mark\n    run: touch {mark}\n    need: []\n")
    options = {"trust": word(restricted=True)}
    async with editing(ws, state=tmp_path / "state", options=options, environ=OPEN) as editor:
        started = await editor.command("applyFixes", uri=uri_of(ws), fixes="safe")
        await editor.session(started["session"])
        await did_run(editor, ws)
        assert not mark.exists()
        say(editor, word())
        assert await did_run(editor, ws)


async def test_what_is_trusted_no_longer_is_not_run_any_further(ws: Path, tmp_path: Path) -> None:
    (ws / "a.workflow.yaml").write_text(NAP)
    async with editing(
        ws, state=tmp_path / "state", options={"trust": word(ws)}, environ=OPEN, capabilities=with_status()
    ) as editor:
        for said in (word(), word(ws, restricted=True)):
            say(editor, word(ws))
            started = await editor.command("calibrate", uri=uri_of(ws))
            await editor.until(lambda: sleepers(editor), "the command", 30)
            say(editor, said)
            assert (await editor.session(started["session"])).status == "cancelled"
