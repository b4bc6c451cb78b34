"""Sending an HTTP request and judging the answer: the body within a bound, errors as structured failures."""

import asyncio
from typing import TYPE_CHECKING

import msgspec

from calibrant.connectors import httptarget, httpwords, jsontext
from calibrant.connectors.jsontext import BadTextError
from calibrant.model.connector import Context, Output
from calibrant.model.failure import StepError
from calibrant.model.issue import Kind

if TYPE_CHECKING:
    import httpx

BODY_LIMIT = 64 << 20
"""Bytes that an answer's body may have."""
_CONNECT_SECONDS = 10.0
_MOST_REDIRECTS = 20
_HARMLESS = ("host", "user-agent", "connection", "range", "transfer-encoding")
_HARMLESS_BEGINNINGS = ("accept", "content-", "if-")


def patience(context: Context) -> "httpx.Timeout":
    """Return how long a request may wait: a little less than the step, so that it is the request that tells."""
    import httpx

    seconds = seconds_for(context)
    return httpx.Timeout(seconds, connect=min(_CONNECT_SECONDS, seconds))


def seconds_for(context: Context) -> float:
    """Return the seconds that a request has in all."""
    return max(context.timeout - 0.5, context.timeout * 0.9)


async def fetch(request: "httpx.Request", context: Context, target: httpwords.Target) -> Output:
    """Send a request and return `status`, `headers`, `body` and `url` of its answer.

    Raises:
        StepError: nothing answered, or the answer is an error, too large, or not what it says it is.
    """
    import httpx

    redirects = 0
    try:
        async with asyncio.timeout(seconds_for(context)):
            response = await context.http().send(request, stream=True, follow_redirects=False)
            while (following := response.next_request) is not None:
                await response.aclose()
                redirects += 1
                target = _followed(following, target, redirects)
                response = await context.http().send(following, stream=True, follow_redirects=False)
            try:
                data = await _bounded(response, target)
            finally:
                await response.aclose()
    except (TimeoutError, httpx.TimeoutException) as error:
        raise StepError(httpwords.unanswered(target, context, error)) from error
    except httpx.DecodingError as error:
        raise StepError(
            httpwords.failed(target, "bad-response", Kind.DATA_SHAPE, "sent a body that cannot be unpacked.")
        ) from error
    except (httpx.TransportError, httpx.InvalidURL) as error:
        raise StepError(httpwords.unreachable(target, error)) from error
    if response.status_code >= httpx.codes.BAD_REQUEST:
        raise StepError(httpwords.refused(response, data, target))
    return {
        "status": response.status_code,
        "headers": dict(response.headers),
        "body": _body(response, data, target),
        "url": httptarget.without_user(str(response.url)),
    }


def _followed(request: "httpx.Request", target: httpwords.Target, redirects: int) -> httpwords.Target:
    """Return where a redirect leads. At another origin the step's own headers, which may hold a secret, are left out.

    Raises:
        StepError: it leads to no web address, or there are too many of them.
    """
    if redirects > _MOST_REDIRECTS:
        raise StepError(httpwords.failed(target, "http-error", Kind.PARAMETER, "redirects again and again."))
    url = str(request.url)
    try:
        origin = httptarget.origin(url)
    except StepError as error:
        words = f"redirects to ‘{httptarget.without_query(url)}’, which is no web address."
        raise StepError(httpwords.failed(target, "http-error", Kind.PARAMETER, words)) from error
    shown = httptarget.without_query(url)
    if origin in (target.origin, target.origin.replace("http://", "https://", 1)):
        return msgspec.structs.replace(target, shown=shown, origin=origin)
    for name in tuple(request.headers):
        if name not in _HARMLESS and not name.startswith(_HARMLESS_BEGINNINGS):
            del request.headers[name]
    return msgspec.structs.replace(target, shown=shown, origin=origin, credential="")


async def _bounded(response: "httpx.Response", target: httpwords.Target) -> bytes:
    data = bytearray()
    async for chunk in response.aiter_bytes():
        data += chunk
        if len(data) > BODY_LIMIT:
            words = f"sends more than {BODY_LIMIT >> 20} MB, which is more than a step takes in."
            raise StepError(httpwords.failed(target, "too-large", Kind.PARAMETER, words))
    return bytes(data)


def _body(response: "httpx.Response", data: bytes, target: httpwords.Target) -> object:
    """Return the body parsed where it is JSON, as text where it is that, else as bytes; None where there is none."""
    if not data:
        return None
    content_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type == "application/json" or content_type.endswith("+json"):
        return _json(data, target)
    if content_type.startswith("text/") or response.charset_encoding:
        return data.decode(response.encoding or "utf-8", "replace")
    try:
        return data.decode()
    except UnicodeDecodeError:  # then it is no text, and its bytes are the body
        return data


def _json(data: bytes, target: httpwords.Target) -> object:
    try:
        return jsontext.parse(data.decode("utf-8-sig"))
    except (BadTextError, UnicodeDecodeError) as error:
        reason = error.reason + (error.place if isinstance(error, BadTextError) else "")
        words = f"says it sends JSON, but it is not: {reason}."
        failure = httpwords.failed(target, "bad-response", Kind.DATA_SHAPE, words, details=httpwords.shown(data))
        raise StepError(failure) from error
