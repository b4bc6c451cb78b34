"""Finds credentials in one text, such as a script, a URL, or a parameter's value."""

import re
from base64 import b64decode
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from calibrant.model.text import Span
from calibrant.rules.credential_formats import FORMATS, Format
from calibrant.rules.credential_words import (
    credible_login,
    credible_password,
    credible_secret,
    is_password_key,
    is_secret_key,
    is_stand_in,
    snake,
)

_HINTS = ("pass", "pwd", "secret", "token", "key", "bearer", "basic", "credential", "://", " -u", "--user", "pw")
_HELD = re.compile("|".join(sorted({re.escape(part) for one in FORMATS for part in one.holds})))
_ENDS = r"\s\"'&;,|<>()\[\]{}`\\"
_VALUE = rf"(?:\\?\"(?P<double>[^\"\\\n]{{1,300}})|'(?P<single>[^'\n]{{1,300}})|(?P<bare>[^{_ENDS}]{{1,300}}))"
_ASSIGNED = re.compile(rf"(?<![\w.-])(?P<key>[\w.-]{{2,64}}+)\\?[\"']?[ \t]{{0,8}}(?:=>|:=|[:=])[ \t]{{0,8}}{_VALUE}")
_OPTION = re.compile(rf"(?<!\S)--?(?P<key>[A-Za-z][\w-]{{1,64}}+)[ \t]{{1,8}}{_VALUE}")
_USER = re.compile(r"(?<!\S)(?:-u|--user)[ \t=]{1,4}[\"']?[^\s:\"']{1,64}:(?P<bare>[^\s\"'@]{1,128})")
_IN_URL = re.compile(r"://[^\s/:@\"'<>{}]{0,64}:(?P<bare>[^\s/@\"'<>{}]{1,256})@")
_SCHEME = re.compile(r"(?<!\w)(?P<scheme>[Bb]earer|BEARER|[Bb]asic|[Tt]oken)[ \t]{1,4}(?P<bare>[\w.~+/=-]{12,2000}+)")
_GROUPS = ("double", "single", "bare")


class Found(NamedTuple):
    """A credential: where it stands in the text, what to call it in a sentence, its name as a secret, how it may be shown."""

    span: Span
    what: str
    secret: str
    shown: str = ""


def formats_in(text: str) -> list[Format]:
    """Return the formats that a text may hold, by what they always hold. Takes time linear in the text."""
    if _HELD.search(text) is None:
        return []
    return [one for one in FORMATS if any(part in text for part in one.holds)]


def has_words(text: str) -> bool:
    """Tell whether a text holds a word that credentials stand behind."""
    small = text.lower()
    return any(word in small for word in _HINTS)


def of_provider(text: str, formats: Iterable[Format]) -> Iterator[Found]:
    """Yield the credentials in a provider's own format."""
    for one in formats:
        for match in one.pattern.finditer(text):
            group = 1 if one.pattern.groups else 0
            if not is_stand_in(match[group]):
                shown = f" (‘{match[0][:4]}…’)" if not match[0].startswith("-----") and not group else ""
                yield Found(Span(*match.span(group)), one.what, one.secret, shown)


def behind_words(text: str) -> Iterator[Found]:
    """Yield the values that are likely credentials by what stands before them: ‘password=’, ‘Bearer’, ‘user:’ in a URL."""
    for pattern in (_ASSIGNED, _OPTION):
        for match in pattern.finditer(text):
            found = of_key(match["key"], _value(match))
            if found:
                yield found._replace(span=_place(match))
    for match in _IN_URL.finditer(text):
        if credible_login(match["bare"]):
            yield Found(_place(match), "A password in a URL", "PASSWORD")
    for match in _USER.finditer(text):
        if credible_password(match["bare"]):
            yield Found(_place(match), "A password", "PASSWORD")
    for match in _SCHEME.finditer(text):
        if _credible_scheme(match["scheme"].lower(), match["bare"]):
            yield Found(_place(match), "A credential for a login", "AUTHORIZATION")


def of_key(key: str, value: str) -> Found | None:
    """Return the credential that a value is if its key says so; its span is the value's own."""
    name = snake(key)
    whole = Span(0, len(value))
    if is_password_key(name):
        return Found(whole, f"The value of ‘{key[:60]}’", name.upper()) if credible_password(value) else None
    if is_secret_key(name) or name in {"authorization", "proxy_authorization"}:
        return Found(whole, f"The value of ‘{key[:60]}’", name.upper()) if credible_secret(value) else None
    return None


def distinct(found: Iterable[Found]) -> Sequence[Found]:
    """Return what was found in order of place, of several that overlap the one found first."""
    kept: list[Found] = []
    for one in sorted(enumerate(found), key=lambda pair: (pair[1].span.start, pair[0])):
        last = kept[-1] if kept else None
        if last is None or one[1].span.start >= last.span.end:
            kept.append(one[1])
    return kept


def _value(match: re.Match[str]) -> str:
    return next(match[name] for name in _GROUPS if name in match.re.groupindex and match[name] is not None)


def _place(match: re.Match[str]) -> Span:
    name = next(name for name in _GROUPS if name in match.re.groupindex and match[name] is not None)
    return Span(*match.span(name))


def _credible_scheme(scheme: str, value: str) -> bool:
    if scheme != "basic":
        return credible_secret(value)
    try:
        decoded = b64decode(value, validate=True).decode("utf-8")
    except ValueError:
        return False
    return credible_password(decoded.partition(":")[2])
