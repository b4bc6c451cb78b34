"""Work that takes time or a disk, done in a thread, so that a server answers meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from typing import ParamSpec, TypeVar

T = TypeVar("T")
Given = ParamSpec("Given")


async def to_its_end(work: Callable[Given, T], *args: Given.args, **kwargs: Given.kwargs) -> T:
    """Do something in a thread. One who is cancelled meanwhile goes on only when it is done: nothing of it comes later.

    Raises:
        Exception: what the work raises.
    """
    working = asyncio.ensure_future(asyncio.to_thread(work, *args, **kwargs))
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        await asyncio.wait([working])
        if error := working.exception():
            raise error from None
        raise


@asynccontextmanager
async def opened_aside(manager: AbstractContextManager[T]) -> AsyncIterator[T]:
    """Enter and leave a context in a thread. Also one who is cancelled while it opens or closes leaves it closed.

    Raises:
        Exception: what entering or leaving raises.
    """
    entering = asyncio.ensure_future(asyncio.to_thread(manager.__enter__))
    try:
        value = await asyncio.shield(entering)
    except asyncio.CancelledError:
        await asyncio.wait([entering])
        if entering.exception() is None:
            await to_its_end(manager.__exit__, None, None, None)
        raise
    try:
        yield value
    finally:
        await to_its_end(manager.__exit__, None, None, None)
