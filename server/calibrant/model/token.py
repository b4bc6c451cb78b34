"""Semantic tokens: the words of a text that have a meaning beyond its format."""

from typing import Literal, NamedTuple

TokenType = Literal[
    "namespace",
    "type",
    "class",
    "enumMember",
    "parameter",
    "variable",
    "property",
    "function",
    "method",
    "keyword",
    "string",
    "number",
    "operator",
    "macro",
]
Modifier = Literal["declaration", "readonly", "defaultLibrary"]


class Token(NamedTuple):
    """One token on [start, end); it lies on one line unless a text in an expression goes over several."""

    start: int
    end: int
    type: TokenType
    modifiers: tuple[Modifier, ...] = ()
