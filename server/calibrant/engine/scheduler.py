"""The ready queue: works through a plan with bounded concurrency; never recurses, and needs no task per step."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter

BREATH = 0.005
"""Seconds after which workers let others have a turn, where steps never wait for anything."""

Work = Callable[[int], Awaitable[None]]


class Scheduler:
    """Calls `work` for every position once all positions before it are done, at most `concurrency` at a time.

    `before` must be free of circles (see `plan`).
    """

    def __init__(
        self, before: Sequence[tuple[int, ...]], after: Sequence[tuple[int, ...]], work: Work, concurrency: int
    ) -> None:
        self._after = after
        self._work = work
        self._pending = [len(waits) for waits in before]
        self._ready = deque(position for position, count in enumerate(self._pending) if not count)
        self._left = len(before)
        self._concurrency = max(1, min(concurrency, len(before)))
        self._workers: set[asyncio.Future[None]] = set()
        self._surplus = 0
        self._idle: deque[asyncio.Future[None]] = deque()
        self._stopped = False
        self._breath = 0.0
        self._over: asyncio.Future[None]

    def stop(self) -> None:
        """Begin no further step; those at work go on to their end."""
        self._stopped = True
        self._wake(len(self._idle))

    async def run(self) -> None:
        """Work until nothing is left or `stop` was called.

        Raises:
            Exception: what `work` raised; the other workers are cancelled then.
        """
        self._over = asyncio.get_running_loop().create_future()
        self._breath = perf_counter() + BREATH
        for _ in range(self._concurrency):
            self._add_worker()
        try:
            await self._over
        finally:
            workers = list(self._workers)
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    @contextmanager
    def away(self) -> Iterator[None]:
        """Have another step begin while the caller's own only waits."""
        self._add_worker()
        try:
            yield
        finally:
            self._surplus += 1
            self._wake(1)

    def _add_worker(self) -> None:
        worker = asyncio.ensure_future(self._worker())
        self._workers.add(worker)
        worker.add_done_callback(self._gone)

    def _gone(self, worker: asyncio.Future[None]) -> None:
        self._workers.discard(worker)
        error = None if worker.cancelled() else worker.exception()
        if self._over.done():
            return
        if error is not None:
            self._over.set_exception(error)
        elif not self._workers:
            self._over.set_result(None)

    async def _worker(self) -> None:
        while self._left and not self._stopped:
            if self._surplus:
                self._surplus -= 1
                self._wake(len(self._ready))
                return
            if not self._ready:
                waiter = asyncio.get_running_loop().create_future()
                self._idle.append(waiter)
                await waiter
                continue
            position = self._ready.popleft()
            await self._work(position)
            self._done(position)
            if perf_counter() > self._breath:  # for each of them, until whoever was first has its turn again
                await asyncio.sleep(0)
                self._breath = perf_counter() + BREATH

    def _done(self, position: int) -> None:
        self._left -= 1
        fresh = 0
        for other in self._after[position]:
            self._pending[other] -= 1
            if not self._pending[other]:
                self._ready.append(other)
                fresh += 1
        # This worker takes one itself.
        self._wake(fresh - 1 if self._left else len(self._idle))

    def _wake(self, count: int) -> None:
        while count > 0 and self._idle:
            waiter = self._idle.popleft()
            if not waiter.done():
                waiter.set_result(None)
                count -= 1
