"""How long code actions take over the wire, beside a server that has none to offer."""

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from bench.client import SERVE, URI, Client

BARE = (
    sys.executable,
    "-c",
    """
from lsprotocol import types
from pygls.lsp.server import LanguageServer
server = LanguageServer('bare', '1', types.TextDocumentSyncKind.Full)
def publish(ls, params):
    document = params.text_document
    ls.text_document_publish_diagnostics(types.PublishDiagnosticsParams(document.uri, [], document.version))
server.feature('textDocument/didOpen')(publish)
server.feature('textDocument/codeAction')(lambda ls, params: [])
server.feature('codeAction/resolve')(lambda ls, action: action)
server.start_io()
""",
)
_CAPABILITIES = {
    "textDocument": {
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "source.fixAll"]}},
            "dataSupport": True,
            "resolveSupport": {"properties": ["edit"]},
        }
    }
}
_EVERY = 10
"""One in so many steps has a fault."""


class Times(msgspec.Struct, frozen=True):
    """Milliseconds."""

    median: float
    p95: float


class Timed(msgspec.Struct, frozen=True):
    """Times of one file: the fixes at a fault, the edit of one of them, all safe fixes and their edit; `bare`: a bare server."""

    steps: int
    rounds: int
    quick_fixes: Times
    resolve: Times
    fix_all: Times
    bare: Times
    bare_resolve: Times


def time_actions(state: Path, steps: int, rounds: int) -> Timed:
    """Ask both servers in turn, so that both see the same machine.

    Raises:
        SystemExit: an action has no edit.
    """
    text = _workflow(steps)
    found: dict[str, list[float]] = {name: [] for name in ("quick", "resolve", "all", "bare", "bare_resolve")}
    with (
        Client(SERVE, str(state), _CAPABILITIES) as ours,
        Client(BARE, str(state), _CAPABILITIES) as bare,
    ):
        for client in (ours, bare):
            client.open(text)
        faults = [line for line, words in enumerate(text.split("\n")) if ".itmes" in words]
        for number in range(rounds):
            line = faults[number % len(faults)]
            took, answer = _timed(bare, "textDocument/codeAction", _at(line))
            assert answer == []
            found["bare"].append(took)
            took, answer = _timed(ours, "textDocument/codeAction", _at(line))
            found["quick"].append(took)
            action = next(one for one in answer if one["kind"] == "quickfix")
            found["resolve"].append(_edited(ours, action))
            found["bare_resolve"].append(_timed(bare, "codeAction/resolve", action)[0])
            took, answer = _timed(ours, "textDocument/codeAction", _at(0, "source.fixAll"))
            found["all"].append(took + _edited(ours, answer[0]))
    return Timed(steps, rounds, *(_times(found[name]) for name in ("quick", "resolve", "all", "bare", "bare_resolve")))


def _edited(client: Client, action: dict[str, Any]) -> float:
    took, answer = _timed(client, "codeAction/resolve", action)
    if not answer.get("edit"):
        raise SystemExit(f"no edit for {action['title']}")
    return took


def _timed(client: Client, method: str, params: dict[str, Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    client.send(id="t", method=method, params=params)
    message, _ = client.until(_answer)
    return (time.perf_counter() - began) * 1e3, message["result"]


_answer: Callable[[dict[str, Any]], bool] = lambda message: message.get("id") == "t" and "method" not in message  # noqa: E731


def _at(line: int, only: str = "") -> dict[str, Any]:
    """Return what asks for the actions of a line."""
    start, end = ({"line": line, "character": character} for character in (0, 80))
    context = {"diagnostics": [], **({"only": [only]} if only else {})}
    return {"textDocument": {"uri": URI}, "range": {"start": start, "end": end}, "context": context}


def _times(values: Sequence[float]) -> Times:
    return Times(statistics.median(values), statistics.quantiles(values, n=20)[-1])


def _workflow(steps: int) -> str:
    """Return a workflow of that many steps, each with a reference to the one before; one in ten names a wrong field."""
    head = "name: bench\nsteps:\n  - id: s0\n    uses: data.map\n    with: {items: [{name: a}], to: '{{ item }}'}\n"
    return head + "".join(
        f"  - id: s{at}\n    uses: data.filter\n    with:\n"
        f"      items: '{{{{ s{at - 1}.{'itmes' if at % _EVERY == _EVERY - 1 else 'items'} }}}}'\n"
        "      where: item.name != 'b'\n"
        for at in range(1, steps)
    )
