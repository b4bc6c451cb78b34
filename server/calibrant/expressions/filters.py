"""The filters and tests that expressions may use: Jinja2's own, less those that make web pages, with JSON."""

import json
from collections.abc import Callable
from functools import cache
from typing import Final

from calibrant.expressions.tokens import parsing_environment
from calibrant.model.value import holds_unknown

Filter = Callable[..., object]

_LEFT_OUT: Final = frozenset(
    {"attr", "e", "escape", "forceescape", "pprint", "random", "safe", "urlize", "xmlattr", "filesizeformat"}
)
"""Filters for web pages, for Python objects, and the one that gives another value each time."""

_TESTS_LEFT_OUT: Final = frozenset({"escaped", "filter", "test"})


def from_json(value: object) -> object:
    """Return the value that a JSON text stands for.

    Raises:
        ValueError: the text is no JSON; says where.
    """
    if not isinstance(value, str | bytes | bytearray):
        raise TypeError("‘from_json’ takes a text")
    return json.loads(value)


def to_json(value: object, indent: int | None = None) -> str:
    """Return a value as JSON text.

    Raises:
        TypeError: the value has no form in JSON.
    """
    return json.dumps(value, ensure_ascii=False, indent=None if indent is None else min(indent, 16), default=_encode)


def _encode(value: object) -> object:
    if holds_unknown(value):
        raise TypeError("unknown")
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "is_finite"):
        return str(value)
    if isinstance(value, range):
        return list(value)
    raise TypeError(f"a value of type {type(value).__name__} has no form in JSON")


def as_list(value: object) -> list[object]:
    """Return a list as it is, nothing (null) as an empty list, any other value as a list of it."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple | range) else [value]


OWN: Final[tuple[tuple[str, Filter], ...]] = (
    ("as_list", as_list),
    ("from_json", from_json),
    ("tojson", to_json),
    ("to_json", to_json),
)


@cache
def known_filters() -> frozenset[str]:
    """Return the names of all filters."""
    return (frozenset(parsing_environment().filters) - _LEFT_OUT) | {name for name, _ in OWN}


@cache
def known_tests() -> frozenset[str]:
    """Return the names of all tests that can follow `is`."""
    return frozenset(name for name in parsing_environment().tests if name.isidentifier()) - _TESTS_LEFT_OUT
