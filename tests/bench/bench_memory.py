"""How much memory the server holds: with nothing open, with workflows open, after many edits, after closing.

Run it: python tests/bench/bench_memory.py (two minutes; --quick for a small sample)

Megabytes resident (`VmRSS` of the server process, which includes Python and its libraries), beside an empty pygls server with
the same text open. `edits` are whole new texts, each waited for until its diagnostics are here; they alternate between the
middle of the text and its end. `asked` is after everything that the server offers was asked once. `closed` is four seconds
after the document was closed: what is kept of it then could not be given back, or is Python's own.
"""

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.asking import requests
from bench.client import SERVE, URI, Client, bare, edited, version, workflow
from bench.options import quick


def measure(state: str, steps: int, edits: int) -> None:
    """Print one line."""
    text = workflow(steps)
    with Client(SERVE, state) as ours, Client(bare(), state) as theirs:
        ours.send(method="initialized", params={})
        time.sleep(1)
        none, bare_none = ours.resident(), theirs.resident()
        ours.open(text)
        theirs.open(text)
        opened, bare_open = ours.resident(), theirs.resident()
        for number in range(2, edits + 2):
            ours.change(edited(text, number) if number % 2 else f"{text}# {number}\n", number)
            ours.until(version(number))
        after = ours.resident()
        for request in requests(URI, text):
            if ours.offers.get(request.capability):
                ours.ask(request.method, request.params)
        asked = ours.resident()
        ours.send(method="textDocument/didClose", params={"textDocument": {"uri": URI}})
        time.sleep(4)
        closed = ours.resident()
    print(
        f"{steps:6} steps, {len(text) / 1e6:5.2f} MB of text: {none:5.0f} MB with none open, {opened:5.0f} open"
        f"{' (< 120)' if steps == 1000 else ''}, {after:5.0f} after {edits} edits, {asked:5.0f} after all was asked,"
        f" {closed:5.0f} closed; a bare server {bare_none:.0f} and {bare_open:.0f}",
        flush=True,
    )


def main() -> None:
    """Print what was measured."""
    small = quick(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        for steps, edits in ((50, 5),) if small else ((50, 1000), (1000, 1000), (10_000, 100)):
            measure(str(Path(folder) / "state"), steps, edits)


if __name__ == "__main__":
    main()
