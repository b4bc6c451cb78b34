"""The wire: stdin and stdout, kept out of reach of everything else in the process."""

import asyncio
import logging
import os
import select
import sys
import threading
from collections.abc import Callable, Iterator

from pygls.exceptions import JsonRpcException

from calibrant.lsp.core import CalibrantServer

_CHUNK = 1 << 16
_NO_NEWS = ("Unable to deserialize", "Cancel notification for unknown", "Server shutting down")
_log = logging.getLogger(__name__)


def serve(server: CalibrantServer) -> int:
    """Serve one client on stdin and stdout until it says `exit`, hangs up, or dies; returns the exit status.

    The status is 0 where the client asked for `shutdown` first, else 1. From here on anything that is printed goes to
    stderr, and nothing but the server can read stdin.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="calibrant: %(message)s")
    logging.getLogger("pygls").setLevel(logging.WARNING)
    logging.getLogger("pygls.protocol.json_rpc").addFilter(_worth_logging)
    came, goes = os.dup(0), os.dup(1)
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - a descriptor is wanted, no path
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    try:
        return asyncio.run(_serve(server, came, goes))
    except KeyboardInterrupt:
        return 130


def _worth_logging(record: logging.LogRecord) -> bool:
    """Leave out what a client did wrong and has been told, and what is nothing: that messages crossed on their way."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, JsonRpcException) and not record.getMessage().startswith(_NO_NEWS)


async def _serve(server: CalibrantServer, came: int, goes: int) -> int:
    loop = asyncio.get_running_loop()
    server.protocol.set_writer(Writer(goes, server.end))
    server.begin()

    def hand_over(call: Callable[[], None]) -> None:
        try:
            loop.call_soon_threadsafe(call)
        except RuntimeError:  # the loop has ended while a message was on its way
            _log.debug("A message came too late")

    def read() -> None:
        for body in messages(lambda: os.read(came, _CHUNK)):
            hand_over(lambda body=body: server.protocol.receive(body))  # type: ignore[misc]
        hand_over(server.end)

    # A thread that reads the descriptor itself: it holds no lock that would keep the process from ending.
    threading.Thread(target=read, name="wire", daemon=True).start()
    await server.ended.wait()
    await server.close()
    return 0 if server.was_shut_down else 1


def messages(read: Callable[[], bytes]) -> Iterator[bytes]:
    """Yield the bodies of the messages in a stream; ends with it. `read` returns some bytes, none at the end."""
    buffer, length = bytearray(), -1
    while True:
        while length < 0 and (end := buffer.find(b"\r\n\r\n")) >= 0:
            length = _content_length(bytes(buffer[:end]))
            del buffer[: end + 4]
        if 0 <= length <= len(buffer):
            yield bytes(buffer[:length])
            del buffer[:length]
            length = -1
            continue
        try:
            data = read()
        except OSError:  # the other side is gone
            return
        if not data:
            return
        buffer += data


def _content_length(head: bytes) -> int:
    """Return the length that the headers tell, -1 where they tell none."""
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            return int(value)
    _log.warning("Ignored a message without Content-Length")
    return -1


class Writer:
    """Writes whole messages to a descriptor; `gone` is called when no one reads any more."""

    def __init__(self, descriptor: int, gone: Callable[[], None]) -> None:
        self._descriptor = descriptor
        self._gone = gone

    def write(self, data: bytes) -> None:
        """Write all of `data`, waiting where the pipe is full."""
        left = memoryview(data)
        try:
            while left:
                left = left[self._some(left) :]
        except OSError:
            self._gone()

    def _some(self, data: memoryview) -> int:
        try:
            return os.write(self._descriptor, data)
        except BlockingIOError:
            select.select([], [self._descriptor], [])
            return 0

    def close(self) -> None:
        """Leave the descriptor open: the process ends anyway, and a late message must not go elsewhere."""
