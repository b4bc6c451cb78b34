"""What a workflow's inputs are given in the editor: asked for, looked at, remembered for every later run, and forgotten."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from calibrant.store import open_store
from lsp.desk import Desk, plain
from lsp.editor import Editor, editing

TEXT = """name: a
inputs:
  file: {type: path, description: What is read}
  count: {type: integer, default: 2}
  mode: {type: string, enum: [fast, slow], default: fast}
  rows: {type: array, sample: [1]}
  spare: {type: string} # calibrant: ignore[unused-input]
  must: {type: boolean, required: true}
steps:
  - id: text
    uses: file.read
    with: {path: '{{ inputs.file }}', as: text}
  - id: few
    uses: data.map
    with: {items: '{{ inputs.rows }}', to: '{{ inputs.count }}{{ inputs.mode }}{{ inputs.must }}'}
"""
SECRET = """name: a
inputs:
  api_token: {type: string}
  note: {type: string}
  team: {type: string}
secrets: [PASSPHRASE]
steps:
  - id: one
    uses: data.map
    with: {items: ['{{ secrets.PASSPHRASE }}'], to: '{{ inputs.api_token }}{{ inputs.note }}{{ inputs.team }}'}
"""


@pytest.fixture
def ws(tmp_path: Path) -> Path:
    made = tmp_path / "ws"
    made.mkdir()
    (made / "calibrant.toml").write_text('trials = "off"\n')
    (made / "here.txt").write_text("x")
    return made


def write(ws: Path, text: str = TEXT, name: str = "a.workflow.yaml") -> str:
    (ws / name).write_text(text)
    return (ws / name).as_uri()


async def inputs(editor: Editor, uri: str, **given: Any) -> dict[str, Any]:
    answer = plain(await editor.command("inputs", uri=uri, **given))
    return {one["name"]: one for one in answer["inputs"]}


async def ran(editor: Editor, uri: str, **given: Any) -> Any:
    started = await editor.command("calibrate", uri=uri, **({"inputs": given} if given else {}))
    return await editor.session(started["session"])


def codes(session: Any) -> set[str]:
    return {one.code for group in session.issues for one in group}


async def test_an_input_is_told_with_all_that_a_person_needs_to_give_it(ws: Path, tmp_path: Path) -> None:
    async with editing(ws, state=tmp_path / "state") as editor:
        found = await inputs(editor, write(ws))
        assert list(found) == ["file", "count", "mode", "rows", "spare", "must"]
        assert found["file"] == {
            "name": "file", "type": "path", "description": "What is read", "choices": None, "default": None,
            "sample": None, "value": None, "needed": True, "problem": "", "secret": False, "remembered": False,
        }  # fmt: skip
        assert (found["count"]["default"], found["mode"]["choices"]) == (2, ["fast", "slow"])
        assert found["rows"]["sample"] == [1]
        assert [name for name, one in found.items() if one["needed"]] == ["file", "must"]


async def test_values_are_looked_at_as_a_run_would(ws: Path, tmp_path: Path) -> None:
    async with editing(ws, state=tmp_path / "state") as editor:
        uri = write(ws)
        given = {"file": "x", "count": "many", "mode": "fats", "rows": "[1, 2", "must": "yes", "spare": None}
        found = await inputs(editor, uri, values=given)
        assert {name: one["problem"] for name, one in found.items() if one["problem"]} == {
            "count": "The input ‘count’ takes a whole number, but was given ‘many’.",
            "mode": "The input ‘mode’ cannot be ‘fats’. It takes: fast, slow.",
            "rows": "The input ‘rows’ takes a list, but was given ‘[1, 2’.",
        }
        assert not any(one["needed"] for one in found.values())
        found = await inputs(editor, uri, values={"must": "perhaps", "rows": "[1]", "count": 3.0})
        assert found["must"]["problem"]
        assert found["must"]["needed"]
        assert not found["rows"]["problem"] + found["count"]["problem"]
        assert {one["value"] for one in found.values()} == {None}, "looking remembers nothing"


async def test_what_was_given_is_used_by_every_later_run_until_it_is_forgotten(ws: Path, tmp_path: Path) -> None:
    async with editing(ws, state=tmp_path / "state", options={"run": "onSave"}) as editor:
        uri = write(ws)
        editor.open(uri, TEXT)
        await editor.checked(uri, 1)
        assert "missing-input" in codes(await ran(editor, uri))
        assert codes(await ran(editor, uri, file="here.txt", must="yes", count="7")) == set()
        found = await inputs(editor, uri)
        assert (found["file"]["value"], found["must"]["value"], found["count"]["value"]) == ("here.txt", True, 7)
        assert not any(one["needed"] for one in found.values())
        before = len(editor.sessions)
        editor.save(uri)
        await editor.until(lambda: len(editor.sessions) > before, "the run after saving")
        assert codes(editor.sessions[-1]) == set()
        assert codes(await ran(editor, uri, file="gone.txt")) == {"file-not-found"}
        assert "missing-input" in codes(await ran(editor, uri, file=None))
        assert (await inputs(editor, uri))["file"]["value"] is None


async def test_another_editor_and_a_later_server_know_it_too(ws: Path, tmp_path: Path) -> None:
    uri = write(ws)
    async with editing(ws, state=tmp_path / "state") as one, editing(ws, state=tmp_path / "state") as other:
        await ran(one, uri, file="here.txt", must=True)
        assert codes(await ran(other, uri)) == set()
        await ran(other, uri, file=None)
        assert (await inputs(one, uri))["file"]["needed"]
    async with editing(ws, state=tmp_path / "state") as later:
        assert (await inputs(later, uri))["must"]["value"] is True


@pytest.mark.parametrize("given", [{"count": "many"}, {"mode": "x"}, {"must": []}, {"fil": "here.txt"}])
async def test_a_value_that_does_not_fit_is_refused_and_nothing_remembered(
    ws: Path, tmp_path: Path, given: dict[str, Any]
) -> None:
    async with editing(ws, state=tmp_path / "state") as editor:
        uri = write(ws)
        with pytest.raises(JsonRpcException, match=f"input ‘{next(iter(given))}’"):
            await editor.command("calibrate", uri=uri, inputs={"file": "here.txt", **given})
        assert (await inputs(editor, uri))["file"]["value"] is None
        assert editor.sessions == []


async def test_what_does_not_fit_the_text_any_longer_is_left_out(ws: Path, tmp_path: Path) -> None:
    async with editing(ws, state=tmp_path / "state") as editor:
        uri = write(ws)
        editor.open(uri, TEXT)
        await ran(editor, uri, file="here.txt", must="yes", mode="slow", spare="s")
        newer = TEXT.replace("[fast, slow]", "[fast, quick]").replace(
            "  spare: {type: string} # calibrant: ignore[unused-input]\n", ""
        )
        editor.change(uri, newer.replace("must: {type: boolean", "must: {type: integer"), 2)
        found = await inputs(editor, uri)
        assert (found["mode"]["value"], found["must"]["value"], found["must"]["needed"]) == (None, None, True)
        session = await ran(editor, uri)
        assert codes(session) == {"missing-input"}, "nothing is said of what was remembered"
        editor.change(uri, TEXT, 3)
        assert (await inputs(editor, uri))["spare"]["value"] == "s"


async def test_a_secret_is_used_while_the_server_lives_and_never_written_down(ws: Path, tmp_path: Path) -> None:
    uri, state = write(ws, SECRET), tmp_path / "state"
    environ = {"PASSPHRASE": "correct-horse", "OTHER_API_TOKEN": "not-to-be-kept"}
    given = {"api_token": "t0k3n-a", "note": "it is correct-horse!", "team": "ops"}
    async with editing(ws, state=state, environ=environ) as editor:
        await ran(editor, uri, **given)
        found = await inputs(editor, uri)
        assert [(one["value"], one["needed"], one["secret"], one["remembered"]) for one in found.values()] == [
            (None, False, True, True), (None, False, True, True), ("ops", False, False, True),
        ]  # fmt: skip
        assert "missing-input" not in codes(await ran(editor, uri))
        await ran(editor, uri, note="https://ops:t9Xw3kQz7Lp@example.org", team="ghp_" + "a1B2c3D4e5" * 4)
        await ran(editor, uri, team="not-to-be-kept")
        assert (await inputs(editor, uri))["team"]["secret"]
        await ran(editor, uri, team="plain")
    with closing(open_store(state, ws, create=False)) as store:
        assert store.inputs("a.workflow.yaml") == {"team": "plain"}
    async with editing(ws, state=state, environ=environ) as editor:
        assert [one["needed"] for one in (await inputs(editor, uri)).values()] == [True, True, False]


async def test_no_file_of_the_state_holds_a_secret_that_was_given(ws: Path, tmp_path: Path) -> None:
    text = SECRET + "  - id: two\n    run: echo '{{ inputs.team }}'\n"
    uri, state, given = write(ws, text), tmp_path / "state", "swordfish-of-the-north"
    environ = {"CALIBRANT_EXECUTE": "unsandboxed", "PASSPHRASE": "correct-horse"}
    async with editing(
        ws, state=state, environ=environ, options={"trust": {"restricted": False, "folders": [ws.as_uri()]}}
    ) as editor:
        editor.open(uri, text)
        await ran(editor, uri, api_token=given, team="ops", note="n")
        editor.save(uri)
        await editor.until(lambda: len(editor.sessions) > 1, "the run after saving")
        assert given not in str(editor.sessions)
        with pytest.raises(JsonRpcException) as refused:
            await editor.command("calibrate", uri=uri, inputs={"api_token": [given]})
        assert given not in str(refused.value)
    held = b"".join(path.read_bytes() for path in state.rglob("*") if path.is_file())
    assert b"ops" in held
    assert given.encode() not in held


async def test_what_is_remembered_goes_along_when_the_file_is_renamed(ws: Path, tmp_path: Path) -> None:
    async with editing(ws, state=tmp_path / "state") as editor:
        uri, other = write(ws, SECRET), write(ws, SECRET, "other.workflow.yaml")
        new = (ws / "sub" / "new.workflow.yaml").as_uri()
        await ran(editor, uri, team="ops", api_token="t0k3n-a")
        await ran(editor, other, team="dev")
        (ws / "sub").mkdir()
        (ws / "a.workflow.yaml").rename(ws / "sub" / "new.workflow.yaml")
        editor.workspace_did_rename_files(types.RenameFilesParams([types.FileRename(uri, new)]))
        async with asyncio.timeout(10):
            while (await inputs(editor, new))["team"]["value"] != "ops":
                await asyncio.sleep(0.05)
        assert not (await inputs(editor, new))["api_token"]["needed"]
        write(ws, SECRET)
        async with asyncio.timeout(10):  # it is in its new place before it leaves the old one
            while (await inputs(editor, uri))["team"]["value"] is not None:
                await asyncio.sleep(0.05)
        editor.workspace_did_rename_files(types.RenameFilesParams([types.FileRename(new, other)]))
        await asyncio.sleep(0.3)
        assert (await inputs(editor, other))["team"]["value"] == "dev"


async def test_what_is_remembered_goes_along_when_a_folder_is_renamed(ws: Path, tmp_path: Path) -> None:
    async with editing(ws, state=tmp_path / "state") as editor:
        (ws / "old" / "deep").mkdir(parents=True)
        uri = write(ws, SECRET, "old/deep/a.workflow.yaml")
        await ran(editor, uri, team="ops", api_token="t0k3n-a")
        (ws / "old").rename(ws / "new")
        renamed = types.FileRename((ws / "old").as_uri(), (ws / "new").as_uri())
        editor.workspace_did_rename_files(types.RenameFilesParams([renamed]))
        new = (ws / "new" / "deep" / "a.workflow.yaml").as_uri()
        async with asyncio.timeout(10):
            while (await inputs(editor, new))["team"]["value"] != "ops":
                await asyncio.sleep(0.05)
        assert not (await inputs(editor, new))["api_token"]["needed"]


async def test_a_file_that_is_not_saved_yet_has_inputs_a_status_and_no_result(ws: Path, tmp_path: Path) -> None:
    async with editing(ws, state=tmp_path / "state") as editor:
        uri = (ws / "new" / "a.workflow.yaml").as_uri()
        editor.open(uri, TEXT)
        assert (await inputs(editor, uri))["file"]["needed"]
        assert plain(await editor.command("status", uri=uri))["result"] is False
        assert await editor.command("result", uri=uri) is None
        assert codes(await ran(editor, uri, must=True, file="x")) == {"file-not-found"}
        assert plain(await editor.command("result", uri=uri))["words"]["title"] == "1 error"


async def test_a_damaged_state_is_told_in_words(ws: Path, tmp_path: Path) -> None:
    uri, state = write(ws), tmp_path / "state"
    async with editing(ws, state=state) as editor:
        await ran(editor, uri, file="here.txt", must=True)
    (path,) = state.rglob("*.db")
    path.write_bytes(b"no database at all, and long enough to be looked at" * 100)
    async with editing(ws, state=state) as editor:
        for command in ("inputs", "result", "status", "history"):
            with pytest.raises(JsonRpcException, match=r"cannot be (read|told): .*database ‘.*’ is damaged"):
                await editor.command(command, uri=uri)
        started = await editor.command("calibrate", uri=uri, inputs={"file": "here.txt", "must": True})
        assert (await editor.session(started["session"])).status == "failed"


async def test_a_broken_a_missing_and_another_file(ws: Path, tmp_path: Path) -> None:
    async with editing(ws, state=tmp_path / "state") as editor:
        uri = write(ws)
        editor.open(uri, TEXT)
        editor.change(uri, TEXT.replace("steps:\n", "steps: [\n"), 2)
        assert (await inputs(editor, uri))["file"]["name"] == "file"
        editor.change(uri, "inputs: [", 3)
        assert await inputs(editor, uri) == {}
        for name, why in (("gone.workflow.yaml", "no such file"), ("here.txt", "not a workflow by its name")):
            with pytest.raises(JsonRpcException, match=why):
                await editor.command("inputs", uri=(ws / name).as_uri())
        with pytest.raises(JsonRpcException, match="is not saved yet"):
            await editor.command("inputs", uri="untitled:Untitled-1")


async def test_a_state_that_cannot_be_written_does_not_keep_a_run_from_being_given_values(
    ws: Path, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    state.write_text("no folder")
    async with editing(ws, state=state) as editor:
        uri = write(ws)
        started = await editor.command("calibrate", uri=uri, inputs={"file": "here.txt"})
        await editor.session(started["session"])
        assert any("will not be remembered" in one.message for one in editor.messages)


async def test_looking_writes_nothing(ws: Path, tmp_path: Path) -> None:
    async with editing(ws, state=tmp_path / "state") as editor:
        await inputs(editor, write(ws), values={"file": "here.txt"})
        await asyncio.sleep(0.2)
    assert not list((tmp_path / "state").rglob("*.db*"))


def test_what_another_version_recorded_is_left_out(tmp_path: Path) -> None:
    with closing(open_store(tmp_path / "state", tmp_path)) as store:
        store.remember_inputs("w", {"good": [1, {"a": None}], "bad": 1})
    (path,) = (tmp_path / "state").rglob("*.db")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE inputs SET value = ? WHERE name = 'bad'", (b"\xff{",))
    with closing(open_store(tmp_path / "state", tmp_path, create=False)) as store:
        assert store.inputs("w") == {"good": [1, {"a": None}]}


async def test_a_fix_is_verified_though_an_input_that_was_given_is_gone(ws: Path, tmp_path: Path) -> None:
    async with editing(ws, state=tmp_path / "state", options={"run": "onSave"}) as editor:
        text = TEXT.replace("    uses: data.map", "    need: [text]\n    uses: data.map")
        uri = write(ws, text)
        desk = Desk(editor, uri, text)
        await desk.checked()
        await ran(editor, uri, file="here.txt", must=True, spare="s")
        desk.type(desk.text.replace("  spare: {type: string} # calibrant: ignore[unused-input]\n", ""))
        await desk.checked()
        await desk.fix("need:")
        await editor.until(lambda: len(editor.sessions) > 1, "the run that verifies")
        assert codes(editor.sessions[-1]) == set()


async def test_fixes_of_a_closed_file_are_tried_with_what_is_remembered(ws: Path, tmp_path: Path) -> None:
    async with editing(ws, state=tmp_path / "state") as editor:
        uri = write(ws, TEXT.replace("    uses: data.map", "    need: [text]\n    uses: data.map"))
        assert "missing-input" not in codes(await ran(editor, uri, file="here.txt", must=True))
        started = await editor.command("applyFixes", uri=uri, fixes="safe")
        session = await editor.session(started["session"])
        assert (session.change.status, codes(session)) == ("verified", set())
        before = len(editor.sessions)
        await editor.until(lambda: "needs:" in (ws / "a.workflow.yaml").read_text(), "the fix")
        assert len(editor.sessions) == before
