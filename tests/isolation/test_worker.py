"""The worker process and its parent: whatever becomes of either, the run has one end and nobody is left behind."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from calibrant.engine.process import Worker, start_worker
from calibrant.engine.wire import frame
from calibrant.model.event import Event, RunFinished, RunRequest, RunStarted, StepFinished, StepStarted
from isolation.building import alive, commands_with, fill, odd_seconds, until

PROGRAM = Path(__file__).with_name("worker_program.py")


def request(workspace: Path, *, time_limit: float = 60.0, **inputs: object) -> RunRequest:
    path = str(workspace / "a.workflow.yaml")
    return RunRequest("s1", str(workspace), path, "", str(workspace / "state"), inputs=inputs, time_limit=time_limit)


async def start(
    name: str, workspace: Path, *, time_limit: float = 60.0, silence: float = 2.0, **inputs: object
) -> Worker:
    command = (sys.executable, "-P", str(PROGRAM), name)
    return await start_worker(request(workspace, time_limit=time_limit, **inputs), command, silence=silence, grace=1.0)


async def all_events(worker: Worker) -> list[Event]:
    return [event async for event in worker.events()]


async def end_of(worker: Worker) -> RunFinished:
    """Return the last event, having seen that it is the only one of its kind and that the worker is gone."""
    events = await all_events(worker)
    assert [isinstance(event, RunFinished) for event in events] == [False] * (len(events) - 1) + [True]
    assert worker.pid is None or not alive(worker.pid)
    end = events[-1]
    assert isinstance(end, RunFinished)
    return end


async def test_events_come_whole_and_stray_output_does_not_disturb_them(tmp_path: Path) -> None:
    worker = await start("orderly", tmp_path, text="grün 🎉")
    started, step, finished, end = await all_events(worker)
    assert started == RunStarted("s1", 1)
    assert step == StepStarted(0, "a")
    assert isinstance(finished, StepFinished)
    assert finished.reason == "grün 🎉 ? " + "x" * 300_000, "what no encoding knows becomes a question mark"
    assert end == RunFinished("completed")
    for word in ("a stray print", "a stray write", "a stray child"):
        assert word in worker.stderr


async def test_many_events_keep_their_order(tmp_path: Path) -> None:
    events = await all_events(await start("many", tmp_path))
    assert [event.index for event in events if isinstance(event, StepStarted)] == list(range(5000))
    assert len(events) == 10_001


BROKEN = {
    "raising": "fault in Calibrant: ValueError",
    "unfinished": "without saying how",
    "greedy": "more memory",
    "exiting": "exit status 7. It was working on ‘leaves’, ‘too’.",
    "busy": "no sign of life for 2 seconds. It was working on ‘turns in circles’.",
    "stuck": "no sign of life for 2 seconds. It was working on ‘stuck’.",
}


@pytest.mark.parametrize(("name", "words"), BROKEN.items())
async def test_a_run_that_breaks_off_says_so(tmp_path: Path, name: str, words: str) -> None:
    worker = await start(name, tmp_path)
    end = await end_of(worker)
    assert end.status == "failed"
    assert words in end.reason
    assert "secret details" not in end.reason
    if name == "exiting":
        assert "last words" in worker.stderr


async def test_a_long_silence_of_the_run_is_no_death(tmp_path: Path) -> None:
    assert (await end_of(await start("silent_but_alive", tmp_path, silence=2.5))).status == "completed"


async def test_a_time_limit_that_the_run_does_not_keep_is_kept_for_it(tmp_path: Path) -> None:
    started = time.monotonic()
    end = await end_of(await start("slow", tmp_path, time_limit=0.5))
    assert end == RunFinished(
        "failed", "The run was stopped: it took longer than its time limit of 0.5 seconds. It was working on ‘slow’."
    )
    assert time.monotonic() - started < 50


async def test_a_worker_that_lingers_after_its_end_is_ended(tmp_path: Path) -> None:
    started = time.monotonic()
    assert (await end_of(await start("lingering", tmp_path))).status == "completed"
    assert time.monotonic() - started < 50


async def test_much_on_stderr_is_bounded(tmp_path: Path) -> None:
    worker = await start("chatty", tmp_path)
    assert (await end_of(worker)).status == "completed"
    assert len(worker.stderr) <= 64 << 10
    assert worker.stderr.endswith("the end\n")


@pytest.mark.parametrize(
    "command", [("/no/such/program",), (sys.executable, "-c", "import sys; sys.exit(3)"), ("/bin/echo", "hello there")]
)
async def test_what_is_no_worker(tmp_path: Path, command: tuple[str, ...]) -> None:
    end = await end_of(await start_worker(request(tmp_path), command))
    assert end.status == "failed"
    assert end.reason.startswith(("The run broke off", "The run could not be started"))


async def test_children_do_not_have_the_workers_limits(tmp_path: Path) -> None:
    fill(tmp_path, {"a": ""})
    assert (await end_of(await start("limits", tmp_path))).reason == "unlimited\n0\n"


async def patient_worker(
    name: str, workspace: Path, word: str
) -> tuple[Worker, "asyncio.Task[list[Event]]", list[Event]]:
    """Start a worker whose run waits with children, and return once these live."""
    worker = await start(name, fill(workspace / "work", {"a": ""}), word=word)
    seen: list[Event] = []

    async def listen() -> list[Event]:
        async for event in worker.events():
            seen.append(event)  # noqa: PERF401 - looked at while it grows
        return seen

    listening = asyncio.create_task(listen())
    assert await until(lambda: len(commands_with(word)) >= 3)
    return worker, listening, seen


def private_folder(events: list[Event]) -> Path:
    step = events[1]
    assert isinstance(step, StepStarted)
    return Path(step.step)


@pytest.mark.parametrize("name", ["patient", "without_sandbox"])
async def test_cancelling_ends_the_run_in_order_and_its_children(tmp_path: Path, name: str) -> None:
    word = odd_seconds()
    worker, listening, seen = await patient_worker(name, tmp_path, word)
    await worker.cancel()
    events = await listening
    assert events[-1] == RunFinished("cancelled", "The run was cancelled.")
    assert not commands_with(word)
    assert (tmp_path / "work" / "tidied").exists()
    assert not private_folder(seen).exists()
    assert worker.pid is not None
    assert not alive(worker.pid)


async def test_a_worker_that_will_not_be_cancelled_is_killed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    worker = await start("deaf", tmp_path)
    listening = asyncio.create_task(all_events(worker))
    await asyncio.sleep(0.4)
    started = time.monotonic()
    await worker.cancel(grace=0.3)
    assert time.monotonic() - started < 30
    assert (await listening)[-1] == RunFinished("cancelled", "The run was cancelled.")
    assert "Unknown child process" not in caplog.text, "its end is told to who waits for it"


async def test_sigterm_is_an_orderly_cancel(tmp_path: Path) -> None:
    word = odd_seconds()
    worker, listening, seen = await patient_worker("patient", tmp_path, word)
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGTERM)
    assert (await listening)[-1] == RunFinished("cancelled", "The run was cancelled.")
    assert not private_folder(seen).exists()


@pytest.mark.parametrize("name", ["patient", "without_sandbox"])
async def test_a_killed_worker_leaves_no_child(tmp_path: Path, name: str) -> None:
    word = odd_seconds()
    worker, listening, _ = await patient_worker(name, tmp_path, word)
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)
    end = (await listening)[-1]
    assert isinstance(end, RunFinished)
    assert end.status == "failed"
    assert end.reason.startswith("The run broke off: its worker was killed (signal SIGKILL). It was working on ‘waits’")
    assert await until(lambda: not commands_with(word))


@pytest.mark.parametrize("name", ["patient", "without_sandbox"])
async def test_events_broken_off_end_the_worker(tmp_path: Path, name: str) -> None:
    word = odd_seconds()
    worker, listening, _ = await patient_worker(name, tmp_path, word)
    listening.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await listening
    assert worker.pid is not None
    assert not alive(worker.pid)
    assert await until(lambda: not commands_with(word))
    await worker.cancel()


PARENT = """
import asyncio, sys
from isolation.test_worker import request
from calibrant.engine.process import start_worker
from pathlib import Path
async def main():
    worker = await start_worker(request(Path(sys.argv[2]), word=sys.argv[3]), (sys.executable, "-P", {program!r}, sys.argv[1]))
    print(worker.pid, flush=True)
    async for event in worker.events():
        pass
