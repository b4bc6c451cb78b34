"""As whom an HTTP request is made: the forms of `auth`, and a digest to tell one login from another."""

import base64
from collections.abc import Mapping
from hashlib import blake2b
from urllib.parse import urlsplit

import msgspec

from calibrant.connectors import httptarget
from calibrant.connectors.refusal import listing, refuse
from calibrant.model.closest import closest

_FORMS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("user", "password"), ()),
    (("bearer",), ()),
    (("api_key",), ("header", "query")),
    (("token_url", "client_id", "client_secret"), ("scope", "audience", "client_in")),
)
"""What each form of `auth` must have, and may have."""
_SECRET_HEADERS = ("authorization", "proxy-authorization", "x-api-key", "api-key", "cookie", "private-token")
_CLIENT_IN = ("header", "body")


class Client(msgspec.Struct, frozen=True):
    """Who asks for a token at `url` (OAuth client credentials); `in_body`: its secret goes into the form, not a header."""

    url: str
    id: str
    secret: str
    scope: str
    audience: str
    in_body: bool

    @property
    def key(self) -> str:
        """A digest of all of it."""
        return blake2b(repr(msgspec.structs.astuple(self)).encode("utf-8", "replace"), digest_size=16).hexdigest()


class Auth(msgspec.Struct, frozen=True):
    """What goes along with a request: headers, query parameters, or a token that `client` has to get first."""

    headers: dict[str, str] = {}
    query: dict[str, str] = {}
    client: Client | None = None


def read(given: Mapping[str, object]) -> Auth:
    """Return what `auth` means.

    Raises:
        StepError: it has none of the forms, or a value that cannot be sent (code `invalid-value`).
    """
    given = {name: value for name, value in given.items() if value is not None}
    if not given:
        return Auth()
    texts = {name: httptarget.as_text(given[name], "auth", name) for name in _fields(given)}
    if "bearer" in texts:
        return Auth({"authorization": "Bearer " + _sendable(texts, "bearer")})
    if "api_key" in texts:
        return _api_key(texts)
    if "token_url" in texts:
        return Auth(client=_client(texts))
    pair = f"{texts['user']}:{texts['password']}".encode()
    return Auth({"authorization": "Basic " + base64.b64encode(pair).decode()})


def _fields(given: Mapping[str, object]) -> tuple[str, ...]:
    """Return the fields of the form that was meant, all of them there and no others."""
    needed, more = max(_FORMS, key=lambda form: sum(name in given for name in (*form[0], *form[1])))
    if not any(name in given for name in (*needed, *more)):
        forms = "; ".join(" and ".join(f"‘{name}’" for name in form[0]) for form in _FORMS)
        raise refuse("invalid-value", "auth", f"‘auth’ takes one of these: {forms}.")
    for name in given:
        if name not in needed and name not in more:
            near = closest(name, (*needed, *more))
            message = f"‘auth’ with ‘{next(n for n in (*needed, *more) if n in given)}’ does not take ‘{name}’."
            raise refuse("invalid-value", "auth", message, value=name, candidates=near)
    missing = [name for name in needed if name not in given]
    if missing:
        message = f"‘auth’ needs {' and '.join(f'‘{name}’' for name in needed)}, but ‘{missing[0]}’ is not given."
        raise refuse("invalid-value", "auth", message, hint=f"Give ‘{missing[0]}’, too.")
    return tuple(given)


def _api_key(texts: Mapping[str, str]) -> Auth:
    if "header" in texts and "query" in texts:
        message = "‘auth’ sends ‘api_key’ either in a ‘header’ or in the ‘query’, but both are given."
        raise refuse("invalid-value", "auth", message, hint="Leave one of them out.")
    if "query" in texts:
        return Auth(query={texts["query"]: texts["api_key"]})
    key = _sendable(texts, "api_key")
    return Auth(httptarget.headers({texts.get("header", "X-API-Key"): key}))


def _client(texts: Mapping[str, str]) -> Client:
    place = texts.get("client_in", "header")
    if place not in _CLIENT_IN:
        message = f"‘client_in’ of ‘auth’ cannot be ‘{place}’. The choices are: {listing(_CLIENT_IN)}."
        raise refuse("invalid-value", "auth", message, value=place, candidates=_CLIENT_IN)
    return Client(
        httptarget.checked(texts["token_url"], "auth"),
        texts["client_id"],
        texts["client_secret"],
        texts.get("scope", ""),
        texts.get("audience", ""),
        place == "body",
    )


def _sendable(texts: Mapping[str, str], name: str) -> str:
    return httptarget.header_text(texts[name], "auth", f"‘{name}’ of ‘auth’", name)


def login(given: Mapping[str, object]) -> str:
    """Return the origin at which a token is to be got; empty where none is needed.

    Raises:
        StepError: what names it is no URL.
    """
    return httptarget.origin(str(given["token_url"]), "auth") if given.get("token_url") else ""


def credential(url: str, headers: Mapping[str, str], auth: Mapping[str, object]) -> str:
    """Return a digest of whom a request is made as: a user's name, a token, a cookie. Empty: as nobody.

    Of user and password only the user goes in, so that no digest of a guessable password leaves the step.
    """
    netloc = urlsplit(url).netloc
    parts = [f"user:{urlsplit(url).username}"] if "@" in netloc else []
    parts += [f"user:{auth['user']}"] if "user" in auth else []
    parts += [f"bearer:{auth['bearer']}"] if "bearer" in auth else []
    parts += [f"key:{auth['api_key']}"] if "api_key" in auth else []
    parts += [f"client:{auth.get('client_id')}:{auth['token_url']}:{auth.get('scope')}"] if "token_url" in auth else []
    parts += [_header_credential(headers[name]) for name in _SECRET_HEADERS if name in headers]
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
