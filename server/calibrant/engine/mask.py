"""Keeps secrets out of everything that leaves a run: their values, and the common encodings of them."""

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from urllib.parse import quote, quote_plus

import msgspec

from calibrant.model.event import Event, RunFinished, RunProblem, StepFinished, TrialFinished
from calibrant.model.failure import Failure, Left
from calibrant.rules.concealing import HIDDEN

SHORTEST = 4
"""Characters that a secret must have to be masked: hiding every ‘on’ or ‘1’ would hide everything."""

_LINE = 8
_PART = 6
_TEXTS = ("message", "hint", "details", "value", "subject", "origin", "credential", "output", "cwd")
_CREDENTIAL = re.compile(r"(?i)secret|token|passw|passphrase|pwd|api_?key|access_?key|private|credential|auth|cookie")


def is_credential_name(name: str) -> bool:
    """Tell whether an environment variable of that name looks as if it held a credential."""
    return _CREDENTIAL.search(name) is not None


class Mask:
    """Replaces secrets in texts and values. Made once for a run from the secrets' values; some come to be in the run."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = frozenset(secret for secret in secrets if len(secret) >= SHORTEST)
        self._take_in()

    def add(self, secret: str) -> None:
        """Hide one more secret from now on."""
        if len(secret) >= SHORTEST and secret not in self._secrets:
            self._secrets |= {secret}
            self._take_in()

    def _take_in(self) -> None:
        forms = {form for secret in self._secrets for form in _forms(secret)}
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        self._forms = longest_first
        self._numbers = frozenset(number for secret in self._secrets if (number := _number(secret)) is not None)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None
        self._bytes = (
            re.compile(b"|".join(re.escape(form.encode("utf-8", "surrogatepass")) for form in longest_first))
            if longest_first
            else None
        )

    @property
    def active(self) -> bool:
        """Whether there is anything to hide."""
        return self._pattern is not None

    def text(self, text: str) -> str:
        """Return the text with secrets hidden, also one that was cut off within it: half of it or more is not shown."""
        if self._pattern is None:
            return text
        text = self._pattern.sub(HIDDEN, text)
        for form in self._forms:
            text = _without_beginning(text, form)
            text = _without_beginning(text[::-1], form[::-1])[::-1]
        return text

    def value(self, value: object) -> object:
        """Return the value with secrets hidden at any depth; the very same object where there is nothing to hide."""
        if self._pattern is None:
            return value
        match value:
            case str():
                return self._pattern.sub(HIDDEN, value) if self._pattern.search(value) else value
            case bytes():
                return self._hidden_bytes(value)
            case Mapping():
                pairs = [(self.value(key), self.value(item)) for key, item in value.items()]
                same = all(new[0] is old[0] and new[1] is old[1] for new, old in zip(pairs, value.items(), strict=True))
                return value if same else dict(pairs)
            case list() | tuple():
                items = [self.value(item) for item in value]
                return value if all(new is old for new, old in zip(items, value, strict=True)) else items
            case int() | float() if self._numbers and not isinstance(value, bool):
                return HIDDEN if value in self._numbers else value
        return value

    def _hidden_bytes(self, value: bytes) -> bytes:
        return self._bytes.sub(HIDDEN.encode(), value) if self._bytes and self._bytes.search(value) else value

    def failure(self, failure: Failure) -> Failure:
        """Return the failure with secrets hidden in all its texts."""
        return msgspec.structs.replace(
            failure,
            **{name: self.text(getattr(failure, name)) for name in _TEXTS},
            candidates=tuple(map(self.text, failure.candidates)),
            evidence={key: self.text(value) for key, value in failure.evidence.items()},
            left=tuple(Left(self.text(one.path), one.format, self.text(one.text)) for one in failure.left),
        )

    def event(self, event: Event) -> Event:
        """Return the event with secrets hidden in all its texts."""
        if self._pattern is None:
            return event
        match event:
            case StepFinished():
                return self._step(event)
            case TrialFinished():
                step = event.step and self._step(event.step)
                return msgspec.structs.replace(event, step=step, reason=self.text(event.reason))
            case RunProblem():
                return msgspec.structs.replace(event, failure=self.failure(event.failure))
            case RunFinished():
                return msgspec.structs.replace(event, reason=self.text(event.reason))
        return event

    def _step(self, event: StepFinished) -> StepFinished:
        failures = tuple(map(self.failure, event.failures))
        return msgspec.structs.replace(event, reason=self.text(event.reason), failures=failures)


def _number(secret: str) -> float | None:
    """Return the number that a secret is when something reads it as one; None where it would not be written so again."""
    for read in (int, float):
        try:
            number = read(secret)
        except (ValueError, OverflowError):
            continue
        if str(number) == secret:
            return number
    return None


def _without_beginning(text: str, form: str) -> str:
    size = max(_PART, (len(form) + 1) // 2)
    start = text.find(form[:size]) if size < len(form) else -1
    parts: list[str] = []
    at = 0
    while start >= 0:
        end = start + size
        while end < len(text) and end - start < len(form) and text[end] == form[end - start]:
            end += 1
        parts += (text[at:start], HIDDEN)
        at = end
        start = text.find(form[:size], at)
    return "".join((*parts, text[at:])) if parts else text


def _forms(secret: str) -> set[str]:
    """Return how a secret's value may look in texts: as it is, in URLs, JSON and XML, in base64 (at any alignment), in hex."""
    raw = secret.encode("utf-8", "surrogatepass")
    forms = {secret, secret.strip(), quote(raw, safe=""), quote(raw), quote_plus(raw), raw.hex()}
    forms |= {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    forms |= _in_xml(secret)
    forms |= {line.strip() for line in secret.splitlines() if len(line.strip()) >= _LINE}
    for encoder in (b64encode, urlsafe_b64encode):
        forms.add(encoder(raw).decode())
        forms |= {_inner(encoder(bytes(shift) + raw).decode(), shift) for shift in range(3)}
    return {form for form in forms if len(form) >= SHORTEST}


def _in_xml(secret: str) -> set[str]:
    """Return how writers of XML write it: some leave quotes, or all but one sort of them, as they are."""
    plain = secret.replace("&", "&amp;").replace("<", "&lt;")
    both = (plain, plain.replace(">", "&gt;"))
    quotes = (('"', "&quot;"), ('"', "&#34;"), ("'", "&apos;"), ("'", "&#39;"), ("'", "&#x27;"))
    double = {one.replace(*quote) for one in both for quote in quotes[:2]} | set(both)
    return double | {one.replace(*quote) for one in double for quote in quotes[2:]}


def _inner(encoded: str, shift: int) -> str:
    """Return the part of a base64 text that depends on the secret alone, with `shift` foreign bytes before it."""
    start = (0, 2, 3)[shift]
    body = encoded.rstrip("=")
    return body[start : len(body) - (len(encoded) != len(body))]
