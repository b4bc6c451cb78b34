"""From a name to its definition and to all that uses it, over stdio."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from lsprotocol import types

from lsp.editor import NEOVIM, VSCODE, Editor, capabilities_of, editing
from lsp.places import Text

TEXT = """\
name: mail
inputs:
  box: {type: path, default: a.mbox}
secrets: [TOKEN]
x-shared: &shared "{{ fetch.emails }}"
steps:
  - id: fetch
    uses: mail.read
    with: {mailbox: "{{ inputs.box }}"}
  - id: urgent
    uses: data.filter
    with:
      items: "😀{{ fetch.emails }}"
      where: "{{ 'urgent' in item.subject | lower }} "
  - id: log
    needs: [urgent, 'fetch']
    if: fetch.count > 0 and urgent.count > 0
    run: |
      😀 echo {{ fetch['count'] }} {{ secrets.TOKEN }}
      echo fetch {{ "fetch" }}
  - id: more
    uses: data.filter
    with: {items: *shared, where: item.subject == item.to}
"""


@pytest.fixture
async def editor(ws: Path, tmp_path: Path) -> AsyncIterator[Editor]:
    async with editing(ws, state=tmp_path / "state", options={"run": "manual"}) as one:
        yield one


def marked(part: str, within: str = TEXT) -> Text:
    """Return the text with the cursor where it stands in one of its parts."""
    assert within.count(part.replace("‸", "")) == 1, part
    return Text(within.replace(part.replace("‸", ""), part))


def ask(uri: str, text: Text) -> tuple[types.TextDocumentIdentifier, types.Position]:
    return types.TextDocumentIdentifier(uri), text.cursor


async def opened(editor: Editor, ws: Path, text: str) -> str:
    uri = (ws / "a.workflow.yaml").as_uri()
    editor.open(uri, text)
    await editor.checked(uri, 1)
    return uri


DEFINITIONS = [
    ("items: \"😀{{ fet‸ch.emails", "fetch", "- id: ‹fetch›"),
    ("items: \"😀{{ fetch.ema‸ils", "emails", "- id: ‹fetch›"),
    ("{{ in‸puts.box }}", "inputs", "‹box›: {type: path, default: a.mbox}"),
    ("{{ inputs.bo‸x }}", "box", "‹box›: {type: path, default: a.mbox}"),
    ("secrets.TOKE‸N", "TOKEN", "secrets: [‹TOKEN›]"),
    ("[urg‸ent, 'fetch']", "urgent", "- id: ‹urgent›"),
    ("[urgent, 'fe‸tch']", "fetch", "- id: ‹fetch›"),
    ("and urgent.cou‸nt", "count", "- id: ‹urgent›"),
    ("fetch['co‸unt']", "count", "- id: ‹fetch›"),
    ("'urgent' in it‸em.subject", "item", "items: ‹\"😀{{ fetch.emails }}\"›"),
    ("*sh‸ared", "*shared", "x-shared: &shared ‹\"{{ fetch.emails }}\"›"),
    ("- id: fet‸ch", "fetch", "- id: ‹fetch›"),
]  # fmt: skip


@pytest.mark.parametrize(("part", "origin", "target"), DEFINITIONS)
async def test_definition(editor: Editor, ws: Path, part: str, origin: str, target: str) -> None:
    text = marked(part)
    uri = await opened(editor, ws, text.text)
    found = await editor.text_document_definition_async(types.DefinitionParams(*ask(uri, text)))
    assert isinstance(found, list)
    (link,) = found
    assert isinstance(link, types.LocationLink)
    assert link.origin_selection_range
    assert text.part(link.origin_selection_range) == origin
    assert text.line(link.target_selection_range) == target
    whole, name = text.span(link.target_range), text.span(link.target_selection_range)
    assert whole.start <= name.start <= name.end <= whole.end
    assert link.target_uri == uri


@pytest.mark.parametrize("part", ["name: ma‸il", '{{ "fet‸ch" }}', "echo fet‸ch {{", "uses: mail.‸read"])
async def test_what_has_no_definition(editor: Editor, ws: Path, part: str) -> None:
    text = marked(part)
    uri = await opened(editor, ws, text.text)
    assert await editor.text_document_definition_async(types.DefinitionParams(*ask(uri, text))) is None


async def test_a_client_without_links_is_told_a_place(ws: Path, tmp_path: Path) -> None:
    capabilities = capabilities_of(VSCODE)
    assert capabilities.text_document
    capabilities.text_document.definition = capabilities.text_document.declaration = None
    text = marked("{{ inputs.bo‸x }}")
    async with editing(ws, state=tmp_path / "state", capabilities=capabilities, options={"run": "manual"}) as editor:
        uri = await opened(editor, ws, text.text)
        found = await editor.text_document_definition_async(types.DefinitionParams(*ask(uri, text)))
        declared = await editor.text_document_declaration_async(types.DeclarationParams(*ask(uri, text)))
    assert isinstance(found, types.Location)
    assert found == declared
    assert text.part(found.range) == "box"


@pytest.mark.parametrize(
    ("part", "lines"),
    [
        (
            "- id: fet‸ch",
            [
                'x-shared: &shared "{{ ‹fetch›.emails }}"',
                "- id: ‹fetch›",
                'items: "😀{{ ‹fetch›.emails }}"',
                "needs: [urgent, '‹fetch›']",
                "if: ‹fetch›.count > 0 and urgent.count > 0",
                "😀 echo {{ ‹fetch›['count'] }} {{ secrets.TOKEN }}",
            ],
        ),
        (
            "fetch['cou‸nt']",
            [
                "if: fetch.‹count› > 0 and urgent.count > 0",
                "😀 echo {{ fetch['‹count›'] }} {{ secrets.TOKEN }}",
            ],
        ),
        ("  bo‸x: {", ["‹box›: {type: path, default: a.mbox}", 'with: {mailbox: "{{ inputs.‹box› }}"}']),
        ("[TOKE‸N]", ["secrets: [‹TOKEN›]", "😀 echo {{ fetch['count'] }} {{ secrets.‹TOKEN› }}"]),
        (
            "where: ite‸m.subject",
            [
                "with: {items: *shared, where: ‹item›.subject == item.to}",
                "with: {items: *shared, where: item.subject == ‹item›.to}",
            ],
        ),
        ("name: ma‸il", []),
    ],
)
async def test_references_and_highlights(editor: Editor, ws: Path, part: str, lines: list[str]) -> None:
    text = marked(part)
    uri = await opened(editor, ws, text.text)
    for declared in (True, False):
        context = types.ReferenceContext(include_declaration=declared)
        params = types.ReferenceParams(context, *ask(uri, text))
        found = await editor.text_document_references_async(params)
        assert found is not None
        expected = [line for line in lines if declared or not line.startswith(("- id:", "‹box›:", "secrets:"))]
        assert [text.line(one.range) for one in found] == expected
    shown = await editor.text_document_document_highlight_async(types.DocumentHighlightParams(*ask(uri, text)))
    assert shown is not None
    assert [text.line(one.range) for one in shown] == lines
    kinds = {text.line(one.range): one.kind for one in shown}
    written = types.DocumentHighlightKind.Write
    assert {line for line, kind in kinds.items() if kind == written} == {
        line for line in lines if line.startswith(("- id:", "‹box›:", "secrets:"))
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_places_are_counted_as_agreed(ws: Path, tmp_path: Path, encoding: str) -> None:
    capabilities = capabilities_of(NEOVIM, [encoding])
    crlf = TEXT.replace("\n", "\r\n")
    text = marked("😀 echo {{ fe‸tch['count']", crlf)
    text = Text(crlf.replace("😀 echo {{ fetch['", "😀 echo {{ fe‸tch['"), encoding)  # type: ignore[arg-type]
    async with editing(ws, state=tmp_path / "state", capabilities=capabilities, options={"run": "manual"}) as editor:
        uri = await opened(editor, ws, crlf)
        context = types.ReferenceContext(include_declaration=True)
        found = await editor.text_document_references_async(types.ReferenceParams(context, *ask(uri, text)))
        assert found
        assert [text.part(one.range) for one in found] == ["fetch"] * 6


async def test_dependencies_as_calls(editor: Editor, ws: Path) -> None:
    text = marked("- id: fet‸ch")
    uri = await opened(editor, ws, text.text)
    items = await editor.text_document_prepare_call_hierarchy_async(types.CallHierarchyPrepareParams(*ask(uri, text)))
    assert items
    assert [(one.name, one.detail, text.part(one.selection_range)) for one in items] == [
        ("fetch", "mail.read", "fetch")
    ]
    calls = await editor.call_hierarchy_incoming_calls_async(types.CallHierarchyIncomingCallsParams(items[0]))
    assert calls
    assert {one.from_.name: [text.part(place) for place in one.from_ranges] for one in calls} == {
        "urgent": ["fetch"],
        "log": ["fetch", "fetch", "fetch"],
        "more": ["fetch"],
    }
    log = next(one.from_ for one in calls if one.from_.name == "log")
    outgoing = await editor.call_hierarchy_outgoing_calls_async(types.CallHierarchyOutgoingCallsParams(log))
    assert outgoing
    assert {one.to.name: len(one.from_ranges) for one in outgoing} == {"fetch": 3, "urgent": 2}
    within = marked("echo fet‸ch {{")
    around = await editor.text_document_prepare_call_hierarchy_async(
        types.CallHierarchyPrepareParams(*ask(uri, within))
    )
    assert around
    assert [one.name for one in around] == ["log"]
    editor.change(uri, TEXT.replace("id: log", "id: logged"), 2)  # the item is of a text before
    gone = await editor.call_hierarchy_outgoing_calls_async(types.CallHierarchyOutgoingCallsParams(log))
    assert gone is None


async def test_symbols_of_the_workspace(ws: Path, tmp_path: Path) -> None:
    for number in range(3):
        (ws / f"w{number}.workflow.yaml").write_text(TEXT.replace("urgent", f"urgent_{number}"))
    (ws / "j.workflow.json").write_text('{"steps": [{"id": "urgent_json", "run": "ls"}]}')
    async with editing(ws, state=tmp_path / "state", options={"run": "manual"}) as editor:
        uri = await opened(editor, ws, TEXT)

        async def names(query: str) -> list[tuple[str, str | None]]:
            found = await editor.workspace_symbol_async(types.WorkspaceSymbolParams(query))
            assert found is not None
            return [(one.name, one.container_name) for one in found]

        while len(await names("")) < 29:  # every file is found as it is read
            await asyncio.sleep(0.02)
        assert await names("urgjson") == [("urgent_json", "j.workflow.json")]
        assert (await names("urgent"))[0] == ("urgent", "mail")
        every = ["urgent", "urgent_0", "urgent_1", "urgent_2", "urgent_json"]
        assert sorted(name for name, _ in await names("ugt")) == every
        assert {name for name, _ in await names("tok")} == {"TOKEN"}
        assert await names("no such name") == []
        assert len(await names("")) == 29
        editor.change(uri, TEXT.replace("id: urgent", "id: pressing"), 2)
        await editor.checked(uri, 2)
        assert await names("pressing") == [("pressing", "mail")]
        (found,) = await editor.workspace_symbol_async(types.WorkspaceSymbolParams("pressing")) or ()
        assert isinstance(found.location, types.Location)
        assert Text(TEXT.replace("id: urgent", "id: pressing")).line(found.location.range) == "- id: ‹pressing›"
        editor.change(uri, "", 3)
        assert await names("pressing") == []
