"""What the calls of one run share while it lasts: made once, never recorded."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any, TypeVar

T = TypeVar("T")


class Memory:
    """Values by key, each for as long as it holds."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Any, float]] = {}
        self._making: dict[str, asyncio.Future[Any]] = {}

    async def get(self, key: str, make: Callable[[], Awaitable[tuple[T, float]]]) -> T:
        """Return what `make` gives, a value and the seconds for which it holds; made once, however many ask meanwhile.

        Those who ask meanwhile share a failure too, and make it themselves where the one who made it was stopped.
        """
        while True:
            kept: tuple[T, float] | None = self._kept.get(key)
            if kept is not None and monotonic() < kept[1]:
                return kept[0]
            making: asyncio.Future[T] | None = self._making.get(key)
            if making is None:
                return await self._made(key, make)
            await asyncio.wait([making])
            if not making.cancelled():
                return making.result()

    async def _made(self, key: str, make: Callable[[], Awaitable[tuple[T, float]]]) -> T:
        making = self._making[key] = asyncio.get_running_loop().create_future()
        try:
            value, seconds = await make()
        except Exception as error:
            making.set_exception(error)
            making.exception()  # looked at: there may be nobody who waits
            raise
        else:
            self._kept[key] = (value, monotonic() + seconds)
            making.set_result(value)
            return value
        finally:
            making.cancel()  # where we were stopped; else it is done
            del self._making[key]
