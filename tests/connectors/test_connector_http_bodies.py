"""http.request: what goes out and what comes in — files, saved answers, packed and broken bodies, charsets, headers."""

import asyncio
import email
import email.policy
import gzip
import json
import os
import socket
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from calibrant.connectors import registry
from calibrant.model.connector import Effect
from calibrant.model.issue import Kind
from calibrant.model.value import UNKNOWN
from connectors.apiserver import Asked, Reply, serving
from connectors.context import call, failure


def packed(data: bytes) -> bytes:
    """Return data as gzip packs it, the same at any time: it becomes part of tests' names."""
    return gzip.compress(data, mtime=0)


CONNECTOR = registry()["http.request"]
JSON = {"content-type": "application/json"}


def parts(asked: Asked) -> list[EmailMessage]:
    head = f"content-type: {asked.headers['content-type']}\r\n\r\n".encode()
    message = email.message_from_bytes(head + asked.body, policy=email.policy.default)
    return [part for part in message.iter_parts() if isinstance(part, EmailMessage)]


async def test_files_go_out_as_a_form(tmp_path: Path) -> None:
    big = os.urandom(3 << 20)
    (tmp_path / "big.bin").write_bytes(big)
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.csv").write_text("a;b\n")
    files = {
        "data": {"path": "big.bin", "name": 'o"dd ☃.bin', "type": "application/x-own"},
        "more": ["in/a.csv", None, {"path": "in/a.csv", "name": "b"}],
    }
    with serving({"/": Reply("{}")}) as server:
        await call(
            "http.request", tmp_path, url=server.url + "/", method="POST", files=files, form={"n": 1, "b": [True, 2]}
        )
        found = parts(server.asked[0])
    names = [part.get_param("name", header="content-disposition") for part in found]
    assert names == ["n", "b", "b", "data", "more", "more"]
    assert [part.get_content_type() for part in found[3:]] == [
        "application/x-own",
        "text/csv",
        "application/octet-stream",
    ]
    assert [part.get_content().strip() for part in found[:3]] == ["1", "true", "2"]
    assert found[3].get_payload(decode=True) == big
    assert found[4].get_filename() == "a.csv"


