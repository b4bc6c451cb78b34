"""A loopback HTTP server that answers by the path it is asked for."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    """Answers as the path says; remembers every request at the server."""

    server: "Server"

    def _answer(self) -> None:
        length = int(self.headers.get("content-length", 0))
        body = self.rfile.read(length).decode()
        self.server.requests.append((self.command, self.path, dict(self.headers), body))
        path = self.path.partition("?")[0]
        if path == "/slow":
            self.server.released.wait(5)
        status, headers, answer = ANSWERS.get(path, (200, {}, None))
        if path == "/elsewhere":  # to whatever the query says
            status, headers = 302, {"location": self.path.partition("?")[2]}
        if path == "/echo":
            answer = json.dumps({"method": self.command, "path": self.path, "body": body}).encode()
            headers = {"content-type": "application/json"}
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if path == "/cut":
            self.send_header("content-length", "1000")
        else:
            self.send_header("content-length", str(len(answer or b"")))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer or b"")

    do_GET = do_HEAD = do_OPTIONS = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


JSON = {"content-type": "application/json"}
ANSWERS: dict[str, tuple[int, dict[str, str], bytes | None]] = {
    "/json": (200, {"content-type": "application/vnd.api+json; charset=utf-8"}, '{"name": "Ünal", "n": 1.5}'.encode()),
    "/text": (200, {"content-type": "text/plain; charset=iso-8859-1"}, b"caf\xe9"),
    "/bytes": (200, {"content-type": "application/octet-stream"}, b"\xff\x00\xfe"),
    "/nothing": (204, {}, None),
    "/bad-json": (200, JSON, b'{"a": 1,\n "b" 2}'),
    "/moved": (302, {"location": "/json"}, None),
    "/round": (302, {"location": "/round"}, None),
    "/cut": (200, {}, b"short"),
    "/401": (401, {}, None),
    "/403": (403, JSON, b'{"error": {"message": "token has no scope \'read\'."}}'),
    "/404": (404, {}, None),
    "/400": (400, JSON, b'{"errors": [{"detail": "state must be open or closed"}]}'),
    "/422": (422, JSON, b'{"message": "title is missing"}'),
    "/429": (429, {"retry-after": "7"}, None),
    "/429-date": (
        429,
        {"retry-after": time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 86_400))},
        None,
    ),
    "/500": (500, {"content-type": "text/html"}, b"<h1>oops</h1>"),
    "/503": (503, {"retry-after": "2"}, None),
}


class Server(ThreadingHTTPServer):
    """Listens on a free port of the loopback interface."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests: list[tuple[str, str, dict[str, str], str]] = []
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that has gone."""


@contextmanager
def serving() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        thread.join()
        server.server_close()
