"""Where an HTTP request goes and as whom: URL, headers, credentials, without sending anything."""

import base64
import re
from collections.abc import Mapping
from hashlib import blake2b
from urllib.parse import SplitResult, urlencode, urlsplit, urlunsplit

from calibrant.connectors.refusal import refuse
from calibrant.model.failure import StepError
from calibrant.model.issue import Kind
from calibrant.model.value import type_name
from calibrant.model.words import in_words

_SCHEMES = ("http", "https")
_PORTS = {"http": 80, "https": 443}
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_SECRET_HEADERS = ("authorization", "proxy-authorization", "x-api-key", "api-key", "cookie", "private-token")


def checked(url: str) -> str:
    """Return the URL, or say what keeps it from being one.

    Raises:
        StepError: it has no http(s) scheme, no host, or a port that is none (code `bad-url`).
    """
    parts = _split(url)
    if parts.scheme.lower() not in _SCHEMES:
        wanted = (f"https://{url}",) if not parts.scheme or "." in url.split("/", 1)[0] else ()
        message = f"‘{without_query(url)}’ is not a URL that can be called: it must begin with http:// or https://."
        raise refuse("bad-url", "url", message, value=url, candidates=wanted)
    if not parts.hostname:
        raise refuse(
            "bad-url", "url", f"‘{without_query(url)}’ is not a URL that can be called: it names no host.", value=url
        )
    return url


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError as error:
        reason = str(error)[:1].lower() + str(error)[1:]
        raise refuse(
            "bad-url", "url", f"‘{without_query(url)}’ is not a URL that can be called: {reason}.", value=url
        ) from error
    return parts


def without_query(url: str) -> str:
    """Return a URL fit for showing: without user, password, query and fragment, which may hold secrets."""
    return re.sub(r"//[^/@?#]*@", "//", re.split(r"[?#]", url, maxsplit=1)[0])


def without_user(url: str) -> str:
    """Return a URL without user and password."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def origin(url: str) -> str:
    """Return scheme, host and port of a URL, a scheme's usual port left out: "https://api.example.com".

    Raises:
        StepError: it is no URL that can be called (code `bad-url`).
    """
    parts = _split(checked(url))
    scheme, host = parts.scheme.lower(), parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, _PORTS[scheme]) else f":{parts.port}"
    return f"{scheme}://{host}{port}"


def headers(given: Mapping[str, object]) -> dict[str, str]:
    """Return request headers with lower-case names.

    Raises:
        StepError: a name or a value that no header can have.
    """
    out: dict[str, str] = {}
    for name, value in given.items():
        if not _TOKEN.fullmatch(name):
            raise refuse("invalid-value", "headers", f"‘{name}’ cannot be the name of a header.", value=name)
        text = _as_text(value, "headers", name).strip()
        if re.search(r"[\r\n\0]", text):
            raise refuse("invalid-value", "headers", f"The header ‘{name}’ has a line break in it.", value=name)
        if not text.isascii():
            raise refuse("invalid-value", "headers", f"The header ‘{name}’ has characters beyond ASCII.", value=name)
        out[name.lower()] = text
    return out


def query(given: Mapping[str, object]) -> dict[str, list[str]]:
    """Return query parameters as lists of texts; one that is null is left out."""
    out: dict[str, list[str]] = {}
    for name, value in given.items():
        values = value if isinstance(value, (list, tuple)) else [value]
        out[name] = [_as_text(item, "query", name) for item in values if item is not None]
    return {name: values for name, values in out.items() if values}


def form(given: Mapping[str, object]) -> bytes:
    """Return form fields as a request body; one that is null is left out."""
    pairs: list[tuple[str, str]] = []
    for name, value in given.items():
        values = value if isinstance(value, (list, tuple)) else [value]
        pairs += [(name, _as_text(item, "form", name)) for item in values if item is not None]
    return urlencode(pairs).encode()


def _as_text(value: object, parameter: str, name: str) -> str:
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


def authorization(auth: Mapping[str, object]) -> str:
    """Return the Authorization header for `{user, password}` or `{bearer}`; empty where neither is given.

    Raises:
        StepError: it is neither of the two.
    """
    if not auth:
        return ""
    if set(auth) == {"bearer"}:
        return "Bearer " + _as_text(auth["bearer"], "auth", "bearer")
    if set(auth) == {"user", "password"}:
        pair = f"{_as_text(auth['user'], 'auth', 'user')}:{_as_text(auth['password'], 'auth', 'password')}"
        return "Basic " + base64.b64encode(pair.encode()).decode()
    raise _no_auth()


def _no_auth() -> StepError:
    return refuse("invalid-value", "auth", "‘auth’ takes either ‘user’ and ‘password’, or ‘bearer’ with a token.")


def credential(url: str, given: Mapping[str, str], auth: Mapping[str, object]) -> str:
    """Return a digest of whom a request is made as: a user's name, a token, a cookie. Empty: as nobody.

    Of user and password only the user goes in, so that no digest of a guessable password leaves the step.
    """
    parts = [f"user:{_split(url).username}"] if "@" in _split(url).netloc else []
    parts += [f"user:{auth['user']}"] if "user" in auth else []
    parts += [f"bearer:{auth['bearer']}"] if "bearer" in auth else []
    parts += [_header_credential(given[name]) for name in _SECRET_HEADERS if name in given]
    return blake2b("\n".join(parts).encode(), digest_size=8).hexdigest() if parts else ""


def _header_credential(value: str) -> str:
    scheme, _, rest = value.partition(" ")
    if scheme.lower() == "bearer":
        return f"bearer:{rest.strip()}"
    if scheme.lower() != "basic":
        return value
    try:
        return "user:" + base64.b64decode(rest.strip()).partition(b":")[0].decode("utf-8", "replace")
    except ValueError:  # not base64 after all: the whole text is the credential
        return value