async def test_files_are_sent_again_where_the_same_server_redirects_them(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("content")
    with serving({"/": Reply(status=307, headers={"location": "/end"}), "/end": Reply("{}")}) as server:
        await call("http.request", tmp_path, url=server.url + "/", method="POST", files={"f": "a.txt"})
        assert [parts(asked)[0].get_content() for asked in server.asked] == ["content"] * 2


@pytest.mark.parametrize(
    ("params", "code", "parameter", "words"),
    [
        ({"files": {"f": "nope.txt"}}, "file-not-found", ("files", "f"), "‘nope.txt’"),
        ({"files": {"f": "."}}, "not-a-file", ("files", "f"), "is a folder"),
        ({"files": {"f": "../up.txt"}}, "path-outside", ("files", "f"), "../up.txt"),
        ({"files": {"f": 7}}, "shape-mismatch", ("files", "f"), "but got a whole number"),
        ({"files": {"f": {"name": "x"}}}, "shape-mismatch", ("files", "f"), "takes a path, or an object"),
        ({"files": {"f": {"path": "a.txt", "type": "a\r\nb: c"}}}, "invalid-value", ("files",), "line break"),
        ({"files": {"f": "a.txt"}, "json": {}}, "invalid-value", ("files",), "‘json’ and ‘files’ are given"),
        ({"files": {"f": "a.txt"}, "headers": {"Content-Type": "x/y"}}, "invalid-value", ("headers",), "of its own"),
        ({"files": {"f": "a.txt"}, "method": "GET"}, "invalid-value", ("files",), "GET sends no files."),
        ({"save_to": "in"}, "not-a-file", ("save_to",), "is a folder"),
        ({"save_to": "x", "method": "HEAD"}, "invalid-value", ("save_to",), "answers to HEAD have none"),
        ({"save_to": "x", "method": "GET", "paginate": {"by": "link"}}, "invalid-value", ("save_to",), "puts several"),
    ],
)
@pytest.mark.parametrize("doing", ["run", "rehearse"])
async def test_files_that_cannot_be_used(
    tmp_path: Path, doing: str, params: dict[str, Any], code: str, parameter: tuple[str, ...], words: str
) -> None:
    (tmp_path / "a.txt").write_text("content")
    (tmp_path / "in").mkdir()
    with serving({"/": Reply("{}")}) as server:
        found = await failure(
            "http.request", tmp_path, doing=doing, **{"url": server.url + "/", "method": "POST"} | params
        )
        assert len(server.asked) <= ("save_to" in params)
    assert (found.code, found.parameter[: len(parameter)]) == (code, parameter)
    assert words in found.message


async def test_an_answer_is_saved(tmp_path: Path) -> None:
    content = os.urandom(2 << 20)
    target = tmp_path / "out/deep/a.bin"
    reply = Reply(packed(content), headers={"content-encoding": "gzip"})
    with serving({"/": reply, "/less": Reply("less")}) as server:
        output = await call("http.request", tmp_path, url=server.url + "/", save_to="out/deep/a.bin")
        assert target.read_bytes() == content
        assert (output["path"], output["size"], output["body"]) == ("out/deep/a.bin", len(content), None)
        target.chmod(0o600)
        await call("http.request", tmp_path, url=server.url + "/less", save_to="out/deep/a.bin")
        assert target.read_text() == "less"
        assert target.stat().st_mode & 0o777 == 0o600
        found = await failure("http.request", tmp_path, url=server.url + "/none", save_to="out/deep/a.bin")
        assert found.code == "http-not-found"
    assert [path.name for path in target.parent.iterdir()] == ["a.bin"]
    assert target.read_text() == "less"


async def test_what_breaks_off_or_is_too_large_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with raw(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf") as url:
        found = await failure("http.request", tmp_path, url=url, save_to="a.bin")
        assert found.code == "connection-lost"
    monkeypatch.setattr("calibrant.connectors.httpsave.SAVE_LIMIT", 1 << 20)
    with serving({"/": Reply(bytes(2 << 20))}) as server:
        found = await failure("http.request", tmp_path, url=server.url + "/", save_to="a.bin")
        assert (found.code, found.message) == (
            "too-large",
            f"{server.url}/ sends more than 1 MB, which is more than a step takes in.",
        )
    assert list(tmp_path.iterdir()) == []


async def test_a_rehearsal_saves_nothing(tmp_path: Path) -> None:
    params: dict[str, Any] = {"url": "http://127.0.0.1:9/", "method": "POST", "save_to": "a.bin"}
    output = await call("http.request", tmp_path, doing="rehearse", **params)
    assert (output["path"], output["size"], output["body"]) == ("a.bin", UNKNOWN, None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("params", "effect"),
    [
        ({}, Effect.READ),
        ({"save_to": "x"}, Effect.WRITE_LOCAL),
        ({"save_to": None}, Effect.READ),
        ({"save_to": "x", "method": "POST"}, Effect.WRITE),
        ({"auth": {"token_url": "http://x", "client_id": "a", "client_secret": "b"}}, Effect.READ),
    ],
)
def test_what_is_touched(params: dict[str, object], effect: Effect) -> None:
    assert CONNECTOR.touches({"url": "http://x", **params}) is effect


def deflated(data: bytes, window: int) -> bytes:
    packer = zlib.compressobj(wbits=window)
    return packer.compress(data) + packer.flush()


LONG = json.dumps(list(range(100_000))).encode()


@pytest.mark.parametrize(
    ("packing", "body"),
    [
        ("gzip", packed(LONG)),
        ("X-GZIP", packed(LONG[:1000]) + packed(LONG[1000:])),
        ("deflate", deflated(LONG, 15)),
        ("deflate", deflated(LONG, -15)),
        ("identity", LONG),
    ],
)
async def test_packed_bodies(tmp_path: Path, packing: str, body: bytes) -> None:
    with serving({"/": Reply(body, headers={"content-encoding": packing, **JSON})}) as server:
        output = await call("http.request", tmp_path, url=server.url + "/")
        assert output["body"] == json.loads(LONG)
        assert output["size"] == len(LONG)
        assert server.asked[0].headers["accept-encoding"] == "gzip, deflate"


@pytest.mark.parametrize(
    ("packing", "body", "code", "words"),
    [
        ("gzip", packed(LONG)[:-20], "bad-response", "sends a body that cannot be unpacked."),
        ("gzip", b"no gzip", "bad-response", "sends a body that cannot be unpacked."),
        ("br", b"x", "bad-response", "packs its body as ‘br’"),
        ("gzip, gzip", packed(packed(bytes(1 << 20))), "bad-response", "packs its body as ‘gzip, gzip’"),
        ("gzip", packed(bytes(100 << 20)), "too-large", "sends more than 64 MB"),
        ("deflate", deflated(bytes(100 << 20), -15), "too-large", "sends more than 64 MB"),
    ],
)
async def test_bodies_that_are_not_unpacked(tmp_path: Path, packing: str, body: bytes, code: str, words: str) -> None:
    with serving({"/": Reply(body, headers={"content-encoding": packing})}) as server:
        found = await failure("http.request", tmp_path, url=server.url + "/")
    assert (found.code, words in found.message) == (code, True), found.message


@pytest.mark.parametrize(
    ("body", "headers", "accept", "wanted"),
    [
        (b"", JSON, "", None),
        (b" \n", JSON, "", None),
        (b"", {"content-type": "text/plain"}, "application/json", None),
        ('{"a": "ü"}'.encode("utf-16"), JSON, "", {"a": "ü"}),
        ('{"a": "ü"}'.encode("utf-8-sig"), JSON, "", {"a": "ü"}),
        ('{"a": "ü"}'.encode("latin-1"), {"content-type": "application/json; charset=latin-1"}, "", {"a": "ü"}),
        (b'{"a": 1}', {"content-type": "text/plain"}, "", '{"a": 1}'),
        (b'{"a": 1}', {"content-type": "text/plain"}, "application/json", {"a": 1}),
        (b'{"a": 1}', {}, "application/vnd.x+json; q=1, application/json", {"a": 1}),
        (b"<p>", {"content-type": "text/html"}, "application/json, */*", "<p>"),
        ("ü".encode("cp1252"), {"content-type": "text/plain; charset=windows-1252"}, "", "ü"),
        ("ü€".encode("utf-16-le"), {"content-type": "text/plain; charset=UTF-16LE"}, "", "ü€"),
        ("ü".encode(), {"content-type": "text/plain; charset=no-such"}, "", "ü"),
        (b"\xffx", {"content-type": "text/plain"}, "", "�x"),
    ],
)
async def test_what_a_body_is_taken_as(
    tmp_path: Path, body: bytes, headers: dict[str, str], accept: str, wanted: object
) -> None:
    with serving({"/": Reply(body, headers=headers)}) as server:
        given = {"accept": accept} if accept else {}
        output = await call("http.request", tmp_path, url=server.url + "/", headers=given)
    assert output["body"] == wanted


async def test_a_page_where_json_was_asked_for(tmp_path: Path) -> None:
    with serving({"/": Reply("<title>Log in</title>", headers={"content-type": "text/html"})}) as server:
        found = await failure("http.request", tmp_path, url=server.url + "/", headers={"Accept": "application/json"})
    assert (found.code, found.kind) == ("bad-response", Kind.DATA_SHAPE)
    assert found.message.startswith(f"{server.url}/ was asked for JSON, but sends ‘text/html’: ")
    assert "Log in" in found.details


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
@pytest.mark.parametrize("headers", [JSON, {"content-encoding": "gzip"}])
async def test_answers_without_a_body(tmp_path: Path, method: str, headers: dict[str, str]) -> None:
    with serving({"/": Reply(b"", 200, headers)}) as server:
        output = await call("http.request", tmp_path, url=server.url + "/", method=method)
    assert (output["status"], output["body"], output["size"]) == (200, None, 0)


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"X-A": "a\r\nEvil: 1"}, "The header ‘X-A’ has a line break in it."),
        ({"X-A": "a\0b"}, "The header ‘X-A’ has a character in it that no header can have."),
        ({"X-A": "ü"}, "The header ‘X-A’ has characters beyond ASCII."),
        ({"X-A\r\nEvil": "1"}, "cannot be the name of a header."),
        ({"": "1"}, "‘’ cannot be the name of a header."),
        ({"Content-Length": "3"}, "The header ‘Content-Length’ follows from what is sent"),
        ({"Transfer-Encoding": "chunked"}, "The header ‘Transfer-Encoding’ follows from what is sent"),
    ],
)
async def test_headers_that_are_not_sent(tmp_path: Path, headers: dict[str, str], words: str) -> None:
    with serving({"/": Reply("{}")}) as server:
        found = await failure("http.request", tmp_path, url=server.url + "/", headers=headers)
        assert server.asked == []
    assert (found.code, found.parameter) == ("invalid-value", ("headers",))
    assert words in found.message


