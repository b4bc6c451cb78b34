"""How long a run takes that uses again what still holds, beside a full one: saving in the editor, and on the command line.

Run it: python tests/bench/bench_rerun.py (two minutes; --quick for a small sample)

`fan`: one step makes a list, and all others read it and make a list of their own; with few elements (cheap steps) and with
many (each step takes some 20 ms). `chain`: each step reads the one before. One step is edited: the last, which nothing
hangs on; or the one in the middle of the chain, on which half of it hangs. `save → end` is from the notification
`textDocument/didSave` to `calibrant/session`, worker process, store and trials included; `full` is the command
`calibrant.calibrate` with `resume: full` of the same text. On the command line whole processes are timed, with
`calibrant --version` as what starting one takes. Medians; `ran` is how many steps were not reused.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.client import SERVE, Client
from bench.options import quick

CALIBRANT = (sys.executable, "-m", "calibrant")


def fan(steps: int, elements: int) -> str:
    """Return a workflow in which all steps but the first read the first."""
    return _head(elements) + "".join(_step(number, 0) for number in range(1, steps))


def chain(steps: int, elements: int) -> str:
    """Return a workflow in which each step reads the one before."""
    return _head(elements) + "".join(_step(number, number - 1) for number in range(1, steps))


def _head(elements: int) -> str:
    return (
        "name: bench\nsteps:\n  - id: s0\n    uses: data.map\n    with:\n"
        f"      items: \"{{{{ range({elements}) | list }}}}\"\n      to: \"{{{{ {{'n': item, 'of': 0}} }}}}\"\n"
    )


def _step(number: int, before: int) -> str:
    return (
        f'  - id: s{number}\n    uses: data.map\n    with:\n      items: "{{{{ s{before}.items }}}}"\n'
        f"      to: \"{{{{ {{'n': item.n, 'of': item.of + {number}}} }}}}\"\n"
    )


def edited(text: str, step: int, turn: int) -> str:
    """Return the text with another value in one step."""
    return text.replace(f"item.of + {step}}}", f"item.of + {step * 1000 + turn}}}")


class Editor:
    """A server with the workflow open."""

    def __init__(self, client: Client, path: Path, text: str) -> None:
        self.client, self.path, self.uri, self.version = client, path, path.as_uri(), 1
        path.write_text(text, encoding="utf-8")
        client.open(text, self.uri)

    def save(self, text: str) -> tuple[float, dict[str, Any]]:
        """Change the text, save it, and return the seconds from there to the end of its run, and that run."""
        self.version += 1
        self.client.change(text, self.version, self.uri)
        self.path.write_text(text, encoding="utf-8")
        began = time.perf_counter()
        self.client.send(method="textDocument/didSave", params={"textDocument": {"uri": self.uri}})
        return self._ended(began)

    def calibrate(self, resume: str) -> tuple[float, dict[str, Any]]:
        """Run the workflow by command."""
        began = time.perf_counter()
        given = {"command": "calibrant.calibrate", "arguments": [{"uri": self.uri, "resume": resume}]}
        self.client.send(id=f"run{self.version}", method="workspace/executeCommand", params=given)
        return self._ended(began)

    def _ended(self, began: float) -> tuple[float, dict[str, Any]]:
        result = self.client.until(lambda message: message.get("method") == "calibrant/session")[0]["params"]
        if result["status"] != "completed" or result["summary"]["failed_steps"]:
            raise SystemExit(f"the run ended as {result['status']}: {result['summary']}")
        return time.perf_counter() - began, result


def ran(result: dict[str, Any]) -> int:
    """Return how many steps were not reused."""
    return sum(not step["reused"] for step in result["steps"])


def in_editor(folder: Path, name: str, text: str, step: int, rounds: int) -> None:
    """Print one line."""
    full: list[float] = []
    partial: list[float] = []
    counts: set[int] = set()
    with Client(SERVE, str(folder.parent / "state"), rootUri=folder.as_uri()) as client:
        client.send(method="initialized", params={})
        editor = Editor(client, folder / "bench.workflow.yaml", text)
        editor.calibrate("full")
        for turn in range(1, rounds + 1):
            taken, result = editor.save(edited(text, step, turn))
            partial.append(taken)
            counts.add(ran(result))
            full.append(editor.calibrate("full")[0])
    told(f"{name}, save → end", full, partial, counts)


def on_command_line(folder: Path, name: str, text: str, step: int, rounds: int) -> None:
    """Print one line."""
    path = folder / "bench.workflow.yaml"
    path.write_text(text, encoding="utf-8")
    environ = {**os.environ, "CALIBRANT_STATE": str(folder.parent / "state")}

    def seconds(*arguments: str) -> float:
        began = time.perf_counter()
        quiet = subprocess.DEVNULL
        subprocess.run([*CALIBRANT, *arguments], cwd=folder, check=True, stdout=quiet, stderr=quiet, env=environ)
        return time.perf_counter() - began

    full, partial, floor = list[float](), list[float](), list[float]()
    for turn in range(1, rounds + 1):
        full.append(seconds("calibrate", path.name))
        path.write_text(edited(text, step, turn), encoding="utf-8")
        partial.append(seconds("calibrate", "--resume", "partial", path.name))
        floor.append(seconds("--version"))
    told(f"{name}, command line", full, partial, None)
    print(f"{'':44} starting the command {statistics.median(floor) * 1e3:.0f} ms", flush=True)


def told(name: str, full: list[float], partial: list[float], counts: set[int] | None) -> None:
    """Print medians and their ratio."""
    whole, part = statistics.median(full), statistics.median(partial)
    steps = f"   ran {', '.join(map(str, sorted(counts)))}" if counts else ""
    print(
        f"{name:44} full {whole * 1e3:7.0f} ms   partial {part * 1e3:6.0f} ms   ratio {part / whole:5.2f}{steps}",
        flush=True,
    )


def main() -> None:
    """Print what was measured."""
    small = quick(__doc__)
    size, rounds = (20, 1) if small else (1000, 7)
    cases: tuple[tuple[str, Callable[[int, int], str], int, int, int], ...] = (
        (f"fan of {size}, the last step", fan, size, 20, size - 1),
        (f"fan of {size // 10}, heavy, the last step", fan, size // 10, 2000, size // 10 - 1),
        (f"chain of {size // 5}, the step in the middle", chain, size // 5, 200, size // 10),
    )
    for measure in (in_editor, on_command_line):
        for name, shape, steps, elements, step in cases:
            with tempfile.TemporaryDirectory() as base:
                folder = Path(base) / "ws"
                folder.mkdir()
                (folder / "calibrant.toml").touch()
                measure(folder, name, shape(steps, elements), step, rounds)


if __name__ == "__main__":
    main()
