"""JSON text to and from plain values, with errors that say line and column."""

import json
import math
from datetime import date, datetime, time
from decimal import Decimal
from typing import NoReturn


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
        raise BadTextError(_lower(error.msg), error.lineno, error.colno) from error
    except BadTextError:
        raise
    except RecursionError as error:
        raise BadTextError("it is nested too deeply") from error
    except ValueError as error:
        raise BadTextError(_lower(str(error))) from error
    return value


def render(value: object, *, indent: int | None = None) -> str:
    """Return a value as JSON text; dates become ISO 8601 text and decimals numbers.

    Raises:
        TypeError: it holds a value that JSON has no form for (bytes, say); the message names the type.
        ValueError: it holds an infinite number.
    """
    return json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        if not value.is_finite() or math.isinf(float(value)):
            raise ValueError(f"{value} is not a number JSON can hold")
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def _not_json(name: str) -> NoReturn:
    raise BadTextError(f"{name} is not JSON")


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]
