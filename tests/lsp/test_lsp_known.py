"""What is known from runs, seen over stdio: after a restart, in another window, and without values where nobody wants them."""

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from lsp.editor import Editor, editing

TEXT = """\
inputs:
  city: {type: string, default: nowhere}
steps:
  - id: people
    uses: file.read
    with: {path: people.json}
  - id: there
    uses: data.filter
    with: {items: "{{ people.content }}", where: "{{ item.city == inputs.city }}"}
  - id: names
    uses: data.map
    with: {items: "{{ there.items }}", to: "{{ item.name }}"}
"""
PEOPLE = [{"name": "Ann Person", "city": "Bern"}, {"name": "Bob Person", "city": "Rome", "age": 7}]
REFERENCES = ("people.content", "item.city", "inputs.city", "there.items", "item.name")


@pytest.fixture
def ws(tmp_path: Path) -> Path:
    folder = tmp_path / "w"
    folder.mkdir()
    (folder / "people.json").write_text(json.dumps(PEOPLE), encoding="utf-8")
    (folder / "a.workflow.yaml").write_text(TEXT, encoding="utf-8")
    return folder


@asynccontextmanager
async def window(ws: Path, **settings: str) -> AsyncIterator[tuple[Editor, str]]:
    """Open the workflow in an editor of its own."""
    given: dict[str, Any] = {"": {"run": "manual", "trials": "off", **settings}}
    async with editing(ws, state=ws.parent / "state", settings=given) as editor:
        uri = (ws / "a.workflow.yaml").as_uri()
        editor.open(uri, TEXT)
        await editor.checked(uri, 1)
        yield editor, uri


async def calibrated(editor: Editor, uri: str, **given: Any) -> None:
    started = await editor.command("calibrate", uri=uri, **given)
    await editor.session(started["session"])


async def hovers(editor: Editor, uri: str, text: str = TEXT) -> str:
    """Return all that is said of the references and steps of the text."""
    said = []
    for part in (*REFERENCES, "people\n", "there\n", "names\n"):
        at = text.index(part) + len(part.rstrip()) - 1
        line = text.count("\n", 0, at)
        place = types.Position(line, at - text.rfind("\n", 0, at) - 1)
        params = types.HoverParams(types.TextDocumentIdentifier(uri), place)
        if found := await editor.text_document_hover_async(params):
            assert isinstance(found.contents, types.MarkupContent)
            said.append(found.contents.value)
    return "\n".join(said)


def recorded(ws: Path) -> bytes:
    (path,) = (ws.parent / "state").glob("workspaces/*/calibrant.db")
    connection = sqlite3.connect(path)
    found = b"".join(row[0] for row in connection.execute("SELECT observed FROM step_runs"))
    connection.close()
    return found


async def test_values_are_known_at_once_and_after_a_restart(ws: Path) -> None:
    async with window(ws) as (editor, uri):
        assert "Person" not in await hovers(editor, uri)
        await calibrated(editor, uri, inputs={"city": "Bern"})
        told = await hovers(editor, uri)
        for words in ("Ann Person", "list of 2 objects", "list of 1 object", "Bern"):
            assert words in told
    async with window(ws) as (editor, uri):
        again = await hovers(editor, uri)
        for words in ("Ann Person", "list of 2 objects", "list of 1 object", "Bern"):
            assert words in again
        assert "Bob" in again


async def test_another_window_knows_of_it_once_the_file_changes(ws: Path) -> None:
    async with window(ws) as (one, uri), window(ws) as (other, _):
        await calibrated(one, uri, inputs={"city": "Rome"})
        assert "Person" not in await hovers(other, uri)
        (ws / "a.workflow.yaml").write_text(TEXT + "\n# saved\n", encoding="utf-8")
        change = types.FileEvent(uri, types.FileChangeType.Changed)
        other.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([change]))
        told: list[str] = []

        async def known() -> bool:
            told.append(await hovers(other, uri))
            return "Bob Person" in told[-1]

        for _ in range(100):
            if await known():
                break
        assert "Bob Person" in told[-1]


async def test_with_previews_off_no_value_is_kept_or_shown(ws: Path) -> None:
    async with window(ws, previews="off") as (editor, uri):
        await calibrated(editor, uri, inputs={"city": "Bern"})
        told = await hovers(editor, uri)
        assert "list of 2 objects" in told
        assert "Person" not in told
        assert "Bern" not in told
    assert b"city" in recorded(ws)
    assert b"Person" not in recorded(ws)


async def test_values_of_before_go_when_previews_are_switched_off_and_come_back(ws: Path) -> None:
    async with window(ws) as (editor, uri):
        await calibrated(editor, uri, inputs={"city": "Bern"})
        assert "Ann Person" in await hovers(editor, uri)
        for previews, shown in (("off", False), ("on", True)):
            editor.set_configuration({"calibrant": {"run": "manual", "previews": previews}})
            editor.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
            for _ in range(100):
                told = await hovers(editor, uri)
                if ("Person" in told or "Bern" in told) == shown:
                    break
            assert ("Ann Person" in told) == shown
            assert ("Bern" in told) == shown
            assert "list of 2 objects" in told
    async with window(ws, previews="off") as (editor, uri):
        told = await hovers(editor, uri)
        assert "list of 2 objects" in told
        assert "Person" not in told


async def test_what_is_typed_keeps_what_is_known(ws: Path) -> None:
    async with window(ws) as (editor, uri):
        await calibrated(editor, uri, inputs={"city": "Bern"})
        newer = "# a line more\n" + TEXT.replace("  - id: there\n", "  - id: there\n    name: Of the city\n")
        newer = newer.replace("there.items", "there.items ")
        editor.change(uri, newer, 2)
        told = await hovers(editor, uri, newer)
        assert "Ann Person" in told
        assert "list of 1 object" in told
