"""http.request with `paginate`: every way from one page to the next, its bounds, and what goes wrong on the way."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calibrant.model.issue import Kind
from connectors.apiserver import ApiServer, Asked, Reply, Route, serving
from connectors.context import call, failure

ALL = list(range(1, 8))
Page = tuple[list[int], int | None]


def page(asked: Asked, name: str, size: int = 3, first: int = 1) -> Page:
    """Return the numbers of a page, and the number of the next one."""
    number = int(asked.query.get(name, [str(first)])[0])
    begin = (number - first) * size
    return ALL[begin : begin + size], number + 1 if begin + size < len(ALL) else None


def reply(body: object, **headers: str) -> Reply:
    return Reply(json.dumps(body), headers={"content-type": "application/json", **headers})


def linked(asked: Asked) -> Reply:
    items, following = page(asked, "p")
    links = '<http://127.0.0.1:1/x>; rel="prev first", </linked?a=1,2>; rel="other"'
    links += f', </linked?p={following}>; rel="Next last"' if following else ""
    return reply(items, link=links)


def by_url(asked: Asked) -> Reply:
    items, following = page(asked, "p")
    return reply({"data": {"rows": items}, "links": {"next": f"by-url?p={following}" if following else None}})


def by_cursor(asked: Asked) -> Reply:
    items, following = page(asked, "cursor")
    assert asked.query["state"] == ["open"]
    body: dict[str, object] = {"rows": items, "meta": {}}
    if following:
        body["meta"] = {"next": following}
    return reply(body)


def by_header(asked: Asked) -> Reply:
    items, following = page(asked, "after")
    return reply(items, **({"x-next": str(following)} if following else {}))


def numbered(asked: Asked) -> Reply:
    return reply(page(asked, "page")[0])


def offset(asked: Asked) -> Reply:
    begin = int(asked.query["offset"][0])
    return reply({"rows": ALL[begin : begin + 4]})


ROUTES: dict[str, Route] = {
    "/linked": linked,
    "/by-url": by_url,
    "/by-cursor": by_cursor,
    "/by-header": by_header,
    "/numbered": numbered,
    "/offset": offset,
}


@pytest.mark.parametrize(
    ("path", "paginate", "pages"),
    [
        ("/linked", {"by": "link"}, 3),
        ("/by-url", {"by": "url", "at": "links.next", "items": "data.rows"}, 3),
        ("/by-cursor", {"by": "cursor", "at": "meta.next", "parameter": "cursor", "items": "rows"}, 3),
        ("/by-header", {"by": "cursor", "header": "X-Next", "parameter": "after"}, 3),
        ("/numbered", {"by": "page"}, 4),
        ("/numbered", {"by": "page", "size": 3}, 3),
        ("/offset", {"by": "page", "parameter": "offset", "first": 0, "step": 4, "size": 4, "items": "rows"}, 2),
    ],
)
async def test_ways_to_the_next_page(tmp_path: Path, path: str, paginate: dict[str, object], pages: int) -> None:
    with serving(ROUTES) as server:
        output = await call("http.request", tmp_path, url=server.url + path, query={"state": "open"}, paginate=paginate)
        assert output["body"] == ALL
        assert len(server.asked) == pages
        assert output["status"] == 200
        assert str(output["url"]).startswith(server.url + path)
        assert isinstance(output["size"], int)
        assert output["size"] > len(ALL)


async def test_counting_begins_where_the_url_does_and_ends_where_it_is_told_to(tmp_path: Path) -> None:
    with serving(ROUTES) as server:
        output = await call("http.request", tmp_path, url=f"{server.url}/numbered?page=2", paginate={"by": "page"})
        assert output["body"] == ALL[3:]
        output = await call("http.request", tmp_path, url=f"{server.url}/linked", paginate={"by": "link", "pages": 2})
        assert output["body"] == ALL[:6]


def two(following: Callable[[ApiServer], Reply]) -> Callable[[ApiServer], None]:
    """Return what makes a server whose first page leads to a second one."""

    def make(server: ApiServer) -> None:
        server.routes = {
            "/": lambda asked: following(server) if "p" in asked.query else reply([1], link='</?p=2>; rel="next"')
        }

    return make


WRONG: list[tuple[str, Callable[[ApiServer], Reply], str, Kind, str]] = [
    ("later", lambda _: Reply("{}", 503, {"retry-after": "3"}), "service-unavailable", Kind.TRANSIENT, "not available"),
    ("limit", lambda _: Reply("{}", 429), "rate-limited", Kind.RATE_LIMIT, "takes no more requests"),
    ("refused", lambda _: Reply("{}", 401), "login-failed", Kind.AUTH, "does not accept the credentials"),
    (
        "not JSON",
        lambda _: Reply("<p>", 200, {"content-type": "application/json"}),
        "bad-response",
        Kind.DATA_SHAPE,
        "JSON",
    ),
    ("no list", lambda _: reply({"a": 1}), "shape-mismatch", Kind.DATA_SHAPE, "gives no list to put together"),
    ("no body", lambda _: Reply(), "shape-mismatch", Kind.DATA_SHAPE, "its answer is nothing"),
    ("a loop", lambda _: reply([2], link='</?p=2>; rel="next"'), "bad-response", Kind.DATA_SHAPE, "was read before"),
    (
        "elsewhere",
        lambda server: reply([2], link=f'<{server.other}/?p=3>; rel="next"'),
        "page-elsewhere",
        Kind.PARAMETER,
        "http://localhost:",
    ),
    (
        "no web",
        lambda _: reply([2], link='<file:///etc/passwd>; rel="next"'),
        "bad-response",
        Kind.DATA_SHAPE,
        "no web",
    ),
]


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case[0])
async def test_a_page_that_fails_says_which(
    tmp_path: Path, case: tuple[str, Callable[[ApiServer], Reply], str, Kind, str]
) -> None:
    _, following, code, kind, words = case
    with serving({}) as server:
        two(following)(server)
        found = await failure("http.request", tmp_path, url=f"{server.url}/?key=s3cret", paginate={"by": "link"})
        assert len(server.asked) == 2
    assert (found.code, found.kind) == (code, kind)
    assert found.message.startswith(f"Page 2: {server.url}/ ")
    assert words in found.message
    assert found.evidence["page"] == "2"
    assert found.hint
    assert "s3cret" not in repr(found)


async def test_the_field_that_holds_the_list_is_named(tmp_path: Path) -> None:
    body = {"total": 2, "results": [1], "more": {"rows": []}}
    with serving({"/": reply(body)}) as server:
        paginate = {"by": "link", "items": "result"}
        found = await failure("http.request", tmp_path, url=server.url + "/", paginate=paginate)
    assert found.message == (
        f"{server.url}/ gives no list to put together: ‘result’ of its answer is nothing. "
        "A list is in: ‘results’, ‘more.rows’."
    )
    assert (found.code, found.parameter, found.value) == ("shape-mismatch", ("paginate",), "result")
    assert found.candidates[0] == "results"


async def test_a_server_that_does_not_know_the_parameter_is_told_from_one_with_pages(tmp_path: Path) -> None:
    with serving({"/": reply([1, 2])}) as server:
        found = await failure("http.request", tmp_path, url=server.url + "/", paginate={"by": "page"})
        assert len(server.asked) == 2
    assert "gives the same page again: it may not know the parameter ‘page’." in found.message


async def test_bounds_on_pages_and_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(ROUTES) as server:
        monkeypatch.setattr("calibrant.connectors.httpanswer.BODY_LIMIT", 20)
        found = await failure("http.request", tmp_path, url=f"{server.url}/linked", paginate={"by": "link"})
        assert (found.code, found.message[:7]) == ("too-large", "Page 3:")
        monkeypatch.setattr("calibrant.connectors.httpwalk.MOST_PAGES", 2)
        monkeypatch.setattr("calibrant.connectors.httpanswer.BODY_LIMIT", 2000)
        found = await failure("http.request", tmp_path, url=f"{server.url}/linked", paginate={"by": "link"})
        assert found.code == "too-large"
        assert "has more than 2 pages" in found.message


async def test_secrets_stay_with_the_first_server(tmp_path: Path) -> None:
    with serving({}) as server:
        server.routes["/"] = lambda asked: (
            reply([2]) if "p" in asked.query else reply([1], link=f'<{server.other}/?p=2>; rel="next"')
        )
        output = await call(
            "http.request",
            tmp_path,
            url=server.url + "/",
            headers={"X-Api-Key": "s3cret", "Accept": "application/json"},
            auth={"bearer": "s3cret"},
            paginate={"by": "link", "origins": [server.other]},
        )
        assert output["body"] == [1, 2]
        first, second = server.asked
        assert first.headers["authorization"] == "Bearer s3cret"
        assert second.headers["accept"] == "application/json"
        assert "s3cret" not in repr(second)


@pytest.mark.parametrize(
    ("paginate", "more", "words", "candidates"),
    [
        ({"by": "links"}, {}, "The choices are: link, url, cursor, page.", ("link",)),
        ({"pages": 2}, {}, "The choices are: link, url, cursor, page.", ()),
        ({"by": "link", "item": "rows"}, {}, "‘paginate’ by ‘link’ does not take ‘item’.", ("items",)),
        ({"by": "url"}, {}, "‘paginate’ by ‘url’ needs ‘at’", ()),
        ({"by": "cursor", "parameter": "c"}, {}, "needs one of ‘at’", ()),
        ({"by": "cursor", "parameter": "c", "at": "a", "header": "b"}, {}, "needs one of ‘at’", ()),
        ({"by": "page", "size": "ten"}, {}, "‘size’ of ‘paginate’ takes a whole number, but got text.", ()),
        ({"by": "page", "step": 0}, {}, "‘step’ of ‘paginate’ must be 1 or more, but is 0.", ()),
        ({"by": "link", "origins": "https://x.example"}, {}, "‘origins’ of ‘paginate’ takes a list of URLs", ()),
        ({"by": "link"}, {"method": "POST"}, "which GET does; the method is POST.", ()),
    ],
)
async def test_what_paginate_does_not_take(
    tmp_path: Path, paginate: dict[str, object], more: dict[str, Any], words: str, candidates: tuple[str, ...]
) -> None:
    found = await failure("http.request", tmp_path, url="http://127.0.0.1:9/", paginate=paginate, **more)
    assert (found.code, found.parameter) == ("invalid-value", ("paginate",))
    assert words in found.message
    assert found.candidates[: len(candidates)] == candidates
    assert found.hint
