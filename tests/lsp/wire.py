"""The bare wire: messages to the real server and whatever comes back, for what no client library would send."""

import json
import os
import queue
import subprocess
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from lsp.editor import COMMAND


class Wire:
    """A server process and its messages. `answer` and `next` wait at most ten seconds."""

    def __init__(
        self, state: Path, *, initialize: bool = True, environ: dict[str, str] | None = None, **params: Any
    ) -> None:
        self.process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={
                **os.environ,
                "CALIBRANT_STATE": str(state),
                "CALIBRANT_CONFIG": str(state / "none.toml"),
                **(environ or {}),
            },
        )
        self.received: queue.Queue[dict[str, Any]] = queue.Queue()
        self.errors: list[bytes] = []
        self._readers = [threading.Thread(target=one, daemon=True) for one in (self._read, self._read_errors)]
        for reader in self._readers:
            reader.start()
        if initialize:
            self.send(
                id=0, method="initialize", params={"processId": None, "capabilities": {}, "rootUri": None, **params}
            )
            self.initialized = self.answer(0)["result"]
            self.send(method="initialized", params={})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        for reader in self._readers:
            reader.join(5)
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            with suppress(OSError):
                if pipe:
                    pipe.close()

    def send(self, **message: Any) -> None:
        """Send a message."""
        self.write(json.dumps({"jsonrpc": "2.0", **message}).encode())

    def write(self, body: bytes) -> None:
        """Send a body, whatever it is."""
        self.raw(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def raw(self, data: bytes) -> None:
        """Send bytes as they are."""
        assert self.process.stdin
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def hang_up(self) -> None:
        """Close the server's stdin."""
        assert self.process.stdin
        self.process.stdin.close()

    def next(self, within: float = 10) -> dict[str, Any]:
        """Return the next message."""
        return self.received.get(timeout=within)

    def answer(self, msg_id: int | str | None) -> dict[str, Any]:
        """Return the answer to a request, passing over whatever comes before."""
        while True:
            message = self.next()
            if "method" not in message and message.get("id") == msg_id:
                return message

    def notification(self, method: str) -> Any:
        """Return the parameters of the next notification of that method."""
        while True:
            message = self.next()
            if message.get("method") == method:
                return message["params"]

    def _read(self) -> None:
        assert self.process.stdout
        while True:
            length = 0
            while (line := self.process.stdout.readline()) not in (b"\r\n", b""):
                name, _, value = line.partition(b":")
                assert name in (b"Content-Length", b"Content-Type"), f"not from the server: {line!r}"
                length = int(value) if name == b"Content-Length" else length
            if not line:
                return
            self.received.put(json.loads(self.process.stdout.read(length)))

    def _read_errors(self) -> None:
        assert self.process.stderr
        self.errors.extend(self.process.stderr)
