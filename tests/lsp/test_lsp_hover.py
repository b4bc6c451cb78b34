"""Hover over stdio, with real runs behind it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from calibrant.model.text import Encoding, LineIndex, Span
from lsp.editor import NEOVIM, VSCODE, Editor, capabilities_of, editing
from lsp.gates import Gates, gates

OPTIONS: dict[str, Any] = {"run": "manual", "trials": "off", "ignore": ["hardcoded-value"]}
TEXT = """\
name: people 😀
inputs:
  who: {type: string, default: nobody, description: Who is asked}
secrets: [MY_TOKEN, NOT_SET]
steps:
  - id: one
    name: "All <b>😀</b>"
    uses: http.request
    with: {url: "{{ env.GATES }}/one", headers: {"X-Token": "{{ secrets.MY_TOKEN }}"}}
  - id: names
    uses: data.map
    with: {items: "{{ one.body.people }}", to: "{{ item.name | upper }}"}
  - id: wrong
    uses: data.sort
    needs: [names]
    with: {items: "{{ one.body.peopl }}"}
"""
SECRET = "s3cr3t-of-the-gate"
PEOPLE = {
    "people": [
        {"name": "Ana ``` <b>x</b>", "age": 41, "token": SECRET},
        {"name": "Ben", "age": None, "note": "\u202eturned"},
    ]
}


@pytest.fixture
def door() -> Iterator[Gates]:
    with gates() as made:
        made.bodies = {"one": PEOPLE}
        made.open("one")
        yield made


def offset_of(text: str, marked: str) -> int:
    """Return the offset of the mark in a part of the text that is given with it."""
    return text.index(marked.replace("‸", "")) + marked.index("‸")


def place(text: str, marked: str, encoding: Encoding = "utf-16") -> types.Position:
    at = LineIndex(text).position(offset_of(text, marked), encoding)
    return types.Position(at.line, at.character)


async def hovered(editor: Editor, uri: str, text: str, part: str, encoding: Encoding = "utf-16") -> types.Hover | None:
    params = types.HoverParams(types.TextDocumentIdentifier(uri), place(text, part, encoding))
    return await editor.text_document_hover_async(params)


async def words(editor: Editor, uri: str, text: str, part: str, encoding: Encoding = "utf-16") -> str:
    """Return what is said of a part of the text, which the range has to be in."""
    found = await hovered(editor, uri, text, part, encoding)
    assert found
    assert isinstance(found.contents, types.MarkupContent)
    assert found.range
    index = LineIndex(text)
    start, end = (index.offset(one.line, one.character, encoding) for one in (found.range.start, found.range.end))
    assert text[start:end]
    assert Span(start, end).holds(offset_of(text, part))
    return found.contents.value


def environ(door: Gates) -> dict[str, str]:
    return {"GATES": door.url, "MY_TOKEN": SECRET}


async def ran(editor: Editor, uri: str, text: str, version: int = 1) -> Any:
    editor.open(uri, text, version)
    await editor.checked(uri, version)
    await editor.command("trust", uri=uri)
    return await editor.session((await editor.command("calibrate", uri=uri))["session"])


@pytest.mark.parametrize(("encoding", "end"), [("utf-8", "\n"), ("utf-16", "\r\n"), ("utf-32", "\n")])
async def test_what_a_run_gave_is_said_of_steps_and_references(
    ws: Path, tmp_path: Path, door: Gates, encoding: Encoding, end: str
) -> None:
    text = TEXT.replace("\n", end)
    uri = (ws / "a.workflow.yaml").as_uri()
    (ws / "a.workflow.yaml").write_bytes(text.encode())
    capabilities = capabilities_of(VSCODE, [encoding])
    async with editing(
        ws, state=tmp_path / "state", options=OPTIONS, capabilities=capabilities, environ=environ(door)
    ) as editor:
        editor.open(uri, text)
        await editor.checked(uri, 1)
        assert "It has not run yet." in await words(editor, uri, text, "id: o‸ne", encoding)
        editor.close(uri)
        await ran(editor, uri, text, 2)
        step = await words(editor, uri, text, "id: o‸ne", encoding)
        for each in ("**one** · step, http.request", "All \\<b>😀\\</b>", "Completed in ", " ago.", "status: integer"):
            assert each in step
        part = await words(editor, uri, text, "body.peo‸ple }}", encoding)
        for each in (
            "list of 2 objects",
            "age: integer or null",
            "note: string  # not always there",
            "In the last run:",
        ):
            assert each in part
        assert "````yaml" in part
        assert "\\u202eturned" in part
        assert "\u202e" not in part
        item = await words(editor, uri, text, "it‸em.name", encoding)
        assert "**item** · object" in item
        assert "filter" in await words(editor, uri, text, "| upp‸er", encoding)
        for said in (step, part, item):
            assert SECRET not in said


@pytest.fixture
def uri(ws: Path) -> str:
    return (ws / "a.workflow.yaml").as_uri()


async def test_without_previews_no_value_is_shown(ws: Path, tmp_path: Path, door: Gates, uri: str) -> None:
    options = {**OPTIONS, "previews": "off"}
    async with editing(ws, state=tmp_path / "state", options=options, environ=environ(door)) as editor:
        await ran(editor, uri, TEXT)
        for part in ("id: o‸ne", "body.peo‸ple }}", "it‸em.name", "id: na‸mes", "  wh‸o:"):
            said = await words(editor, uri, TEXT, part)
            assert "Ana" not in said
            assert "last run" not in said
        assert "age: integer or null" in await words(editor, uri, TEXT, "body.peo‸ple }}")


async def test_a_secret_is_told_to_be_set_and_never_shown(ws: Path, tmp_path: Path, door: Gates, uri: str) -> None:
    async with editing(ws, state=tmp_path / "state", options=OPTIONS, environ=environ(door)) as editor:
        await ran(editor, uri, TEXT)
        assert "which is set" in await words(editor, uri, TEXT, "[MY_‸TOKEN")
        assert "which is not set" in await words(editor, uri, TEXT, "NOT_‸SET]")
        assert "It is set for this server." in await words(editor, uri, TEXT, "env.GA‸TES")
        index = LineIndex(TEXT)
        for offset in range(0, len(TEXT), 3):
            at = index.position(offset, "utf-16")
            params = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(at.line, at.character))
            found = await editor.text_document_hover_async(params)
            assert SECRET not in str(found)


async def test_an_issue_is_explained_beside_the_rest(ws: Path, tmp_path: Path, door: Gates, uri: str) -> None:
    async with editing(ws, state=tmp_path / "state", options=OPTIONS, environ=environ(door)) as editor:
        await ran(editor, uri, TEXT)
        said = await words(editor, uri, TEXT, "peo‸pl }}")
        assert "**missing-field** · issue" in said
        assert "A field is named that is not there." in said
        assert "missing-field.md>)" in said
        assert "✗ ‘one.body’ has no field called ‘peopl’" in await words(editor, uri, TEXT, "id: wr‸ong")
        unused = await words(editor, uri, TEXT, "NOT_‸SET]")
        assert unused.index("**NOT_SET** · secret") < unused.index("---") < unused.index("**unused-secret** · issue")


async def test_it_is_plain_text_for_who_shows_no_markdown(ws: Path, tmp_path: Path, door: Gates, uri: str) -> None:
    for formats in (None, [types.MarkupKind.PlainText], [types.MarkupKind.PlainText, types.MarkupKind.Markdown]):
        capabilities = capabilities_of(NEOVIM)
        assert capabilities.text_document
        capabilities.text_document.hover = types.HoverClientCapabilities(content_format=formats) if formats else None
        async with editing(
            ws, state=tmp_path / "state", options=OPTIONS, capabilities=capabilities, environ=environ(door)
        ) as editor:
            editor.open(uri, TEXT)
            await editor.checked(uri, 1)
            found = await hovered(editor, uri, TEXT, "http.req‸uest")
            assert found
            assert isinstance(found.contents, types.MarkupContent)
            assert found.contents.kind == types.MarkupKind.PlainText
            assert found.contents.value.startswith("http.request · connector\n\nSend an HTTP request")
            assert "```" not in found.contents.value
            assert "**" not in found.contents.value


async def test_half_typed_text_and_a_run_under_way(ws: Path, tmp_path: Path, door: Gates, uri: str) -> None:
    async with editing(ws, state=tmp_path / "state", options=OPTIONS, environ=environ(door)) as editor:
        await ran(editor, uri, TEXT)
        door.shut("one")
        session = (await editor.command("calibrate", uri=uri))["session"]
        await editor.until(lambda: len(door.asked) == 2, "the second run")
        running = ""
        async with asyncio.timeout(15):
            while "Running now." not in running:  # the step may ask before the server has heard that it began
                running = await words(editor, uri, TEXT, "id: o‸ne")
        assert "people: list of 2 objects" in running
        half = TEXT.replace("{{ one.body.peopl }}", "{{ one.body.people[0].na")
        editor.change(uri, half, 2)
        await editor.checked(uri, 2)
        assert "**one.body.people** · list of 2 objects" in await words(editor, uri, half, "peo‸ple[0].na")
        assert await hovered(editor, uri, half, "‸- id") is None
        edited = half.replace("}}/one", "}}/two").replace("id: names", "id: nomes")
        editor.change(uri, edited, 3)
        await editor.checked(uri, 3)
        assert "edited since" in await words(editor, uri, edited, "id: o‸ne")
        door.open("one")
        await editor.session(session)


async def test_json(ws: Path, tmp_path: Path, door: Gates) -> None:
    text = '{"steps": [\n  {"id": "one", "uses": "http.request", "with": {"url": "{{ env.GATES }}/one"}},\n'
    text += '  {"id": "two", "uses": "data.sort", "with": {"items": "{{ one.body.people }}", "by": "item.name"}}\n]}\n'
    uri = (ws / "b.workflow.json").as_uri()
    (ws / "b.workflow.json").write_text(text)
    async with editing(ws, state=tmp_path / "state", options=OPTIONS, environ=environ(door)) as editor:
        await ran(editor, uri, text)
        assert "Completed in" in await words(editor, uri, text, '"id": "o‸ne"')
        assert "list of 2 objects" in await words(editor, uri, text, "body.peo‸ple")
        assert "**item.name** · string" in await words(editor, uri, text, "item.na‸me")
