"""How long the server takes to start, and a text to become diagnostics, against bare pygls servers in the same run.

Run it: python tests/bench/bench_lsp.py (a minute; --quick for a small sample)

All times are those that a client sees over stdin and stdout, with whole texts sent (the server's way of being told changes),
the servers by turns so that both see the same machine. `change → diagnostics` holds the 35 ms for which the end of a burst
is waited for; `processor time` is what the server itself took for it. The request right behind a change is for completion of
a field, which was asked for once before: what it takes is mostly the reading of the newest text. Medians.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.asking import requests
from bench.client import EMPTY, SERVE, URI, Client, bare, edited, version, workflow
from bench.options import quick


def start(state: str, rounds: int) -> None:
    """Spawn both servers and wait for the answer to `initialize`."""
    times: dict[str, list[float]] = {"calibrant": [], "empty pygls server": []}
    for _ in range(rounds):
        for name, command in (("calibrant", SERVE), ("empty pygls server", EMPTY)):
            began = time.perf_counter()
            with Client(command, state):
                times[name].append(time.perf_counter() - began)
    ours, theirs = (statistics.median(each) for each in times.values())
    print(
        f"initialize reply after spawn     {ours * 1e3:7.1f} ms   {ours / theirs:5.2f} × an empty pygls server (≤ 1.2)",
        flush=True,
    )


def completion(text: str) -> dict[str, Any]:
    """Return the parameters of a completion in a reference."""
    return next(one.params for one in requests(URI, text) if one.method == "textDocument/completion")


def processor(client: Client) -> float:
    """Return the seconds of processor time that the server has taken so far."""
    return int(Path(f"/proc/{client.process.pid}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9


def changes(state: str, steps: int, rounds: int) -> None:
    """Open a text and type into its middle, waiting for the diagnostics each time."""
    text = workflow(steps)
    asked = completion(text)
    taken: dict[str, list[float]] = {"ours": [], "theirs": [], "answers": []}
    with Client(SERVE, state) as ours, Client(bare(), state) as theirs:
        opening, floor = ours.open(text), theirs.open(text)
        print(
            f"open → diagnostics, {steps:6} steps  {opening * 1e3:7.1f} ms   a server that only answers {floor * 1e3:.1f} ms"
        )
        before = processor(ours)
        for number in range(2, rounds + 2):
            for name, client in (("ours", ours), ("theirs", theirs)):
                began = time.perf_counter()
                client.change(edited(text, number), number)
                client.until(version(number))
                taken[name].append(time.perf_counter() - began)
        each = (processor(ours) - before) / rounds
        ours.ask("textDocument/completion", asked)
        for number in range(rounds + 2, 2 * rounds + 2):
            ours.change(edited(text, number), number)
            began = time.perf_counter()
            ours.ask("textDocument/completion", asked)
            taken["answers"].append(time.perf_counter() - began)
            ours.until(version(number))
    mine, bare_one, answers = (statistics.median(taken[name]) * 1e3 for name in ("ours", "theirs", "answers"))
    budget = " (≤ 60)" if steps == 1000 else ""
    print(
        f"change → diagnostics, {steps:5} steps {mine:7.1f} ms{budget}   a server that only answers {bare_one:.1f} ms"
        f"   processor time {each * 1e3:.1f} ms   completion right behind a change {answers:.1f} ms",
        flush=True,
    )


def burst(state: str, steps: int) -> None:
    """Send ten changes at once and a request right behind them."""
    text = workflow(steps)
    with Client(SERVE, state) as client:
        client.open(text)
        client.ask("textDocument/completion", completion(text))
        for number in range(2, 12):
            client.change(edited(text, number), number)
        began = time.perf_counter()
        client.send(id="q", method="textDocument/completion", params=completion(text))
        _, before = client.until(lambda message: message.get("id") == "q")
        answered = time.perf_counter() - began
        _, published = client.until(version(11))
        print(
            f"burst of 10, {steps:5} steps           {before + published} publication(s) (1), completion right behind it"
            f" in {answered * 1e3:.1f} ms (≤ 50), diagnostics in {(time.perf_counter() - began) * 1e3:.1f} ms",
            flush=True,
        )


def many(state: str, documents: int, steps: int, rounds: int) -> None:
    """Open many documents at once, and see how long requests wait meanwhile that need none of them."""
    with Client(SERVE, state) as client:
        uris = [f"file:///nowhere/{number}.workflow.yaml" for number in range(documents)]
        began = time.perf_counter()
        for uri in uris:
            item = {"uri": uri, "languageId": "yaml", "version": 1, "text": workflow(steps)}
            client.send(method="textDocument/didOpen", params={"textDocument": item})
        waits: list[float] = []
        shown = 0
        while shown < documents:
            asked = time.perf_counter()
            client.send(id="w", method="textDocument/codeLens", params={"textDocument": {"uri": "file:///none"}})
            shown += client.until(lambda message: message.get("id") == "w")[1]
            waits.append(time.perf_counter() - asked)
            time.sleep(0.005)
        total = time.perf_counter() - began
    print(
        f"{documents} documents opened at once    {total * 1e3:7.0f} ms for all, {total / documents * 1e3:.1f} ms each of {steps}"
        f" steps; requests meanwhile {statistics.median(waits) * 1e3:.1f} ms median, {max(waits) * 1e3:.1f} ms at most"
    )


def main() -> None:
    """Print what was measured."""
    small = quick(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        state = str(Path(folder) / "state")
        start(state, 2 if small else 15)
        for steps, rounds in ((50, 3),) if small else ((50, 25), (1000, 25), (10_000, 10)):
            changes(state, steps, rounds)
            burst(state, steps)
        many(state, *((3, 50, 1) if small else (50, 300, 1)))


if __name__ == "__main__":
    main()
