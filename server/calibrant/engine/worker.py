"""The worker process: reads one request, runs it, and streams its events, with a heartbeat, until it is told to stop.

Three threads: the main one runs the event loop; `_Wire` writes, so that a slow reader does not hold up steps; `_watch`
reads stdin, whose end means that the parent is gone.
"""

import asyncio
import contextlib
import faulthandler
import os
import queue
import signal
import sys
import threading
import time
import traceback
from collections.abc import AsyncGenerator, AsyncIterator, Callable

import msgspec

from calibrant.engine.limits import limit_process
from calibrant.engine.orphans import adopt_orphans, kill_descendants
from calibrant.engine.wire import BEAT, BEAT_SECONDS, HEAD_SIZE, frame, length, read_request
from calibrant.model.event import Event, RunFinished, RunRequest

MEMORY = 4 << 30
"""Bytes of data that a worker may hold."""

_PATIENCE = 20.0
_GRACE = 5.0
_LAST_RESORT = 5
_BROKEN, _ABANDONED = 1, 3

Run = Callable[[RunRequest], AsyncIterator[Event]]


def serve_worker(run: Run, *, memory: int = MEMORY, patience: float = _PATIENCE, grace: float = _GRACE) -> int:
    """Run the one request that comes on stdin; return the process's exit status, 0 where the run came to an end of its own.

    `memory` in bytes. The heartbeat stops when the event loop has stood still for `patience` seconds; after five times as
    long the process ends itself, for the case that it is stuck and its parent is gone. `grace` is how many
    seconds a run has to end by itself after its parent died.
    """
    out = _take(1, replace_by=2)
    stdin = _take(0, replace_by=None)
    limit_process(memory)
    adopt_orphans()
    wire = _Wire(out, patience)
    try:
        request = _read_request(stdin)
        if request is None:
            return _BROKEN
        return asyncio.run(_serve(run, request, wire, stdin, grace))
    finally:
        kill_descendants(os.getpid())
        wire.close()


def _take(descriptor: int, *, replace_by: int | None) -> int:
    """Return a private copy of a standard stream and point the stream elsewhere: stray prints must not reach the wire."""
    taken = os.dup(descriptor)
    other = os.open(os.devnull, os.O_RDWR) if replace_by is None else replace_by
    os.dup2(other, descriptor)
    if replace_by is None:
        os.close(other)
    return taken


def _read_request(stdin: int) -> RunRequest | None:
    try:
        size = length(_read_exactly(stdin, HEAD_SIZE))
        return read_request(_read_exactly(stdin, size))
    except (ValueError, msgspec.DecodeError, EOFError) as error:
        sys.stderr.write(f"The worker was not given a request: {error}\n")
        return None


def _read_exactly(descriptor: int, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        block = os.read(descriptor, min(size - len(data), 1 << 20))
        if not block:
            raise EOFError("stdin was closed")
        data += block
    return bytes(data)


class _Wire:
    """Writes frames to the parent from a thread of its own, and a heartbeat when there is nothing to write."""

    def __init__(self, descriptor: int, patience: float) -> None:
        self._descriptor = descriptor
        self.patience = patience
        self._waiting: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._ticked = time.monotonic()
        self.broken = threading.Event()
        self._thread = threading.Thread(target=self._write, name="wire", daemon=True)
        self._thread.start()

    def send(self, event: Event) -> None:
        """Have an event written; returns at once."""
        self._waiting.put(frame(event))

    def tick(self) -> None:
        """Note that the event loop is alive."""
        self._ticked = time.monotonic()

    def close(self) -> None:
        """Write what waits and close the wire."""
        self._waiting.put(None)
        self._thread.join()
        os.close(self._descriptor)

    def _write(self) -> None:
        while True:
            block = self._next()
            if block is None:
                return
            try:
                self._write_all(block)
            except OSError:  # nobody reads any more
                self.broken.set()
                return

    def _next(self) -> bytes | None:
        """Return all that waits, or a heartbeat when nothing came for a while; None at the end."""
        try:
            block = self._waiting.get(timeout=BEAT_SECONDS)
        except queue.Empty:
            return BEAT if time.monotonic() - self._ticked < self.patience else b""
        blocks = []
        while block is not None:
            blocks.append(block)
            try:
                block = self._waiting.get_nowait()
            except queue.Empty:
                break
        if block is None and blocks:
            self._waiting.put(None)
        return b"".join(blocks) if blocks else None

    def _write_all(self, block: bytes) -> None:
        view = memoryview(block)
        while view:
            view = view[os.write(self._descriptor, view) :]


async def _serve(run: Run, request: RunRequest, wire: _Wire, stdin: int, grace: float) -> int:
    loop = asyncio.get_running_loop()
    running = asyncio.create_task(_pump(run, request, wire))
    over = threading.Event()
    threading.Thread(target=_watch, args=(stdin, loop, running, over, grace), name="stdin", daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(number, _stop, running)
    beating = asyncio.create_task(_tick(wire, running))
    try:
        return await running
    finally:
        over.set()
        beating.cancel()
        faulthandler.cancel_dump_traceback_later()


def _stop(running: "asyncio.Task[int]") -> None:
    """Cancel the run, once: a second time would break off its tidying up."""
    if not running.cancelling():
        running.cancel()


async def _tick(wire: _Wire, running: "asyncio.Task[int]") -> None:
    """Show that the event loop turns. When it does not for long, and nobody else ends us, a timer below Python does."""
    while True:
        wire.tick()
        faulthandler.dump_traceback_later(_LAST_RESORT * wire.patience, exit=True, file=2)
        if wire.broken.is_set():
            _stop(running)
        await asyncio.sleep(BEAT_SECONDS / 2)


def _watch(
    stdin: int, loop: asyncio.AbstractEventLoop, running: "asyncio.Task[int]", over: threading.Event, grace: float
) -> None:
    """Cancel the run at a byte on stdin, or at its end: then it has `grace` seconds before everything is ended by force."""
    while not over.is_set():
        gone = not os.read(stdin, 1)
        if over.is_set():
            return
        with contextlib.suppress(RuntimeError):  # the loop has just closed: the run is over
            loop.call_soon_threadsafe(_stop, running)
        if gone:
            break
    if not over.wait(grace):
        kill_descendants(os.getpid())
        os._exit(_ABANDONED)


async def _pump(run: Run, request: RunRequest, wire: _Wire) -> int:
    """Hand the run's events on, and see to it that `RunFinished` is the last one, whatever happens."""
    finished = False
    end, status = RunFinished("failed", "The run ended without saying how."), _BROKEN
    events = run(request)
    try:
        async for event in events:
            finished = finished or isinstance(event, RunFinished)
            wire.send(event)
    except asyncio.CancelledError:
        end, status = RunFinished("cancelled", "The run was cancelled."), 0
    except MemoryError:
        end = RunFinished("failed", "The run broke off: it needed more memory than it may have.")
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent must hear of the end
        traceback.print_exc()
        end = RunFinished("failed", f"The run broke off because of a fault in Calibrant: {type(error).__name__}.")
    finally:
        if isinstance(events, AsyncGenerator):
            await events.aclose()
    if finished:
        return 0
    wire.send(end)
    return status
