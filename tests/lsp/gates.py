"""A server on this computer whose answers wait until a test lets them go: steps that take exactly as long as it wants."""

import json
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Gates:
    """`bodies` are what is answered for a path's last part, `{}` for any other; what was not `open`ed is not answered."""

    def __init__(self) -> None:
        self.bodies: dict[str, Any] = {}
        self.asked: list[str] = []
        self.url = ""
        self._open: dict[str, threading.Event] = defaultdict(threading.Event)

    def open(self, *names: str) -> None:
        """Answer for these from now on."""
        for name in names:
            self._open[name].set()

    def shut(self, *names: str) -> None:
        """Let who asks for these wait from now on."""
        for name in names:
            self._open[name].clear()

    def answer(self, name: str) -> bytes:
        """Wait until the gate is open and return what is said there."""
        self.asked.append(name)
        self._open[name].wait(60)
        return json.dumps(self.bodies.get(name, {})).encode()

    def free(self) -> None:
        """Let everybody go."""
        for gate in list(self._open.values()):
            gate.set()


@contextmanager
def gates() -> Iterator[Gates]:
    """Serve on a free port of this computer."""
    made = Gates()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = made.answer(self.path.rpartition("/")[2])
            try:
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except (BrokenPipeError, ConnectionResetError):  # who asked has gone: the run was cancelled
                self.close_connection = True

        def log_message(self, *args: Any) -> None:
            del args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.free()
        server.shutdown()
        server.server_close()
        thread.join(10)
