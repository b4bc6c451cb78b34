"""What is asked in the very first moments, all at once, is answered: nothing that is imported then stands in another's way."""

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types

from lsp.desk import plain
from lsp.editor import editing

TEXT = (
    "name: a\ninputs:\n  must: {type: string, required: true}\nsteps:\n  - id: one\n    run: echo {{ inputs.must }}\n"
)
COMMANDS = ("inputs", "history", "status", "toolchains")


@pytest.mark.parametrize("number", range(5))
async def test_everything_at_once_is_answered(number: int, tmp_path: Path) -> None:
    ws = tmp_path / "ws"
    ws.mkdir()
    path = ws / "a.workflow.yaml"
    path.write_text(TEXT)
    uri = path.as_uri()
    document = types.TextDocumentIdentifier(uri)
    async with editing(ws, state=tmp_path / "state") as editor:
        editor.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, types.LanguageKind.Yaml, 1, TEXT))
        )
        answers = await asyncio.gather(
            *(editor.command(name, uri=uri) for name in COMMANDS),
            editor.text_document_hover_async(types.HoverParams(document, types.Position(5, 5))),
            editor.text_document_document_symbol_async(types.DocumentSymbolParams(document)),
            editor.text_document_completion_async(types.CompletionParams(document, types.Position(5, 4))),
        )
        assert plain(answers[0])
        assert all(answer is not None for answer in answers)
