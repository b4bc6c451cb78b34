"""Keeps expressions from making values without bound: judges the size of a result before it is made."""

import re
from collections.abc import Callable, Mapping, Sequence, Sized
from typing import Final

from calibrant.expressions.words import DIGIT_LIMIT, TEXT_LIMIT

_BIT_LIMIT: Final = DIGIT_LIMIT * 10 // 3
_WIDE: Final = re.compile(r"\d{7,}")
"""A width in a format that pads to millions of characters."""

_PRECISION_LIMIT: Final = 100


class TooLargeError(Exception):
    """A value that would be too large is not made."""


def check_operation(operator: str, left: object, right: object) -> None:
    """Judge `left operator right`.

    Raises:
        TooLargeError: the result would be too large.
    """
    if operator == "%":
        if isinstance(left, str | bytes):
            _check_format(left, right if isinstance(right, tuple) else (right,))
    elif isinstance(left, int) and isinstance(right, int):
        bits = left.bit_length() * right if operator == "**" else left.bit_length() + right.bit_length()
        _within(bits, _BIT_LIMIT)
    elif operator == "*":
        for value, times in ((left, right), (right, left)):
            if isinstance(value, Sized) and isinstance(times, int):
                _within(len(value) * times)


def check_filter(name: str, args: Sequence[object], kwargs: Mapping[str, object]) -> None:
    """Judge a filter's call; `args` begin with the filtered value.

    Raises:
        TooLargeError: the result would be too large.
    """
    estimate = _ESTIMATES.get(name)
    if estimate is not None and args:
        _within(estimate(args[0], [*args[1:], *kwargs.values()]))
    if name == "round":
        _within(
            max((value for value in (*args[1:], *kwargs.values()) if isinstance(value, int)), default=0),
            _PRECISION_LIMIT,
        )
    if name == "format" and args:
        _check_format(args[0], [*args[1:], *kwargs.values()])


def check_call(function: object, args: Sequence[object], kwargs: Mapping[str, object]) -> None:
    """Judge the call of a value's method.

    Raises:
        TooLargeError: the result would be too large.
    """
    name, value = getattr(function, "__name__", ""), getattr(function, "__self__", None)
    given = [*args, *kwargs.values()]
    if name in ("format", "format_map"):
        _check_format(value if value is not None else getattr(function, "__wrapped__", None), given)
    elif isinstance(value, str | bytes):
        estimate = _METHOD_ESTIMATES.get(name) or _ESTIMATES.get(name)
        if estimate is not None:
            _within(estimate(value, given))


def _check_format(form: object, values: Sequence[object]) -> None:
    form = getattr(form, "__self__", form)
    text = form.decode("latin-1") if isinstance(form, bytes) else form
    if isinstance(text, str) and _WIDE.search(text):
        raise TooLargeError
    # a width can be a value of its own: %*d, {:{}}
    if isinstance(text, str) and ("*" in text or "{:{" in text or "{" in text.partition(":")[2]):
        for value in values:
            if isinstance(value, int):
                _within(abs(value), 1_000_000)


def _within(size: int, limit: int = TEXT_LIMIT) -> None:
    if size > limit:
        raise TooLargeError


def _size(value: object) -> int:
    return len(value) if isinstance(value, Sized) else 0


def _numbers(args: Sequence[object]) -> int:
    return max((abs(arg) for arg in args if isinstance(arg, int)), default=0)


def _longest(args: Sequence[object]) -> int:
    return max((_size(arg) for arg in args if isinstance(arg, str | bytes)), default=0)


def _replaced(value: object, args: Sequence[object]) -> int:
    if len(args) < 2 or not isinstance(value, str) or not isinstance(args[0], str) or not isinstance(args[1], str):
        return 0
    return value.count(args[0]) * len(args[1])


def _lines(value: object) -> int:
    return value.count("\n") + 1 if isinstance(value, str) else 1


_ESTIMATES: Final[Mapping[str, Callable[[object, Sequence[object]], int]]] = {
    "center": lambda _, args: _numbers(args),
    "indent": lambda value, args: _lines(value) * max(_numbers(args), _longest(args), 1),
    "tojson": lambda _, args: _numbers(args),
    "batch": lambda _, args: _numbers(args),
    "slice": lambda _, args: _numbers(args),
    "wordwrap": lambda value, args: _size(value) * max(_longest(args), 1),
    "join": lambda value, args: _size(value) * _longest(args),
    "replace": _replaced,
}
_METHOD_ESTIMATES: Final[Mapping[str, Callable[[object, Sequence[object]], int]]] = {
    "ljust": lambda _, args: _numbers(args),
    "rjust": lambda _, args: _numbers(args),
    "zfill": lambda _, args: _numbers(args),
    "expandtabs": lambda value, args: value.count("\t") * _numbers(args) if isinstance(value, str) else 0,
    "join": lambda value, args: _size(value) * max((_size(arg) for arg in args), default=0),
    "translate": lambda value, _: _size(value),
}
