"""Steps that ask for the run's files at the same moment get the same files."""

import asyncio
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from calibrant.engine.context import Shared
from calibrant.model.event import RunRequest
from calibrant.model.failure import NotRun

AT_ONCE = 8


@pytest.fixture
def hasty() -> Iterator[None]:
    """Let threads take turns very often."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def shared(folder: Path) -> Shared:
    return Shared(RunRequest("s", str(folder), str(folder / "a.workflow.yaml"), "", ""), {})


@pytest.mark.usefixtures("hasty")
def test_there_is_one_private_copy_however_many_ask_first(tmp_path: Path) -> None:
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for _ in range(100):
            run, together = shared(tmp_path), threading.Barrier(AT_ONCE)

            def ask(run: Shared = run, together: threading.Barrier = together) -> int:
                together.wait()
                return id(run.copy)

            asked = [threads.submit(ask) for _ in range(AT_ONCE)]
            assert len({one.result() for one in asked}) == 1
            asyncio.run(run.close())


def test_there_is_none_after_the_run(tmp_path: Path) -> None:
    run = shared(tmp_path)
    asyncio.run(run.close())
    with pytest.raises(NotRun):
        _ = run.copy
