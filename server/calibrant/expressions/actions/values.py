"""Values as expressions see them: how they compare, convert, and become text."""

import math
from collections.abc import Mapping, Sequence

from calibrant.expressions.actions.tokens import number as number_of_text

Value = bool | int | float | str | Sequence["Value"] | Mapping[str, "Value"] | None
"""Null, boolean, number, text, list or object. An integer counts as the number it is."""


class Filtered(list[Value]):
    """What an object filter (`.*`) gave: taking a field from it takes that of each element."""


def kind_of(value: Value) -> str:
    """Return the type of a value: null, boolean, number, string, array or object."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case Mapping():
            return "object"
        case _:
            return "array"


def truthy(value: Value) -> bool:
    """Tell whether a value counts as true: all but null, false, 0, NaN and the empty text."""
    if isinstance(value, float) and math.isnan(value):
        return False
    if isinstance(value, Mapping | list | tuple):
        return True
    return bool(value)


def number(value: Value) -> float:
    """Return the number that a value converts to, NaN where it is none."""
    match value:
        case None:
            return 0.0
        case bool() | int() | float():
            return float(value)
        case str():
            return number_of_text(value)
        case _:
            return math.nan


def text(value: Value) -> str:
    """Return the text that a value converts to; that of a list or an object is the name of its type."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return number_text(float(value))
        case str():
            return value
        case Mapping():
            return "Object"
        case _:
            return "Array"


def number_text(value: float) -> str:
    """Return a number in at most 15 digits, with an exponent where it is very large or small."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return f"{value:.15G}"


def same_case(value: str) -> str:
    """Return a text such that two of them are the same where they differ in case alone, character by character."""
    if value.isascii():
        return value.upper()
    return "".join(upper if len(upper := char.upper()) == 1 else char for char in value)


def equal(left: Value, right: Value) -> bool:
    """Tell whether two values are equal in GitHub's loose way.

    Texts are compared without their case, lists and objects only with themselves; different types as numbers.
    """
    here, there = kind_of(left), kind_of(right)
    if {here, there} & {"array", "object"}:
        return left is right
    if here == there:
        if isinstance(left, str) and isinstance(right, str):
            return left == right or same_case(left) == same_case(right)
        return left == right
    return number(left) == number(right)


def less(left: Value, right: Value) -> bool:
    """Tell whether a value is less than another in GitHub's loose way."""
    if isinstance(left, str) and isinstance(right, str):
        return same_case(left) < same_case(right)
    return number(left) < number(right)
