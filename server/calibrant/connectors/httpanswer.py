"""Sending an HTTP request and judging the answer: the body within a bound, errors as structured failures."""

import asyncio
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import msgspec

from calibrant.connectors import httptarget, jsontext
from calibrant.connectors.jsontext import BadTextError
from calibrant.model.connector import Context, Output
from calibrant.model.failure import Failure, StepError
from calibrant.model.issue import Kind

if TYPE_CHECKING:
    import httpx

BODY_LIMIT = 64 << 20
"""Bytes that an answer's body may have."""
_CONNECT_SECONDS = 10.0
_SAID_LIMIT = 300
_OUTPUT_LIMIT = 4096
_HINTS: dict[str, str] = {
    "login-failed": "Check the credentials it is given.",
    "http-not-found": "Check the path of the URL.",
    "http-rejected": "Correct what the request sends.",
    "http-error": "Use the URL that the redirects should end at.",
    "rate-limited": "Wait a little, ask for less at a time, or add ‘retry’ with a longer ‘delay’.",
    "service-unavailable": "Try again later, or add ‘retry’.",
    "server-error": "Try again later, or ask those who run it.",
    "bad-response": "Ask those who run it, or check that the URL is the right one.",
    "timed-out": "Try again, or give the step a longer ‘timeout’.",
    "connection-refused": "Check the host and the port, and that the service is running.",
    "connection-failed": "Check the URL, and the certificate of the server.",
    "connection-lost": "Try again; where it happens often, ask those who run it.",
    "host-not-found": "Check the host's name, and the network.",
}
_STATUS: dict[int, tuple[str, Kind, str]] = {
    401: ("login-failed", Kind.AUTH, "does not accept the credentials"),
    403: ("login-failed", Kind.AUTH, "does not allow this with these credentials"),
    407: ("login-failed", Kind.AUTH, "wants credentials for the proxy"),
    404: ("http-not-found", Kind.PARAMETER, "is not there"),
    410: ("http-not-found", Kind.PARAMETER, "is no longer there"),
    429: ("rate-limited", Kind.RATE_LIMIT, "takes no more requests for now"),
    502: ("service-unavailable", Kind.TRANSIENT, "is not available for now"),
    503: ("service-unavailable", Kind.TRANSIENT, "is not available for now"),
    504: ("service-unavailable", Kind.TRANSIENT, "is not available for now"),
}


class Target(msgspec.Struct, frozen=True):
    """Where a request goes and as whom, for the failures of its answer; `credential_in` names a parameter."""

    shown: str
    origin: str
    credential: str
    credential_in: str


def patience(context: Context) -> "httpx.Timeout":
    """Return how long a request may wait: a little less than the step, so that it is the request that tells."""
    import httpx

    seconds = seconds_for(context)
    return httpx.Timeout(seconds, connect=min(_CONNECT_SECONDS, seconds))


def seconds_for(context: Context) -> float:
    """Return the seconds that a request has in all."""
    return max(context.timeout - 0.5, context.timeout * 0.9)


async def fetch(request: "httpx.Request", context: Context, target: Target) -> Output:
    """Send a request and return `status`, `headers`, `body` and `url` of its answer.

    Raises:
        StepError: nothing answered, or the answer is an error, too large, or not what it says it is.
    """
    import httpx

    try:
        async with asyncio.timeout(seconds_for(context)):
            response = await context.http().send(request, stream=True, follow_redirects=True)
            try:
                data = await _bounded(response, target)
            finally:
                await response.aclose()
    except httpx.TooManyRedirects as error:
        raise StepError(_failed(target, "http-error", Kind.PARAMETER, "redirects again and again.")) from error
    except (TimeoutError, httpx.TimeoutException) as error:
        raise StepError(_unanswered(target, context, error)) from error
    except httpx.DecodingError as error:
        raise StepError(
            _failed(target, "bad-response", Kind.DATA_SHAPE, "sent a body that cannot be unpacked.")
        ) from error
    except (httpx.TransportError, httpx.InvalidURL) as error:
        raise StepError(_unreachable(target, error)) from error
    if response.status_code >= httpx.codes.BAD_REQUEST:
        raise StepError(_refused(response, data, target))
    return {
        "status": response.status_code,
        "headers": dict(response.headers),
        "body": _body(response, data, target),
        "url": httptarget.without_user(str(response.url)),
    }


async def _bounded(response: "httpx.Response", target: Target) -> bytes:
    data = bytearray()
    async for chunk in response.aiter_bytes():
        data += chunk
        if len(data) > BODY_LIMIT:
            message = f"{target.shown} sends more than {BODY_LIMIT >> 20} MB, which is more than a step takes in."
            raise StepError(Failure("too-large", message, Kind.PARAMETER, parameter=("url",), subject=target.shown))
    return bytes(data)


