"""What went wrong with an HTTP request, in plain words and as a structured failure."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import msgspec

from calibrant.connectors import jsontext
from calibrant.connectors.jsontext import BadTextError
from calibrant.connectors.tlswords import insecure
from calibrant.model.connector import Context
from calibrant.model.failure import Failure
from calibrant.model.issue import Kind

if TYPE_CHECKING:
    import httpx

_LONGEST_WAIT = 86400.0
_NO_NAME = ("name or service", "nodename", "name resolution", "getaddrinfo", "no address")
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
    "page-elsewhere": "Ask that server, or add it to ‘origins’ of ‘paginate’: no login goes there.",
    "shape-mismatch": "Check where its list is.",
    "too-large": "Ask for less at a time.",
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
    """Where a request goes and as whom, for the failures of its answer; `credential_in` and `parameter` name parameters."""

    shown: str
    origin: str
    credential: str
    credential_in: str
    parameter: str = "url"


def failed(target: Target, code: str, kind: Kind, words: str, *, details: str = "") -> Failure:
    """Return a failure whose message is the URL and then `words`."""
    return Failure(
        code,
        f"{target.shown} {words}",
        kind,
        hint=_HINTS.get(code, ""),
        details=details,
        parameter=(target.parameter,),
        subject=target.shown,
        origin=target.origin,
        credential=target.credential,
    )


def shown(data: bytes) -> str:
    """Return the beginning of an answer's body for the details of its failure."""
    return data[: _OUTPUT_LIMIT * 4].decode("utf-8", "replace")[:_OUTPUT_LIMIT]


def unanswered(target: Target, context: Context, error: Exception) -> Failure:
    """Return the failure of a request that got no answer in time."""
    words = f"{target.origin} did not answer within {context.timeout:g} seconds."
    failure = failed(target, "timed-out", Kind.CONNECTION, "", details=type(error).__name__)
    return msgspec.structs.replace(failure, message=words, subject=target.origin)


def unreachable(target: Target, error: Exception) -> Failure:
    """Return the failure of a request for which there was no connection, or none to its end."""
    import httpx

    if isinstance(error, httpx.InvalidURL) or "location header" in str(error):
        return failed(target, "http-error", Kind.PARAMETER, "redirects to what is no web address.")
    if isinstance(error, httpx.RemoteProtocolError) and "disconnected" not in str(error) and "closed" not in str(error):
        words = "does not answer as a web server does."
        return failed(target, "bad-response", Kind.DATA_SHAPE, words, details=str(error))
    code, words, hint = _unreachable(target, error)
    failure = failed(target, code, Kind.CONNECTION, "", details=f"{type(error).__name__}: {error}")
    return msgspec.structs.replace(failure, message=words, subject=target.origin, hint=hint or failure.hint)


def _unreachable(target: Target, error: Exception) -> tuple[str, str, str]:
    """Return the code, the message, and what helps where that is more than usual."""
    import httpx

    lowered = str(error).lower()
    reason, hint = insecure(error)
    if reason:
        return "connection-failed", f"No secure connection to {target.origin} can be made: {reason}.", hint
    if any(sign in lowered for sign in _NO_NAME):
        name = target.origin.partition("//")[2]
        return "host-not-found", f"There is no server called ‘{name}’ that can be found.", ""
    if isinstance(error, (httpx.RemoteProtocolError, httpx.NetworkError)) and not isinstance(error, httpx.ConnectError):
        return "connection-lost", f"{target.origin} broke off the connection.", ""
    if isinstance(error, httpx.ConnectError):
        return "connection-refused", f"Nothing answers at {target.origin}.", ""
    return "connection-failed", f"No connection to {target.origin} can be made.", ""


def refused(response: "httpx.Response", data: bytes, target: Target) -> Failure:
    """Return the failure that an answer of status 400 or above stands for, with the server's own words."""
    status = response.status_code
    code, kind, words = _STATUS.get(status) or (
        ("server-error", Kind.INFRA, "met an error of its own")
        if status >= 500
        else ("http-rejected", Kind.PARAMETER, "does not accept the request")
    )
    said = _said(data)
    failure = failed(target, code, kind, f"{words} ({status}{': ' + said if said else ''}).")
    return msgspec.structs.replace(
        failure,
        details=shown(data),
        hint=_hint(code, target),
        parameter=(target.credential_in if code == "login-failed" else target.parameter,),
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
    if value.isascii() and value.isdigit():
        return min(float(value), _LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(value)
        seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    except (ValueError, OverflowError):  # absent, or nothing a date could be made of
        return None
    return min(max(0.0, seconds), _LONGEST_WAIT)
