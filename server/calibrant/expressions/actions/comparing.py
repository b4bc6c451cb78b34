"""Finds comparisons that give the same whatever the values are."""

import math

import msgspec

from calibrant.expressions.actions.closed import values_at
from calibrant.expressions.actions.problem import Problem
from calibrant.expressions.actions.shapes import Seen
from calibrant.expressions.actions.tokens import number
from calibrant.expressions.actions.tree import Call, Compare, Literal, Tree
from calibrant.model.closest import closest
from calibrant.model.shape import Shape

_AS_NUMBER = ("number", "integer", "boolean")


def never_holds(tree: Compare, left: Seen, right: Seen) -> Problem | None:
    """Return what is wrong with a comparison of a known type with a literal that no value of it can equal.

    GitHub compares a boolean or a number with a text as numbers, and a text that is none equals nothing; a list or an object
    equals nothing that is written out.
    """
    literal, other, seen = (
        (tree.right, tree.left, left) if isinstance(tree.right, Literal) else (tree.left, tree.right, right)
    )
    if not isinstance(literal, Literal) or isinstance(other, Literal):
        return None
    shape = seen.shape
    if tree.operator in ("==", "!=") and not seen.filtered and (values := _unlike(literal, seen.path)):
        return msgspec.structs.replace(_told(tree, literal, _one_of(values)), **_better(literal, values))
    if shape.type in _AS_NUMBER and _is_word(literal):
        problem = _told(tree, literal, _mistaken(shape, literal))
        word = str(literal.value).lower()
        if shape.type != "boolean" or word not in ("true", "false"):
            return problem
        return msgspec.structs.replace(problem, instead=(literal.start, literal.end, word))
    if shape.type == "string" and literal.value is True and tree.operator in ("==", "!="):
        why = "The value is a text, which equals the boolean only where it is ‘1’. Write ‘'true'’ with quotes."
        return msgspec.structs.replace(_told(tree, literal, why), instead=(literal.start, literal.end, "'true'"))
    if shape.type in ("object", "array") and _is_something(literal):
        what = "a list" if shape.type == "array" else "an object"
        return _told(tree, literal, f"The value on the other side is {what}, which equals nothing that is written out.")
    return None


def never_contains(tree: Call, path: tuple[str, ...]) -> Problem | None:
    """Return what is wrong with looking among values of a few documented ones for one that is none of them."""
    literal = tree.arguments[1]
    values = _unlike(literal, path)
    if not values or not isinstance(literal, Literal):
        return None
    problem = Problem(
        "comparison",
        tree.start,
        tree.end,
        "This is never true.",
        _one_of(values),
        str(literal.value)[:100],
        certain=False,
    )
    return msgspec.structs.replace(problem, **_better(literal, values))


def _unlike(literal: Tree, path: tuple[str, ...]) -> tuple[str, ...]:
    """Return the values that a field may have, where a text is none of them."""
    if not isinstance(literal, Literal) or not isinstance(literal.value, str) or not literal.value:
        return ()
    values = values_at(path)
    return () if literal.value.lower() in (value.lower() for value in values) else values


def _one_of(values: tuple[str, ...]) -> str:
    return f"The value is one of: {', '.join(values)}."


def _better(literal: Literal, values: tuple[str, ...]) -> dict[str, object]:
    """Return what a problem knows of the values that are right; where one may have been meant, on the text alone."""
    near = closest(str(literal.value), values)
    if not near:
        return {}
    instead = (literal.start, literal.end, f"'{near[0]}'")
    return {"start": literal.start, "end": literal.end, "candidates": near, "near": True, "instead": instead}


def _is_word(literal: Literal) -> bool:
    return isinstance(literal.value, str) and math.isnan(number(literal.value))


def _is_something(literal: Literal) -> bool:
    """Tell whether a literal is neither null nor what a missing value equals."""
    value = literal.value
    return _is_word(literal) or (isinstance(value, float) and value != 0) or value is True


def _mistaken(shape: Shape, literal: Literal) -> str:
    if shape.type == "boolean":
        if str(literal.value).lower() in ("true", "false"):
            word = str(literal.value).lower()
            return (
                f"The value is a boolean, and a text that is no number never equals one. Write ‘{word}’ without quotes."
            )
        return "The value is a boolean, and a text other than a number never equals one."
    return "The value is a number, and a text that is no number never equals one."


def _told(tree: Compare, literal: Literal, why: str) -> Problem:
    always = "always" if tree.operator == "!=" else "never"
    value = str(literal.value).lower() if isinstance(literal.value, bool) else str(literal.value)
    return Problem(
        "comparison", tree.start, tree.end, f"This comparison {always} holds.", why, value[:100], certain=False
    )
