"""The server's life on the wire: start, bad messages, and every way to end."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lsp.wire import Wire

DOCUMENT = {"textDocument": {"uri": "file:///nowhere/a.workflow.yaml"}}


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    with Wire(tmp_path / "state") as one:
        yield one


def test_what_the_server_offers(wire: Wire) -> None:
    offered = wire.initialized["capabilities"]
    assert offered["positionEncoding"] == "utf-16"
    assert offered["textDocumentSync"] == {"openClose": True, "change": 1, "save": {"includeText": False}}
    assert offered["documentSymbolProvider"] is True
    assert offered["workspace"]["workspaceFolders"] == {"supported": True, "changeNotifications": True}
    assert set(offered["executeCommandProvider"]["commands"]) >= {
        f"calibrant.{name}" for name in ("calibrate", "cancel", "trust", "history")
    }
    assert wire.initialized["serverInfo"]["name"] == "calibrant"


@pytest.mark.parametrize(
    ("offers", "taken"),
    [
        (None, "utf-16"),
        ([], "utf-16"),
        (["utf-8", "utf-16"], "utf-8"),
        (["utf-32"], "utf-32"),
        (["utf-7", "utf-16"], "utf-16"),
    ],
)
def test_position_encodings_are_agreed(tmp_path: Path, offers: list[str] | None, taken: str) -> None:
    capabilities = {} if offers is None else {"general": {"positionEncodings": offers}}
    with Wire(tmp_path, capabilities=capabilities) as wire:
        assert wire.initialized["capabilities"]["positionEncoding"] == taken


def test_shutdown_then_exit(wire: Wire) -> None:
    wire.send(id=9, method="textDocument/codeLens", params=DOCUMENT)
    wire.answer(9)
    wire.send(method="$/cancelRequest", params={"id": 9})  # it crossed the answer
    wire.send(id=1, method="shutdown")
    assert wire.answer(1)["result"] is None
    wire.send(id="asked", result=None)
    wire.send(id=2, method="textDocument/codeLens", params=DOCUMENT)
    assert wire.answer(2)["error"]["code"] == -32600
    wire.send(method="exit")
    assert wire.process.wait(5) == 0
    assert wire.errors == []


def test_exit_without_shutdown(wire: Wire) -> None:
    wire.send(method="exit")
    assert wire.process.wait(5) == 1


def test_hanging_up_ends_the_server(wire: Wire) -> None:
    wire.hang_up()
    assert wire.process.wait(5) == 1


def test_hanging_up_before_the_first_word(tmp_path: Path) -> None:
    with Wire(tmp_path, initialize=False) as wire:
        wire.hang_up()
        assert wire.process.wait(5) == 1
        assert wire.errors == []


def test_the_editors_end_is_the_servers(tmp_path: Path) -> None:
    parent = subprocess.Popen(["sleep", "60"])
    with Wire(tmp_path, processId=parent.pid) as wire:
        time.sleep(0.2)
        assert wire.process.poll() is None
        parent.kill()
        parent.wait()
        assert wire.process.wait(8) == 1


def test_an_editor_that_cannot_be_seen_is_not_taken_for_dead(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    with Wire(tmp_path, processId=gone.pid) as wire, pytest.raises(subprocess.TimeoutExpired):
        wire.process.wait(3)


def test_requests_before_initialize_are_refused_and_notifications_ignored(tmp_path: Path) -> None:
    with Wire(tmp_path, initialize=False) as wire:
        wire.send(method="textDocument/didSave", params=DOCUMENT)
        wire.send(id=1, method="textDocument/codeLens", params=DOCUMENT)
        assert wire.next()["error"]["code"] == -32002
        wire.send(id=2, method="initialize", params={"processId": "seven"})
        assert wire.answer(2)["error"]["code"] == -32602
        wire.send(id=3, method="initialize", params={"processId": None, "capabilities": {}, "rootUri": None})
        assert "result" in wire.answer(3)
        wire.send(id=4, method="initialize", params={"processId": None, "capabilities": {}, "rootUri": None})
        assert wire.answer(4)["error"]["code"] == -32600


def command(name: str, *arguments: Any) -> dict[str, Any]:
    return {"method": "workspace/executeCommand", "params": {"command": name, "arguments": list(arguments)}}


BAD: list[tuple[dict[str, Any], int]] = [
    ({"method": "nothing/known", "params": {}}, -32601),
    ({"method": "textDocument/codeLens", "params": {"textDocument": 3}}, -32602),
    ({"method": "textDocument/codeLens", "params": [1]}, -32602),
    ({"method": "textDocument/codeLens"}, -32602),
    ({"method": "textDocument/documentSymbol", "params": {"textDocument": {}}}, -32602),
    (command("calibrant.nothing", {}), -32602),
    (command("calibrant.calibrate"), -32602),
    (command("calibrant.calibrate", "file:///x"), -32602),
    (command("calibrant.calibrate", {}), -32602),
    (command("calibrant.calibrate", {"uri": 3}), -32602),
    (command("calibrant.calibrate", {"uri": "file:///no/such/a.workflow.yaml"}), -32602),
    (command("calibrant.calibrate", {"uri": "untitled:x.workflow.yaml"}), -32602),
    (command("calibrant.calibrate", {"uri": "file:///etc/passwd"}), -32602),
    (command("calibrant.calibrate", {"uri": "file:///x", "resume": "half"}), -32602),
    (command("calibrant.cancel", {"sesion": "x"}), -32602),
    (command("calibrant.trust", {"uri": "http://[bad"}), -32602),
    (command("calibrant.history", {"uri": ""}), -32602),
]


def test_bad_requests_are_answered_and_harm_nothing(wire: Wire) -> None:
    for number, (message, code) in enumerate(BAD, 10):
        wire.send(id=number, **message)
        error = wire.answer(number)["error"]
        assert error["code"] == code, message
        assert "Traceback" not in error["message"]
    alive(wire)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b"[]",
        b"3",
        b'{"jsonrpc": "2.0", "method": 7, "id": 1}',
        b'{"id": {}, "method": "x"}',
        b'{"jsonrpc": "2.0"}',
    ],
)
def test_bodies_that_are_no_messages(wire: Wire, body: bytes) -> None:
    wire.write(body)
    refused = wire.next()
    assert refused["id"] is None
    assert refused["error"]["code"] in {-32700, -32600}
    assert "data" not in refused["error"]
    alive(wire)


@pytest.mark.parametrize(
    "message",
    [
        {"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file:///a.workflow.yaml"}}},
        {"method": "textDocument/didChange", "params": {}},
        {"method": "$/cancelRequest", "params": {"id": 99}},
        {"method": "$/nothing", "params": {}},
        {"method": "window/workDoneProgress/cancel", "params": {"token": "none"}},
        {"method": "workspace/didChangeConfiguration", "params": {"settings": 3}},
        {"method": "workspace/didChangeConfiguration", "params": {"settings": {"calibrant": {"run": 3, "x": {}}}}},
        {"id": "nobody-asked", "result": 3},
        {"id": "nobody-asked", "error": {"code": 1, "message": "x"}},
    ],
)
def test_odd_notifications_harm_nothing(wire: Wire, message: dict[str, Any]) -> None:
    wire.send(**message)
    alive(wire)


def test_headers_as_others_write_them(wire: Wire) -> None:
    body = json.dumps({"jsonrpc": "2.0", "id": 5, "method": "nothing/known"}).encode()
    wire.raw(b"content-length:%d\r\nContent-Type: application/vscode-jsonrpc\r\n\r\n" % len(body))
    time.sleep(0.05)
    for byte in body:
        wire.raw(bytes([byte]))
    assert wire.answer(5)["error"]["code"] == -32601
    wire.raw(b"X-Nothing: 1\r\n\r\n")
    alive(wire)


def alive(wire: Wire) -> None:
    wire.send(id="alive", method="textDocument/codeLens", params=DOCUMENT)
    assert wire.answer("alive")["result"] == []
