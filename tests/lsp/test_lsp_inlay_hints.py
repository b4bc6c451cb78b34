"""Inlay hints over stdio: what real runs gave, step by step, and what an editor is told to ask for anew."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from calibrant.model.text import Encoding, LineIndex
from lsp.editor import VSCODE, Editor, capabilities_of, editing
from lsp.gates import Gates, gates

OPTIONS: dict[str, Any] = {"run": "manual", "trials": "off", "ignore": ["hardcoded-value"]}
TEXT = """\
name: people
steps:
  - id: one
    uses: http.request
    with: {url: "{{ env.GATES }}/one"}
  - {id: sorted, uses: data.sort, with: {items: "{{ one.body.people }}", by: item.name}} # 😀
  - name: Then two
    id: two
    uses: http.request
    needs: sorted
    with: {url: "{{ env.GATES }}/two"}
  - id: log
    uses: http.request
    with: {url: "{{ env.GATES }}/log", method: POST, json: "{{ two.body }}"}
  - id: wrong
    uses: data.sort
    with: {items: "{{ two.body.nothing_of_it }}"}
  - id: last
    run: echo "{{ wrong.items }}"
"""


@pytest.fixture
def door() -> Iterator[Gates]:
    with gates() as made:
        made.bodies = {"one": {"people": [{"name": "Ben"}, {"name": "Ana"}]}, "two": {"word": "Zebra"}}
        yield made


@pytest.fixture
def uri(ws: Path) -> str:
    return (ws / "a.workflow.yaml").as_uri()


def refreshing(resolved: tuple[str, ...] = ("tooltip",)) -> types.ClientCapabilities:
    """Return an editor that can be asked to fetch hints anew, and asks later for parts of them."""
    capabilities = capabilities_of(VSCODE)
    assert capabilities.workspace
    assert capabilities.text_document
    capabilities.workspace.inlay_hint = types.InlayHintWorkspaceClientCapabilities(refresh_support=True)
    support = types.ClientInlayHintResolveOptions(list(resolved)) if resolved else None
    capabilities.text_document.inlay_hint = types.InlayHintClientCapabilities(resolve_support=support)
    return capabilities


async def hints(editor: Editor, uri: str, text: str, first: int = 0, last: int = 10_000) -> list[types.InlayHint]:
    place = types.Range(types.Position(first, 0), types.Position(last, 0))
    params = types.InlayHintParams(types.TextDocumentIdentifier(uri), place)
    return list(await editor.text_document_inlay_hint_async(params) or ())


def lines(found: list[types.InlayHint], text: str, encoding: Encoding = "utf-16") -> dict[str, str]:
    """Return the words of hints, times left out, by what stands before them in their lines; all stand at their ends."""
    index = LineIndex(text)
    out = {}
    for hint in found:
        offset = index.offset(hint.position.line, hint.position.character, encoding)
        line = text[text.rfind("\n", 0, offset) + 1 : offset]
        assert text[offset : offset + 1] in "\r\n"
        assert hint.padding_left
        parts = [
            part
            for part in str(hint.label).split(" · ")
            if not part.removesuffix("ms").removesuffix("s").strip().replace(".", "").isdigit()
        ]
        out[line.strip()] = " · ".join(parts)
    return out


async def begun(editor: Editor, uri: str, text: str) -> None:
    editor.open(uri, text)
    await editor.checked(uri, 1)
    await editor.command("trust", uri=uri)


@pytest.mark.parametrize(("encoding", "end"), [("utf-8", "\r\n"), ("utf-16", "\n")])
async def test_they_come_as_steps_come_to_their_ends(
    ws: Path, tmp_path: Path, door: Gates, uri: str, encoding: Encoding, end: str
) -> None:
    text = TEXT.replace("\n", end)
    (ws / "a.workflow.yaml").write_bytes(text.encode())
    capabilities = refreshing()
    assert capabilities.general
    capabilities.general.position_encodings = [types.PositionEncodingKind(encoding)]
    async with editing(
        ws, state=tmp_path / "state", options=OPTIONS, capabilities=capabilities, environ={"GATES": door.url}
    ) as editor:
        await begun(editor, uri, text)
        assert await hints(editor, uri, text) == []
        asked = editor.hint_refreshes
        door.open("one")
        session = (await editor.command("calibrate", uri=uri))["session"]
        await editor.until(lambda: "two" in door.asked, "the run at ‘two’")
        await editor.until(lambda: editor.hint_refreshes > asked, "a refresh")

        async def now() -> dict[str, str]:
            return lines(await hints(editor, uri, text, last=len(text.split("\n"))), text, encoding)

        halfway: dict[str, str] = {}
        async with asyncio.timeout(15):
            while "id: two" not in halfway:
                halfway = await now()
        sorted_line = text.split(end)[5].strip()
        assert halfway == {"- id: one": "→ status 200", sorted_line: "→ list of 2 items", "id: two": "… running"}
        asked = editor.hint_refreshes
        door.open("two", "log")
        await editor.session(session)
        await editor.until(lambda: editor.hint_refreshes > asked, "a refresh at the end")
        found: dict[str, str] = {}
        async with asyncio.timeout(15):
            while len(found) < 6:
                found = await now()
        assert found["id: two"] == "→ status 200"
        assert found["- id: log"].startswith("→ rehearsed")
        assert found["- id: wrong"] == "failed"
        assert found["- id: last"].startswith(("skipped: ", "not run: "))
        assert "Zebra" not in str(await hints(editor, uri, text))


async def test_only_the_range_that_is_asked_for(ws: Path, tmp_path: Path, door: Gates, uri: str) -> None:
    door.open("one", "two", "log")
    async with editing(ws, state=tmp_path / "state", options=OPTIONS, environ={"GATES": door.url}) as editor:
        await begun(editor, uri, TEXT)
        await editor.session((await editor.command("calibrate", uri=uri))["session"])
        assert [one.position.line for one in await hints(editor, uri, TEXT, 2, 6)] == [2, 5]
        assert await hints(editor, uri, TEXT, 0, 2) == []


async def test_an_edited_step_is_told_as_one(ws: Path, tmp_path: Path, door: Gates, uri: str) -> None:
    door.open("one", "two", "log")
    async with editing(ws, state=tmp_path / "state", options=OPTIONS, environ={"GATES": door.url}) as editor:
        await begun(editor, uri, TEXT)
        await editor.session((await editor.command("calibrate", uri=uri))["session"])
        edited = TEXT.replace("steps:\n", "# 😀\nsteps:\n").replace("}}/one", "}}/three")
        editor.change(uri, edited, 2)
        found = lines(await hints(editor, uri, edited), edited)
        assert found["- id: one"] == "→ status 200 · before the last edit"
        assert found["id: two"] == "→ status 200"
        half = edited.replace("  - id: one\n", "  - id: on‸e: [\n").replace("‸", "")
        editor.change(uri, half, 3)
        assert "id: two" in lines(await hints(editor, uri, half), half)


async def test_a_tooltip_tells_what_the_hover_does(ws: Path, tmp_path: Path, door: Gates, uri: str) -> None:
    door.open("one", "two", "log")
    for resolved in (("tooltip",), ()):
        async with editing(
            ws,
            state=tmp_path / "state",
            options=OPTIONS,
            capabilities=refreshing(resolved),
            environ={"GATES": door.url},
        ) as editor:
            await begun(editor, uri, TEXT)
            await editor.session((await editor.command("calibrate", uri=uri))["session"])
            first = (await hints(editor, uri, TEXT))[0]
            assert bool(first.tooltip) == (not resolved)
            if resolved:
                first = await editor.inlay_hint_resolve_async(first)
            assert isinstance(first.tooltip, types.MarkupContent)
            assert "**one** · step, http.request" in first.tooltip.value
            assert "people: list of 2 objects" in first.tooltip.value


async def test_they_are_there_again_after_a_restart_and_can_be_turned_off(
    ws: Path, tmp_path: Path, door: Gates, uri: str
) -> None:
    door.open("one", "two", "log")
    async with editing(ws, state=tmp_path / "state", options=OPTIONS, environ={"GATES": door.url}) as editor:
        await begun(editor, uri, TEXT)
        await editor.session((await editor.command("calibrate", uri=uri))["session"])
    async with editing(
        ws, state=tmp_path / "state", options=OPTIONS, capabilities=refreshing(), environ={"GATES": door.url}
    ) as editor:
        editor.open(uri, TEXT)
        assert lines(await hints(editor, uri, TEXT), TEXT)["- id: one"] == "→ status 200"
        asked = editor.hint_refreshes
        settings = {"calibrant": {**OPTIONS, "inlayHints": "off"}}
        editor.set_configuration(settings)
        editor.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings))
        await editor.until(lambda: editor.hint_refreshes > asked, "a refresh")
        assert await hints(editor, uri, TEXT) == []


async def test_an_editor_that_may_miss_them_is_asked_once_more(ws: Path, tmp_path: Path, uri: str) -> None:
    capabilities = refreshing()
    assert capabilities.workspace
    capabilities.workspace.configuration = False  # else there is more news than that of the opening
    async with editing(ws, state=tmp_path / "state", capabilities=capabilities, name="Neovim") as editor:
        editor.open(uri, "steps: []\n")
        await editor.until(lambda: editor.hint_refreshes == 2, "a refresh, and another one")


async def test_many_steps_are_told_of_in_a_few_requests(ws: Path, tmp_path: Path, uri: str) -> None:
    count = 2000
    steps = "".join(f"  - id: s{at}\n    uses: data.sort\n    with: {{items: [2, 1]}}\n" for at in range(count))
    text = f"name: a\nsteps:\n{steps}"
    async with editing(ws, state=tmp_path / "state", options=OPTIONS, capabilities=refreshing()) as editor:
        await begun(editor, uri, text)
        await editor.session((await editor.command("calibrate", uri=uri))["session"], 60)
        assert editor.hint_refreshes < count / 20
        assert len(await hints(editor, uri, text, last=3 * count + 5)) == count


async def test_a_cancelled_run_leaves_no_step_running(ws: Path, tmp_path: Path, door: Gates, uri: str) -> None:
    door.open("one", "two", "log")
    async with editing(
        ws, state=tmp_path / "state", options=OPTIONS, capabilities=refreshing(), environ={"GATES": door.url}
    ) as editor:
        await begun(editor, uri, TEXT)
        await editor.session((await editor.command("calibrate", uri=uri))["session"])
        door.shut("two")
        session = (await editor.command("calibrate", uri=uri))["session"]
        found: dict[str, str] = {}
        async with asyncio.timeout(15):
            while found.get("id: two") != "… running":
                found = lines(await hints(editor, uri, TEXT), TEXT)
        asked = editor.hint_refreshes
        await editor.command("cancel", session=session)
        await editor.session(session)
        await editor.until(lambda: editor.hint_refreshes > asked, "a refresh")
        found = lines(await hints(editor, uri, TEXT), TEXT)
        assert "… running" not in found.values()
        assert found["- id: one"] == "→ status 200"
