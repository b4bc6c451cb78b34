"""Diagnostics while typing: on the exact characters, for the newest text, once for each burst."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from lsprotocol import types

from lsp.editor import NEOVIM, VSCODE, Editor, capabilities_of, editing

GOOD = "name: a\nsteps:\n  - id: one\n    uses: file.list\n    with: {path: .}\n"
BAD = GOOD + "  - id: two\n    uses: file.read\n    with: {path: '{{ onne.files[0] }}'}\n"


@pytest.fixture
async def editor(tmp_path: Path) -> AsyncIterator[Editor]:
    (tmp_path / "ws").mkdir()
    async with editing(tmp_path / "ws", state=tmp_path / "state", options={"run": "manual"}) as one:
        yield one


def uri_of(tmp_path: Path, name: str = "a.workflow.yaml") -> str:
    return (tmp_path / "ws" / name).as_uri()


def part(text: str, place: types.Range, encoding: str = "utf-16") -> str:
    """Return what stands at a range, by the protocol's own rules: lines end at CR, LF or CRLF and nowhere else."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    unit = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}[encoding]
    assert place.start.line == place.end.line
    line = lines[place.start.line].encode(unit[0])
    return line[place.start.character * unit[1] : place.end.character * unit[1]].decode(unit[0])


async def test_a_fault_is_shown_on_its_characters_and_goes_when_mended(editor: Editor, tmp_path: Path) -> None:
    uri = uri_of(tmp_path)
    editor.open(uri, BAD)
    (shown,) = await editor.checked(uri, 1)
    assert part(BAD, shown.range) == "onne"
    assert (shown.source, shown.code, shown.severity) == ("calibrant", "unknown-step", types.DiagnosticSeverity.Error)
    assert "one" in shown.message
    assert isinstance(shown.data, dict)
    assert shown.data["id"]
    editor.change(uri, BAD.replace("onne", "one"), 2)
    assert list(await editor.checked(uri, 2)) == []


@pytest.mark.parametrize("client", [VSCODE, NEOVIM])
async def test_both_editors_are_served_with_what_they_can_show(tmp_path: Path, client: str) -> None:
    (tmp_path / "ws").mkdir()
    uri = uri_of(tmp_path)
    capabilities = capabilities_of(client)
    async with editing(tmp_path / "ws", state=tmp_path / "state", capabilities=capabilities) as editor:
        editor.open(uri, BAD)
        (shown,) = await editor.checked(uri, 1)
    assert capabilities.text_document
    can = capabilities.text_document.publish_diagnostics
    assert can
    assert bool(shown.code_description) == bool(can.code_description_support)
    if shown.code_description:
        page = Path(shown.code_description.href.removeprefix("file://"))
        assert page.read_text(encoding="utf-8").startswith("# unknown-step")


