"""Links over stdio: to files of the workspace, which are looked at when they are opened, and to addresses."""

from pathlib import Path

from lsprotocol import types

from lsp.editor import NEOVIM, VSCODE, Editor, capabilities_of, editing

TEXT = """\
inputs:
  box: {type: path, default: data/in box.csv}
steps:
  - id: a
    uses: file.read
    with: {path: %s}
  - id: b
    uses: http.request
    with: {url: "https://example.com/status"}
"""


async def links(editor: Editor, uri: str) -> list[types.DocumentLink]:
    got = await editor.text_document_document_link_async(types.DocumentLinkParams(types.TextDocumentIdentifier(uri)))
    return list(got or ())


async def test_files_and_addresses(ws: Path, tmp_path: Path) -> None:
    uri = (ws / "a.workflow.yaml").as_uri()
    (ws / "data").mkdir()
    async with editing(ws, state=tmp_path / "state") as editor:
        editor.open(uri, TEXT % "new.csv")
        box, new, address = await links(editor, uri)
        assert (box.target, new.target) == (None, None)
        assert (address.target, address.tooltip) == ("https://example.com/status", "Open in the browser")
        assert box.range == types.Range(types.Position(1, 29), types.Position(1, 44))
        opened = await editor.document_link_resolve_async(box)
        assert opened.target == (ws / "data" / "in box.csv").as_uri()
        assert opened.tooltip == "Open ‘in box.csv’"
        assert (await editor.document_link_resolve_async(new)).target == (ws / "new.csv").as_uri()


async def test_no_link_leads_out(ws: Path, tmp_path: Path) -> None:
    uri = (ws / "a.workflow.yaml").as_uri()
    (tmp_path / "outside").mkdir()
    (ws / "way").symlink_to(tmp_path / "outside")
    (ws / "circle").symlink_to(ws / "circle")
    async with editing(ws, state=tmp_path / "state") as editor:
        for version, path in enumerate(("../outside/x.csv", str(tmp_path / "outside"), "/etc/passwd", "a/../../x"), 1):
            editor.open(uri, TEXT % path, version)
            assert len(await links(editor, uri)) == 2, path
        for version, path in enumerate(("way/x.csv", "circle/x.csv"), 10):
            editor.change(uri, TEXT % path, version)
            link = (await links(editor, uri))[1]
            resolved = await editor.document_link_resolve_async(link)
            assert resolved.target is None, path
            assert resolved.tooltip == f"‘{path}’ leads out of the workspace, so it is not opened"
        forged = types.DocumentLink(link.range, data={"uri": uri, "path": "/etc/passwd"})
        assert (await editor.document_link_resolve_async(forged)).target is None
        odd = types.DocumentLink(link.range, data=["?"])
        assert (await editor.document_link_resolve_async(odd)).target is None


async def test_an_editor_that_resolves_nothing_gets_the_targets_at_once(ws: Path, tmp_path: Path) -> None:
    uri = (ws / "a.workflow.yaml").as_uri()
    (tmp_path / "outside").mkdir()
    (ws / "way").symlink_to(tmp_path / "outside")
    capabilities = capabilities_of(NEOVIM)
    capabilities.experimental = {"calibrant": {"linksAtOnce": True}}
    async with editing(ws, state=tmp_path / "state", capabilities=capabilities) as editor:
        editor.open(uri, TEXT % "way/x.csv")
        targets = [link.target for link in await links(editor, uri)]
        assert targets == [(ws / "data" / "in box.csv").as_uri(), None, "https://example.com/status"]


async def test_what_the_user_opened_may_be_linked(ws: Path, tmp_path: Path) -> None:
    uri = (ws / "a.workflow.yaml").as_uri()
    outside = tmp_path / "outside"
    outside.mkdir()
    async with editing(ws, state=tmp_path / "state", options={"openPaths": [str(outside)]}) as editor:
        editor.open(uri, TEXT % "../outside/x.csv")
        link = (await links(editor, uri))[1]
        assert (await editor.document_link_resolve_async(link)).target == (outside / "x.csv").as_uri()


async def test_a_document_that_is_no_file_has_addresses_only(ws: Path, tmp_path: Path) -> None:
    uri = "untitled:a.workflow.yaml"
    capabilities = capabilities_of(VSCODE)
    assert capabilities.text_document
    assert capabilities.text_document.document_link
    capabilities.text_document.document_link.tooltip_support = None
    async with editing(ws, state=tmp_path / "state", capabilities=capabilities) as editor:
        editor.open(uri, TEXT % "new.csv")
        (address,) = await links(editor, uri)
        assert (address.target, address.tooltip) == ("https://example.com/status", None)
        assert await links(editor, (ws / "other.yaml").as_uri()) == []