def _body(response: "httpx.Response", data: bytes, target: Target) -> object:
    """Return the body parsed where it is JSON, as text where it is that, else as bytes; None where there is none."""
    if not data:
        return None
    content_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type == "application/json" or content_type.endswith("+json"):
        try:
            return jsontext.parse(data.decode("utf-8-sig"))
        except (BadTextError, UnicodeDecodeError) as error:
            reason = error.reason + (error.place if isinstance(error, BadTextError) else "")
            failure = _failed(target, "bad-response", Kind.DATA_SHAPE, f"says it sends JSON, but it is not: {reason}.")
            raise StepError(msgspec.structs.replace(failure, output=_text(data)[:_OUTPUT_LIMIT])) from error
    if content_type.startswith("text/") or response.charset_encoding:
        return data.decode(response.encoding or "utf-8", "replace")
    try:
        return data.decode()
    except UnicodeDecodeError:  # then it is no text, and its bytes are the body
        return data


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _failed(target: Target, code: str, kind: Kind, words: str, *, details: str = "") -> Failure:
    return Failure(
        code,
        f"{target.shown} {words}",
        kind,
        hint=_HINTS.get(code, ""),
        details=details,
        parameter=("url",),
        subject=target.shown,
        origin=target.origin,
        credential=target.credential,
    )


def _unanswered(target: Target, context: Context, error: Exception) -> Failure:
    words = f"{target.origin} did not answer within {context.timeout:g} seconds."
    failure = _failed(target, "timed-out", Kind.CONNECTION, "", details=type(error).__name__)
    return msgspec.structs.replace(failure, message=words, subject=target.origin)


def _unreachable(target: Target, error: Exception) -> Failure:
    import httpx

    text = str(error)
    lowered = text.lower()
    if "certificate" in lowered or "ssl" in lowered or "tls" in lowered:
        code, words = "connection-failed", f"No secure connection to {target.origin} can be made."
    elif any(
        sign in lowered for sign in ("name or service", "nodename", "name resolution", "getaddrinfo", "no address")
    ):
        code, words = (
            "host-not-found",
            f"There is no server called ‘{target.origin.partition('//')[2]}’ that can be found.",
        )
    elif isinstance(error, (httpx.RemoteProtocolError, httpx.NetworkError)) and not isinstance(
        error, httpx.ConnectError
    ):
        code, words = "connection-lost", f"{target.origin} broke off the connection."
    elif isinstance(error, httpx.ConnectError):
        code, words = "connection-refused", f"Nothing answers at {target.origin}."
    else:
        code, words = "connection-failed", f"No connection to {target.origin} can be made."
    failure = _failed(target, code, Kind.CONNECTION, "", details=f"{type(error).__name__}: {text}")
    return msgspec.structs.replace(failure, message=words, subject=target.origin)


def _refused(response: "httpx.Response", data: bytes, target: Target) -> Failure:
    status = response.status_code
    code, kind, words = _STATUS.get(status) or (
        ("server-error", Kind.INFRA, "met an error of its own")
        if status >= 500
        else ("http-rejected", Kind.PARAMETER, "does not accept the request")
    )
    said = _said(data)
    failure = _failed(target, code, kind, f"{words} ({status}{': ' + said if said else ''}).")
    return msgspec.structs.replace(
        failure,
        details=_text(data)[:_OUTPUT_LIMIT],
        hint=_hint(code, target),
        parameter=(target.credential_in,) if code == "login-failed" else ("url",),
        value=target.shown if code == "http-not-found" else "",
        retry_after=_retry_after(response.headers.get("retry-after", "")),
        evidence={"status": str(status)},
    )


def _hint(code: str, target: Target) -> str:
    if code == "login-failed" and not target.credential:
        return "No credentials were sent: give ‘auth’."
    return _HINTS.get(code, "")


def _said(data: bytes) -> str:
    """Return the server's own words where its body is JSON that has them."""
    try:
        body = jsontext.parse(data[: 1 << 20].decode())
    except (BadTextError, UnicodeDecodeError):  # no JSON, so no words to be found
        return ""
    for _depth in range(3):
        if isinstance(body, list) and body:
            body = body[0]
        if isinstance(body, str):
            break
        if not isinstance(body, dict):
            return ""
        names = ("message", "detail", "error_description", "error", "errors", "title", "msg", "reason")
        body = next((body[name] for name in names if body.get(name)), None)
    return " ".join(body.split()).rstrip(".")[:_SAID_LIMIT] if isinstance(body, str) else ""


def _retry_after(value: str) -> float | None:
    """Return the seconds of a Retry-After header, which holds seconds or a date (RFC 9110, 10.2.3)."""
    value = value.strip()
    if value.isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:  # absent, or nothing a date could be made of
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
