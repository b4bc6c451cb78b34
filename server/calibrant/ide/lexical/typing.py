"""What is being typed in an expression of a language with a lexicon."""

import re
from typing import Final

import msgspec

from calibrant.ide.cursor import Cursor
from calibrant.ide.expression_cursor import Kind, Typing
from calibrant.model.lexicon import Lexicon

_TOKEN: Final = re.compile(
    r"""(?P<blank>\s+)|(?P<string>'(?:[^']|'')*')|(?P<open>')|(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][\w-]*)"""
    r"""|(?P<operator>==|!=|<=|>=|&&|\|\||.)""",
    re.DOTALL,
)
_AFTER: Final = re.compile(r"[\w-]*")
_IN_QUOTES: Final = re.compile(r"[^'\]}\r\n]*")
_LONGEST: Final = 10_000


class _Token(msgspec.Struct, frozen=True):
    kind: str
    text: str
    start: int

    def has(self, *texts: str) -> bool:
        return self.kind == "operator" and self.text in texts


def typing_in(lexicon: Lexicon, cursor: Cursor, *, whole: bool) -> Typing | None:
    """Return what is being typed where the cursor is in an expression; None where it is in none.

    `whole`: the value is one expression where there are no braces in it.
    """
    if cursor.role == "key" or not isinstance(cursor.scalar.value, str):
        return None
    text, at = cursor.value, cursor.at
    for braces in lexicon.braces(text):
        if braces.inner <= at <= braces.inner_end:
            found = _typing(text, braces.inner, at)
            return msgspec.structs.replace(found, closed=braces.closed) if found else None
        if braces.start < at < braces.end:
            return None
    if not whole or lexicon.opens in text or cursor.role == "either":
        return None
    found = _typing(text, 0, at)
    return msgspec.structs.replace(found, braces=False) if found else None


def _typing(text: str, begin: int, at: int) -> Typing | None:
    if at - begin > _LONGEST:
        return None
    tokens = _tokens(text, begin, at)
    after = _AFTER.match(text, at)
    end = after.end() if after else at
    if tokens and tokens[-1].kind == "open":
        return _quoted(text, tokens, at)
    typed, start = "", at
    if tokens and tokens[-1].kind in ("name", "number") and tokens[-1].start + len(tokens[-1].text) == at:
        last = tokens.pop()
        typed, start = last.text, last.start
    before = tokens[-1] if tokens else None
    kind, chain = _kind(tokens, before, spaced=start > begin and text[start - 1].isspace())
    if not kind or (typed[:1].isdigit() and kind != "element"):
        return None
    return Typing(kind, typed, start, end, chain, follows=text[end : end + 1])


def _kind(tokens: list[_Token], before: _Token | None, *, spaced: bool) -> tuple[Kind | None, tuple[str | int, ...]]:
    if before is None:
        return "root", ()
    if before.has("."):
        chain = _chain(tokens[:-1])
        return ("field", chain) if chain else (None, ())
    if before.has("[") and (chain := _chain(tokens[:-1])):
        return "element", chain
    if before.has(")", "]", "*") or before.kind in ("string", "number", "name"):
        return ("operator" if spaced else None), ()
    return "root", ()


def _quoted(text: str, tokens: list[_Token], at: int) -> Typing | None:
    """Return the typing of a name in quotes behind a bracket; any other text is no name."""
    opened = tokens[-1].start
    if len(tokens) < 2 or not tokens[-2].has("["):
        return None
    chain = _chain(tokens[:-2])
    rest = _IN_QUOTES.match(text, at)
    end = rest.end() if rest else at
    return Typing("element", text[opened + 1 : at], opened + 1, end, chain, "'", text[end : end + 1]) if chain else None


def _tokens(text: str, begin: int, at: int) -> list[_Token]:
    tokens: list[_Token] = []
    while begin < at:
        found = _TOKEN.match(text, begin, at)
        if found is None or found.lastgroup is None:
            break
        if found.lastgroup != "blank":
            tokens.append(_Token(found.lastgroup, found[0], begin))
        begin = at if found.lastgroup == "open" else found.end()
    return tokens


def _chain(tokens: list[_Token]) -> tuple[str | int, ...]:
    """Return the reference that the tokens end with: its root and its path; empty where they end with something else."""
    out: list[str | int] = []
    at = len(tokens) - 1
    while at >= 0:
        token = tokens[at]
        if token.has("]") and at >= 2 and tokens[at - 2].has("["):
            inside = tokens[at - 1]
            if inside.kind == "string":
                out.append(inside.text[1:-1].replace("''", "'"))
            elif inside.kind == "number" and inside.text.isdigit():
                out.append(int(inside.text[:9]))
            else:
                return ()
            at -= 3
        elif token.kind == "name" and at and tokens[at - 1].has("."):
            out.append(token.text)
            at -= 2
        elif token.kind == "name":
            return (token.text, *reversed(out))
        else:
            return ()
    return ()
