"""How values are written inside a text."""

import json
from typing import Final

from calibrant.model.failure import Failure, StepError
from calibrant.model.issue import Kind

_SIGNIFICANT: Final = 15
"""Digits that a float holds whatever its value; more of them are noise of the binary form."""


def to_text(value: object) -> str:
    """Return a value as it reads inside a text: true, 3, 0.3, objects and lists as JSON, nothing for null.

    Raises:
        StepError: binary data that is no UTF-8 text, or a value that has no form in JSON.
    """
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float():
            return _float(value)
        case bytes() | bytearray():
            return _decode(value)
        case dict() | list() | tuple():
            return _json(value)
        case _:
            return str(_encode(value))


def _float(value: float) -> str:
    if value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    exact, short = repr(value), f"{value:.{_SIGNIFICANT}g}"
    digits = sum(char.isdigit() for char in exact.split("e")[0].lstrip("-0."))
    return short if digits > _SIGNIFICANT + 1 else exact


def _decode(value: bytes | bytearray) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        message = "This is binary data, which cannot stand inside a text."
        raise StepError(Failure("bad-evaluation", message, Kind.DATA_SHAPE)) from error


def _json(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, default=_encode)
    except (TypeError, ValueError, RecursionError) as error:
        message = "This value cannot be written inside a text."
        raise StepError(Failure("bad-evaluation", message, Kind.DATA_SHAPE, details=str(error))) from error


def _encode(value: object) -> object:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value)
