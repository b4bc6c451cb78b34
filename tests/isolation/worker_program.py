"""A worker process whose run behaves as its first argument says: `python worker_program.py NAME`."""

import asyncio
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

from calibrant.engine import processes
from calibrant.engine.processes import Runner
from calibrant.engine.worker import serve_worker
from calibrant.engine.workspace_copy import PrivateCopy
from calibrant.model.event import Event, RunFinished, RunRequest, RunStarted, StepFinished, StepStarted
from calibrant.model.failure import Failure


async def orderly(request: RunRequest) -> AsyncIterator[Event]:
    yield RunStarted(request.session, 1)
    yield StepStarted(0, "a")
    print("a stray print")
    os.write(1, b"a stray write")
    await asyncio.to_thread(subprocess.run, ["echo", "a stray child"], check=True)
    assert sys.stdin.read() == "", "stdin is not the wire either"
    yield StepFinished(0, "a", "completed", reason=f"{request.inputs['text']} \ud800 " + "x" * 300_000)
    yield RunFinished("completed")


async def many(_request: RunRequest) -> AsyncIterator[Event]:
    for index in range(5000):
        yield StepStarted(index, f"s{index}")
        yield StepFinished(index, f"s{index}", "failed", failures=(Failure("a-code", "words"),))
    yield RunFinished("completed")


async def patient(request: RunRequest) -> AsyncIterator[Event]:
    """Wait for ever with a child process; when cancelled, tidy up."""
    workspace = Path(request.workspace)
    copy = PrivateCopy(workspace, workspace, live=False, limit=1 << 20)
    runner = Runner(copy, "open", os.environ, 1 << 20)
    yield StepStarted(0, "waits")
    yield StepStarted(1, str(copy.overlay.private))
    try:
        word = request.inputs["word"]
        await runner.run(("sh", "-c", f"setsid sleep {word}1 & sleep {word}2"), cwd=".", env={}, timeout=60)
        yield RunFinished("completed")
    finally:
        copy.close()
        (workspace / "tidied").write_text("yes")


def without_sandbox(request: RunRequest) -> AsyncIterator[Event]:
    processes.find_bwrap = lambda environ, workspace: None  # type: ignore[attr-defined]
    return patient(request)


async def deaf(_request: RunRequest) -> AsyncIterator[Event]:
    yield StepStarted(0, "deaf")
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            continue


async def busy(_request: RunRequest) -> AsyncIterator[Event]:
    yield StepStarted(0, "turns in circles")
    while True:
        pass


async def stuck(_request: RunRequest) -> AsyncIterator[Event]:
    yield StepStarted(0, "stuck")
    await asyncio.sleep(0.2)
    ctypes.PyDLL(None).sleep(60)  # holds the interpreter's lock


async def slow(_request: RunRequest) -> AsyncIterator[Event]:
    yield StepStarted(0, "slow")
    await asyncio.sleep(60)


async def silent_but_alive(_request: RunRequest) -> AsyncIterator[Event]:
    await asyncio.sleep(3.5)
    yield RunFinished("completed")


async def raising(_request: RunRequest) -> AsyncIterator[Event]:
    yield StepStarted(0, "a")
    raise ValueError("secret details")


async def unfinished(_request: RunRequest) -> AsyncIterator[Event]:
    yield StepStarted(0, "a")


async def greedy(_request: RunRequest) -> AsyncIterator[Event]:
    yield StepStarted(0, "a")
    hoard = []
    while True:
        hoard.append(bytearray(16 << 20))


async def limits(request: RunRequest) -> AsyncIterator[Event]:
    workspace = Path(request.workspace)
    with PrivateCopy(workspace, workspace, live=False, limit=1 << 20) as copy:
        runner = Runner(copy, "open", os.environ, 1 << 20)
        done = await runner.run(("sh", "-c", "ulimit -d; ulimit -c"), cwd=".", env={}, timeout=10)
    yield RunFinished("completed", done.stdout)


async def exiting(_request: RunRequest) -> AsyncIterator[Event]:
    yield StepStarted(0, "leaves")
    yield StepStarted(1, "too")
    await asyncio.sleep(0.2)
    print("last words", file=sys.stderr, flush=True)
    os._exit(7)


async def lingering(_request: RunRequest) -> AsyncIterator[Event]:
    yield RunFinished("completed")
    time.sleep(60)


async def chatty(_request: RunRequest) -> AsyncIterator[Event]:
    for _ in range(300):
        print("x" * 10_000, file=sys.stderr)
    print("the end", file=sys.stderr)
    yield RunFinished("completed")


RUNS = {
    run.__name__: run for run in (orderly, many, patient, without_sandbox, deaf, busy, stuck, slow, silent_but_alive)
}
RUNS |= {run.__name__: run for run in (raising, unfinished, greedy, limits, exiting, lingering, chatty)}

if __name__ == "__main__":
    sys.exit(serve_worker(RUNS[sys.argv[1]], memory=1 << 30, patience=1.0, grace=1.0))
