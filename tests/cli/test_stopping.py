"""A calibration that is stopped from outside: no process of it remains, and what is said is calm."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.command import workflow

STEPS = """\
steps:
  - {id: first, run: "true"}
  - {id: second, needs: first, run: "trap '' TERM INT; setsid -f sleep %d; sleep %d"}
"""


def _sleepers(seconds: int) -> list[str]:
    lines = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout.splitlines()
    return [line for line in lines if line == f"sleep {seconds}"]


@pytest.mark.parametrize(
    ("number", "times", "status"),
    [
        (signal.SIGINT, 1, 130),
        (signal.SIGTERM, 1, 143),
        (signal.SIGTERM, 2, 143),
        (signal.SIGKILL, 1, -signal.SIGKILL),
    ],
)
def test_nothing_outlives_a_stopped_calibration(tmp_path: Path, number: int, times: int, status: int) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    seconds = 100_000 + os.getpid() * 10 + number
    workflow(folder, STEPS % (seconds, seconds))
    running = subprocess.Popen(
        [sys.executable, "-m", "calibrant", "calibrate", ".", "--trust"],
        cwd=folder,
        env={**os.environ, "CALIBRANT_STATE": str(tmp_path / "state")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 30
    while len(_sleepers(seconds)) < 2 and time.monotonic() < until:
        time.sleep(0.05)
    assert len(_sleepers(seconds)) == 2
    for _ in range(times):
        running.send_signal(number)
    _, said = running.communicate(timeout=30)
    assert running.returncode == status
    assert "Traceback" not in said
    assert ("Stopped." in said) == (number != signal.SIGKILL)
    until = time.monotonic() + 30
    while _sleepers(seconds) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _sleepers(seconds)
