"""A thousand workflow files: checked at the start, changed all at once, while requests are answered."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from lsprotocol import types

from lsp.editor import NEOVIM, Editor, capabilities_of, editing
from lsp.wire import Wire

FILES = 1000


def text(wrong: str) -> str:
    return f"steps:\n  - id: one\n    uses: {wrong}\n    with: {{path: .}}\n"


def fill(folder: Path, wrong: str) -> list[Path]:
    """Write all files, each put in place whole as a checkout does."""
    paths = [folder / f"team{number % 20}" / f"w{number}.workflow.yaml" for number in range(FILES)]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(".new")
        new.write_text(text(wrong), encoding="utf-8")
        new.replace(path)
    return paths


def all_show(editor: Editor, paths: list[Path], wrong: str) -> Callable[[], bool]:
    def done() -> bool:
        return all(any(wrong in one.message for one in editor.shown(path.as_uri())) for path in paths)

    return done


@pytest.mark.parametrize("watches", [True, False], ids=["the editor watches", "we watch"])
async def test_a_checkout_that_changes_all_files(tmp_path: Path, watches: bool) -> None:
    paths = fill(tmp_path / "ws", "first.wrong")
    (tmp_path / "ws" / "calibrant.toml").touch()
    capabilities = capabilities_of(NEOVIM)
    assert capabilities.workspace
    capabilities.workspace.did_change_watched_files = types.DidChangeWatchedFilesClientCapabilities(watches)
    async with editing(tmp_path / "ws", state=tmp_path / "state", capabilities=capabilities) as editor:
        uri = (tmp_path / "ws" / "mine.workflow.yaml").as_uri()
        editor.open(uri, text("file.list"))
        await editor.checked(uri, 1)
        assert len(editor.diagnostics) < FILES  # the open document did not wait for the others
        await editor.until(all_show(editor, paths, "first.wrong"), "all files", 30)
        await asyncio.sleep(0.7)  # watchfiles tells nothing of when it has begun
        editor.published.clear()
        fill(tmp_path / "ws", "second.wrong")
        for _ in range(3 if watches else 0):  # some editors tell one change several times
            for at in range(0, FILES, 100):
                events = [types.FileEvent(path.as_uri(), types.FileChangeType.Changed) for path in paths[at : at + 100]]
                editor.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))
        symbols = types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
        assert await asyncio.wait_for(editor.text_document_document_symbol_async(symbols), 5)
        await editor.until(all_show(editor, paths, "second.wrong"), "all files", 30)
        await asyncio.sleep(0.3)
        assert len(editor.published) == FILES  # each once: what was told again had not changed again


def test_the_first_request_does_not_wait_for_a_thousand_files(tmp_path: Path) -> None:
    """Over the bare wire: the answer overtakes what is found in the files, none of which is lost by it."""
    fill(tmp_path / "ws", "first.wrong")
    with Wire(tmp_path / "state", rootUri=(tmp_path / "ws").as_uri()) as wire:
        wire.send(id=1, method="textDocument/codeLens", params={"textDocument": {"uri": "file:///x.workflow.yaml"}})
        published = 0
        while (message := wire.next()).get("id") != 1:
            published += message["method"] == "textDocument/publishDiagnostics"
        assert published < FILES
        while published < FILES:
            params = wire.notification("textDocument/publishDiagnostics")
            assert "first.wrong" in json.dumps(params["diagnostics"])
            published += 1