@pytest.mark.parametrize(
    "url",
    [
        "http://bob:s3cret@127.0.0.1:9/a?key=s3cret#s3cret",
        "http://bob:s3@cret@127.0.0.1:9/s3",
        "http://bob:s3/cret@127.0.0.1:9/",
        "http://bob:s3#cret@127.0.0.1:9/",
        "http://bob:s3?cret@127.0.0.1:9/",
        "ftp://bob:s3cret@127.0.0.1:9/",
        "http://bob:s3cret@[127/",
        "bob:s3cret@127.0.0.1:9",
    ],
)
async def test_credentials_in_a_url_are_not_shown(tmp_path: Path, url: str) -> None:
    found = await failure("http.request", tmp_path, url=url)
    shown = repr(found).replace("127.0.0.1:9/s3'", "").replace("127.0.0.1:9/s3’", "")
    assert "s3cret" not in shown
    assert "bob:" not in shown
    assert "cret@" not in shown


@contextmanager
def raw(answer: bytes, *, pause: float = 0.0) -> Iterator[str]:
    """Let a server answer every connection with these very bytes; with `pause`, one byte at a time."""
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                for begin in range(0, len(answer), 1 if pause else len(answer)):
                    try:
                        connection.sendall(answer[begin : begin + 1] if pause else answer)
                    except OSError:
                        break
                    if stop.wait(pause):
                        break

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        finally:
            stop.set()
            socket.create_connection(listening.getsockname()).close()
            thread.join()


