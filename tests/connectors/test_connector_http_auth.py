"""http.request with `auth`: every form, what is wrong with one, and tokens got on the way."""

import asyncio
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from calibrant.connectors import registry
from calibrant.model.connector import Output
from calibrant.model.failure import StepError
from calibrant.model.issue import Kind
from connectors.apiserver import Asked, Reply, serving
from connectors.context import FolderContext, call, failure

CONNECTOR = registry()["http.request"]
OAUTH = {"client_id": "reports", "client_secret": "cl:s3cret/&"}
TOKEN = "tok-5ecret-1"


def ok(_asked: Asked) -> Reply:
    return Reply('{"ok": true}', headers={"content-type": "application/json"})


def token(**fields: object) -> Reply:
    return Reply(json.dumps({"access_token": TOKEN, "token_type": "Bearer", "expires_in": 3600, **fields}))


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [
        ({"user": "bob", "password": "pw"}, "authorization", "Basic Ym9iOnB3"),
        ({"user": "Ünal", "password": 7}, "authorization", "Basic w5xuYWw6Nw=="),
        ({"bearer": "abc\n"}, "authorization", "Bearer abc"),
        ({"api_key": "k1"}, "x-api-key", "k1"),
        ({"api_key": "k1", "header": "PRIVATE-TOKEN"}, "private-token", "k1"),
        ({"api_key": "k1", "header": None}, "x-api-key", "k1"),
        ({}, "authorization", None),
    ],
)
async def test_what_is_sent(tmp_path: Path, auth: dict[str, object], header: str, value: str | None) -> None:
    with serving({"/": ok}) as server:
        await call("http.request", tmp_path, url=server.url + "/", auth=auth)
        assert server.asked[0].headers.get(header) == value


async def test_a_key_in_the_url_is_not_in_the_output(tmp_path: Path) -> None:
    with serving({"/": ok}) as server:
        auth = {"api_key": "k&1", "query": "key"}
        output = await call("http.request", tmp_path, url=server.url + "/?a=1", auth=auth)
        assert server.asked[0].query == {"a": ["1"], "key": ["k&1"]}
        assert output["url"] == server.url + "/?a=1"
        server.routes["/"] = Reply(status=404)
        assert "k&1" not in repr(await failure("http.request", tmp_path, url=server.url + "/", auth=auth))


@pytest.mark.parametrize(
    ("auth", "words", "candidates"),
    [
        ({"name": "bob"}, "‘auth’ takes one of these: ‘user’ and ‘password’; ‘bearer’; ‘api_key’;", ()),
        ({"user": "bob", "pasword": "s3cret"}, "‘auth’ with ‘user’ does not take ‘pasword’.", ("password",)),
        ({"bearer": "s3cret", "scope": "x"}, "‘auth’ with ‘bearer’ does not take ‘scope’.", ()),
        ({"bearer": "s3c\nret"}, "‘bearer’ of ‘auth’ has a line break in it.", ()),
        ({"bearer": "s3crét"}, "‘bearer’ of ‘auth’ has characters beyond ASCII.", ()),
        ({"api_key": "s3cret\x01x"}, "‘api_key’ of ‘auth’ has a character in it that no header can have.", ()),
        ({"api_key": "s3cret", "header": "A b"}, "‘A b’ cannot be the name of a header.", ()),
        ({"api_key": "s3cret", "header": "A", "query": "b"}, "either in a ‘header’ or in the ‘query’", ()),
        (
            {"token_url": "https://x.example", **OAUTH, "client_in": "form"},
            "The choices are: header, body.",
            ("header",),
        ),
        ({"token_url": "https://x.example", "client_id": "a"}, "but ‘client_secret’ is not given.", ()),
        ({"bearer": ["s3cret"]}, "‘bearer’ in ‘auth’ takes text, but got a list.", ()),
    ],
)
async def test_what_auth_does_not_take(
    tmp_path: Path, auth: dict[str, object], words: str, candidates: tuple[str, ...]
) -> None:
    found = await failure("http.request", tmp_path, url="http://127.0.0.1:9/", auth=auth)
    assert words in found.message
    assert found.candidates[: len(candidates)] == candidates
    assert found.hint
    assert "s3c" not in repr(found)


async def test_a_token_url_that_is_none(tmp_path: Path) -> None:
    auth = {"token_url": "login.example/token", **OAUTH}
    found = await failure("http.request", tmp_path, url="http://127.0.0.1:9/", auth=auth)
    assert (found.code, found.parameter) == ("bad-url", ("auth",))


async def several(folder: Path, times: int, **params: object) -> tuple[list[Output], FolderContext]:
    """Make calls at the same time in one run."""
    context = FolderContext(folder)
    try:
        calls = (CONNECTOR.run({"method": "GET", **params}, context) for _ in range(times))
        return list(await asyncio.gather(*calls)), context
    finally:
        await context.client.aclose()


