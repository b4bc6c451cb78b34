"""How a thousand workflow files behave: checked whole, at the server's start, and when a checkout changes all of them.

Run it: python tests/bench/bench_scale.py (half a minute; --quick for a small sample)

1,000 workflows of 11 steps in 20 folders, each with one issue. `start` is from `initialized` until the issue of every file is
shown; its floor is a bare pygls server that lists and reads the same files then and publishes one empty list for each. While
that goes on, a request is asked every 10 ms. `checkout` writes all files anew, with another issue in each. `check` is the whole
command beside a Python that reads the files.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.client import SERVE, URI, Client
from bench.options import quick

STEPS = 10
BARE = """
from pathlib import Path
from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path
server = LanguageServer('bare', '1')
def initialized(ls, params):
    for path in sorted(Path(to_fs_path(ls.workspace.root_uri)).rglob('*.workflow.yaml')):
        path.read_text(encoding='utf-8')
        ls.text_document_publish_diagnostics(types.PublishDiagnosticsParams(path.as_uri(), []))
server.feature('initialized')(initialized)
server.start_io()
"""
READ = "from pathlib import Path\nfor path in Path().rglob('*.workflow.yaml'): path.read_text(encoding='utf-8')"


def text(number: int, wrong: str) -> str:
    """Return a workflow in which one step is wrong: its connector is called `wrong`."""
    steps = "".join(
        f"  - id: s{at}\n    uses: file.list\n    with: {{path: ., glob: '*.{number}'}}\n" for at in range(STEPS)
    )
    return f"name: w{number}\nsteps:\n{steps}  - id: bad\n    uses: {wrong}\n"


def fill(folder: Path, files: int, wrong: str) -> list[Path]:
    """Write all workflows, as a checkout does, and return their paths."""
    paths = [folder / f"team{number % 20:02}" / f"w{number:04}.workflow.yaml" for number in range(files)]
    for number, path in enumerate(paths):
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(".new")
        new.write_text(text(number, wrong), encoding="utf-8")
        new.replace(path)
    return paths


class Session:
    """A server with the folder open, and what is shown for each file: the names that are told to be wrong."""

    def __init__(self, folder: Path, state: str, files: int, *, watches: bool) -> None:
        self.client = Client(SERVE, state)
        self.files = files
        self.shown: dict[str, str] = {}
        self.published = 0
        self.answers: dict[int, float] = {}
        watched = {"didChangeWatchedFiles": {"dynamicRegistration": watches}}
        params = {"processId": None, "rootUri": folder.as_uri(), "capabilities": {"workspace": watched}}
        self.client.send(id=0, method="initialize", params=params)
        self.client.until(lambda message: message.get("id") == 0)
        self.began = time.perf_counter()
        self.client.send(method="initialized", params={})
        threading.Thread(target=self._receive, daemon=True).start()

    def _receive(self) -> None:
        while True:
            try:
                message = self.client.receive()
            except ValueError:
                return
            params: dict[str, Any] = message.get("params") or {}
            if message.get("method") == "textDocument/publishDiagnostics":
                self.published += 1
                said = [one["message"] for one in params["diagnostics"]]
                self.shown[params["uri"]] = said[0].split("‘")[1].split("’")[0] if said else ""
            elif "method" in message and "id" in message:
                self.client.send(id=message["id"], result=None)
            elif "id" in message:
                self.answers[message["id"]] = time.perf_counter()

    def settled(self, wrong: str) -> tuple[float, list[float]]:
        """Wait until all files show `wrong`; return the seconds since `began`, and how long requests took meanwhile."""
        taken, number = [], 1
        while list(self.shown.values()).count(wrong) < self.files:
            asked = time.perf_counter()
            if asked - self.began > 60:
                raise SystemExit(f"only {list(self.shown.values()).count(wrong)} of {self.files} after a minute")
            number += 1
            self.answers.pop(number, None)
            self.client.send(id=number, method="textDocument/codeLens", params={"textDocument": {"uri": URI}})
            while number not in self.answers:
                time.sleep(0.0005)
            taken.append(self.answers[number] - asked)
            time.sleep(0.01)
        return time.perf_counter() - self.began, sorted(taken)


def told(what: str, seconds: float, taken: list[float], published: int) -> None:
    """Print one line."""
    requests = f"requests meanwhile {taken[len(taken) // 2] * 1e3:5.1f} ms median, {taken[-1] * 1e3:6.1f} ms at most"
    print(f"{what:34} {seconds:6.2f} s   {published:5} publications   {requests}")


def floor(folder: Path, state: str, files: int) -> float:
    """Return the seconds that a server takes which reads all files and finds nothing."""
    client = Client((sys.executable, "-c", BARE), state, rootUri=folder.as_uri())
    with client:
        began = time.perf_counter()
        client.send(method="initialized", params={})
        for _ in range(files):
            client.until(lambda message: message.get("method") == "textDocument/publishDiagnostics")
        return time.perf_counter() - began


def server(folder: Path, state: str, files: int, *, watches: bool) -> None:
    """Measure a server's start and one checkout."""
    who = "the editor watches" if watches else "we watch"
    fill(folder, files, "wrong.first")
    session = Session(folder, state, files, watches=watches)
    seconds, taken = session.settled("wrong.first")
    told("start", seconds, taken, session.published)
    bare_one = floor(folder, state, files)
    print(f"{'':34} {seconds / bare_one:6.1f} × a server that only reads them ({bare_one * 1e3:.0f} ms)")
    time.sleep(1.0)
    session.published, session.began = 0, time.perf_counter()
    paths = fill(folder, files, "wrong.second")
    if watches:
        for at in range(0, files, 50):
            events = [{"uri": path.as_uri(), "type": 2} for path in paths[at : at + 50]]
            session.client.send(method="workspace/didChangeWatchedFiles", params={"changes": events})
    told(f"checkout, {who}", *session.settled("wrong.second"), session.published)
    session.client.process.kill()
    session.client.process.wait()


def check(folder: Path, state: str) -> None:
    """Measure `calibrant check`, its first output and its end."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "calibrant", "check", "."]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, env={**os.environ, "CALIBRANT_STATE": state}
    ) as process:
        assert process.stdout
        process.stdout.readline()
        first = time.perf_counter() - began
        process.stdout.read()
    whole = time.perf_counter() - began
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", READ], cwd=folder, check=True)
    bare_one = time.perf_counter() - began
    print(
        f"{'check':34} {whole:6.2f} s   first line after {first:.2f} s;"
        f" {whole / bare_one:.1f} × a Python that only reads them ({bare_one * 1e3:.0f} ms)"
    )


def main() -> None:
    """Print what was measured."""
    files = 20 if quick(__doc__) else 1_000
    with tempfile.TemporaryDirectory() as base:
        folder = Path(base) / "ws"
        folder.mkdir()
        (folder / "calibrant.toml").touch()
        for watches in (True, False):
            server(folder, base + "/state", files, watches=watches)
        check(folder, base + "/state")


if __name__ == "__main__":
    main()
