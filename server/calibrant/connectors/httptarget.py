"""Where an HTTP request goes and what it says: URL, headers, query, fields, without sending anything."""

import re
from collections.abc import Mapping
from urllib.parse import SplitResult, urlencode, urlsplit, urlunsplit

from calibrant.connectors.refusal import refuse
from calibrant.model.issue import Kind
from calibrant.model.value import type_name
from calibrant.model.words import in_words

_SCHEMES = ("http", "https")
_PORTS = {"http": 80, "https": 443}
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_OURS = ("content-length", "transfer-encoding")
_HARMLESS = ("host", "user-agent", "connection", "range", "transfer-encoding")
_HARMLESS_BEGINNINGS = ("accept", "content-", "if-")
_UNSENDABLE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def checked(url: str, parameter: str = "url") -> str:
    """Return the URL, or say what keeps it from being one.

    Raises:
        StepError: it has no http(s) scheme, no host, or a port that is none (code `bad-url`).
    """
    parts = _split(url, parameter)
    shown = without_query(url)
    if parts.scheme.lower() not in _SCHEMES:
        bare = shown == url and (not parts.scheme or "." in url.split("/", 1)[0])
        message = f"‘{shown}’ is not a URL that can be called: it must begin with http:// or https://."
        raise refuse("bad-url", parameter, message, value=shown, candidates=(f"https://{url}",) if bare else ())
    if not parts.hostname:
        message = f"‘{shown}’ is not a URL that can be called: it names no host."
        raise refuse("bad-url", parameter, message, value=shown)
    return url


def _split(url: str, parameter: str = "url") -> SplitResult:
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError as error:
        shown = without_query(
            re.sub(r"//.*@", "//", url, flags=re.DOTALL)
        )  # what is no URL may hold a password anywhere
        words = "its port is no number up to 65535" if "ort" in str(error) else "its host cannot be read"
        message = f"‘{shown}’ is not a URL that can be called: {words}."
        raise refuse("bad-url", parameter, message, value=shown, details=type(error).__name__) from error
    return parts


def without_query(url: str) -> str:
    """Return a URL fit for showing: without user, password, query and fragment, which may hold secrets."""
    return re.sub(r"(^|//)[^/?#]*@", r"\1", re.split(r"[?#]", url, maxsplit=1)[0])


def without_user(url: str) -> str:
    """Return a URL without user and password."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def origin(url: str, parameter: str = "url") -> str:
    """Return scheme, host and port of a URL, a scheme's usual port left out: "https://api.example.com".

    Raises:
        StepError: it is no URL that can be called (code `bad-url`).
    """
    parts = _split(checked(url, parameter))
    scheme, host = parts.scheme.lower(), parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, _PORTS[scheme]) else f":{parts.port}"
    return f"{scheme}://{host}{port}"


def same_origin(origin: str, first: str) -> bool:
    """Tell whether an origin is that of the first request, or the same server's by a secure connection."""
    return origin in (first, first.replace("http://", "https://", 1))


def harmless(header: str) -> bool:
    """Tell whether a header by that lower-case name holds no secret as a rule, and may go to another origin."""
    return header in _HARMLESS or header.startswith(_HARMLESS_BEGINNINGS)


def headers(given: Mapping[str, object]) -> dict[str, str]:
    """Return request headers with lower-case names.

    Raises:
        StepError: a name or a value that no header can have.
    """
    out: dict[str, str] = {}
    for name, value in given.items():
        if not _TOKEN.fullmatch(name):
            raise refuse("invalid-value", "headers", f"‘{name}’ cannot be the name of a header.", value=name)
        if name.lower() in _OURS:
            message = f"The header ‘{name}’ follows from what is sent, and cannot be given."
            raise refuse("invalid-value", "headers", message, value=name, hint="Leave it out.")
        out[name.lower()] = header_text(as_text(value, "headers", name), "headers", f"The header ‘{name}’", name)
    return out


def header_text(text: str, parameter: str, what: str, name: str) -> str:
    """Return a text that a header can hold, blanks and line breaks around it left out; `what` begins the sentence if not.

    Raises:
        StepError: there is a line break within it, another control character, or one beyond ASCII.
    """
    text = text.strip()
    reason = ""
    if found := _UNSENDABLE.search(text):
        reason = "has a line break in it" if found[0] in "\r\n" else "has a character in it that no header can have"
    elif not text.isascii():
        reason = "has characters beyond ASCII"
    if reason:
        raise refuse("invalid-value", parameter, f"{what} {reason}.", value=name)
    return text


def query(given: Mapping[str, object], parameter: str = "query") -> dict[str, list[str]]:
    """Return query parameters (or form fields) as lists of texts; one that is null is left out."""
    out: dict[str, list[str]] = {}
    for name, value in given.items():
        values = value if isinstance(value, (list, tuple)) else [value]
        out[name] = [as_text(item, parameter, name) for item in values if item is not None]
    return {name: values for name, values in out.items() if values}


def form(given: Mapping[str, object]) -> bytes:
    """Return form fields as a request body; one that is null is left out."""
    pairs: list[tuple[str, str]] = []
    for name, value in given.items():
        values = value if isinstance(value, (list, tuple)) else [value]
        pairs += [(name, as_text(item, "form", name)) for item in values if item is not None]
    return urlencode(pairs).encode()


def as_text(value: object, parameter: str, name: str) -> str:
    """Return one value of a parameter as it is sent.

    Raises:
        StepError: it is a list, an object or the like (code `shape-mismatch`).
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    found = type_name(value)
    message = f"‘{name}’ in ‘{parameter}’ takes text, but got {in_words(found)}."
    evidence = {"wanted": "string", "found": found}
    raise refuse("shape-mismatch", parameter, message, kind=Kind.DATA_SHAPE, value=name, evidence=evidence)
