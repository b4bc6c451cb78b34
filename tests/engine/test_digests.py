"""Digests of the files that a call reads."""

import asyncio
import threading
from pathlib import Path
from typing import cast

from calibrant.engine.outputs import file_digests
from calibrant.model.connector import Context


class Slow:
    """A context whose paths are only known when the event loop has turned meanwhile."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.turned = threading.Event()

    def read_path(self, path: str, _parameter: str) -> Path:
        assert self.turned.wait(20), "the event loop stands still"
        return self.folder / path


async def test_a_path_that_has_to_wait_does_not_hold_up_the_run(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    slow = Slow(tmp_path)
    asyncio.get_running_loop().call_later(0.01, slow.turned.set)
    digests = await file_digests(["path", "other"], {"path": "a.txt"}, cast("Context", slow))
    assert digests is not None
    assert len(digests) == 1
    assert await file_digests(["path"], {"path": "none.txt"}, cast("Context", slow)) is None
