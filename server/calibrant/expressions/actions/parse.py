"""Reads the source of an expression into a tree. Never raises, whatever the text."""

from functools import lru_cache
from typing import Final

import msgspec

from calibrant.expressions.actions.limits import DEPTH_LIMIT, SOURCE_LIMIT
from calibrant.expressions.actions.missing import not_expected, nothing_there
from calibrant.expressions.actions.tokens import Fault, Token, tokenise
from calibrant.expressions.actions.tree import (
    Call,
    Chain,
    Compare,
    Filter,
    Index,
    Literal,
    Name,
    Not,
    Property,
    Tree,
    children,
)

_BINDS: Final = {"||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4}
_CONSTANTS: Final[dict[str, bool | float | None]] = {
    "null": None,
    "true": True,
    "false": False,
    "NaN": float("nan"),
    "Infinity": float("inf"),
}
"""GitHub knows these words in exactly this writing."""

_TOO_DEEP: Final = (
    f"This expression is nested more than {DEPTH_LIMIT} deep, which is as deep as GitHub goes. Split it up."
)
_KEPT: Final = 8192
_SHORT: Final = 1_000
"""Characters up to which an expression is kept as read: those that stand in many places are short."""


class Parsed(msgspec.Struct, frozen=True, gc=False):
    """An expression as read: its tree, or in plain words what is wrong on [error_start, error_end) of the source.

    `instead` is what was most likely meant there.
    """

    tree: Tree | None
    error: str | None = None
    error_start: int = 0
    error_end: int = 0
    instead: str = ""


def parse(source: str) -> Parsed:
    """Return what an expression, without its braces, consists of."""
    if len(source) > SOURCE_LIMIT:
        message = f"This expression has {len(source):,} characters; GitHub takes {SOURCE_LIMIT:,} at most. Split it up."
        return Parsed(None, message, 0, 1)
    return _parse_kept(source) if len(source) <= _SHORT else _parse(source)


@lru_cache(maxsize=_KEPT)
def _parse_kept(source: str) -> Parsed:
    return _parse(source)


def _parse(source: str) -> Parsed:
    try:
        return Parsed(_Parser(tokenise(source)).whole())
    except Fault as fault:
        return Parsed(None, fault.message, fault.start, fault.end, fault.instead)


class _Parser:
    """Reads tokens from the left, by how strongly operators bind; what is open is counted, so that it never goes too deep."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._open = 0

    def whole(self) -> Tree:
        """Return the tree of all tokens.

        Raises:
            Fault: they are no expression.
        """
        if not self._tokens:
            raise Fault("There is no expression here.", 0, 0)
        tree = self._operation(1)
        if self._at < len(self._tokens):
            raise not_expected(self._tokens, self._at)
        return tree

    def _peek(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _next_is(self, text: str) -> bool:
        """Tell whether the next token is this sign."""
        token = self._peek()
        return token is not None and token.text == text and token.kind != "string"

    def _operation(self, binds: int) -> Tree:
        """Return the operations from here on that bind at least so strongly."""
        left = self._negated()
        while (token := self._peek()) is not None and token.kind == "operator":
            strength = _BINDS.get(token.text, 0)
            if strength < binds:
                break
            left = self._chain(token.text, left) if strength < 3 else self._compare(token, left)
        return left

    def _chain(self, operator: str, first: Tree) -> Tree:
        operands = [first]
        while self._next_is(operator):
            self._at += 1
            operands.append(self._operation(_BINDS[operator] + 1))
        return _made(Chain(first.start, operands[-1].end, 0, operator, tuple(operands)))

    def _compare(self, token: Token, left: Tree) -> Tree:
        self._at += 1
        right = self._operation(_BINDS[token.text] + 1)
        return _made(Compare(left.start, right.end, 0, token.text, token.start, left, right))

    def _negated(self) -> Tree:
        signs = []
        while (token := self._peek()) is not None and token.text == "!" and token.kind == "operator":
            signs.append(token)
            self._at += 1
        tree = self._path()
        for sign in reversed(signs):
            tree = _made(Not(sign.start, tree.end, 0, tree))
        return tree

    def _path(self) -> Tree:
        """Return a value and all that is taken from it by dots and brackets."""
        tree = self._value()
        while not isinstance(tree, Literal) and (token := self._peek()) is not None:
            if token.kind == "dot":
                self._at += 1
                tree = self._field(tree)
            elif token.text == "[" and token.kind == "open":
                tree = self._element(tree, token)
            else:
                break
        return tree

    def _field(self, target: Tree) -> Tree:
        token = self._peek()
        if token is None or token.kind not in ("name", "star"):
            raise nothing_there(self._tokens, self._at)
        self._at += 1
        if token.kind == "star":
            return _made(Filter(target.start, token.end, 0, target))
        return _made(Property(target.start, token.end, 0, target, token.text, token.start))

    def _element(self, target: Tree, bracket: Token) -> Tree:
        self._enter(bracket)
        if self._next_is("*"):
            self._at += 1
            return _made(Filter(target.start, self._close(bracket), 0, target))
        index = self._operation(1)
        return _made(Index(target.start, self._close(bracket), 0, target, index))

    def _value(self) -> Tree:
        token = self._peek()
        if token is None:
            raise nothing_there(self._tokens, self._at)
        if token.text == "(" and token.kind == "open":
            self._enter(token)
            tree = self._operation(1)
            return _placed(tree, token.start, self._close(token))
        if token.kind not in ("name", "number", "string"):
            raise nothing_there(self._tokens, self._at)
        self._at += 1
        if token.kind != "name":
            return Literal(token.start, token.end, 1, token.value)
        if token.text in _CONSTANTS:
            return Literal(token.start, token.end, 1, _CONSTANTS[token.text])
        if self._next_is("("):
            return self._call(token)
        return Name(token.start, token.end, 1, token.text)

    def _call(self, name: Token) -> Tree:
        bracket = self._tokens[self._at]
        self._enter(bracket)
        arguments: list[Tree] = []
        if not self._next_is(")"):
            arguments.append(self._operation(1))
            while self._next_is(","):
                self._at += 1
                arguments.append(self._operation(1))
        return _made(Call(name.start, self._close(bracket), 0, name.text, name.end, tuple(arguments)))

    def _enter(self, bracket: Token) -> None:
        self._at += 1
        self._open += 1
        if self._open > DEPTH_LIMIT:
            raise Fault(_TOO_DEEP, bracket.start, bracket.end)

    def _close(self, bracket: Token) -> int:
        """Return where the bracket's partner ends, which comes next."""
        closing = ")" if bracket.text == "(" else "]"
        token = self._peek()
        if token is None:
            raise Fault(f"This ‘{bracket.text}’ is never closed. Add ‘{closing}’.", bracket.start, bracket.end)
        if not self._next_is(closing):
            raise not_expected(self._tokens, self._at, bracket)
        self._at += 1
        self._open -= 1
        return token.end


def _made(tree: Tree) -> Tree:
    """Return a tree that knows how deep it is."""
    depth = 1 + max((child.depth for child in children(tree)), default=0)
    if depth > DEPTH_LIMIT:
        raise Fault(_TOO_DEEP, tree.start, tree.end)
    return msgspec.structs.replace(tree, depth=depth)


def _placed(tree: Tree, start: int, end: int) -> Tree:
    """Return the tree with the brackets around it."""
    return msgspec.structs.replace(tree, start=start, end=end)
