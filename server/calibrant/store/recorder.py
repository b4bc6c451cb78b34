"""Writing in the background, many at once: whoever records goes on at once and waits only when asking for it.

Writes are collected for a moment and committed together by one thread, which starts with the first of them.
"""

import sqlite3
import threading
from collections.abc import Callable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Protocol

from calibrant.model.ports import StoreError
from calibrant.store.db import Database, store_error, transaction
from calibrant.store.empty import refuse

COLLECT_SECONDS = 0.05
"""How long writes are collected before they are committed, unless somebody waits."""
EAGER_BYTES = 16 << 20
"""From this many waiting bytes on, nothing is collected any longer."""
WAITING_BYTES = 256 << 20
"""From this many waiting bytes on, recording waits for the disk."""

Statement = tuple[str, Sequence[object]]


class Write(Protocol):
    """Something to be written."""

    @property
    def size(self) -> int:
        """Bytes of memory that it takes while it waits."""

    def statements(self) -> Sequence[Statement]:
        """Return what to run, with values; called in the writing thread."""


class Recorder:
    """Commits writes in order. After an error nothing is dropped: `flush` tries again, recording raises until it succeeds."""

    def __init__(self, database: Database, written: Callable[[Sequence[Write]], None]) -> None:
        """`written` is told, in the writing thread, what has become durable."""
        self._database = database
        self._written = written
        self._state = threading.Condition()
        self._queue: list[Write] = []
        self._bytes = 0
        self._accepted = 0
        self._durable = 0
        self._idle = False
        self._urgent = False
        self._closing = False
        self._error: StoreError | None = None
        self._thread: threading.Thread | None = None

    def submit(self, write: Write) -> None:
        """Take something to be written; waits only while far too much is waiting already.

        Raises:
            StoreError: what was submitted before could not be written, or the recorder is closed.
        """
        with self._state:
            if self._bytes and self._bytes + write.size > WAITING_BYTES:
                self._state.wait_for(lambda: self._error or self._closing or self._bytes + write.size <= WAITING_BYTES)
            self._may_accept()
            self._queue.append(write)
            self._accepted += 1
            self._bytes += write.size
            if self._bytes > EAGER_BYTES:
                self._urgent = True
            if self._idle or self._urgent:
                self._idle = False
                self._state.notify_all()

    def flush(self) -> None:
        """Wait until all that was submitted is durable.

        Raises:
            StoreError: it could not be written; nothing of it is forgotten.
        """
        with self._state:
            target = self._accepted
            if self._durable >= target:
                return
            self._error = None
            self._urgent = True
            self._state.notify_all()
            self._state.wait_for(lambda: self._error or self._durable >= target)
            if self._durable < target:
                self._raise_error()

    def close(self) -> None:
        """Write what is waiting and end the thread.

        Raises:
            StoreError: it could not be written; it is lost now.
        """
        try:
            self.flush()
        finally:
            with self._state:
                self._closing = True
                self._state.notify_all()
            if self._thread is not None:
                self._thread.join()

    def _may_accept(self) -> None:
        if self._database.read_only:
            refuse()
        if self._closing:
            raise StoreError("Nothing can be recorded any longer: the store is closed.")
        self._raise_error()
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="calibrant-recorder", daemon=True)
            self._thread.start()

    def _raise_error(self) -> None:
        if self._error is not None:
            raise self._error

    def _work(self) -> None:
        connection: sqlite3.Connection | None = None
        try:
            while batch := self._next():
                try:
                    connection = connection or self._database.connect()
                    _commit(connection, batch)
                except Exception as error:  # noqa: BLE001 - whatever it is, those who wait must hear of it
                    self._failed(batch, error)
                else:
                    self._done(batch)
        finally:
            if connection is not None:
                connection.close()

    def _next(self) -> list[Write]:
        """Return the next writes to commit together; none when it is time to end."""
        with self._state:
            while not self._closing and (self._error or not self._queue):
                self._idle = True
                self._state.wait()
            self._idle = False
            if not (self._urgent or self._closing):
                self._state.wait_for(lambda: self._urgent or self._closing, COLLECT_SECONDS)
            if self._error:
                return []
            self._urgent = False
            batch, self._queue = self._queue, []
            return batch

    def _done(self, batch: Sequence[Write]) -> None:
        self._written(batch)
        with self._state:
            self._durable += len(batch)
            self._bytes -= sum(write.size for write in batch)
            self._state.notify_all()

    def _failed(self, batch: list[Write], error: Exception) -> None:
        with self._state:
            self._queue = batch + self._queue
            if isinstance(error, sqlite3.Error):
                self._error = store_error(error, self._database.path)
            else:
                self._error = StoreError(f"Recording failed: {type(error).__name__}: {error}.")
            self._error.__cause__ = error
            self._state.notify_all()


def _commit(connection: sqlite3.Connection, batch: Sequence[Write]) -> None:
    statements = [statement for write in batch for statement in write.statements()]  # compresses: not inside the lock
    with transaction(connection):
        for sql, group in groupby(statements, key=itemgetter(0)):
            connection.executemany(sql, (values for _, values in group))
