"""Requests about any place of any text: each is answered, and none breaks the server."""

import random
from pathlib import Path
from typing import Any

import pytest

from lsp.wire import Wire
from repairs.test_any_repairs import FILES, TEXTS

INTERNAL = -32603
CAPABILITIES = {
    "workspace": {"workspaceEdit": {"documentChanges": True, "changeAnnotationSupport": {}}},
    "textDocument": {"rename": {"prepareSupport": True}, "definition": {"linkSupport": True}},
}
FAULTS = ["", "{{ ", "}}", '"', "'", "*a", "&a ", "\n", "\t", "- ", ": ", "| ", "😀", "[", "\\", "\r"]
PLACED = ("definition", "declaration", "documentHighlight", "prepareRename", "prepareCallHierarchy")


def faulty(chance: random.Random, text: str) -> str:
    for _ in range(chance.randrange(4)):
        at = chance.randrange(len(text) + 1)
        text = text[:at] + chance.choice(FAULTS) + text[at + chance.randrange(8) :]
    return text


def question(chance: random.Random, uri: str, text: str) -> tuple[str, dict[str, Any]]:
    """Return a request about a place, which may lie outside of the text."""
    lines = text.split("\n")
    line = chance.randrange(len(lines) + 2)
    character = chance.randrange((len(lines[line]) if line < len(lines) else 0) + 3)
    about = {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}
    match chance.randrange(8):
        case 0:
            return "textDocument/rename", {**about, "newName": chance.choice(["abc", "a b", "", "null", "x-y", "😀"])}
        case 1:
            return "textDocument/references", {**about, "context": {"includeDeclaration": True}}
        case 2:
            return "workspace/symbol", {"query": chance.choice(["", "a", "zz", "(", "step"])}
    return f"textDocument/{chance.choice(PLACED)}", about


@pytest.mark.parametrize("seed", range(2))
def test_any_place_of_any_text(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    answered = 0
    with Wire(tmp_path / "state", capabilities=CAPABILITIES, initializationOptions={"run": "manual"}) as wire:

        def ask(method: str, params: dict[str, Any]) -> Any:
            nonlocal answered
            answered += 1
            wire.send(id=answered, method=method, params=params)
            answer = wire.answer(answered)
            assert answer.get("error", {}).get("code") != INTERNAL, (method, params, answer)
            return answer.get("result")

        for number in range(15):
            path = chance.choice(FILES)
            text = faulty(chance, TEXTS[path])
            uri = (tmp_path / f"{number}-{path.name}").as_uri()
            item = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
            wire.send(method="textDocument/didOpen", params={"textDocument": item})
            for _ in range(30):
                found = ask(*question(chance, uri, text))
                if isinstance(found, list) and found and "selectionRange" in found[0]:
                    ask("callHierarchy/incomingCalls", {"item": found[0]})
                    ask("callHierarchy/outgoingCalls", {"item": found[0]})
    assert answered >= 450
    assert b"Traceback" not in b"".join(wire.errors)
