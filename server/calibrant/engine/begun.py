"""Awaiting what is mostly done at once: what a limit of time costs is paid only where there is something to wait for."""

import asyncio
from collections.abc import Awaitable, Generator
from types import coroutine
from typing import Any, TypeVar

T = TypeVar("T")

Steps = Generator[Any, Any, T]


class Overdue(Exception):  # noqa: N818 - what happened, in one word
    """A limit of time is over."""


async def within(seconds: float | None, work: Awaitable[T]) -> T:
    """Return what `work` gives, which is begun at once.

    Raises:
        Overdue: it was not done so many seconds after it first had to wait; it was cancelled.
        BaseException: what `work` raises.
    """
    steps: Steps[T] = work.__await__()
    try:
        first = steps.send(None)
    except StopIteration as end:
        value: T = end.value
        return value
    clock = asyncio.timeout(seconds)
    try:
        async with clock:
            return await _going_on(first, steps)
    except TimeoutError as error:
        if clock.expired():
            raise Overdue from error
        raise


@coroutine
def _going_on(waits: object, steps: Steps[T]) -> Generator[Any, Any, T]:
    """Go on with what was begun and waits for something, as `yield from` would have from its beginning."""
    while True:
        try:
            try:
                sent = yield waits
            except GeneratorExit:
                steps.close()
                raise
            except BaseException as error:  # noqa: BLE001 - it is handed on, whatever it is
                waits = steps.throw(error)
            else:
                waits = steps.send(sent)
        except StopIteration as end:
            value: T = end.value
            return value
