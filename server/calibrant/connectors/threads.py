"""Blocking work off the event loop; asyncio itself is loaded with the first call, so that `check` does not pay for it."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what the function returns, while other steps work."""
    import asyncio

    return await asyncio.to_thread(function, *args, **kwargs)


async def give_way() -> None:
    """Let other steps work."""
    import asyncio

    await asyncio.sleep(0)
