"""Sending an HTTP request and judging the answer: redirects, the body within a bound, errors as structured failures."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import msgspec

from calibrant.connectors import httptarget, httpunpack, httpwords, jsontext
from calibrant.connectors.jsontext import BadTextError
from calibrant.model.connector import Context
from calibrant.model.failure import StepError
from calibrant.model.issue import Kind

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")
Take = Callable[["httpx.Response", httpwords.Target], Awaitable[T]]

BODY_LIMIT = 64 << 20
"""Bytes that the bodies of one step's answers may have."""
_CONNECT_SECONDS = 10.0
_MOST_REDIRECTS = 20
_READING = ("GET", "HEAD", "OPTIONS")


class Answer(msgspec.Struct, frozen=True):
    """An answer that is no error. `size` is that of its body in bytes; `next` the URL that its Link header calls so."""

    status: int
    headers: dict[str, str]
    body: object
    url: str
    size: int
    next: str


def patience(context: Context) -> "httpx.Timeout":
    """Return how long a request may wait: a little less than the step, so that it is the request that tells."""
    import httpx

    seconds = seconds_for(context)
    return httpx.Timeout(seconds, connect=min(_CONNECT_SECONDS, seconds))


def seconds_for(context: Context) -> float:
    """Return the seconds that a step's requests have in all."""
    return max(context.timeout - 0.5, context.timeout * 0.9)


async def exchange(
    request: "httpx.Request", context: Context, target: httpwords.Target, deadline: float, take: Take[T]
) -> T:
    """Send a request, follow redirects, and return what `take` makes of the answer, until the loop's clock is at `deadline`.

    Raises:
        StepError: nothing answered in time, or the answer is an error.
    """
    import httpx

    redirects = 0
    try:
        async with asyncio.timeout_at(deadline):
            while True:
                response = await context.http().send(request, stream=True, follow_redirects=False)
                try:
                    if response.next_request is None:
                        return await _judged(response, target, take)
                finally:
                    await response.aclose()
                request, redirects = response.next_request, redirects + 1
                target = _followed(request, target, redirects)
    except (TimeoutError, httpx.TimeoutException) as error:
        raise StepError(httpwords.unanswered(target, context, error)) from error
    except (httpx.TransportError, httpx.InvalidURL) as error:
        raise StepError(httpwords.unreachable(target, error)) from error


async def _judged(response: "httpx.Response", target: httpwords.Target, take: Take[T]) -> T:
    if response.is_error:
        raise StepError(httpwords.refused(response, await _whole(response, target, BODY_LIMIT), target))
    return await take(response, target)


async def _whole(response: "httpx.Response", target: httpwords.Target, limit: int, before: int = 0) -> bytes:
    data = bytearray()
    async for piece in httpunpack.pieces(response, limit, target, before):
        data += piece
    return bytes(data)


def taking(limit: int, before: int = 0) -> Take[Answer]:
    """Return what takes in an answer whole, with a body of at most `limit` bytes, `before` taken in already among them."""

    async def take(response: "httpx.Response", target: httpwords.Target) -> Answer:
        data = await _whole(response, target, limit, before)
        return Answer(
            response.status_code,
            dict(response.headers),
            _body(response, data, target),
            str(response.url),
            len(data),
            _next(response),
        )

    return take


def _next(response: "httpx.Response") -> str:
    links = response.links.values() if "link" in response.headers else ()
    return next((link["url"] for link in links if "next" in link.get("rel", "").lower().split()), "")


def _followed(request: "httpx.Request", target: httpwords.Target, redirects: int) -> httpwords.Target:
    """Return where a redirect leads. At another origin the step's own headers, which may hold a secret, are left out.

    Raises:
        StepError: it leads to no web address, would hand what is sent to another server, or there are too many of them.
    """
    if redirects > _MOST_REDIRECTS:
        raise StepError(httpwords.failed(target, "http-error", Kind.PARAMETER, "redirects again and again."))
    url = str(request.url)
    shown = httptarget.without_query(url)
    try:
        origin = httptarget.origin(url)
    except StepError as error:
        words = f"redirects to ‘{shown}’, which is no web address."
        raise StepError(httpwords.failed(target, "http-error", Kind.PARAMETER, words)) from error
    if httptarget.same_origin(origin, target.origin):
        return msgspec.structs.replace(target, shown=shown, origin=origin)
    if request.method not in _READING:
        words = f"redirects to {origin}, which is another server: what is sent is not handed on to it."
        raise StepError(httpwords.failed(target, "http-error", Kind.PARAMETER, words))
    for name in tuple(request.headers):
        if not httptarget.harmless(name):
            del request.headers[name]
    return msgspec.structs.replace(target, shown=shown, origin=origin, credential="")


def _body(response: "httpx.Response", data: bytes, target: httpwords.Target) -> object:
    """Return the body parsed where it is JSON, as text where it is that, else as bytes; None where there is none."""
    content_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if _is_json(content_type):
        return _json(response, data, target, "says it sends JSON, but it is not") if data.strip() else None
    if not data:
        return None
    if _wants_json(response.request.headers.get("accept", "")):
        sent = f"‘{content_type}’" if content_type else "something else"
        return _json(response, data, target, f"was asked for JSON, but sends {sent}")
    if content_type.startswith("text/") or response.charset_encoding:
        return data.decode(response.encoding or "utf-8", "replace")
    try:
        return data.decode()
    except UnicodeDecodeError:  # then it is no text, and its bytes are the body
        return data


def _is_json(content_type: str) -> bool:
    return content_type == "application/json" or content_type.endswith("+json")


def _wants_json(accept: str) -> bool:
    """Tell whether a request asked for JSON and nothing else."""
    return all(_is_json(part.partition(";")[0].strip().lower()) for part in accept.split(","))


def _json(response: "httpx.Response", data: bytes, target: httpwords.Target, words: str) -> object:
    try:
        return jsontext.parse(_json_text(response, data))
    except (BadTextError, UnicodeDecodeError) as error:
        reason = error.reason + (error.place if isinstance(error, BadTextError) else "")
        details = httpwords.shown(data)
        failure = httpwords.failed(target, "bad-response", Kind.DATA_SHAPE, f"{words}: {reason}.", details=details)
        raise StepError(failure) from error


def _json_text(response: "httpx.Response", data: bytes) -> str:
    """Return JSON as text: in UTF-8, 16 or 32 as its first bytes tell (RFC 4627, 3), else as the server says."""
    try:
        return data.decode(json.detect_encoding(data))
    except UnicodeDecodeError:
        if response.charset_encoding is None:
            raise
        return data.decode(response.encoding or "utf-8", "replace")
