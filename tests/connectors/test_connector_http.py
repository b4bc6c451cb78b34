"""http.request against a real server on the loopback interface."""

import socket
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from calibrant.connectors import registry
from calibrant.model.connector import Effect
from calibrant.model.failure import StepError
from calibrant.model.issue import Kind
from calibrant.model.value import UNKNOWN
from connectors.context import call, failure
from connectors.server import Server, serving

CONNECTOR = registry()["http.request"]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/json", 200, {"name": "Ünal", "n": 1.5}),
        ("/text", 200, "café"),
        ("/bytes", 200, b"\xff\x00\xfe"),
        ("/nothing", 204, None),
        ("/moved", 200, {"name": "Ünal", "n": 1.5}),
    ],
)
async def test_an_answer(server: Server, tmp_path: Path, path: str, status: int, body: object) -> None:
    output = await call("http.request", tmp_path, url=server.url + path)
    assert (output["status"], output["body"]) == (status, body)
    assert output["url"] == server.url + ("/json" if path == "/moved" else path)
    assert isinstance(output["headers"], dict)


async def test_what_is_sent(server: Server, tmp_path: Path) -> None:
    output = await call(
        "http.request",
        tmp_path,
        url=server.url + "/echo?a=1",
        method="POST",
        query={"b": [2, True], "none": None},
        headers={"X-Own": "yes"},
        json={"day": date(2024, 5, 1), "price": Decimal("2.50")},
        auth={"user": "bob", "password": "pw"},
    )
    assert output["body"] == {
        "method": "POST",
        "path": "/echo?a=1&b=2&b=true",
        "body": '{"day": "2024-05-01", "price": 2.5}',
    }
    headers = {name.lower(): value for name, value in server.requests[-1][2].items()}
    assert headers["content-type"] == "application/json"
    assert headers["x-own"] == "yes"
    assert headers["authorization"] == "Basic Ym9iOnB3"


@pytest.mark.parametrize(
    ("params", "body", "content_type"),
    [
        ({"form": {"a": "x y", "b": [1, 2]}}, "a=x+y&b=1&b=2", "application/x-www-form-urlencoded"),
        ({"body": "plain ☃"}, "plain ☃", None),
        (
            {"json": [1], "headers": {"Content-Type": "application/merge-patch+json"}},
            "[1]",
            "application/merge-patch+json",
        ),
    ],
)
async def test_bodies(
    server: Server, tmp_path: Path, params: dict[str, Any], body: str, content_type: str | None
) -> None:
    await call("http.request", tmp_path, url=server.url + "/echo", method="PUT", **params)
    _, _, headers, sent = server.requests[-1]
    assert sent == body
    assert {name.lower(): value for name, value in headers.items()}.get("content-type") == content_type


@pytest.mark.parametrize(
    ("path", "code", "kind", "words"),
    [
        ("/401", "login-failed", Kind.AUTH, "does not accept the credentials (401)."),
        (
            "/403",
            "login-failed",
            Kind.AUTH,
            "does not allow this with these credentials (403: token has no scope 'read').",
        ),
        ("/404", "http-not-found", Kind.PARAMETER, "is not there (404)."),
        ("/400", "http-rejected", Kind.PARAMETER, "does not accept the request (400: state must be open or closed)."),
        ("/422", "http-rejected", Kind.PARAMETER, "does not accept the request (422: title is missing)."),
        ("/429", "rate-limited", Kind.RATE_LIMIT, "takes no more requests for now (429)."),
        ("/500", "server-error", Kind.INFRA, "met an error of its own (500)."),
        ("/503", "service-unavailable", Kind.TRANSIENT, "is not available for now (503)."),
        ("/round", "http-error", Kind.PARAMETER, "redirects again and again."),
        (
            "/bad-json",
            "bad-response",
            Kind.DATA_SHAPE,
            "says it sends JSON, but it is not: a colon is missing after a key (line 2, column 6).",
        ),
    ],
)
async def test_an_answer_that_is_an_error(
    server: Server, tmp_path: Path, path: str, code: str, kind: Kind, words: str
) -> None:
    found = await failure("http.request", tmp_path, url=f"{server.url}{path}?key=s3cret")
    assert found.message == f"{server.url}{path} {words}"
    assert (found.code, found.kind, found.origin) == (code, kind, server.url)
    assert found.hint
    assert "s3cret" not in repr(found)


async def test_secrets_stay_behind_when_a_redirect_leads_to_another_origin(server: Server, tmp_path: Path) -> None:
    other = server.url.replace("127.0.0.1", "localhost")
    sent = {"X-Api-Key": "s3cret", "Cookie": "id=s3cret", "Accept": "text/plain"}
    for end, kept in ((other, False), (server.url, True)):
        await call("http.request", tmp_path, url=f"{server.url}/elsewhere?{end}/nothing", headers=sent)
        headers = {name.lower(): value for name, value in server.requests[-1][2].items()}
        assert server.requests[-1][1] == "/nothing"
        assert headers["accept"] == "text/plain"
        assert ("s3cret" in repr(headers)) is kept


