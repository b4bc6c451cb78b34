"""Tells a credential from what only stands in the place of one: placeholders, names, references, digests."""

import re
from base64 import urlsafe_b64decode
from collections import Counter
from itertools import pairwise
from math import log2
from typing import Final

_WORD: Final = re.compile(r"[a-z0-9]+|[A-Z]+(?![a-z])[0-9]*|[A-Z][a-z0-9]*")
_PASSWORD: Final = re.compile(r"(?:password|passwd|passphrase|passcode|(?:^|_)(?:pwd|pass|pw))$")
_SECRET: Final = re.compile(
    r"(?:apikey|(?:^|_)(?:secret|token|bearer|credential|"
    r"(?:api|access|secret|private|auth|signing|encryption|account|shared|master|webhook)_key))$"
)
_NO_SECRET: Final = re.compile(
    r"(?:^|_)(?:page|next|prev|previous|continuation|cursor|sync|cancel|cancellation|start|stop|end|first|last|resume|idempotency|"
    r"eos|bos|pad|unk|mask|sep|cls|special|design|public|csrf|xsrf|confirm|show|hide|reset|forgot|per|max|min)_"
    r"(?:token|key|password|secret)$"
)
_STAND_IN: Final = re.compile(
    r"x{4,}|\*{3,}|\.{3}|…|•|[<>]|\{\{|\}\}|\$\{|\$\(|example|sample|dummy|placeholder|redact|masked|removed|censored|"
    r"your|change.?(?:me|it|this)|replace|insert|fixme|todo|fake|not.?a.?(?:real|secret)|lorem|foobar|deadbeef",
    re.IGNORECASE,
)
_REFERENCE: Final = re.compile(
    r"[$%@!&*~/.\\#]|\w[\w+.-]*://|(?:env|file|vault|op|ssm|sops|secretref|keyring|arn|projects?|secrets?|vars?|inputs?|"
    r"process|os|config|settings|params?|self|this|data|item|steps?|github|local|module|var)[.:/\[]|ENC\[|\{(?:SSHA|SHA|CRYPT)",
    re.IGNORECASE,
)
_WEAK: Final = re.compile(
    r"(?:admin|administrator|test|tester|testing|user|username|root|demo|guest|default|postgres|mysql|rabbitmq|minio|"
    r"pass|passw(?:or|0r)d|p[a@4][s$5]{2}w[o0]rd|secret|letmein|welcome|qwerty\w{0,3}|none|null|true|false|string|required|"
    r"optional|empty|secure|token|key|apikey|changed?|abc|foo|bar|baz)[-_!.]{0,2}\d{0,8}[!.]{0,2}",
    re.IGNORECASE,
)
_DIGEST: Final = re.compile(
    r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|(?:sha\d{1,3}|md5|sha3-\d+|blake2b)[-:=].*|[\d.,:+-]+",
    re.IGNORECASE,
)
_NAME: Final = re.compile(
    r"(?:[A-Za-z]{2,}|[A-Za-z]{1,12}\d{1,2}|\d{1,4}|[A-Z])(?:[-_./:](?:[A-Za-z]{1,30}\d{0,2}|\d{1,4}))*"
)
_RUN: Final = 6


def snake(key: str) -> str:
    """Return a key's words in small letters with underscores between them: ‘apiKey’ and ‘API-Key’ are ‘api_key’."""
    return "_".join(word.lower() for word in _WORD.findall(key[-80:]))


def is_password_key(key: str) -> bool:
    """Tell whether a key (in the form of `snake`) names a password."""
    return _PASSWORD.search(key) is not None and not _NO_SECRET.search(key)


def is_secret_key(key: str) -> bool:
    """Tell whether a key (in the form of `snake`) names a token, a key or a secret."""
    return _SECRET.search(key) is not None and not _NO_SECRET.search(key)


def is_stand_in(value: str) -> bool:
    """Tell whether a text only shows where a credential goes, or is made up: an ellipsis, ‘example’, 123456, aaaaaa."""
    return _STAND_IN.search(value) is not None or _regular(value) or _of_the_books(value)


def credible_login(value: str) -> bool:
    """Tell whether what stands in the place of a password, as in ‘user:password@host’, is likely to be a real one."""
    return len(value) >= 6 and _credible(value) and not _WEAK.fullmatch(value) and entropy(value) >= 2.5


def credible_password(value: str) -> bool:
    """Tell whether the value of a password is likely to be a real one."""
    return credible_login(value) and _mixed(value)


def credible_secret(value: str) -> bool:
    """Tell whether the value of a token or key is likely to be a real one: long, mixed, and of high entropy."""
    return (
        len(value) >= 12 and _credible(value) and not _NAME.fullmatch(value) and _mixed(value) and entropy(value) >= 3.0
    )


def entropy(value: str) -> float:
    """Return the Shannon entropy of a text in bits for each character."""
    return -sum(count / len(value) * log2(count / len(value)) for count in Counter(value).values())


def _credible(value: str) -> bool:
    return (
        len(value) <= 500
        and not any(char.isspace() for char in value)
        and not _REFERENCE.match(value)
        and not _DIGEST.fullmatch(value)
        and not (_separated(value) and _NAME.fullmatch(value))
        and not is_stand_in(value)
    )


def _separated(value: str) -> bool:
    return any(char in "-_./:" for char in value)


def _mixed(value: str) -> bool:
    """Tell whether a text has letters and digits or signs, or letters that change between small and capital often."""
    letters = any(char.isalpha() for char in value)
    digits = any(char.isdigit() for char in value)
    signs = any(not char.isalnum() and char not in "-_./:" for char in value)
    if letters and (digits or signs):
        return True
    return len(value) >= 16 and sum(a.islower() and b.isupper() for a, b in pairwise(value)) >= 4


def _regular(value: str) -> bool:
    """Tell whether six characters follow one another as in the alphabet, or are the same, or only few are used at all."""
    codes = [ord(char) for char in value[:500].lower()]
    for step in (0, 1):
        run = 1
        for one, other in pairwise(codes):
            run = run + 1 if other - one == step else 1
            if run >= _RUN:
                return True
    return len(value) >= 20 and len(set(codes)) < 8


def _of_the_books(value: str) -> bool:
    """Tell whether a JSON web token is one of those that documentation shows, made out to John Doe."""
    if not value.startswith("eyJ") or value.count(".") < 2:
        return False
    payload = value.split(".")[1]
    try:
        text = urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    except ValueError:
        return True
    return b"John Doe" in text or b"1234567890" in text or not text.startswith(b"{")
