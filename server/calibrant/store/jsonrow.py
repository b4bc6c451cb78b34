"""Values in a row, as JSON that holds any text: names of files may hold bytes that are no text."""

import json
from typing import TypeVar

import msgspec

T = TypeVar("T")


def to_json(value: object) -> bytes:
    """Return the value as JSON."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:  # half a character is written as \\udc80, which is JSON too
        return json.dumps(msgspec.to_builtins(value)).encode("ascii")


def from_json(data: bytes, kind: type[T]) -> T:
    """Return the value.

    Raises:
        ValidationError: it is of another kind.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, UnicodeDecodeError):
        try:
            return msgspec.convert(json.loads(data), type=kind)
        except (ValueError, RecursionError) as error:  # a ValidationError is one, too
            raise msgspec.ValidationError(str(error)) from error
