"""Many workflows calibrated at once: each its own way, one display, one table; stopped in the middle, nothing is lost."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from cli.command import calibrant, workflow
from cli.test_bad_input import without_rights

GOOD = "steps:\n  - id: one\n    uses: data.map\n    with: {items: [1, 2], to: '{{ item + 1 }}'}\n"
BAD = "steps:\n  - id: one\n    uses: file.read\n    with: {path: nothing.txt}\n"
SLOW = "steps:\n  - id: wait\n    run: sleep %d\n"


def processes(line: str) -> list[str]:
    found = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout.splitlines()
    return [one for one in found if one == line]


def wait_for(line: str, *, gone: bool = False) -> None:
    until = time.monotonic() + 30
    while bool(processes(line)) == gone:
        assert time.monotonic() < until, f"‘{line}’ did not {'end' if gone else 'begin'}"
        time.sleep(0.05)


def environ(folder: Path) -> dict[str, str]:
    state = folder.parent / f"{folder.name}-state"
    return {**os.environ, "CALIBRANT_STATE": str(state), "CALIBRANT_CONFIG": str(state / "none.toml")}


def start(folder: Path, *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "calibrant", "calibrate", *words],
        cwd=folder,
        env=environ(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "work"
    for name in ("", "flows", "flows/old"):
        (made / name).mkdir(parents=True, exist_ok=True)
    (made / "calibrant.toml").touch()
    return made


def shown(result: dict[str, Any]) -> list[dict[str, Any]]:
    return [issue for group in result["issues"].values() for issue in group]


def test_none_stops_the_others(folder: Path) -> None:
    seconds = 200_000 + os.getpid()
    busy = workflow(folder, SLOW % seconds, "busy.workflow.yaml")
    workflow(folder, "steps: [\n", "flows/broken.workflow.yaml")
    (folder / "flows" / "binary.workflow.yaml").write_bytes(bytes(range(256)))
    workflow(folder, BAD, "flows/old/bad.workflow.yaml")
    workflow(folder, GOOD, "flows/old/good.workflow.yaml")
    workflow(folder, GOOD, "flows/old/locked.workflow.yaml").chmod(0)
    workflow(folder, GOOD, "zz.workflow.yaml")
    other = start(folder, str(busy), "--trust")
    try:
        wait_for(f"sleep {seconds}")
        done = calibrant(
            *("calibrate", ".", "--trust", "--format", "json"),
            folder=folder,
            state=Path(environ(folder)["CALIBRANT_STATE"]),
            before=without_rights(),
        )
    finally:
        other.send_signal(signal.SIGINT)
        other.communicate(timeout=30)
    assert done.status == 2, done.err
    found = {one["path"]: (one["status"], [issue["code"] for issue in shown(one)]) for one in done.json}
    assert found == {
        "zz.workflow.yaml": ("completed", []),
        "flows/binary.workflow.yaml": ("failed", ["not-text"]),
        "flows/broken.workflow.yaml": ("completed", ["syntax-error"]),
        "flows/old/bad.workflow.yaml": ("completed", ["file-not-found"]),
        "flows/old/good.workflow.yaml": ("completed", []),
    }
    assert "busy.workflow.yaml: " in done.err
    assert "already running" in done.err
    assert "‘flows/old/locked.workflow.yaml’ cannot be read" in done.err


def test_a_table_by_folder(folder: Path) -> None:
    for name in ("a", "flows/b", "flows/old/c", "flows/old/d"):
        workflow(folder, GOOD, f"{name}.workflow.yaml")
    workflow(folder, BAD, "flows/old/e.workflow.yaml")
    done = calibrant("calibrate", ".", folder=folder)
    assert done.status == 1
    assert "── flows/old/e.workflow.yaml ──" in done.out
    assert "a.workflow.yaml" not in done.out, "of what went well, only the number is told"
    table = done.out[done.out.index("\n.") :].splitlines()[1:]
    assert table[:4] == [
        ".          1 workflow: no issues",
        "flows      1 workflow: no issues",
        "flows/old  3 workflows, 1 with errors: 1 issue",
        "",
    ]
    assert re.fullmatch(r"5 workflows, 1 with errors: 1 issue, in \d+\.\d s\.", table[4])
    assert sorted(line.partition("  ")[2] for line in done.err.splitlines()) == [
        "a.workflow.yaml: no issues",
        "flows/b.workflow.yaml: no issues",
        "flows/old/c.workflow.yaml: no issues",
        "flows/old/d.workflow.yaml: no issues",
        "flows/old/e.workflow.yaml: 1 issue",
    ]


def test_many_are_not_many_lines(folder: Path) -> None:
    for number in range(22):
        workflow(folder, GOOD, f"w{number:02}.workflow.yaml")
    done = calibrant("calibrate", ".", "--format", "json", folder=folder)
    assert done.status == 0
    assert len(done.err.splitlines()) == 10
    assert done.err.splitlines()[-1] == "22 of 22 workflows"
    assert [one["path"] for one in done.json] == [f"w{number:02}.workflow.yaml" for number in range(22)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("style", ["text", "json"])
def test_stopped_in_the_middle(folder: Path, number: int, style: str) -> None:
    """What had ended is told, what went on is told to be cancelled, what had not begun is left out; nothing goes on."""
    workflow(folder, BAD, "a.workflow.yaml")
    seconds = 300_000 + os.getpid() * 10 + number
    for at in range(os.cpu_count() or 1):
        workflow(folder, SLOW % seconds, f"b{at:03}.workflow.yaml")
    for at in range(30):
        workflow(folder, SLOW % seconds, f"c{at}.workflow.yaml")
    running = start(folder, ".", "--trust", "--format", style)
    wait_for(f"sleep {seconds}")
    assert running.stderr
    until = time.monotonic() + 30
    while len(processes(f"sleep {seconds}")) < len(os.sched_getaffinity(0)) and time.monotonic() < until:
        time.sleep(0.05)
    running.send_signal(number)
    running.send_signal(number)
    out, err = running.communicate(timeout=30)
    assert running.returncode == 128 + number
    assert "Traceback" not in err
    assert "Stopped. 1 of" in err
    assert "file-not-found" in out
    wait_for(f"sleep {seconds}", gone=True)
    if style == "json":
        found = json.loads(out)
        assert [one["status"] for one in found] == ["completed"] + ["cancelled"] * (len(found) - 1)
        assert 1 < len(found) < 30
    else:
        assert "not begun" in out.splitlines()[-1]


def test_one_display_on_a_terminal(folder: Path) -> None:
    for number in range(12):
        workflow(folder, GOOD, f"w{number:02}.workflow.yaml")
    master, slave = pty.openpty()
    done = subprocess.Popen(
        [sys.executable, "-m", "calibrant", "calibrate", "."],
        cwd=folder,
        env={**environ(folder), "TERM": "xterm", "COLUMNS": "80", "LINES": "24"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=slave,
        text=True,
    )
    os.close(slave)
    shown = b""
    try:
        while block := os.read(master, 1 << 16):
            shown += block
    except OSError:  # the other end is closed
        pass
    os.close(master)
    out, _ = done.communicate(timeout=30)
    assert done.returncode == 0
    assert "12 workflows: no issues" in out
    assert "All workflows" in shown.decode()
    frames = re.split(r"All workflows", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode()))
    assert max(frame.count(".workflow.yaml") for frame in frames) <= (os.cpu_count() or 1)
