"""Things that end or vanish in the middle of a run: it ends in words, the next one works, and nothing is left behind."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from cli.command import Done, calibrant, workflow
from lsp.editor import children
from lsp.wire import Wire

STEPS = """\
steps:
  - id: first
    uses: file.write
    with: {path: made.txt, content: x}
  - id: many
    for_each: "{{ range(1000) | list }}"
    uses: data.map
    with: {items: [1, 2, 3], to: "{{ item * 2 }}"}
  - id: last
    needs: [first, many]
    run: sleep SECONDS
"""


class Place:
    """A workspace, its state and its temporary folder, and a run in it."""

    def __init__(self, base: Path, number: int) -> None:
        self.seconds = str(400_000 + os.getpid() * 7 + number)
        self.ws, self.state, self.tmp = base / "ws", base / "state", base / "tmp"
        self.ws.mkdir()
        self.tmp.mkdir()
        (self.ws / "calibrant.toml").touch()
        self.file = workflow(self.ws, STEPS.replace("SECONDS", self.seconds))
        self.environ = {
            "CALIBRANT_STATE": str(self.state),
            "CALIBRANT_CONFIG": str(base / "none.toml"),
            "TMPDIR": str(self.tmp),
        }

    @contextmanager
    def running(self, *words: str) -> "Iterator[subprocess.Popen[str]]":
        process = subprocess.Popen(
            [sys.executable, "-m", "calibrant", "calibrate", str(self.file), "--trust", "--format", "json", *words],
            cwd=self.ws.parent,
            env={**os.environ, **self.environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            yield process
        finally:
            process.kill()
            process.communicate()

    def result(self, process: "subprocess.Popen[str]") -> Any:
        out, err = process.communicate(timeout=60)
        assert "Traceback" not in out + err, err
        assert out, err
        return json.loads(out)[0]

    def sleepers(self) -> list[str]:
        lines = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout.splitlines()
        return [line for line in lines if line == f"sleep {self.seconds}"]

    def wait_for_the_last_step(self) -> None:
        until = time.monotonic() + 30
        while not self.sleepers():
            assert time.monotonic() < until
            time.sleep(0.02)

    def nothing_is_left(self) -> None:
        """Fail where a process goes on, or where a private copy outlives the next run."""
        until = time.monotonic() + 10
        while self.sleepers():
            assert time.monotonic() < until, "a step goes on"
            time.sleep(0.05)
        if list(self.tmp.iterdir()):
            time.sleep(1.1)  # what was made just now may be of a run that is about to begin
        self.ws.mkdir(exist_ok=True)
        workflow(self.ws, STEPS.partition("  - id: many")[0], "next.workflow.yaml")
        done = self.calibrant("calibrate", "next.workflow.yaml", "--format", "json")
        assert done.status == 0, done.out + done.err
        assert [path.name for path in self.tmp.iterdir()] == []

    def calibrant(self, *words: str) -> Done:
        return calibrant(*words, folder=self.ws, state=self.state, env=self.environ)


def the_worker(process: "subprocess.Popen[str]") -> list[int]:
    """Wait until a run has begun, and return its worker process."""
    until = time.monotonic() + 20
    while not (found := children(process.pid)):
        assert time.monotonic() < until
        time.sleep(0.005)
    return found


@pytest.fixture
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Place:
    return Place(tmp_path, sum(map(ord, request.node.name)))


@pytest.mark.parametrize("seed", range(3))
def test_a_worker_that_is_killed_at_any_moment(place: Place, seed: int) -> None:
    moment = random.Random(seed).uniform(0.0, 0.5) if seed else 5.0
    with place.running() as process:
        found = the_worker(process)
        if seed:
            time.sleep(moment)
        else:
            place.wait_for_the_last_step()
        os.kill(found[0], signal.SIGKILL)
        result = place.result(process)
        assert process.returncode == 1
    assert result["status"] == "failed"
    assert len(result["steps"]) == 3
    assert {step["status"] for step in result["steps"]} <= {"completed", "rehearsed", "skipped"}
    again = place.calibrant("calibrate", str(place.file), "--format", "json", "--on-fatal", "stop")
    assert again.json[0]["status"] == "completed", "the next run works: the lock is free"
    place.nothing_is_left()


def test_the_whole_command_is_killed(place: Place) -> None:
    with place.running() as process:
        place.wait_for_the_last_step()
        process.kill()
        process.wait()
        place.nothing_is_left()


def test_two_on_one_workflow(place: Place) -> None:
    with place.running() as process:
        place.wait_for_the_last_step()
        second = place.calibrant("calibrate", str(place.file), "--trust")
        assert second.status == 3
        assert "already running" in second.err
        process.send_signal(signal.SIGINT)
        assert place.result(process)["status"] == "cancelled"
    assert place.calibrant("calibrate", str(place.file)).status == 0
    place.nothing_is_left()


def vanish(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.mark.parametrize("what", ["state", "ws", "file", "tmp"])
def test_what_vanishes_while_it_runs(place: Place, what: str) -> None:
    """The run comes to an end of its own, or is cut short by us, in words; what is there again works again."""
    place.file.write_text(
        STEPS.replace("SECONDS", "0.8") + "  - id: after\n    needs: last\n    uses: file.list\n    with: {path: .}\n"
    )
    with place.running() as process:
        until = time.monotonic() + 20
        while not any(place.tmp.glob("calibrant-run-*/files/made.txt")):
            assert time.monotonic() < until
            time.sleep(0.01)
        time.sleep(0.3)
        vanish(getattr(place, what))
        result = place.result(process)
    assert result["status"] in ("completed", "failed")
    for issue in [*result["issues"]["critical"], *result["issues"]["warnings"]]:
        assert "Errno" not in issue["message"]
        assert "Error" not in issue["message"]
    place.tmp.mkdir(exist_ok=True)
    place.nothing_is_left()


def test_a_file_that_is_renamed_while_it_runs(place: Place) -> None:
    place.file.write_text(STEPS.replace("SECONDS", "0.8"))
    with place.running() as process:
        the_worker(process)
        place.file.rename(place.ws / "other.workflow.yaml")
        assert place.result(process)["status"] == "completed"
    place.nothing_is_left()


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "| true", "2>&1 | true", "<&-"])
def test_streams_that_are_closed(place: Place, closed: str) -> None:
    workflow(place.ws, STEPS.partition("  - id: many")[0], "next.workflow.yaml")
    for command in ("calibrate", "check"):
        script = f'"{sys.executable}" -m calibrant {command} . {closed}'
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=place.ws,
            env={**os.environ, **place.environ},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert "Traceback" not in done.stderr + done.stdout, done.stderr
        assert "Exception ignored" not in done.stderr


@pytest.mark.parametrize("what", ["state", "ws", "file"])
def test_what_vanishes_under_the_server(tmp_path: Path, what: str) -> None:
    place = Place(tmp_path, 99)
    uri = place.file.as_uri()
    with Wire(place.state, rootUri=place.ws.as_uri(), environ={"TMPDIR": str(place.tmp)}) as wire:
        text = place.file.read_text().replace(place.seconds, "1")
        item = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        wire.send(method="textDocument/didOpen", params={"textDocument": item})
        for number in (1, 2):
            arguments = {"command": "calibrant.calibrate", "arguments": [{"uri": uri}]}
            wire.send(id=number, method="workspace/executeCommand", params=arguments)
            session = wire.answer(number)["result"]["session"]
            time.sleep(0.15)
            if number == 1:
                vanish(getattr(place, what))
            ended = wire.notification("calibrant/session")
            assert ended["session"] == session
            assert ended["status"] in ("completed", "failed")
        wire.send(id=9, method="shutdown")
        assert wire.answer(9)["result"] is None
        wire.send(method="exit")
        assert wire.process.wait(10) == 0
        assert b"Traceback" not in b"".join(wire.errors)