@pytest.mark.parametrize("place", ["header", "body"])
async def test_a_token_is_got_once_and_confided(tmp_path: Path, place: str) -> None:
    with serving({"/token": token(refresh_token="refresh-5ecret"), "/": ok}) as server:
        auth = {"token_url": server.url + "/token", **OAUTH, "scope": "read write", "client_in": place}
        outputs, context = await several(tmp_path, 5, url=server.url + "/", auth=auth)
        assert [output["body"] for output in outputs] == [{"ok": True}] * 5
        asked = [one for one in server.asked if one.path == "/token"]
        assert len(asked) == 1
        form = parse_qs(asked[0].body.decode())
        assert (form["grant_type"], form["scope"]) == (["client_credentials"], ["read write"])
        if place == "body":
            assert (form["client_id"], form["client_secret"]) == (["reports"], ["cl:s3cret/&"])
            assert "authorization" not in asked[0].headers
        else:
            assert asked[0].headers["authorization"] == "Basic cmVwb3J0czpjbCUzQXMzY3JldCUyRiUyNg=="
        assert {one.headers["authorization"] for one in server.asked if one.path == "/"} == {f"Bearer {TOKEN}"}
        assert sorted(context.confided) == ["refresh-5ecret", TOKEN]


async def test_a_token_that_runs_out_is_got_anew(tmp_path: Path) -> None:
    with serving({"/token": token(expires_in="1"), "/": ok}) as server:
        context = FolderContext(tmp_path)
        for _ in range(2):
            auth = {"token_url": server.url + "/token", **OAUTH}
            await CONNECTOR.run({"url": server.url + "/", "auth": auth}, context)
        await context.client.aclose()
        assert [one.path for one in server.asked] == ["/token", "/"] * 2


REFUSED = [
    (Reply('{"error": "invalid_client"}', 401), "does not accept the credentials (401: invalid_client)."),
    (Reply('{"error": "invalid_scope"}', 400), "gives no token (400: invalid_scope)."),
    (Reply("", 403), "does not allow this with these credentials (403)."),
]


@pytest.mark.parametrize(("reply", "words"), REFUSED, ids=lambda value: str(getattr(value, "status", "")))
async def test_a_refused_client(tmp_path: Path, reply: Reply, words: str) -> None:
    with serving({"/token": reply, "/": ok}) as server, serving({"/": ok}) as api:
        auth = {"token_url": server.url + "/token", **OAUTH}
        found = await failure("http.request", tmp_path, url=api.url + "/", auth=auth)
        assert found.message == f"{server.url}/token {words}"
        assert (found.code, found.kind, found.parameter) == ("login-failed", Kind.AUTH, ("auth",))
        assert found.origin == server.url == CONNECTOR.login({"auth": auth})
        assert found.credential == CONNECTOR.credential({"url": api.url, "auth": auth}) != ""
        assert "client_secret" in found.hint
        assert api.asked == []
        assert "s3cret" not in repr(found)


@pytest.mark.parametrize(
    ("reply", "code", "words"),
    [
        (Reply("<p>log in</p>"), "bad-response", "was asked for JSON, but sends something else"),
        (Reply("{}", headers={"content-type": "application/json"}), "bad-response", "gives no token."),
        (Reply('["5ecret"]', headers={"content-type": "application/json"}), "bad-response", "gives no token."),
        (token(token_type="mac"), "bad-response", "gives a token of a kind that is not known: ‘mac’."),
        (Reply("", 503, {"retry-after": "2"}), "service-unavailable", "is not available for now"),
        (Reply("", 302, {"location": "http://127.0.0.1:9/"}), "connection-refused", "Nothing answers at"),
        (Reply("5ecret" * 400000), "too-large", "sends more than 1 MB"),
    ],
    ids=["no JSON", "nothing", "a list", "another kind", "later", "redirect", "too large"],
)
async def test_a_server_that_gives_no_token(tmp_path: Path, reply: Reply, code: str, words: str) -> None:
    with serving({"/token": reply, "/": ok}) as server:
        auth = {"token_url": server.url + "/token", **OAUTH}
        found = await failure("http.request", tmp_path, url=server.url + "/", auth=auth)
    assert found.code == code
    assert words in found.message
    assert "5ecret" not in repr(found)


async def test_a_refusal_is_shared_by_those_who_wait(tmp_path: Path) -> None:
    with serving({"/token": Reply("{}", 401)}) as server:
        auth = {"token_url": server.url + "/token", **OAUTH}
        context = FolderContext(tmp_path)
        calls = (CONNECTOR.run({"url": server.url + "/", "auth": auth}, context) for _ in range(8))
        ended = await asyncio.gather(*calls, return_exceptions=True)
        await context.client.aclose()
        assert all(isinstance(end, StepError) and end.failure.code == "login-failed" for end in ended)
        assert len(server.asked) == 1


@pytest.mark.parametrize("method", ["POST", "DELETE"])
async def test_a_rehearsal_gets_no_token(tmp_path: Path, method: str) -> None:
    with serving({"/token": token()}) as server:
        auth = {"token_url": server.url + "/token", **OAUTH}
        params: dict[str, Any] = {"url": server.url + "/", "method": method, "auth": auth}
        output = await call("http.request", tmp_path, doing="rehearse", **params)
        assert output["status"] == 200
        assert server.asked == []
