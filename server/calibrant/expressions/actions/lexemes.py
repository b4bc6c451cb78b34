"""Cuts an expression into words and says what each is, for showing it: whatever state it is in."""

import re
from typing import Final

from calibrant.expressions.lexemes import Lexeme, Sort

_WORD: Final = re.compile(
    r"(?P<string>'[^']*+(?:''[^']*+)*+'?)"
    r"|(?P<number>(?:(?<![\w)\]*.])\.\d|[-+]?\d)[\w.]*(?:(?<=[eE])[-+]\d+)?)"
    r"|(?P<name>[A-Za-z_][\w-]*)"
    r"|(?P<operator>&&|\|\||[=!<>]=|[!<>])"
    r"|(?P<open>[(\[])|(?P<close>[)\]])|(?P<star>\*)|(?P<mark>[.,])"
)
_CONSTANTS: Final = frozenset({"true", "false", "null", "NaN", "Infinity"})


def lexemes(source: str) -> list[Lexeme]:
    """Return the words and signs of an expression in order; what has no meaning in one is passed over. Never raises."""
    found: list[Lexeme] = []
    raw = [(match.lastgroup or "", match.group(), match.start(), match.end()) for match in _WORD.finditer(source)]
    texts = [text for _, text, _, _ in raw]
    for at, (group, text, start, end) in enumerate(raw):
        sort = _sort(group, found, texts, at)
        of = found[at - 2].text if sort == "part" and at > 1 and found[at - 2].sort == "root" else ""
        quotes = 1 if sort == "part" and group == "string" and len(text) > 1 and text.endswith("'") else 0
        found.append(Lexeme(sort, text[quotes : len(text) - quotes], start + quotes, end - quotes, of))
    return found


def _sort(group: str, found: list[Lexeme], texts: list[str], at: int) -> Sort:
    before = texts[at - 1] if at else ""
    after = texts[at + 1] if at + 1 < len(texts) else ""
    match group:
        case "name" if before == ".":
            return "part"
        case "name" if after == "(":
            return "function"
        case "name":
            return "constant" if texts[at] in _CONSTANTS else "root"
        case "string" | "number":
            return "part" if _is_position(found, before, after, at) else ("string" if group == "string" else "number")
        case "star":
            return "operator"
        case "operator" | "open" | "close":
            return group
        case _:
            return "mark"


def _is_position(found: list[Lexeme], before: str, after: str, at: int) -> bool:
    """Tell whether a text or number is what a value is looked up by, alone between brackets."""
    return at > 1 and before == "[" and after == "]" and found[at - 2].sort in ("root", "part", "close", "operator")
