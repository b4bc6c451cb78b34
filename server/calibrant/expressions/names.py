"""Finds the references in an expression's tokens: every name that stands for a value, and the path behind it."""

from collections.abc import Iterator

from calibrant.expressions.reference import Locate, make_reference
from calibrant.expressions.tokens import ExpressionError, Token
from calibrant.expressions.words import EXPRESSION_WORDS, FUNCTIONS
from calibrant.model.expression import Reference

_Part = tuple[str | int, tuple[int, int]]
"""A path element and its place in the source."""


def find_references(tokens: list[Token], locate: Locate) -> Iterator[Reference]:
    """Yield the references of an expression in order, those inside `[…]` behind another one included."""
    for at, token in enumerate(tokens):
        if token.type == "name" and _is_root(tokens, at):
            path, end = _follow(tokens, at + 1)
            spans = [(token.start, token.end), *(place for _, place in path)]
            whole = (token.start, tokens[end - 1].end)
            yield make_reference(token.value, tuple(part for part, _ in path), whole, spans, locate)


def _is_root(tokens: list[Token], at: int) -> bool:
    """Tell whether the name at `at` stands for a value, and is no field, filter, test, function or keyword argument."""
    name = tokens[at].value
    if name in EXPRESSION_WORDS:
        return False
    before = tokens[at - 1] if at else None
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if before is not None and (before.is_operator(".", "|") or before.value == "is"):
        return False
    if before is not None and before.value == "not" and at > 1 and tokens[at - 2].value == "is":
        return False
    if after is not None and after.is_operator("="):
        return False
    return not (name in FUNCTIONS and after is not None and after.is_operator("("))


def _follow(tokens: list[Token], at: int) -> tuple[list[_Part], int]:
    """Return the path elements from `at` on and the position after the last; a called method is no path element."""
    path: list[_Part] = []
    while at < len(tokens):
        step = _element(tokens, at)
        if step is None:
            break
        part, at = step
        path.append(part)
    return path, at


def _element(tokens: list[Token], at: int) -> tuple[_Part, int] | None:
    here, after = tokens[at], tokens[at + 1 : at + 4]
    if here.is_operator(".") and after:
        called = len(after) > 1 and after[1].is_operator("(")
        value: str | int = int(after[0].value) if after[0].type == "integer" else after[0].value
        return None if called else ((value, (after[0].start, after[0].end)), at + 2)
    if not here.is_operator("[") or len(after) < 2:
        return None
    if after[1].is_operator("]"):
        part = _subscript(after[0])
        return (part, at + 3) if part else None
    if len(after) == 3 and after[0].is_operator("-") and after[1].type == "integer" and after[2].is_operator("]"):
        return (-_integer(after[1]), (after[0].start, after[1].end)), at + 4
    return None


def _subscript(token: Token) -> _Part | None:
    if token.type == "integer":
        return _integer(token), (token.start, token.end)
    if token.type == "string":
        return _unquote(token), (token.start + 1, token.end - 1)
    return None


def _integer(token: Token) -> int:
    try:
        return int(token.value.replace("_", ""), 0)
    except ValueError as error:
        raise ExpressionError(f"‘{token.value}’ is no number.", token.start, token.end) from error


def _unquote(token: Token) -> str:
    """Return the text that a string token stands for, by Jinja2's own rule."""
    try:
        return token.value[1:-1].encode("ascii", "backslashreplace").decode("unicode-escape")
    except UnicodeDecodeError as error:
        raise ExpressionError("An escape in this text cannot be read.", token.start, token.end) from error