ODD = [
    ("emoji", "{{ 😀 }} 👩‍👩‍👧 "),
    ("line separator", "a\u2028b\u2029c "),
    ("next line", "a\x85b "),
    ("combining", "e\u0301 ﬀ 𝒳 "),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_columns_are_counted_as_agreed(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "ws").mkdir()
    capabilities = capabilities_of(VSCODE, [encoding])
    async with editing(
        tmp_path / "ws", state=tmp_path / "state", capabilities=capabilities, options={"run": "manual"}
    ) as editor:
        for number, (name, odd) in enumerate(ODD):
            for ends in ("\n", "\r\n"):
                uri = uri_of(tmp_path, f"{number}{len(ends)}.workflow.yaml")
                text = f"name: '{odd}'\nsteps:\n  - id: two\n    uses: file.write\n    with:\n      path: x\n"
                text += f"      content: '{odd}{{{{ onne.files[0] }}}}'\n      'x-{odd}': 1\n"
                text = text.replace("{{ 😀 }} ", "😀 ").replace("\n", ends)
                editor.open(uri, text)
                found = [one for one in await editor.checked(uri, 1) if one.code == "unknown-step"]
                assert [part(text, one.range, encoding) for one in found] == ["onne"], (name, ends, editor.shown(uri))


async def test_a_burst_gives_one_publication_of_the_newest_text(editor: Editor, tmp_path: Path) -> None:
    uri = uri_of(tmp_path)
    editor.open(uri, GOOD)
    await editor.checked(uri, 1)
    for version in range(2, 12):
        editor.change(uri, BAD if version == 11 else GOOD + f"# {version}\n", version)
    await editor.checked(uri, 11)
    await asyncio.sleep(0.3)
    assert [one.version for one in editor.publications(uri)] == [1, 11]
    assert editor.codes(uri) == ["unknown-step"]


async def test_typing_without_a_pause_still_shows_something_and_never_an_old_version(
    editor: Editor, tmp_path: Path
) -> None:
    uri = uri_of(tmp_path)
    editor.open(uri, GOOD)
    await editor.checked(uri, 1)
    sent = 1
    for _ in range(70):
        sent += 1
        editor.change(uri, BAD + f"# {sent}\n", sent)
        await asyncio.sleep(0.015)
        for one in editor.publications(uri):
            assert one.version is not None
            assert one.version <= sent
    await editor.checked(uri, sent)
    versions = [one.version for one in editor.publications(uri)]
    assert versions == sorted(set(versions), key=lambda version: version or 0)
    assert 3 <= len(versions) <= sent


async def test_a_client_that_sends_parts_is_understood(editor: Editor, tmp_path: Path) -> None:
    uri = uri_of(tmp_path)
    text = "# 😀\u2028x\n" + BAD
    editor.open(uri, text)
    (shown,) = await editor.checked(uri, 1)
    identifier = types.VersionedTextDocumentIdentifier(2, uri)
    editor.text_document_did_change(
        types.DidChangeTextDocumentParams(
            identifier,
            [
                types.TextDocumentContentChangePartial(
                    types.Range(types.Position(0, 2), types.Position(0, 4)), "no emoji"
                ),
                types.TextDocumentContentChangePartial(shown.range, "one"),
            ],
        )
    )
    assert list(await editor.checked(uri, 2)) == []


async def test_what_is_no_workflow_by_its_name_is_left_alone(editor: Editor, tmp_path: Path) -> None:
    other, uri = uri_of(tmp_path, "notes.yaml"), uri_of(tmp_path)
    editor.open(other, BAD)
    editor.change(other, BAD, 2)
    editor.open(uri, BAD, language="plaintext")
    await editor.checked(uri, 1)
    assert editor.publications(other) == []


async def test_a_document_that_is_no_file_is_checked_and_cleared(editor: Editor) -> None:
    uri = "untitled:new.workflow.yaml"
    editor.open(uri, BAD)
    await editor.checked(uri, 1)
    assert editor.codes(uri) == ["unknown-step"]
    editor.close(uri)
    await editor.until(lambda: editor.codes(uri) == [], "clearing")


async def test_half_typed_text_at_every_point_is_survived(editor: Editor, tmp_path: Path) -> None:
    uri = uri_of(tmp_path)
    editor.open(uri, "")
    for version, length in enumerate(range(0, len(BAD), 7), 2):
        editor.change(uri, BAD[:length], version)
    editor.change(uri, "\0\ud83d" + BAD, 900)
    editor.change(uri, BAD, 901)
    await editor.checked(uri, 901)
    assert editor.codes(uri) == ["unknown-step"]


async def test_symbols(editor: Editor, tmp_path: Path) -> None:
    uri = uri_of(tmp_path)
    text = "inputs:\n  box: {type: path, default: x}\nsecrets: [KEY]\n" + BAD
    editor.open(uri, text)
    params = types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
    symbols = await editor.text_document_document_symbol_async(params)
    assert symbols
    tree = [one for one in symbols if isinstance(one, types.DocumentSymbol)]
    assert [one.name for one in tree] == ["box", "KEY", "one", "two"]
    assert [child.name for child in tree[2].children or ()] == ["path"]
    for one in tree:
        assert one.range.start <= one.selection_range.start
        assert one.selection_range.end <= one.range.end


async def test_a_long_text_is_read_without_keeping_others_waiting(editor: Editor, tmp_path: Path) -> None:
    steps = "".join(
        f"  - id: s{at}\n    uses: file.list\n    with: {{path: '{{{{ s{at}.files[0] }}}}'}}\n" for at in range(4000)
    )
    long, short = uri_of(tmp_path, "long.workflow.yaml"), uri_of(tmp_path)
    editor.open(long, "steps:\n" + steps)
    editor.open(short, BAD)
    await editor.checked(short, 1)
    assert editor.publications(long) == []
    editor.change(long, "steps:\n" + steps.replace("s7.files", "s8.files"), 2)
    params = types.DocumentSymbolParams(types.TextDocumentIdentifier(long))
    symbols = await editor.text_document_document_symbol_async(params)
    assert symbols
    assert len(symbols) == 4000
    assert len(await editor.checked(long, 2)) == 3999
    assert [one.version for one in editor.publications(long)] == [2]


@pytest.mark.parametrize("odd", ["\x0c", "\x0b", "\x00"])
async def test_a_forbidden_character_is_shown_where_it_is(editor: Editor, tmp_path: Path, odd: str) -> None:
    uri = uri_of(tmp_path)
    text = f"# 😀\u2028\r\nname: 'a{odd}b'\r\n" + GOOD.partition("\n")[2]
    editor.open(uri, text)
    (shown,) = await editor.checked(uri, 1)
    assert part(text, shown.range) == odd
    editor.change(uri, text.replace(odd, ""), 2)
    assert list(await editor.checked(uri, 2)) == []
