"""JSON text to and from plain values, with errors that say line and column."""

import json
import math
from datetime import date, datetime, time
from decimal import Decimal
from typing import NoReturn

from calibrant.model.value import type_name
from calibrant.model.words import in_words


class BadTextError(ValueError):
    """Text that is not what it should be; `line` and `column` are 1-based, 0 where unknown."""

    def __init__(self, reason: str, line: int = 0, column: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.line, self.column = reason, line, column

    @property
    def place(self) -> str:
        """The place in words, with a leading blank; empty where it is not known."""
        if not self.line:
            return ""
        return f" (line {self.line}, column {self.column})" if self.column else f" (line {self.line})"


def parse(text: str) -> object:
    """Return the value of JSON text.

    Raises:
        BadTextError: it is no JSON, is nested too deeply, or holds a number beyond all bounds.
    """
    try:
        value: object = json.loads(text, parse_constant=_not_json)
    except json.JSONDecodeError as error:
        raise BadTextError(_in_words(error.msg), error.lineno, error.colno) from error
    except BadTextError:
        raise
    except RecursionError as error:
        raise BadTextError("it is nested too deeply") from error
    except ValueError as error:
        raise BadTextError("it holds a number with thousands of digits") from error
    return value


def render(value: object, *, indent: int | None = None) -> str:
    """Return a value as JSON text; dates become ISO 8601 text and decimals numbers.

    Raises:
        TypeError: it holds a value that JSON has no form for (bytes, say); the message says which, in words.
        ValueError: it holds an infinite number, no number (NaN) or itself; the message says so in words.
    """
    try:
        return json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False, default=_plain)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    except ValueError as error:
        if "Out of range float" in str(error):
            raise ValueError("it holds a number that is infinite or undefined, which JSON has no form for") from error
        raise


def _plain(value: object) -> object:
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        if not value.is_finite() or math.isinf(float(value)):
            raise ValueError("it holds a number that is infinite or undefined, which JSON has no form for")
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"it holds {in_words(type_name(value))}, which JSON has no form for")


def _not_json(name: str) -> NoReturn:
    raise BadTextError(f"it holds {name}, which is no number that JSON has")


_WORDS = (
    ("Expecting value", "a value is missing"),
    ("Expecting property name", "a key in double quotes is missing"),
    ("Expecting ',' delimiter", "a comma or a closing bracket is missing"),
    ("Expecting ':' delimiter", "a colon is missing after a key"),
    ("Illegal trailing comma", "a comma stands before a closing bracket"),
    ("Extra data", "something stands after its end"),
    ("Unterminated string", "a quotation mark is opened and never closed"),
    ("Invalid control character", "a text holds a line break or a tab, which JSON writes as \\n and \\t"),
    ("Invalid \\", "a backslash stands before what it cannot stand before"),
    ("Unexpected UTF-8 BOM", "it begins with a byte order mark"),
)
"""How Python's reader words what is wrong with JSON (the beginnings), and how we do."""


def _in_words(message: str) -> str:
    found = (ours for theirs, ours in _WORDS if message.startswith(theirs))
    return next(found, message[:1].lower() + message[1:])
