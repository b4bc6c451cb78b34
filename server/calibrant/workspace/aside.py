"""Opening and closing what takes a disk, in a thread, so that a server answers meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from typing import TypeVar

T = TypeVar("T")


@asynccontextmanager
async def opened_aside(manager: AbstractContextManager[T]) -> AsyncIterator[T]:
    """Enter and leave a context in a thread. Also one who is cancelled while it opens leaves it closed.

    Raises:
        Exception: what entering or leaving raises.
    """
    entering = asyncio.ensure_future(asyncio.to_thread(manager.__enter__))
    try:
        value = await asyncio.shield(entering)
    except asyncio.CancelledError:
        await asyncio.wait([entering])
        if entering.exception() is None:
            await asyncio.to_thread(manager.__exit__, None, None, None)
        raise
    try:
        yield value
    finally:
        await asyncio.to_thread(manager.__exit__, None, None, None)
