"""A run against a real server: throttling, refused logins, rehearsed writes."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from calibrant import connectors, dialects
from engine.building import Seen, run


class Handler(BaseHTTPRequestHandler):
    requests: list[str]
    throttled: int

    def do_GET(self) -> None:
        self.requests.append(
            f"GET {self.path} {self.headers.get('Authorization', '')}{self.headers.get('Cookie', '')}".strip()
        )
        if self.path == "/busy" and len(self.requests) <= self.throttled:
            return self._answer(429, "{}", retry_after="0")
        if "Bearer wrong" in self.headers.get("Authorization", ""):
            return self._answer(401, "{}")
        return self._answer(200, '{"items": [1, 2]}')

    def do_HEAD(self) -> None:
        self._answer(200, "")

    def do_POST(self) -> None:
        self.requests.append(f"POST {self.path}")
        self._answer(200, "{}")

    def _answer(self, status: int, body: str, *, retry_after: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Set-Cookie", "visitor=1")
        if retry_after:
            self.send_header("Retry-After", retry_after)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base class
        return


@pytest.fixture
def server() -> Iterator[tuple[str, type[Handler]]]:
    handler = type("Fresh", (Handler,), {"requests": [], "throttled": 0})
    serving = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{serving.server_port}", handler
    serving.shutdown()
    thread.join()
    serving.server_close()


async def over_http(tmp_path: Path, text: str, **given: object) -> Seen:
    workflow = dialects.read("x.workflow.yaml", text)
    assert workflow is not None
    return await run(tmp_path, workflow, connectors.registry(), **given)  # type: ignore[arg-type]


async def test_a_throttled_request_is_tried_again(tmp_path: Path, server: tuple[str, type[Handler]]) -> None:
    url, handler = server
    handler.throttled = 2
    text = f"steps:\n  - {{id: a, uses: http.request, with: {{url: '{url}/busy'}}}}\n"
    text += "  - {id: b, uses: data.map, with: {items: '{{ a.body.items }}', to: '{{ item + 1 }}'}}\n"
    seen = await over_http(tmp_path, text)
    assert seen.status() == {"a": "completed", "b": "completed"}
    assert len(handler.requests) == 3


async def test_a_step_does_not_send_what_another_was_given(tmp_path: Path, server: tuple[str, type[Handler]]) -> None:
    url, handler = server
    text = f"steps:\n  - {{id: a, uses: http.request, with: {{url: '{url}/one'}}}}\n"
    text += f"  - {{id: b, uses: http.request, needs: a, with: {{url: '{url}/two'}}}}\n"
    await over_http(tmp_path, text)
    assert handler.requests == ["GET /one", "GET /two"]


async def test_a_refused_login_is_not_tried_by_others(tmp_path: Path, server: tuple[str, type[Handler]]) -> None:
    url, handler = server
    text = f"""\
secrets: [KEY]
steps:
  - {{id: a, uses: http.request, with: {{url: '{url}/a', headers: {{Authorization: 'Bearer {{{{ secrets.KEY }}}}'}}}}}}
  - {{id: b, uses: http.request, needs: a, with: {{url: '{url}/b', headers: {{Authorization: 'Bearer {{{{ secrets.KEY }}}}'}}}}}}
  - {{id: c, uses: http.request, needs: a, with: {{url: '{url}/c'}}}}
"""
    seen = await over_http(tmp_path, text, environ={"KEY": "wrong-token"})
    assert seen.status() == {"a": "failed", "b": "skipped", "c": "completed"}
    assert handler.requests == ["GET /a Bearer wrong-token", "GET /c"]
    assert "wrong-token" not in repr(seen.events)
    assert "refused the login of ‘a’" in seen.finished["b"].reason


@pytest.mark.parametrize("live", [False, True])
async def test_a_write_is_sent_only_live(tmp_path: Path, server: tuple[str, type[Handler]], live: bool) -> None:
    url, handler = server
    text = f"steps:\n  - {{id: a, uses: http.request, with: {{url: '{url}/x', method: POST, json: {{n: 1}}}}}}\n"
    seen = await over_http(tmp_path, text, live=live)
    assert seen.finished["a"].status == ("completed" if live else "rehearsed")
    assert ("POST /x" in handler.requests) is live
