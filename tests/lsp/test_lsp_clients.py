"""What clients other than the two with a plugin do with actions: the capabilities that they send, and what they make of them."""

import time
from pathlib import Path
from typing import Any

from lsp.wire import Wire

TEXT = "name: a\nsteps:\n  - id: all\n    run: 'true'\n    need: [all]\n"
EGLOT = {
    "workspace": {"applyEdit": True, "executeCommand": {"dynamicRegistration": False}},
    "textDocument": {
        "codeAction": {
            "resolveSupport": {"properties": ["edit", "command"]},
            "dataSupport": True,
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "refactor", "source"]}},
            "isPreferredSupport": True,
        }
    },
}

_RECORDED = 30.0
"""Seconds in which a fix that was seen in the text is surely recorded, on a busy machine too."""


def eglot_executes(wire: Wire, action: dict[str, Any]) -> list[dict[str, Any]]:
    """Take an action as eglot does: it asks for the rest only of one that has neither an edit nor a command."""
    if "edit" not in action and "command" not in action and "data" in action:
        wire.send(id=3, method="codeAction/resolve", params=action)
        return eglot_executes(wire, wire.answer(3)["result"])
    return [action["edit"]] if "edit" in action else []


def test_an_action_that_is_resolved_whole_has_no_command_before(tmp_path: Path) -> None:
    file = tmp_path / "a.workflow.yaml"
    with Wire(tmp_path / "state", capabilities=EGLOT) as wire:
        _open(wire, file)
        place = {"start": {"line": 4, "character": 5}, "end": {"line": 4, "character": 5}}
        params = {"textDocument": {"uri": file.as_uri()}, "range": place, "context": {"diagnostics": []}}
        wire.send(id=2, method="textDocument/codeAction", params=params)
        action = wire.answer(2)["result"][0]
        edits = eglot_executes(wire, action)
        wire.send(id=4, method="codeAction/resolve", params=action)
        resolved = wire.answer(4)["result"]
    assert [edit["newText"] for edit in _edits(edits)] == ["needs"]
    assert resolved["command"]["command"] == "calibrant.applied"


def _edits(edits: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for edit in edits for document in edit.get("documentChanges", []) for one in document["edits"]] + [
        one for edit in edits for changed in edit.get("changes", {}).values() for one in changed
    ]


def _open(wire: Wire, file: Path) -> None:
    file.write_text(TEXT)
    document = {"uri": file.as_uri(), "languageId": "yaml", "version": 1, "text": TEXT}
    wire.send(method="textDocument/didOpen", params={"textDocument": document})
    wire.notification("textDocument/publishDiagnostics")


def _call(wire: Wire, command: str, *arguments: object) -> dict[str, Any]:
    wire.send(id=5, method="workspace/executeCommand", params={"command": command, "arguments": list(arguments)})
    return wire.answer(5)


def test_a_command_without_arguments_is_about_the_only_workflow_that_is_open(tmp_path: Path) -> None:
    with Wire(tmp_path / "state", capabilities=EGLOT, initializationOptions={"run": "manual"}) as wire:
        assert "none is open" in _call(wire, "calibrant.calibrate")["error"]["message"]
        assert "Nothing runs" not in _call(wire, "calibrant.cancel")["error"]["message"]
        _open(wire, tmp_path / "a.workflow.yaml")
        assert _call(wire, "calibrant.history", {})["result"] == []
        assert "Nothing runs" in _call(wire, "calibrant.cancel")["error"]["message"]
        started = _call(wire, "calibrant.calibrate")["result"]["session"]
        assert wire.notification("calibrant/session")["session"] == started
        _open(wire, tmp_path / "b.workflow.yaml")
        wire.send(id=6, method="workspace/executeCommand", params={"command": "calibrant.rollback"})
        told = wire.notification("window/showMessage")["message"]
        assert "(‘a.workflow.yaml’, ‘b.workflow.yaml’)" in told
        assert wire.answer(6)["error"]["message"] == told
        assert len(_call(wire, "calibrant.history", {"uri": (tmp_path / "a.workflow.yaml").as_uri()})["result"]) == 1


KATE = {
    "workspace": {"configuration": True, "workspaceFolders": True},
    "textDocument": {
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "refactor", "source"]}}
        },
        "synchronization": {"didSave": True},
    },
}


def _actions(wire: Wire, uri: str) -> list[dict[str, Any]]:
    """Ask for actions as Kate does when its user asks for them: it does not say why."""
    place = {"start": {"line": 4, "character": 5}, "end": {"line": 4, "character": 5}}
    params = {"textDocument": {"uri": uri}, "range": place, "context": {"diagnostics": []}}
    wire.send(id=2, method="textDocument/codeAction", params=params)
    return list(wire.answer(2)["result"])


def test_an_editor_that_says_little_of_itself_fixes_and_rolls_back_by_actions_alone(tmp_path: Path) -> None:
    file = tmp_path / "a.workflow.yaml"
    mended = TEXT.replace("need:", "needs:")
    with Wire(tmp_path / "state", capabilities=KATE, initializationOptions={"run": "manual"}) as wire:
        _open(wire, file)
        fix = _actions(wire, file.as_uri())[0]
        assert [one["newText"] for one in _edits([fix["edit"]])] == ["needs"]
        assert "command" not in fix
        changed = {"textDocument": {"uri": file.as_uri(), "version": 2}, "contentChanges": [{"text": mended}]}
        wire.send(method="textDocument/didChange", params=changed)
        wire.notification("textDocument/publishDiagnostics")
        begun = time.monotonic()
        while "source.calibrant.rollBack" not in (found := {one["kind"]: one for one in _actions(wire, file.as_uri())}):
            assert "source.calibrant.calibrate" in found
            assert time.monotonic() < begun + _RECORDED
            time.sleep(0.05)
        command = found["source.calibrant.rollBack"]["command"]
        asked = {"command": command["command"], "arguments": command["arguments"]}
        wire.send(id=3, method="workspace/executeCommand", params=asked)
        while (message := wire.next()).get("method") != "workspace/applyEdit":
            assert message.get("method") != "window/showMessage", message
        assert [one["newText"] for one in _edits([message["params"]["edit"]])] == ["need"]
        wire.send(id=message["id"], result={"applied": True})
        assert wire.answer(3)["result"]["session"]
