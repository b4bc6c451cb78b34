"""What is begun at once and waited for only as long as it may take."""

import asyncio
from collections.abc import Awaitable, Generator
from typing import Any

import pytest

from calibrant.engine.begun import Overdue, within


async def test_what_never_waits_is_done_at_once() -> None:
    seen: list[str] = []

    async def work() -> tuple[int, int]:
        seen.append("work")
        return 1, 2

    asyncio.get_running_loop().call_soon(seen.append, "others")
    assert await within(0, work()) == (1, 2)
    assert seen == ["work"]


@pytest.mark.parametrize("seconds", [None, 10])
async def test_what_waits_goes_on_with_what_it_waited_for(seconds: float | None) -> None:
    async def work() -> str:
        ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(ready.set_result, "first")
        first = await ready
        await asyncio.sleep(0)
        try:
            async with asyncio.timeout(0.01):
                await asyncio.Event().wait()
        except TimeoutError:
            return f"{first}, then its own limit"
        return "?"

    assert await within(seconds, work()) == "first, then its own limit"


async def test_what_takes_too_long_is_cancelled_and_may_tidy_up() -> None:
    seen: list[str] = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            seen.append("tidy")
            raise

    with pytest.raises(Overdue):
        await within(0.01, work())
    assert seen == ["tidy"]


@pytest.mark.parametrize("waits", [False, True])
@pytest.mark.parametrize("error", [ValueError("mine"), TimeoutError("mine")])
async def test_errors_come_through(error: Exception, *, waits: bool) -> None:
    async def work() -> None:
        if waits:
            await asyncio.sleep(0)
        raise error

    with pytest.raises(type(error), match="mine"):
        await within(10, work())


async def test_who_is_cancelled_cancels_what_was_begun() -> None:
    seen: list[str] = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            seen.append("ended")

    task = asyncio.create_task(within(10, work()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen == ["ended"]


def test_who_is_closed_closes_what_was_begun() -> None:
    seen: list[str] = []

    class Pause:
        def __await__(self) -> Generator[Any, Any, None]:
            yield None

    async def work() -> None:
        try:
            await Pause()
        finally:
            seen.append("ended")

    async def begin() -> None:
        waiting = within(None, work())
        waiting.send(None)
        waiting.close()

    asyncio.run(begin())
    assert seen == ["ended"]


async def test_anything_that_can_be_awaited_will_do() -> None:
    async def work() -> int:
        await asyncio.sleep(0)
        return 7

    made: list[Awaitable[int]] = [asyncio.ensure_future(work()), asyncio.create_task(work()), work()]
    assert [await within(10, one) for one in made] == [7, 7, 7]
