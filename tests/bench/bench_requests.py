"""How long what an editor asks takes, while nothing runs and while the workflow runs, beside a bare pygls server.

Run it: python tests/bench/bench_requests.py (two minutes; --quick for a small sample)

One workflow of 50 steps and one of 1,000, each step with a reference and an expression, one in a hundred with a fault. It lies
in a folder and is open. Everything that the server offers is asked, each request by turns with the others. `run` is the same
while the workflow runs, again and again, each step's events coming in. `typed` is a request right behind a change of the text,
as when someone types: the time includes reading the new text. The bare server has the same text and answers with null, which is
what the wire and the protocol's library take. Milliseconds over stdin and stdout; medians and 95 % (of 20), then the ratio of
the two medians without a run.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.asking import Request, requests
from bench.client import SERVE, Client, Message, bare, edited, version, workflow
from bench.options import quick

CAPABILITIES = {
    "workspace": {"workspaceEdit": {"documentChanges": True}},
    "textDocument": {
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "refactor", "source"]}},
            "dataSupport": True,
            "resolveSupport": {"properties": ["edit"]},
        },
        "completion": {
            "completionItem": {
                "snippetSupport": True,
                "documentationFormat": ["markdown", "plaintext"],
                "resolveSupport": {"properties": ["documentation", "detail"]},
            }
        },
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "rename": {"prepareSupport": True},
        "publishDiagnostics": {"relatedInformation": True, "codeDescriptionSupport": True},
        "semanticTokens": {
            "requests": {"full": {"delta": True}, "range": True},
            "formats": ["relative"],
            "tokenTypes": ["keyword", "string", "number", "function", "variable", "property", "parameter", "macro"],
            "tokenModifiers": ["declaration", "readonly"],
        },
        "foldingRange": {"lineFoldingOnly": True},
        "inlayHint": {},
    },
}
Timed = dict[str, list[float]]


class Editor(Client):
    """A client that may keep a workflow running: when a run ends, the next one is started."""

    uri = ""
    runs = 0
    running = False

    def receive(self) -> Message:
        """Return the next message; that a run has ended is taken in on the way."""
        message = super().receive()
        if message.get("method") == "calibrant/session" and self.running:
            self.runs += 1
            self.run()
        return message

    def run(self) -> None:
        """Start a run, and have it followed by others."""
        self.running = True
        arguments = {"command": "calibrant.calibrate", "arguments": [{"uri": self.uri}]}
        self.send(id=f"run{self.runs}", method="workspace/executeCommand", params=arguments)

    def timed(self, request: Request) -> float:
        """Return the milliseconds until an answer."""
        began = time.perf_counter()
        self.ask(request.method, request.params)
        return (time.perf_counter() - began) * 1e3


def measure(folder: Path, steps: int, rounds: int) -> None:
    """Print the table of one file."""
    text = workflow(steps)
    path = folder / "bench.workflow.yaml"
    path.write_text(text, encoding="utf-8")
    uri, root = path.as_uri(), folder.as_uri()
    idle, during, typed, floor = Timed(), Timed(), Timed(), Timed()
    with Editor(SERVE, str(folder.parent / "state"), CAPABILITIES, rootUri=root) as ours:
        ours.uri = uri
        asked = [one for one in requests(uri, text) if ours.offers.get(one.capability)]
        answers = dict.fromkeys((one.method for one in asked), None)
        with Editor(bare(answers), str(folder.parent / "state"), CAPABILITIES, rootUri=root) as theirs:
            ours.send(method="initialized", params={})
            for client in (ours, theirs):
                client.open(text, uri)
            rotate(asked, rounds, lambda one: (idle, ours.timed(one)), lambda one: (floor, theirs.timed(one)))
        one_run = run_once(ours)
        ours.run()
        while ours.runs < 2:
            rotate(asked, rounds, lambda one: (during, ours.timed(one)))
        runs, ours.running = ours.runs, False
        number = 1
        for _ in range(rounds):
            for one in asked:
                if one.capability in (
                    "completionProvider",
                    "hoverProvider",
                    "inlayHintProvider",
                    "documentSymbolProvider",
                ):
                    number += 1
                    ours.change(edited(text, number), number, uri)
                    typed.setdefault(one.name, []).append(ours.timed(one))
                    if number % 5 == 0:
                        ours.until(version(number, uri))
    print(f"\n{steps} steps; one run takes {one_run:.0f} ms, {runs} runs went on meanwhile")
    print(f"{'':26} {'no run':>8} {'95 %':>8}   {'run':>8} {'95 %':>8}   {'typed':>8}   {'bare':>6}   ratio")
    for one in asked:
        mine, bare_one = statistics.median(idle[one.name]), statistics.median(floor[one.name])
        print(
            f"{one.name:26} {mine:8.1f} {worst(idle[one.name]):8.1f}   {statistics.median(during[one.name]):8.1f}"
            f" {worst(during[one.name]):8.1f}   {statistics.median(typed[one.name]) if one.name in typed else '':>8.4}"
            f"   {bare_one:6.2f}   {mine / bare_one:5.1f}",
            flush=True,
        )


def rotate(asked: Sequence[Request], rounds: int, *measured: Callable[[Request], tuple[Timed, float]]) -> None:
    """Measure each request by turns with the others; the first time of each does not count."""
    for turn in range(rounds + 1):
        for one in asked:
            for measure_it in measured:
                into, taken = measure_it(one)
                if turn:
                    into.setdefault(one.name, []).append(taken)


def run_once(client: Editor) -> float:
    """Return the milliseconds from the command to the end of one run."""
    began = time.perf_counter()
    client.send(
        id="once",
        method="workspace/executeCommand",
        params={"command": "calibrant.calibrate", "arguments": [{"uri": client.uri}]},
    )
    ended: Any = client.until(lambda message: message.get("method") == "calibrant/session")[0]["params"]
    if ended["status"] != "completed":
        raise SystemExit(f"the run ended as {ended['status']}")
    return (time.perf_counter() - began) * 1e3


def worst(values: Sequence[float]) -> float:
    """Return the value that 95 % stay below."""
    return sorted(values)[max(round(len(values) * 0.95) - 1, 0)]


def main() -> None:
    """Print what was measured."""
    small = quick(__doc__)
    for steps in (10,) if small else (50, 1000):
        with tempfile.TemporaryDirectory() as base:
            folder = Path(base) / "ws"
            folder.mkdir()
            (folder / "calibrant.toml").touch()
            measure(folder, steps, 2 if small else 20)


if __name__ == "__main__":
    main()
