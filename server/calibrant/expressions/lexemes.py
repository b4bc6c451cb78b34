"""Cuts an expression into words and says what each is, for showing it: whatever state it is in, and without Jinja2."""

import re
from typing import Final, Literal, NamedTuple

from calibrant.expressions.words import CONSTANT_WORDS, FUNCTIONS, OPERATOR_WORDS

Sort = Literal[
    "root",
    "part",
    "filter",
    "test",
    "function",
    "method",
    "argument",
    "word",
    "constant",
    "string",
    "number",
    "operator",
    "open",
    "close",
    "mark",
]


class Lexeme(NamedTuple):
    """One word or sign at [start, end) of the source.

    A "root" is a name that stands for a value, a "part" a name or position on the path behind it; the first part of a path
    has its root in `of`. A "word" is one of `and`, `or` …, an "argument" the name of one. "open" and "close" are brackets,
    a "mark" is a dot, comma or colon.
    """

    sort: Sort
    text: str
    start: int
    end: int
    of: str = ""


_WORD: Final = re.compile(
    r"""(?P<string>'[^'\\]*+(?:\\.[^'\\]*+)*+(?:'|\\?\Z)|"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z))"""
    r"|(?P<number>0[bB][01_]+|0[oO][0-7_]+|0[xX][\da-fA-F_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d[\d_]*)?)"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<operator>//|\*\*|[=!<>]=|[-+*/%~<>|=])"
    r"|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<mark>[.,:])",
    re.DOTALL,
)


def lexemes(source: str) -> list[Lexeme]:
    """Return the words and signs of an expression in order; what has no meaning in one is passed over. Never raises."""
    found: list[Lexeme] = []
    raw = [(match.lastgroup, match.group(), match.start(), match.end()) for match in _WORD.finditer(source)]
    texts = [text for _, text, _, _ in raw]
    for at, (group, text, start, end) in enumerate(raw):
        sort = _name(found, texts, at) if group == "name" else _sign(group, found, texts, at)
        of = found[at - 2].text if sort == "part" and at > 1 and found[at - 2].sort == "root" else ""
        quotes = 1 if sort == "part" and group == "string" else 0
        found.append(Lexeme(sort, text[quotes : len(text) - quotes], start + quotes, end - quotes, of))
    return found


def _sign(group: str | None, found: list[Lexeme], texts: list[str], at: int) -> Sort:
    match group:
        case "string" | "number":
            return "part" if _is_position(found, texts, at) else group
        case "operator" | "open" | "close":
            return group
        case _:
            return "mark"


def _is_position(found: list[Lexeme], texts: list[str], at: int) -> bool:
    """Tell whether a text or number is what a value is looked up by: behind a dot, or alone between brackets."""
    if at < 2 or not (found[at - 2].sort in ("root", "part", "method") or found[at - 2].sort == "close"):
        return False
    if texts[at - 1] == ".":
        return texts[at][0] not in "'\""
    return texts[at - 1] == "[" and texts[at + 1 : at + 2] == ["]"]


def _name(found: list[Lexeme], texts: list[str], at: int) -> Sort:
    """Say what a name is by what stands before and behind it, as the parser reads it."""
    text = texts[at]
    before = texts[at - 1] if at else ""
    after = texts[at + 1] if at + 1 < len(texts) else ""
    if before == ".":
        return "method" if after == "(" else "part"
    if before == "|":
        return "filter"
    if text in OPERATOR_WORDS:
        return "word"
    if before == "is" or (before == "not" and at > 1 and texts[at - 2] == "is"):
        return "test" if found[at - 1].sort == "word" else "root"
    if text in CONSTANT_WORDS:
        return "constant"
    if after == "=":
        return "argument"
    return "function" if text in FUNCTIONS and after == "(" else "root"
