"""The parent's side of a worker process: starts it, reads its events, and ends it when it is stuck, late or not wanted."""

import asyncio
import contextlib
import os
import secrets
import signal
import time
from collections.abc import AsyncIterator, Sequence

import msgspec

from calibrant.engine.orphans import MARK, kill_descendants, kill_marked
from calibrant.engine.wire import CANCEL, HEAD_SIZE, frame, length, read_event
from calibrant.model.event import Event, RunFinished, RunRequest, StepFinished, StepStarted

SILENCE = 10.0
GRACE = 5.0
_STDERR_LIMIT = 64 << 10
_NAMED_STEPS = 3
_LOOK_AGAIN = 0.01
_REAP_SECONDS = 5.0


async def start_worker(
    request: RunRequest, command: Sequence[str], *, silence: float = SILENCE, grace: float = GRACE
) -> "Worker":
    """Start a worker process on a request and return it; where it cannot be started, its events say so.

    `silence` is for how many seconds it may give no sign of life, `grace` how many it may take after the time limit, or
    after its last event, to end by itself.
    """
    mark = secrets.token_hex(8)
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=os.sep,
            env={**os.environ, MARK: mark},
            start_new_session=True,
        )
    except OSError as error:
        return Worker(request, None, mark, silence, grace, trouble=error.strerror or str(error))
    worker = Worker(request, process, mark, silence, grace)
    worker.send(frame(request))
    return worker


class Worker:
    """A running worker process. `stderr` is the last of what it wrote there, for details."""

    def __init__(
        self,
        request: RunRequest,
        process: asyncio.subprocess.Process | None,
        mark: str,
        silence: float,
        grace: float,
        trouble: str = "",
    ) -> None:
        self._process = process
        self._mark = mark
        self._silence = silence
        self._grace = grace
        self._trouble = trouble
        self._limit = request.time_limit
        self._deadline = time.monotonic() + request.time_limit + grace
        self._at_work: dict[int, str] = {}
        self._cancelled = False
        self._finished = False
        self._iterated = False
        self._stderr = bytearray()
        self._discarding: asyncio.Task[None] | None = None
        self._listening = asyncio.create_task(self._listen()) if process is not None else None

    @property
    def pid(self) -> int | None:
        """The worker's process id, where it could be started."""
        return None if self._process is None else self._process.pid

    @property
    def stderr(self) -> str:
        """The last of what the worker wrote to its stderr."""
        return self._stderr.decode("utf-8", "replace")

    async def events(self) -> AsyncIterator[Event]:
        """Yield the run's events; the last one is a `RunFinished`, whatever becomes of the worker. To be iterated once.

        When the iteration ends, or is broken off, the worker and all its children are gone.
        """
        event: Event | None = None
        self._iterated = True
        try:
            while not isinstance(event, RunFinished):
                event = await self._next()
                yield event
        finally:
            self._iterated = False
            if isinstance(event, RunFinished):
                # One that said so itself is tidying up; any other is stuck.
                await self._end(self._grace if self._finished else 0.0)
            else:  # no longer wanted: it may still remove its private copy
                await self.cancel()

    async def cancel(self, grace: float = 2.0) -> None:
        """Ask the worker to stop, and end it with all its children where it has not after `grace` seconds."""
        self._cancelled = True
        self.send(CANCEL)
        await self._end(grace)

    def send(self, data: bytes) -> None:
        """Write to the worker's stdin; one that is gone is noticed when its events end."""
        if self._process is not None and self._process.stdin is not None and not self._process.stdin.is_closing():
            self._process.stdin.write(data)

    async def _next(self) -> Event:
        if self._process is None:
            return RunFinished("failed", f"The run could not be started: {self._trouble}.")
        try:
            event = await self._read()
        except TimeoutError:
            return self._given_up()
        except (ValueError, msgspec.DecodeError):
            return RunFinished("failed", "The run broke off: its worker wrote what is no event." + self._last_steps())
        except (asyncio.IncompleteReadError, OSError):
            return await self._broken_off()
        if isinstance(event, StepStarted):
            self._at_work[event.index] = event.step
        elif isinstance(event, StepFinished):
            self._at_work.pop(event.index, None)
        elif isinstance(event, RunFinished):
            self._finished = True
        return event

    async def _read(self) -> Event:
        assert self._process is not None
        assert self._process.stdout is not None
        while True:
            left = self._deadline - time.monotonic()
            async with asyncio.timeout(max(0.0, min(self._silence, left))):
                size = length(await self._process.stdout.readexactly(HEAD_SIZE))
                body = await self._process.stdout.readexactly(size)
            if size:
                return read_event(body)

    def _given_up(self) -> RunFinished:
        if time.monotonic() >= self._deadline:
            why = f"it took longer than its time limit of {self._limit:g} seconds"
        else:
            why = f"it gave no sign of life for {self._silence:g} seconds"
        return RunFinished("failed", f"The run was stopped: {why}.{self._last_steps()}")

    async def _broken_off(self) -> RunFinished:
        await self._end(self._grace)
        if self._cancelled:
            return RunFinished("cancelled", "The run was cancelled.")
        assert self._process is not None
        status = self._process.returncode
        how = "its worker ended"
        if status is not None and status < 0:
            how = f"its worker was killed ({_signal_name(-status)})"
        elif status:
            how = f"its worker ended with exit status {status}"
        return RunFinished("failed", f"The run broke off: {how}.{self._last_steps()}")

    def _last_steps(self) -> str:
        names = [f"‘{name}’" for name in list(self._at_work.values())[-_NAMED_STEPS:]]
        return f" It was working on {', '.join(names)}." if names else ""

    async def _end(self, grace: float) -> None:
        """Wait for the worker's end, and after `grace` seconds make it; then see that no child of it is left."""
        process = self._process
        if process is None:
            return
        # What it still writes is taken in, else it could not end; while events are iterated, that is done there.
        if not self._iterated and self._discarding is None:  # there may be one, of an end that was itself broken off
            self._discarding = asyncio.create_task(self._discard())
        ended = False
        try:
            ended = await _ended(process, grace)
        finally:
            if not ended:  # also where our own waiting is cancelled: nobody else would end it
                self._kill(process)
        await _ended(process, _REAP_SECONDS)
        kill_marked(self._mark, watched=process.pid)
        closing = [task for task in (self._discarding, self._listening) if task is not None]
        await asyncio.wait(closing, timeout=1.0)
        for task in closing:
            task.cancel()

    def _kill(self, process: asyncio.subprocess.Process) -> None:
        kill_descendants(process.pid)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        kill_marked(self._mark, watched=process.pid)

    async def _discard(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        while await self._process.stdout.read(1 << 16):
            pass

    async def _listen(self) -> None:
        assert self._process is not None
        assert self._process.stderr is not None
        while block := await self._process.stderr.read(1 << 14):
            self._stderr += block
            del self._stderr[:-_STDERR_LIMIT]


async def _ended(process: asyncio.subprocess.Process, seconds: float) -> bool:
    """Wait for a process's end and tell whether it came. (`Process.wait` waits for its pipes too, which others may hold.)"""
    until = time.monotonic() + seconds
    while process.returncode is None and time.monotonic() < until:  # noqa: ASYNC110 - asyncio sets it without a word
        await asyncio.sleep(_LOOK_AGAIN)
    return process.returncode is not None


def _signal_name(number: int) -> str:
    try:
        return f"signal {signal.Signals(number).name}"
    except ValueError:  # a real-time signal
        return f"signal {number}"
