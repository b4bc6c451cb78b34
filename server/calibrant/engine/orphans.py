"""Processes that left their step's group: found on Linux by what they carry and by whose children they become."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

MARK = "CALIBRANT_RUN"
"""The environment variable by which the processes of a run, and below it of a step, know each other."""

_SET_CHILD_SUBREAPER = 36
_MOST_ROUNDS = 20


def adopt_orphans() -> None:
    """Become the parent of every descendant that loses its own, so that a daemon cannot slip away. Linux; else nothing."""
    if sys.platform.startswith("linux"):
        import ctypes

        ctypes.CDLL(None, use_errno=True).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def kill_marked(mark: str, *, since: int = 0, watched: int = 0) -> None:
    """Kill every process that carries the mark, or one that begins with it and a slash, until none is left.

    `since` is the process id from which on they were started: where nothing was, nothing is searched. `watched` is a child
    of ours whose end somebody else waits for, who would miss it.
    """
    wanted = f"{MARK}={mark}".encode()
    for _ in range(_MOST_ROUNDS):  # one may fork while we look
        found = [pid for pid in _processes(since) if pid != os.getpid() and _carries(pid, wanted)]
        for pid in found:
            kill(pid, reap=pid != watched)
        if not found:
            return


def kill_descendants(pid: int) -> None:
    """Kill all that descends from a process, but not the process itself."""
    for _ in range(_MOST_ROUNDS):
        found = list(_descendants(pid))
        for child in found:
            kill(child)
        if not found:
            return


def kill(pid: int, *, reap: bool = True) -> None:
    """Kill one process, and with `reap` take note of its end where it is our child."""
    try:
        os.kill(pid, signal.SIGKILL)
        if reap:
            os.waitpid(pid, 0)
    except (ProcessLookupError, PermissionError, ChildProcessError):  # gone, another user's, or not our child
        return


def _processes(since: int = 0) -> list[int]:
    if not sys.platform.startswith("linux"):
        return []
    newest = int(Path("/proc/loadavg").read_text(encoding="ascii").split()[4])
    if newest == since:
        return []
    after = since if newest > since else 0  # the numbers have begun anew
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) > after]  # noqa: PTH208


def _carries(pid: int, wanted: bytes) -> bool:
    try:
        environment = Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:  # gone, or another user's
        return False
    return any(part == wanted or part.startswith(wanted + b"/") for part in environment.split(b"\0"))


def _descendants(pid: int) -> Iterator[int]:
    children: dict[int, list[int]] = {}
    for process in _processes():
        children.setdefault(_parent(process), []).append(process)
    waiting = children.get(pid, [])
    while waiting:
        child = waiting.pop()
        yield child
        waiting += children.get(child, [])


def _parent(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:  # gone
        return -1
    state, parent = status[status.rindex(b")") + 1 :].split()[:2]
    return -1 if state == b"Z" else int(parent)