async def test_what_fails_behind_a_redirect_is_the_fault_of_where_it_led(server: Server, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{free.getsockname()[1]}"
    found = await failure("http.request", tmp_path, url=f"{server.url}/elsewhere?{dead}/")
    assert (found.code, found.origin) == ("connection-refused", dead)
    other = server.url.replace("127.0.0.1", "localhost")
    auth = {"bearer": "token"}
    found = await failure("http.request", tmp_path, url=f"{server.url}/elsewhere?{other}/401", auth=auth)
    assert (found.code, found.origin, found.credential) == ("login-failed", other, "")


async def test_a_redirect_to_a_file_is_not_followed(server: Server, tmp_path: Path) -> None:
    found = await failure("http.request", tmp_path, url=f"{server.url}/elsewhere?file:///etc/passwd")
    assert (found.code, found.kind) == ("http-error", Kind.PARAMETER)
    assert found.message.endswith("/etc/passwd’, which is no web address.")


async def test_retry_after(server: Server, tmp_path: Path) -> None:
    assert (await failure("http.request", tmp_path, url=server.url + "/429")).retry_after == 7
    assert (await failure("http.request", tmp_path, url=server.url + "/503")).retry_after == 2
    assert (await failure("http.request", tmp_path, url=server.url + "/500")).retry_after is None
    dated = (await failure("http.request", tmp_path, url=server.url + "/429-date")).retry_after
    assert dated is not None
    assert 43_200 < dated <= 86_401, "a day from when the tests began"


async def test_a_closed_port(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    found = await failure("http.request", tmp_path, url=f"http://127.0.0.1:{port}/x")
    assert found.message == f"Nothing answers at http://127.0.0.1:{port}."
    assert (found.code, found.kind) == ("connection-refused", Kind.CONNECTION)
    assert found.origin == f"http://127.0.0.1:{port}"


async def test_a_name_that_no_server_has(tmp_path: Path) -> None:
    found = await failure("http.request", tmp_path, url="http://no-such-host.invalid/x")
    assert found.message == "There is no server called ‘no-such-host.invalid’ that can be found."
    assert (found.code, found.kind) == ("host-not-found", Kind.CONNECTION)


async def test_no_secure_connection(server: Server, tmp_path: Path) -> None:
    found = await failure("http.request", tmp_path, url=server.url.replace("http:", "https:"))
    assert found.message.startswith("No secure connection to https://127.0.0.1:")
    assert found.kind is Kind.CONNECTION


async def test_a_server_that_is_too_slow(server: Server, tmp_path: Path) -> None:
    begun = time.monotonic()
    found = await failure("http.request", tmp_path, url=server.url + "/slow", timeout=0.4)
    assert time.monotonic() - begun < 3
    assert (found.code, found.kind, found.origin) == ("timed-out", Kind.CONNECTION, server.url)
    assert found.message == f"{server.url} did not answer within 0.4 seconds."


async def test_an_answer_that_breaks_off(server: Server, tmp_path: Path) -> None:
    found = await failure("http.request", tmp_path, url=server.url + "/cut")
    assert (found.code, found.kind) == ("connection-lost", Kind.CONNECTION)


async def test_an_answer_that_is_too_large(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calibrant.connectors.httpanswer.BODY_LIMIT", 8)
    assert (await failure("http.request", tmp_path, url=server.url + "/json")).code == "too-large"


async def test_rehearsal_sends_nothing(server: Server, tmp_path: Path) -> None:
    before = len(server.requests)
    url = server.url + "/echo"
    output = await call(
        "http.request", tmp_path, doing="rehearse", url=url, method="POST", json={"a": 1}, query={"q": "x"}
    )
    assert output == {"status": 200, "headers": {}, "body": UNKNOWN, "url": url + "?q=x", "path": None, "size": UNKNOWN}
    assert len(server.requests) == before
    found = await failure("http.request", tmp_path, doing="rehearse", url="nowhere", method="POST")
    assert found.code == "bad-url"


@pytest.mark.parametrize("method", ["GET", "head", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"])
def test_what_a_method_touches(method: str) -> None:
    reading = method.upper() in ("GET", "HEAD", "OPTIONS")
    assert CONNECTOR.touches({"url": "http://x", "method": method}) is (Effect.READ if reading else Effect.WRITE)


def test_an_unknown_method_touches_nothing_it_could_name() -> None:
    with pytest.raises(StepError, match="There is no method ‘FETCH’"):
        CONNECTOR.touches({"url": "http://x", "method": "FETCH"})


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://API.example.com/a?b", "https://api.example.com"),
        ("https://bob:pw@api.example.com:443/", "https://api.example.com"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://[::1]:80/x", "http://[::1]"),
    ],
)
def test_origin(url: str, origin: str) -> None:
    assert CONNECTOR.origin({"url": url}) == origin


def test_credentials_are_told_apart_and_never_told() -> None:
    url = "https://api.example.com"

    def digest(**params: object) -> str:
        return CONNECTOR.credential({"url": url} | params)

    assert digest() == ""
    basic = digest(auth={"user": "bob", "password": "s3cret"})
    assert basic == digest(auth={"user": "bob", "password": "other"})
    assert basic == digest(headers={"Authorization": "Basic Ym9iOnMzY3JldA=="})
    assert digest(auth={"bearer": "t1"}) == digest(headers={"authorization": "Bearer t1"})
    others = {
        basic,
        digest(auth={"bearer": "t1"}),
        digest(auth={"bearer": "t2"}),
        digest(headers={"X-Api-Key": "t1"}),
        digest(url="https://eve@api.example.com"),
    }
    assert len(others) == 5
    assert not any(word in other for other in others for word in ("bob", "t1", "s3cret"))
