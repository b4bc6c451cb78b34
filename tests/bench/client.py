"""A client as thin as can be, so that what is measured is the server; and the bare pygls servers to measure against."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Self

SERVE = (sys.executable, "-P", "-m", "calibrant", "serve")
EMPTY = (
    sys.executable,
    "-c",
    "from pygls.lsp.server import LanguageServer\nLanguageServer('empty', '1').start_io()",
)
_BARE = """
from lsprotocol import types
from pygls.lsp.server import LanguageServer
server = LanguageServer('bare', '1', types.TextDocumentSyncKind.Full)
def publish(ls, params):
    document = params.text_document
    ls.text_document_publish_diagnostics(types.PublishDiagnosticsParams(document.uri, [], document.version))
server.feature('textDocument/didOpen')(publish)
server.feature('textDocument/didChange')(publish)
for method, answer in {answers!r}.items():
    server.feature(method)(lambda ls, params, answer=answer: answer)
server.start_io()
"""
URI = "file:///nowhere/bench.workflow.yaml"

Message = dict[str, Any]


def bare(answers: Mapping[str, object] = MappingProxyType({})) -> tuple[str, ...]:
    """Return the command of a pygls server that does nothing but answer: no diagnostics, and these for requests."""
    return (sys.executable, "-c", _BARE.format(answers=dict(answers)))


class Client:
    """One server and its messages; what the server asks is answered with null."""

    def __init__(
        self,
        command: tuple[str, ...],
        state: str,
        capabilities: Mapping[str, Any] = MappingProxyType({}),
        **params: Any,
    ) -> None:
        self.params = {"processId": None, "rootUri": None, "capabilities": dict(capabilities), **params}
        self.offers: Message = {}
        environ = {**os.environ, "CALIBRANT_STATE": state, "CALIBRANT_CONFIG": state + "/none"}
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environ
        )

    def __enter__(self) -> Self:
        self.send(id=0, method="initialize", params=self.params)
        self.offers = self.until(lambda message: message.get("id") == 0)[0]["result"]["capabilities"]
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def send(self, **message: Any) -> None:
        """Send a message."""
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def receive(self) -> Message:
        """Return the next message, whatever it is.

        Raises:
            SystemExit: there will be none.
        """
        assert self.process.stdout
        length = 0
        while (line := self.process.stdout.readline()) != b"\r\n":
            if not line:
                raise SystemExit("the server has ended")
            if line.startswith(b"Content-Length:"):
                length = int(line.partition(b":")[2])
        message: Message = json.loads(self.process.stdout.read(length))
        return message

    def until(self, wanted: Callable[[Message], bool]) -> tuple[Message, int]:
        """Return the first wanted message and how many publications came up to it."""
        published = 0
        while True:
            message = self.receive()
            published += message.get("method") == "textDocument/publishDiagnostics"
            if wanted(message):
                return message, published
            if "method" in message and "id" in message:
                self.send(id=message["id"], result=None)

    def ask(self, method: str, params: Any) -> Any:
        """Return the answer to a request.

        Raises:
            SystemExit: it is an error.
        """
        self.send(id="asked", method=method, params=params)
        answer, _ = self.until(lambda message: message.get("id") == "asked" and "method" not in message)
        if "error" in answer:
            raise SystemExit(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def open(self, text: str, uri: str = URI) -> float:
        """Open a document and return the seconds until its diagnostics are here."""
        item = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        began = time.perf_counter()
        self.send(method="textDocument/didOpen", params={"textDocument": item})
        self.until(version(1, uri))
        return time.perf_counter() - began

    def change(self, text: str, number: int, uri: str = URI) -> None:
        """Send a whole new text."""
        identifier = {"uri": uri, "version": number}
        params = {"textDocument": identifier, "contentChanges": [{"text": text}]}
        self.send(method="textDocument/didChange", params=params)

    def resident(self) -> float:
        """Return the megabytes of memory that the server has."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:  # noqa: PTH123
            return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS:"))


def version(number: int, uri: str = URI) -> Callable[[Message], bool]:
    """Tell the publication of that version."""

    def is_it(message: Message) -> bool:
        params = message.get("params") or {}
        return message.get("method") == "textDocument/publishDiagnostics" and (
            params.get("version"),
            params["uri"],
        ) == (number, uri)

    return is_it


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
