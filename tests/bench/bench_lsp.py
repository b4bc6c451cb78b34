"""How long the server takes to start, and a change to become diagnostics; against bare pygls servers in the same run.

Run it: python tests/bench/bench_lsp.py
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

SERVE = (sys.executable, "-P", "-m", "calibrant", "serve")
EMPTY = (
    sys.executable,
    "-c",
    "from pygls.lsp.server import LanguageServer\nLanguageServer('empty', '1').start_io()",
)
ECHO = (
    sys.executable,
    "-c",
    """
from lsprotocol import types
from pygls.lsp.server import LanguageServer
server = LanguageServer('echo', '1', types.TextDocumentSyncKind.Full)
def publish(ls, params):
    document = params.text_document
    ls.text_document_publish_diagnostics(types.PublishDiagnosticsParams(document.uri, [], document.version))
server.feature('textDocument/didOpen')(publish)
server.feature('textDocument/didChange')(publish)
server.start_io()
""",
)
URI = "file:///nowhere/bench.workflow.yaml"


class Client:
    """A client as thin as can be, so that what is measured is the server."""

    def __init__(
        self, command: tuple[str, ...], state: str, capabilities: Mapping[str, Any] = MappingProxyType({})
    ) -> None:
        self.capabilities = dict(capabilities)
        environ = {**os.environ, "CALIBRANT_STATE": state, "CALIBRANT_CONFIG": state + "/none"}
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environ
        )

    def __enter__(self) -> Self:
        params = {"processId": None, "rootUri": None, "capabilities": self.capabilities}
        self.send(id=0, method="initialize", params=params)
        self.until(lambda message: message.get("id") == 0)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def send(self, **message: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def receive(self) -> dict[str, Any]:
        assert self.process.stdout
        length = 0
        while (line := self.process.stdout.readline()) != b"\r\n":
            if not line:
                raise SystemExit("the server has ended")
            if line.startswith(b"Content-Length:"):
                length = int(line.partition(b":")[2])
        message: dict[str, Any] = json.loads(self.process.stdout.read(length))
        return message

    def until(self, wanted: Callable[[dict[str, Any]], bool]) -> tuple[dict[str, Any], int]:
        """Return the first wanted message and how many publications came up to it."""
        published = 0
        while True:
            message = self.receive()
            published += message.get("method") == "textDocument/publishDiagnostics"
            if wanted(message):
                return message, published

    def open(self, text: str) -> float:
        item = {"uri": URI, "languageId": "yaml", "version": 1, "text": text}
        began = time.perf_counter()
        self.send(method="textDocument/didOpen", params={"textDocument": item})
        self.until(version(1))
        return time.perf_counter() - began

    def change(self, text: str, number: int) -> None:
        identifier = {"uri": URI, "version": number}
        params = {"textDocument": identifier, "contentChanges": [{"text": text}]}
        self.send(method="textDocument/didChange", params=params)


def version(number: int) -> Callable[[dict[str, Any]], bool]:
    return lambda message: (message.get("params") or {}).get("version") == number


def workflow(steps: int) -> str:
    """Return a workflow of that many steps, each with a reference to the one before, and a fault in every hundredth."""
    head = "name: bench\ninputs:\n  folder: {type: path, default: .}\nsteps:\n"
    first = "  - id: s0\n    uses: file.list\n    with: {path: '{{ inputs.folder }}'}\n"
    rest = (
        f"  - id: s{at}\n    uses: data.filter\n    with:\n"
        f"      items: '{{{{ s{at - 1}.{'files' if at == 1 else 'items'} }}}}'\n"
        f"      where: \"{{{{ 'x{at}' in item }}}}\"\n" + ("      extra: 1\n" if at % 100 == 99 else "")
        for at in range(1, steps)
    )
    return head + first + "".join(rest)


def edited(text: str, number: int) -> str:
    """Return the text as after typing in its middle."""
    middle = text.index("'x", len(text) // 2) + 2
    return text[:middle] + str(number) + text[middle:]


def start(state: str, rounds: int = 9) -> None:
    times: dict[str, list[float]] = {"calibrant": [], "empty pygls server": []}
    for _ in range(rounds):
        for name, command in (("calibrant", SERVE), ("empty pygls server", EMPTY)):
            began = time.perf_counter()
            with Client(command, state):
                times[name].append(time.perf_counter() - began)
    ours, theirs = (statistics.median(each) for each in times.values())
    print(
        f"initialize reply after spawn    {ours * 1e3:7.1f} ms   {ours / theirs:5.2f} × an empty pygls server (≤ 1.2)"
    )


def changes(state: str, steps: int, rounds: int = 25) -> None:
    text = workflow(steps)
    medians = []
    for command in (SERVE, ECHO):
        with Client(command, state) as client:
            opening = client.open(text)
            times = []
            for number in range(2, rounds + 2):
                began = time.perf_counter()
                client.change(edited(text, number), number)
                client.until(version(number))
                times.append(time.perf_counter() - began)
            medians.append(statistics.median(times))
            if command is SERVE:
                print(f"open → diagnostics, {steps:5} steps   {opening * 1e3:7.1f} ms")
    ours, theirs = medians
    budget = " (≤ 60 ms)" if steps == 1000 else ""
    print(
        f"change → diagnostics, {steps:5} steps {ours * 1e3:7.1f} ms{budget}; a server that only answers: {theirs * 1e3:.1f} ms"
    )


def burst(state: str, steps: int) -> None:
    text = workflow(steps)
    with Client(SERVE, state) as client:
        client.open(text)
        for number in range(2, 12):
            client.change(edited(text, number), number)
        began = time.perf_counter()
        client.send(id="q", method="textDocument/codeLens", params={"textDocument": {"uri": URI}})
        _, before = client.until(lambda message: message.get("id") == "q")
        answered = time.perf_counter() - began
        _, published = client.until(version(11))
        print(
            f"burst of 10, {steps:5} steps: {before + published} publication(s) (1), a request right after it answered"
            f" in {answered * 1e3:.1f} ms (≤ 50 ms), diagnostics in {(time.perf_counter() - began) * 1e3:.1f} ms"
        )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        state = str(Path(folder) / "state")
        start(state)
        for steps in (50, 1000):
            changes(state, steps)
            burst(state, steps)


if __name__ == "__main__":
    main()
