"""Starts a browser that has only loopback, and leads one port there to the socket of the workbench's server.

Run as a program: ``relay.py SOCKET PORT BROWSER ARGUMENT…``. It ends with the browser. The browser keeps the pipes by which
it is driven.
"""

import asyncio
import contextlib
import subprocess
import sys
import threading


async def pour(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await source.read(1 << 16):
            target.write(data)
            await target.drain()
    with contextlib.suppress(ConnectionError):
        target.close()


async def relay(socket: str, port: int, browser: "subprocess.Popen[bytes]") -> int:
    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_unix_connection(socket)
        except OSError:  # the server is not up (yet, or any more): as if nobody listened
            writer.close()
            return
        await asyncio.gather(pour(reader, back), pour(there, writer))

    server = await asyncio.start_server(connect, "127.0.0.1", port)
    async with server:
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        threading.Thread(target=lambda: (browser.wait(), loop.call_soon_threadsafe(ended.set)), daemon=True).start()
        await ended.wait()
    return browser.returncode


if __name__ == "__main__":
    _, socket, port, *command = sys.argv
    with subprocess.Popen(command, close_fds=False) as browser:
        sys.exit(asyncio.run(relay(socket, int(port), browser)))
