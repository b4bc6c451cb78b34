"""Folding and selection ranges over stdio: as the editor says that it folds, and for several cursors at once."""

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from lsp.editor import VSCODE, capabilities_of, editing
from lsp.wire import Wire

TEXT = """\
# one
# two
inputs:
  box: {type: path}
steps:
  - id: a
    run: |
      echo 😀 {{ inputs.box }}
      echo
  - id: b
    uses: file.read
    with: {
      path: x
    }
"""
FOLDS = [(0, 1, "comment"), (2, 3, None), (4, 13, None), (5, 8, None), (6, 8, None), (9, 13, None), (11, 12, None)]


def asked(tmp_path: Path, can: dict[str, Any], method: str, **params: Any) -> Any:
    uri = (tmp_path / "a.workflow.yaml").as_uri()
    with Wire(tmp_path / "state", capabilities={"textDocument": can}) as wire:
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": TEXT}
        wire.send(method="textDocument/didOpen", params={"textDocument": document})
        wire.send(id=1, method=method, params={"textDocument": {"uri": uri}, **params})
        return wire.answer(1)["result"]


def test_an_editor_that_folds_lines(tmp_path: Path) -> None:
    got = asked(tmp_path, {"foldingRange": {"lineFoldingOnly": True}}, "textDocument/foldingRange")
    assert [(one["startLine"], one["endLine"], one.get("kind")) for one in got] == FOLDS
    assert all("startCharacter" not in one and "endCharacter" not in one for one in got)


def test_an_editor_that_folds_characters(tmp_path: Path) -> None:
    got = asked(tmp_path, {}, "textDocument/foldingRange")
    assert [(one["startLine"], one["endLine"], one.get("kind")) for one in got] == FOLDS
    assert (got[3]["startCharacter"], got[3]["endCharacter"]) == (len("  - id: a"), len("      echo"))


def test_an_editor_that_takes_few(tmp_path: Path) -> None:
    got = asked(tmp_path, {"foldingRange": {"rangeLimit": 3}}, "textDocument/foldingRange")
    assert [(one["startLine"], one["endLine"]) for one in got] == [(0, 1), (2, 3), (4, 13)]


async def test_folds_follow_the_text(ws: Path, tmp_path: Path) -> None:
    uri = (ws / "a.workflow.yaml").as_uri()
    params = types.FoldingRangeParams(types.TextDocumentIdentifier(uri))
    async with editing(ws, state=tmp_path / "state") as editor:
        editor.open(uri, TEXT)
        assert len(await editor.text_document_folding_range_async(params) or ()) == len(FOLDS)
        editor.change(uri, TEXT.replace("  - id: b", "\n  - id: b"), 2)
        got = await editor.text_document_folding_range_async(params) or ()
        assert [(one.start_line, one.end_line) for one in got][-2:] == [(10, 14), (12, 13)]
        editor.change(uri, "steps:\n  - id: a\n    run: [\n", 3)
        got = await editor.text_document_folding_range_async(params) or ()
        assert [(one.start_line, one.end_line) for one in got] == [(0, 2), (1, 2)]
        other = types.FoldingRangeParams(types.TextDocumentIdentifier((ws / "a.yaml").as_uri()))
        assert await editor.text_document_folding_range_async(other) is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_selection_ranges_of_several_cursors(ws: Path, tmp_path: Path, encoding: str) -> None:
    uri = (ws / "a.workflow.yaml").as_uri()
    start = {"utf-8": 19, "utf-16": 17, "utf-32": 16}[encoding]  # of ‘inputs’
    async with editing(ws, state=tmp_path / "state", capabilities=capabilities_of(VSCODE, [encoding])) as editor:
        editor.open(uri, TEXT)
        cursors = [types.Position(7, start + 7), types.Position(3, 2), types.Position(99, 99)]
        params = types.SelectionRangeParams(types.TextDocumentIdentifier(uri), cursors)
        got = await editor.text_document_selection_range_async(params)
    assert got is not None
    assert len(got) == 3
    part, reference = got[0], got[0].parent
    assert reference is not None
    assert (part.range.start.character, part.range.end.character) == (start + 7, start + 10)
    assert (reference.range.start.character, reference.range.end.character) == (start, start + 10)
    assert got[1].range == types.Range(types.Position(3, 2), types.Position(3, 5))
    outermost = got[2]
    while outermost.parent is not None:
        outermost = outermost.parent
    assert outermost.range == types.Range(types.Position(0, 0), types.Position(14, 0))
