"""How long a cold `calibrant check` takes, beside a Python that only starts.

Run it: python tests/bench/bench_check.py (a minute; --quick for a small sample)

Whole processes, by turns, from start to exit; medians. 10,000 steps are measured a third as often.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.options import quick

ROUNDS = 15
STEP = """
  - id: s{number}
    uses: data.map
    with:
      items: "{{{{ s{before}.items }}}}"
      to: {{name: "{{{{ item.name }}}}", place: "{{{{ index }}}}"}}
"""
FIRST = "name: bench\nsteps:\n  - id: s0\n    uses: data.map\n    with: {items: [{name: a}], to: '{{ item }}'}\n"


def text(steps: int) -> str:
    """Return a workflow in which each step reads the one before."""
    return FIRST + "".join(STEP.format(number=number, before=number - 1) for number in range(1, steps))


def seconds(*command: str, folder: str) -> float:
    """Return the wall time of a whole process."""
    began = time.perf_counter()
    subprocess.run(
        command, cwd=folder, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "CALIBRANT_STATE": folder}
    )
    return time.perf_counter() - began


def main() -> None:
    """Print medians and ratios."""
    small = quick(__doc__)
    sizes = (10,) if small else (10, 1_000, 10_000)
    with tempfile.TemporaryDirectory() as folder:
        for steps in sizes:
            (Path(folder) / f"{steps}.workflow.yaml").write_text(text(steps), encoding="utf-8")
        commands = {
            "python -c pass": (sys.executable, "-c", "pass"),
            "calibrant --version": (sys.executable, "-m", "calibrant", "--version"),
        } | {
            f"check, {steps:,} steps": (sys.executable, "-m", "calibrant", "check", f"{steps}.workflow.yaml")
            for steps in sizes
        }
        taken: dict[str, list[float]] = {name: [] for name in commands}
        for turn in range(2 if small else ROUNDS):
            for name, command in commands.items():
                if "10,000" in name and turn % 3:
                    continue
                taken[name].append(seconds(*command, folder=folder))
        floor = statistics.median(taken["python -c pass"])
        for name, values in taken.items():
            median = statistics.median(values)
            print(f"{name:22} {median * 1000:6.0f} ms   {median / floor:5.1f} × an empty Python")


if __name__ == "__main__":
    main()
