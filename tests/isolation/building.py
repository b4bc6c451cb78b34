"""Workspaces, copies and commands for the tests of isolation; all of it real."""

import asyncio
import os
import secrets
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

import pytest

from calibrant.engine.processes import Runner
from calibrant.engine.sandbox import find_bwrap
from calibrant.engine.workspace_copy import PrivateCopy
from calibrant.model.connector import Completed
from calibrant.model.failure import Failure, NotRun, StepError

NO_BWRAP = find_bwrap(os.environ, Path("/nowhere")) is None
needs_bwrap = pytest.mark.skipif(NO_BWRAP, reason="THE SANDBOX IS NOT TESTED HERE: bubblewrap is not installed")
MODES = [pytest.param("sandbox", marks=needs_bwrap), "open"]
Mode = Literal["sandbox", "open"]


def fill(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files below a folder and return it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def without_bwrap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands run as on a machine without bubblewrap."""
    monkeypatch.setattr("calibrant.engine.processes.find_bwrap", lambda _environ, _workspace: None)


class Shell:
    """Runs shell scripts in the private copy of a workspace."""

    def __init__(
        self, workspace: Path, mode: Mode, home: Path, *, live: bool = False, output_limit: int = 1 << 20
    ) -> None:
        self.environ = {**os.environ, "HOME": str(home)}
        self.copy = PrivateCopy(workspace, workspace, live=live, limit=64 << 20)
        self.runner = Runner(self.copy, mode, self.environ, output_limit)

    async def run(
        self, script: str, *, timeout: float = 10.0, env: Mapping[str, str] | None = None, cwd: str = "."
    ) -> Completed:
        return await self.runner.run(("sh", "-c", script), cwd=cwd, env=env or {}, timeout=timeout)

    async def failure(self, script: str, *, timeout: float = 10.0) -> Failure:
        with pytest.raises(StepError) as caught:
            await self.run(script, timeout=timeout)
        return caught.value.failure

    async def not_run(self, script: str) -> str:
        with pytest.raises(NotRun) as caught:
            await self.run(script)
        return caught.value.reason


def odd_seconds() -> str:
    """Return a long time for `sleep`, like no other, by which its process is found."""
    return f"{27 + secrets.randbelow(9)}.{secrets.randbelow(10**9):09d}"


def alive(pid: int) -> bool:
    """Tell whether a process lives; one that is dead but not reaped does not."""
    try:
        status = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return False
    return status[status.rindex(b")") + 2 :][:1] != b"Z"


def commands_with(word: str) -> list[int]:
    """Return the live processes whose command line holds a word."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if word.encode() in command and alive(int(process.name)) and int(process.name) != os.getpid():
            found.append(int(process.name))
    return found


async def until(condition: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Wait until something holds, and tell whether it came to hold."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        await asyncio.sleep(0.02)
    return True
