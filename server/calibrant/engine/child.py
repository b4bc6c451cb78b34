"""One child process: a session of its own, no terminal, outputs read to the end but kept within a bound, no one left behind."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from calibrant.engine.orphans import kill_marked

if sys.platform != "win32":
    import resource

_BLOCK = 1 << 16
_LAST_WORDS = 0.5
_MOST_LAST_BLOCKS = 64
_REAP_SECONDS = 5.0


class Ended(msgspec.Struct, frozen=True):
    """How a process ended: its exit status (128 + n for signal n, as shells say it), and its outputs, shortened or not."""

    exit_code: int
    stdout: str
    stderr: str
    truncated: bool
    timed_out: bool


async def run_child(
    argv: Sequence[str],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    limit: int,
    timeout: float,  # noqa: ASYNC109 - what comes after the end counts too
    mark: str,
    pass_fds: tuple[int, ...] = (),
    stdin: int = subprocess.DEVNULL,
) -> Ended:
    """Run a process and return how it ended; afterwards none of its group, or carrying `mark`, is alive.

    `limit` is in bytes for each output, `timeout` in seconds; `stdin` is a descriptor. Cancelling kills in the same way.

    Raises:
        OSError: it cannot be started.
        ValueError: an argument or a variable holds a NUL character.
    """
    process = _start(argv, cwd, environment, pass_fds, stdin)
    assert process.stdout is not None
    assert process.stderr is not None
    taps = (_Tap(process.stdout.fileno(), limit), _Tap(process.stderr.fileno(), limit))
    timed_out = False
    try:
        try:
            async with asyncio.timeout(timeout):
                await _exited(process)
        except TimeoutError:
            timed_out = True
        _end(process, mark)
        # A process out of our reach may hold a pipe open: the end of output is not waited for in vain.
        await asyncio.wait([tap.ended for tap in taps], timeout=_LAST_WORDS)
    finally:
        _end(process, mark)
        for tap in taps:
            tap.close()
        process.stdout.close()
        process.stderr.close()
    status = process.returncode if process.returncode is not None else -signal.SIGKILL
    return Ended(
        exit_code=status if status >= 0 else 128 - status,
        stdout=taps[0].text(),
        stderr=taps[1].text(),
        truncated=any(tap.dropped for tap in taps),
        timed_out=timed_out,
    )


def _start(
    argv: Sequence[str], cwd: Path, environment: Mapping[str, str], pass_fds: tuple[int, ...], stdin: int
) -> subprocess.Popen[bytes]:
    with _own_limits_lifted():
        return subprocess.Popen(  # noqa: S603 - what to run is the caller's business
            argv,
            cwd=cwd,
            env=environment,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            pass_fds=pass_fds,
        )


def _end(process: subprocess.Popen[bytes], mark: str) -> None:
    """Kill what is left of the process's group, reap it, and kill what left the group."""
    if process.returncode is not None:
        return
    # Before reaping: as long as the dead leader is not reaped, the group's number cannot mean another group.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):  # stuck in the kernel: it dies when that lets go of it
        process.wait(_REAP_SECONDS)
    if mark:
        kill_marked(mark, since=process.pid)


async def _exited(process: subprocess.Popen[bytes]) -> None:
    """Wait for the end of a process, without reaping it where the system allows."""
    try:
        handle = os.pidfd_open(process.pid)
    except (AttributeError, OSError):  # not on this system
        await asyncio.to_thread(process.wait)
        return
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_reader(handle, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(handle)
        os.close(handle)


@contextlib.contextmanager
def _own_limits_lifted() -> Iterator[None]:
    """Let a child start without the bound on memory that the worker set for itself: some programs reserve terabytes."""
    if sys.platform == "win32":
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if soft == hard:
        yield
        return
    resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


class _Tap:
    """Reads a pipe to its end and keeps the first and the last of it, half the limit each: errors stand at either end."""

    def __init__(self, pipe: int, limit: int) -> None:
        self._pipe = pipe
        self._half = max(limit // 2, 1)
        self._head = bytearray()
        self._tail: deque[bytes] = deque()
        self._tail_size = 0
        self.dropped = 0
        self._loop = asyncio.get_running_loop()
        self.ended: asyncio.Future[None] = self._loop.create_future()
        os.set_blocking(pipe, False)
        self._loop.add_reader(pipe, self._read)

    def _read(self) -> bool:
        """Take in one block; False where there is none."""
        try:
            block = os.read(self._pipe, _BLOCK)
        except BlockingIOError:
            return False
        if not block:
            self._loop.remove_reader(self._pipe)
            if not self.ended.done():
                self.ended.set_result(None)
            return False
        self._keep(block)
        return True

    def _keep(self, block: bytes) -> None:
        room = self._half - len(self._head)
        if room > 0:
            self._head += block[:room]
            block = block[room:]
        if block:
            self._tail.append(block)
            self._tail_size += len(block)
        while self._tail and self._tail_size - len(self._tail[0]) >= self._half:
            gone = len(self._tail.popleft())
            self._tail_size -= gone
            self.dropped += gone

    def close(self) -> None:
        """Take in what is there already, and read no more."""
        for _ in range(_MOST_LAST_BLOCKS):
            if self.ended.done() or not self._read():
                break
        self._loop.remove_reader(self._pipe)
        self.ended.cancel()

    def text(self) -> str:
        """Return what was kept; bytes that are no UTF-8 become replacement characters."""
        tail = b"".join(self._tail)
        left_out = f"\n… {self.dropped} bytes left out …\n".encode() if self.dropped else b""
        return (bytes(self._head) + left_out + tail).decode("utf-8", "replace")
