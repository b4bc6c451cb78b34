"""The editor's process: when it is gone, so are we."""

import asyncio
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer

_EVERY = 2.0


async def watch_parent(server: "CalibrantServer", process: int) -> None:
    """End the server when the process is gone. One that was never to be seen (another container's) is not watched."""
    if sys.platform == "win32":  # there, asking whether a process lives would end it
        return
    if not _lives(process):
        return
    while _lives(process):  # noqa: ASYNC110 - nothing tells of another process's end
        await asyncio.sleep(_EVERY)
    server.end()


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it lives, and is another user's
        return True
    return True
