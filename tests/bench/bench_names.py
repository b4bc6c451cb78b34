"""How long names take to be found and renamed, against a bare pygls server that gives the same answers.

Run it: python tests/bench/bench_names.py (half a minute; --quick for a small sample)

All times are those that a client sees over stdin and stdout. `behind a change`: a character was typed in another step right
before. `everywhere` is a step that every other step names, once; `here` one that a single step names. Medians.
"""

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.client import SERVE, URI, Client, edited, version
from bench.options import quick

_ANSWERING = """
import json, sys
from lsprotocol import types
from pygls.lsp.server import LanguageServer
server = LanguageServer('bare', '1', types.TextDocumentSyncKind.Full)
method, answer = json.load(open(sys.argv[1]))
server.feature(method)(lambda ls, params: answer)
server.start_io()
"""
_CAN = {"workspace": {"workspaceEdit": {"documentChanges": True}}, "textDocument": {"rename": {"prepareSupport": True}}}


def text_of(steps: int) -> str:
    """Return a workflow in which every step names the first one, and the one before it."""
    return "steps:\n  - id: first\n    run: ls\n" + "".join(
        f"  - id: s{at}\n    needs: [{'first' if at < 2 else f's{at - 1}'}]\n    uses: data.filter\n"
        f"    with: {{items: '{{{{ first.stdout }}}}', where: \"{{{{ 'x{at}' in item }}}}\"}}\n"
        for at in range(1, steps)
    )


def requests(text: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return what is asked for: the method and its parameters."""
    lines = text.split("\n")
    everywhere = {"line": 1, "character": 9}
    middle = next(at for at in range(len(lines) // 2, len(lines)) if "needs" in lines[at])
    here = {"line": middle, "character": lines[middle].index("[") + 2}
    of = {"textDocument": {"uri": URI}}
    return {
        "definition": ("textDocument/definition", {**of, "position": here}),
        "highlight here": ("textDocument/documentHighlight", {**of, "position": here}),
        "highlight everywhere": ("textDocument/documentHighlight", {**of, "position": everywhere}),
        "references everywhere": (
            "textDocument/references",
            {**of, "position": everywhere, "context": {"includeDeclaration": True}},
        ),
        "prepare a rename": ("textDocument/prepareRename", {**of, "position": here}),
        "rename here": ("textDocument/rename", {**of, "position": here, "newName": "other"}),
        "rename everywhere": ("textDocument/rename", {**of, "position": everywhere, "newName": "other"}),
        "symbols of the workspace": ("workspace/symbol", {"query": "s9"}),
    }


def timed(client: Client, method: str, params: dict[str, Any], rounds: int) -> tuple[float, Any]:
    """Return the median of the times that an answer takes, in milliseconds, and the answer."""
    taken: list[float] = []
    answer = None
    for _ in range(rounds):
        began = time.perf_counter()
        answer = client.ask(method, params)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1e3, answer


def floor(folder: Path, method: str, params: dict[str, Any], answer: Any, rounds: int) -> float:
    """Return the same of a server that does nothing but give that answer."""
    (folder / "answer.json").write_text(json.dumps([method, answer]), encoding="utf-8")
    command = (sys.executable, "-c", _ANSWERING, str(folder / "answer.json"))
    with Client(command, str(folder), _CAN) as theirs:
        return timed(theirs, method, params, rounds)[0]


def ask_all(folder: Path, steps: int, rounds: int) -> None:
    """Print how long each request takes."""
    text = text_of(steps)
    with Client(SERVE, str(folder / "state"), _CAN) as ours:
        ours.open(text)
        for name, (method, params) in requests(text).items():
            mine, answer = timed(ours, method, params, rounds)
            least = floor(folder, method, params, answer, rounds)
            print(f"{name:26} {steps:6} steps {mine:8.1f} ms   a server that only answers {least:.1f} ms", flush=True)
        method, params = requests(text)["highlight here"]
        behind: list[float] = []
        for number in range(2, rounds + 2):
            ours.change(edited(text, number), number)
            behind.append(timed(ours, method, params, 1)[0])
            ours.until(version(number))
        print(f"{'… right behind a change':26} {steps:6} steps {statistics.median(behind):8.1f} ms", flush=True)


def main() -> None:
    """Print what was measured."""
    small = quick(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        for steps in (50,) if small else (50, 1000, 10_000):
            ask_all(Path(folder), steps, 3 if small else 9)


if __name__ == "__main__":
    main()
