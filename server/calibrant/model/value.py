"""Values that flow between steps: plain data, dates, decimals, bytes — and the unknown."""

from collections.abc import Mapping, Sequence
from typing import Final


class Unknown:
    """A value that a stand-in does not know; `UNKNOWN` is the only one. It never makes an issue by itself."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "unknown"


UNKNOWN: Final = Unknown()


def holds_unknown(value: object) -> bool:
    """Tell whether the value is, or holds at any depth, an unknown one."""
    stack = [value]
    while stack:
        here = stack.pop()
        if here is UNKNOWN:
            return True
        if isinstance(here, Mapping):
            stack.extend(here.values())
        elif isinstance(here, Sequence) and not isinstance(here, (str, bytes, bytearray)):
            stack.extend(here)
    return False


def type_name(value: object) -> str:
    """Return the language's word for a value's type: string, number, integer, boolean, array, object, null …"""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case bytes() | bytearray():
            return "bytes"
        case Mapping():
            return "object"
        case list() | tuple():
            return "array"
        case Unknown():
            return "unknown"
        case _:
            return type(value).__name__.lower()
