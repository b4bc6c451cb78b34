"""A loopback HTTP server whose answers a test writes itself, by path."""

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit


class Asked(NamedTuple):
    """A request as it came; header names in lower case."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes


class Reply(NamedTuple):
    """An answer; its length is sent along."""

    body: bytes | str = b""
    status: int = 200
    headers: Mapping[str, str] = {}


Route = Callable[[Asked], Reply] | Reply


class Handler(BaseHTTPRequestHandler):
    server: "ApiServer"

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, parts.path, parse_qs(parts.query), headers, body)
        self.server.asked.append(asked)
        route = self.server.routes.get(parts.path, Reply(status=404))
        reply = route(asked) if callable(route) else route
        content = reply.body.encode() if isinstance(reply.body, str) else reply.body
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_HEAD = do_OPTIONS = do_POST = do_PUT = _answer  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


class ApiServer(ThreadingHTTPServer):
    """Answers by `routes` and remembers what was `asked`."""

    daemon_threads = True

    def __init__(self, routes: Mapping[str, Route], context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.routes = dict(routes)
        self.asked: list[Asked] = []
        self.scheme = "https" if context else "http"
        if context:
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_port}"

    @property
    def other(self) -> str:
        """The same server at another origin."""
        return f"{self.scheme}://localhost:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that has gone."""


@contextmanager
def serving(routes: Mapping[str, Route], context: ssl.SSLContext | None = None) -> Iterator[ApiServer]:
    """Let a server listen on a free port of the loopback interface."""
    server = ApiServer(routes, context)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
