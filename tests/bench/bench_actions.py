"""How long a GitHub Actions workflow takes to become diagnostics, against other language servers in the same run.

Run it: python tests/bench/bench_actions.py (five minutes; --quick for a small sample)

All servers are asked the same over stdin and stdout by turns: a file is opened, then typed into, in the middle; one edit plants a
fault that each of the servers reports, the next takes it away, and each text is a new one. The time is that from sending a
change until the diagnostics that tell it: of the fault, or of none in its line. So it is known to be of the new text, whether or
not a server sends versions. Ours waits for the end of a burst, which is 35 ms of its time. Medians, then the time that 95 % stay
below. `processor` is what the server's process took for one change, its threads and children included; `memory` what it has in
the end. The others are `@actions/languageserver` (npm; without a session token, so that it asks nothing of GitHub) and
`zizmor --lsp` (PyPI; --offline); tests/bench/peers.py installs them into a cache of their own. Where one cannot be had, that is
said, and it is not measured.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.actions_file import edited, workflow
from bench.client import SERVE, Client, Message
from bench.options import quick
from bench.peers import (
    LANGUAGE_SERVER,
    LANGUAGE_SERVER_VERSION,
    ZIZMOR_VERSION,
    NotToBeHadError,
    language_server,
    zizmor,
)

OURS = "calibrant"
PEERS: Mapping[str, Callable[[], tuple[str, ...]]] = {
    f"{LANGUAGE_SERVER} {LANGUAGE_SERVER_VERSION}": language_server,
    f"zizmor {ZIZMOR_VERSION} --lsp": zizmor,
}
_TICK = os.sysconf("SC_CLK_TCK")


class Times(msgspec.Struct):
    """What one server took, in seconds: until the diagnostics of an opened file, and of each change."""

    opened: float = 0.0
    changes: list[float] = []
    processor: float = 0.0
    megabytes: float = 0.0


def commands() -> dict[str, tuple[str, ...]]:
    """Return the commands of the servers that can be had, ours first; what cannot be had is said."""
    found: dict[str, tuple[str, ...]] = {OURS: SERVE}
    for name, command in PEERS.items():
        try:
            found[name] = command()
        except NotToBeHadError as why:
            print(f"!!! {name} is NOT MEASURED: {why}", flush=True)
    return found


def processor(client: Client) -> float:
    """Return the seconds of processor time of a server so far, with those of its children that have ended."""
    stat = Path(f"/proc/{client.process.pid}/stat").read_text(encoding="utf-8")
    return sum(int(field) for field in stat.rpartition(")")[2].split()[11:15]) / _TICK


def told(uri: str, line: int, fault: bool) -> Callable[[Message], bool]:
    """Tell a publication that shows something in that line, or nothing."""

    def is_it(message: Message) -> bool:
        params = message.get("params") or {}
        if message.get("method") != "textDocument/publishDiagnostics" or params["uri"] != uri:
            return False
        return fault == any(one["range"]["start"]["line"] == line for one in params["diagnostics"])

    return is_it


@contextmanager
def started(servers: Mapping[str, tuple[str, ...]], folder: Path) -> Iterator[dict[str, Client]]:
    """Start all servers in one folder."""
    with ExitStack() as stack:
        clients = {}
        for name, command in servers.items():
            client = Client(command, str(folder.parent / "state"), rootUri=folder.as_uri(), initializationOptions={})
            clients[name] = stack.enter_context(client)
            client.send(method="initialized", params={})
        yield clients


def measure(servers: Mapping[str, tuple[str, ...]], text: str, rounds: int) -> dict[str, Times]:
    """Open the text in all servers, then type into it by turns."""
    times = {name: Times() for name in servers}
    with tempfile.TemporaryDirectory() as base:
        path = Path(base) / "ws" / ".github" / "workflows" / "bench.yml"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
        (path.parents[2] / "calibrant.toml").touch()
        uri = path.as_uri()
        with started(servers, path.parents[2]) as clients:
            for name, client in clients.items():
                began = time.perf_counter()
                item = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
                client.send(method="textDocument/didOpen", params={"textDocument": item})
                client.until(told(uri, edited(text, 1, False)[1], False))
                times[name].opened = time.perf_counter() - began
                times[name].processor = -processor(client)
            for number in range(2, 2 * rounds + 2):
                new, line = edited(text, number, number % 2 == 0)
                for name, client in clients.items():
                    began = time.perf_counter()
                    client.change(new, number, uri)
                    client.until(told(uri, line, number % 2 == 0))
                    times[name].changes.append(time.perf_counter() - began)
            for name, client in clients.items():
                times[name].processor = (times[name].processor + processor(client)) / (2 * rounds)
                times[name].megabytes = client.resident()
    return times


def worst(values: list[float]) -> float:
    """Return the value that 95 % stay below."""
    return sorted(values)[max(round(len(values) * 0.95) - 1, 0)]


def show(times: Mapping[str, Times]) -> None:
    """Print the table, and how ours stands to each of the others."""
    print(f"{'':32} {'open':>9} {'change':>9} {'95 %':>9} {'processor':>10} {'memory':>8}   change, by ours")
    ours = statistics.median(times[OURS].changes)
    for name, one in times.items():
        median = statistics.median(one.changes)
        print(
            f"{name:32} {one.opened * 1e3:6.0f} ms {median * 1e3:6.1f} ms {worst(one.changes) * 1e3:6.1f} ms"
            f" {one.processor * 1e3:7.1f} ms {one.megabytes:5.0f} MB   {median / ours:8.2f} ×{'' if name == OURS else ' (> 1)'}",
            flush=True,
        )


def main() -> None:
    """Print what was measured."""
    small = quick(__doc__)
    servers = commands()
    for jobs, steps, rounds in ((1, 20, 2),) if small else ((1, 50, 15), (20, 50, 8), (1, 1000, 5)):
        text = workflow(jobs, steps)
        load = os.getloadavg()[0] / (os.cpu_count() or 1)
        print(
            f"\n{jobs * steps} steps in {jobs} job(s), {len(text) / 1e3:.0f} KB; {load:.1f} processes waited for each core"
        )
        show(measure(servers, text, rounds))


if __name__ == "__main__":
    main()