asyncio.run(main())
"""


@pytest.mark.parametrize("name", ["patient", "without_sandbox", "deaf", "stuck"])
async def test_a_killed_parent_leaves_no_worker_and_no_child(tmp_path: Path, name: str) -> None:
    fill(tmp_path, {"a": ""})
    word = odd_seconds()
    code = PARENT.format(program=str(PROGRAM))
    parent = subprocess.Popen(
        [sys.executable, "-c", code, name, str(tmp_path), word],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(PROGRAM.parents[1])},
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    if name in {"patient", "without_sandbox"}:
        assert await until(lambda: len([each for each in commands_with(word) if each != parent.pid]) >= 3)
    else:
        await asyncio.sleep(1.0)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert await until(lambda: not alive(pid), 8.0)
    assert await until(lambda: not commands_with(word))


def test_a_worker_without_a_request_ends() -> None:
    for data in (b"", b"\0\0", frame(request(Path("/")))[:-3], b"\0\0\0\5hello", b"\xff" * 64):
        done = subprocess.run(
            [sys.executable, "-P", str(PROGRAM), "orderly"], input=data, capture_output=True, timeout=20
        )
        assert done.returncode == 1
        assert done.stdout == b""
        assert b"not given a request" in done.stderr
        assert b"Traceback" not in done.stderr


def test_a_worker_whose_reader_is_gone_ends() -> None:
    worker = subprocess.Popen(
        [sys.executable, "-P", str(PROGRAM), "slow"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdout.close()
    worker.stdin.write(frame(request(Path("/"))))
    worker.stdin.flush()
    assert worker.wait(10) == 0
    worker.stdin.close()
    assert worker.stderr is not None
    worker.stderr.close()
