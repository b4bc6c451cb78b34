"""What is being typed in an expression: a context or function, a field, an element, an argument, an operator."""

import re
from typing import Final

from calibrant.expressions.actions.scan import find_braces
from calibrant.expressions.cursor import QUOTE, Token, typing_in
from calibrant.expressions.cursor import tokens as cut
from calibrant.model.typing import Kind, Typing

_TOKEN: Final = re.compile(
    r"(?P<blank>\s+)|(?P<string>'[^']*+(?:''[^']*+)*+')|(?P<quote>')|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<name>[A-Za-z_][\w-]*)|(?P<operator>&&|\|\||[=!<>]=|.)",
    re.DOTALL,
)
_AFTER: Final = re.compile(r"[\w-]*")
_QUOTED: Final[dict[str, Kind]] = {"[": "element", "==": "text", "!=": "text"}
_LONGEST: Final = 21_000


def typing_at(text: str, at: int, *, whole: bool) -> Typing | None:
    """Return what is being typed at an offset of a value's text; None where that is in no expression, or in a text.

    `whole`: the value is one expression where there are no braces in it.
    """
    return typing_in(text, at, find_braces(text), _typing, whole=whole)


def _typing(text: str, begin: int, at: int) -> Typing | None:
    if at - begin > _LONGEST:
        return None
    tokens = cut(_TOKEN, text, begin, at)
    if tokens and tokens[-1].kind == QUOTE:
        return _quoted(text, tokens, at)
    typed, start = "", at
    if tokens and tokens[-1].kind in ("name", "number") and tokens[-1].start + len(tokens[-1].text) == at:
        last = tokens.pop()
        typed, start = last.text, last.start
    after = _AFTER.match(text, at)
    end = after.end() if after else at
    before = tokens[-1].text if tokens else ""
    kind, chain = _place(tokens)
    if kind is None or (typed[:1].isdigit() and before != "["):
        return None
    if kind == "operator" and not (start > begin and text[start - 1].isspace()):
        return None
    call, argument = _call(tokens)
    return Typing(kind, typed, start, end, chain, follows=text[end : end + 1], call=call, argument=argument)


def _place(tokens: list[Token]) -> tuple[Kind | None, tuple[str | int, ...]]:
    """Return what may stand behind the tokens, and the reference that it belongs to."""
    if not tokens:
        return "root", ()
    last = tokens[-1]
    if last.text == "." and last.kind == "operator":
        chain = _chain(tokens[:-1])
        return ("field", chain) if chain else (None, ())
    if last.text == "[" and last.kind == "operator" and (chain := _chain(tokens[:-1])):
        return "element", chain
    if last.kind in ("name", "string", "number") or last.text in (")", "]", "*"):
        return "operator", ()
    return "root", ()


def _quoted(text: str, tokens: list[Token], at: int) -> Typing | None:
    """Return the typing of a name in quotes behind a bracket, or of a text that something is compared with; else None."""
    opened, before = tokens[-1].start, tokens[-2].text if len(tokens) > 1 and tokens[-2].kind == "operator" else ""
    kind = _QUOTED.get(before)
    chain = _chain(tokens[:-2]) if kind is not None else ()
    if kind is None or not chain:
        return None
    rest = re.compile(r"[^'\]}\r\n]*").match(text, at)
    end = rest.end() if rest else at
    return Typing(kind, text[opened + 1 : at], opened + 1, end, chain, "'", text[end : end + 1])


def _chain(tokens: list[Token]) -> tuple[str | int, ...]:
    """Return the reference that the tokens end with: its root and its path; empty where they end with something else."""
    out: list[str | int] = []
    at = len(tokens) - 1
    while at >= 0:
        token, before = tokens[at], tokens[at - 1].text if at else ""
        if token.text == "]" and at >= 3 and tokens[at - 2].text == "[":
            inside = tokens[at - 1]
            if inside.kind == "string":
                out.append(inside.text[1:-1].replace("''", "'"))
            elif inside.kind == "number" and inside.text.isdigit():
                out.append(int(inside.text[:9]))
            else:
                out.append("*")
            at -= 3
        elif (token.kind == "name" or token.text == "*") and before == ".":
            out.append(token.text)
            at -= 2
        elif token.kind == "name":
            return (token.text, *reversed(out))
        else:
            return ()
    return ()


def _call(tokens: list[Token]) -> tuple[str, int]:
    """Return the function that is being called where the tokens end, and which of its arguments is being typed."""
    depth, commas = 0, 0
    for at in range(len(tokens) - 1, -1, -1):
        token = tokens[at]
        if token.kind != "operator":
            continue
        if token.text in (")", "]"):
            depth += 1
        elif token.text in ("(", "[") and depth:
            depth -= 1
        elif token.text == "(":
            named = at > 0 and tokens[at - 1].kind == "name"
            return (tokens[at - 1].text, commas) if named else ("", 0)
        elif token.text == "," and not depth:
            commas += 1
    return "", 0