@pytest.mark.parametrize(
    ("answer", "code", "kind", "words"),
    [
        (b"SSH-2.0-x\r\n\r\n", "bad-response", Kind.DATA_SHAPE, "does not answer as a web server does."),
        (b"HTTP/1.1 302 Found\r\nlocation: http://[::/\r\n\r\n", "http-error", Kind.PARAMETER, "no web address."),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf", "connection-lost", Kind.CONNECTION, "broke off"),
        (b"HTTP/1.1 200 OK\r\nx: " + b"y" * 200_000, "bad-response", Kind.DATA_SHAPE, "as a web server does."),
        (b"HTTP/1.1 429 No\r\nretry-after: \xc2\xb2\r\n\r\n", "rate-limited", Kind.RATE_LIMIT, "(429)"),
        (
            b"HTTP/1.1 503 No\r\nretry-after: " + b"9" * 400 + b"\r\n\r\n",
            "service-unavailable",
            Kind.TRANSIENT,
            "(503)",
        ),
        (b"HTTP/1.1 503 No\r\nretry-after: Thu, 99 Foo 99999\r\n\r\n", "service-unavailable", Kind.TRANSIENT, "(503)"),
    ],
)
async def test_odd_answers(tmp_path: Path, answer: bytes, code: str, kind: Kind, words: str) -> None:
    with raw(answer) as url:
        found = await failure("http.request", tmp_path, url=url)
    assert (found.code, found.kind) == (code, kind), found
    assert words in found.message
    assert found.retry_after in (None, 86400.0)


async def test_a_body_that_trickles_is_ended_by_the_step_s_timeout(tmp_path: Path) -> None:
    with raw(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n" + b"x" * 1000, pause=0.02) as url:
        async with asyncio.timeout(10):
            found = await failure("http.request", tmp_path, url=url, timeout=0.6)
    assert (found.code, found.kind) == ("timed-out", Kind.CONNECTION)


async def test_what_is_sent_is_not_handed_on_to_another_server(tmp_path: Path) -> None:
    with serving({}) as server:
        server.routes = {"/": Reply(status=308, headers={"location": server.other + "/end"}), "/end": Reply("{}")}
        found = await failure(
            "http.request", tmp_path, url=server.url + "/", method="POST", form={"password": "s3cret"}
        )
        assert [asked.path for asked in server.asked] == ["/"]
    assert found.code == "http-error"
    assert f"redirects to {server.other}, which is another server" in found.message
