"""What is being typed in an expression: a name, a field, an element, a filter, a test, or an operator."""

import re
from typing import Final

from calibrant.expressions.cursor import QUOTE, Token, typing_in
from calibrant.expressions.cursor import tokens as cut
from calibrant.expressions.scan import find_braces
from calibrant.expressions.words import EXPRESSION_WORDS, OPERATOR_WORDS
from calibrant.model.typing import Kind, Typing

_TOKEN: Final = re.compile(
    r"""(?P<blank>\s+)|(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<quote>["'])|(?P<number>\d+(?:\.\d+)?)"""
    r"""|(?P<name>[^\W\d]\w*)|(?P<operator>==|!=|<=|>=|\*\*|//|.)""",
    re.DOTALL,
)
_AFTER: Final = re.compile(r"\w*")
_BY_FIELD: Final = frozenset({"groupby", "rejectattr", "selectattr", "sum"})
"""Filters whose first argument is the name of a field."""
_LONGEST: Final = 10_000


def typing_at(text: str, at: int, *, whole: bool) -> Typing | None:
    """Return what is being typed at an offset of a value's text; None where that is in no expression.

    `whole`: the value is one expression where there are no braces in it.
    """
    return typing_in(text, at, find_braces(text), _typing, whole=whole)


def _typing(text: str, begin: int, at: int) -> Typing | None:
    if at - begin > _LONGEST:
        return None
    tokens = cut(_TOKEN, text, begin, at)
    after = _AFTER.match(text, at)
    end = after.end() if after else at
    if tokens and tokens[-1].kind == QUOTE:
        return _element(text, tokens, at, quote=tokens[-1].text)
    typed, start = "", at
    if tokens and tokens[-1].kind in ("name", "number") and tokens[-1].start + len(tokens[-1].text) == at:
        last = tokens.pop()
        typed, start = last.text, last.start
    spaced = start > begin and text[start - 1].isspace()
    follows = text[end : end + 1]
    before = tokens[-1] if tokens else None

    def typing(kind: Kind, chain: tuple[str | int, ...] = ()) -> Typing:
        return Typing(kind, typed, start, end, chain, follows=follows)

    if typed and typed[0].isdigit() and not (before and before.has("[", ".")):
        return None
    if before is None:
        return typing("root")
    if before.has("."):
        chain = _chain(tokens[:-1])
        return typing("field", chain) if chain else None
    if before.has("[") and (chain := _chain(tokens[:-1])):
        return typing("element", chain)
    if before.has("|"):
        return typing("filter")
    if _asks_for_test(tokens):
        return typing("test")
    if before.has(")", "]", "}") or before.kind in ("string", "number") or _is_value(before):
        return typing("operator") if spaced else None
    return typing("root")


def _element(text: str, tokens: list[Token], at: int, quote: str) -> Typing | None:
    """Return the typing of a name in quotes behind a bracket."""
    opened = tokens[-1].start
    kind: Kind = "element" if len(tokens) > 1 and tokens[-2].has("[") else "attribute"
    chain = _chain(tokens[:-2]) if kind == "element" else _filtered(tokens[:-1])
    if not chain:
        return None
    rest = re.compile(rf"[^{quote}\]}}\r\n]*").match(text, at)
    end = rest.end() if rest else at
    return Typing(kind, text[opened + 1 : at], opened + 1, end, chain, quote, text[end : end + 1])


def _filtered(tokens: list[Token]) -> tuple[str | int, ...]:
    """Return the reference whose elements' field is named in a text that begins here: `rows | map(attribute=`."""
    if tokens and tokens[-1].has("=") and tokens[-2:-1] and tokens[-2].text == "attribute":
        tokens = tokens[:-2]
        while tokens and not tokens[-1].has("("):
            tokens = tokens[:-1]
    elif len(tokens) < 2 or tokens[-2].text not in _BY_FIELD:
        return ()
    if len(tokens) < 4 or not tokens[-1].has("(") or not tokens[-3].has("|"):
        return ()
    return _chain(tokens[:-3])


def _asks_for_test(tokens: list[Token]) -> bool:
    words = [token.text for token in tokens[-2:] if token.kind == "name"]
    return words[-1:] == ["is"] or words == ["is", "not"]


def _is_value(token: Token) -> bool:
    return token.kind == "name" and token.text not in OPERATOR_WORDS


def _chain(tokens: list[Token]) -> tuple[str | int, ...]:
    """Return the reference that the tokens end with: its root and its path; empty where they end with something else."""
    out: list[str | int] = []
    at = len(tokens) - 1
    while at >= 0:
        token = tokens[at]
        if token.has("]"):
            part, at = _subscript(tokens, at)
            if part is None:
                return ()
            out.append(part)
        elif token.kind == "number" and token.text.isdigit() and at and tokens[at - 1].has("."):
            out.append(int(token.text[:9]))
            at -= 2
        elif token.kind == "name" and at and tokens[at - 1].has("."):
            out.append(token.text)
            at -= 2
        elif token.kind == "name" and token.text not in EXPRESSION_WORDS:
            asked = at and (tokens[at - 1].has("|") or _asks_for_test(tokens[:at]))
            return () if asked else (token.text, *reversed(out))
        else:
            return ()
    return ()


def _subscript(tokens: list[Token], at: int) -> tuple[str | int | None, int]:
    """Return the element that ends with the bracket at `at`, and the position of the token before it."""
    if at >= 2 and tokens[at - 2].has("["):
        inside = tokens[at - 1]
        if inside.kind == "string":
            return inside.text[1:-1], at - 3
        if inside.kind == "number" and inside.text.isdigit():
            return int(inside.text[:9]), at - 3
    if at >= 3 and tokens[at - 3].has("[") and tokens[at - 2].has("-") and tokens[at - 1].text.isdigit():
        return -int(tokens[at - 1].text[:9]), at - 4
    return None, at
