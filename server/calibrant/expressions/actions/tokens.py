"""Cuts an expression into tokens, by the rules of GitHub's own lexer."""

import re
from typing import Final, Literal, NamedTuple

Kind = Literal["name", "number", "string", "operator", "open", "close", "dot", "star", "comma"]

_TOKEN: Final = re.compile(
    r"(?P<blank>\s+)|(?P<string>'[^']*+(?:''[^']*+)*+(?P<closed>')?)|(?P<operator>&&|\|\||[=!<>]=|[!<>])"
    r"|(?P<open>[(\[])|(?P<close>[)\]])|(?P<comma>,)|(?P<star>\*)|(?P<dot>\.)"
    r"|(?P<number>[-+0-9][^\s()\[\],!<>=&|]*)|(?P<name>[A-Za-z_][^\s()\[\],!<>=&|.]*)|(?P<other>.)",
    re.DOTALL,
)
_FRACTION: Final = re.compile(r"\.[^\s()\[\],!<>=&|]*")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_DECIMAL: Final = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_BASED: Final = re.compile(r"0x(?P<hex>[0-9a-fA-F]+)|0o(?P<octal>[0-7]+)")
_NEITHER: Final = float("nan")
_QUOTED: Final = re.compile(r'"[^"\r\n]*"?')
_CURLY: Final = "‘’“”"
_STRANGE: Final = {
    "&": "For “both”, write ‘&&’.",
    "|": "For “either”, write ‘||’.",
    "=": "To compare, write ‘==’.",
    "?": "For a choice, write ‘case(condition, a, b)’.",
    "/": "Expressions do not calculate; a text with it stands between single quotes: 'a/b'.",
    "$": "Values are named without it: ‘github.ref’, ‘env.NAME’.",
    "%": "Expressions do not calculate.",
    "~": "To join texts, write ‘format('{0}{1}', a, b)’.",
    "`": "Text stands between single quotes: 'text'.",
    "'": "An operator or a comma is missing before this text; a quote inside a text is written twice: ''.",
    "{": "Braces stand around the whole expression only.",
    "}": "Braces stand around the whole expression only.",
    "\\": "A backslash means nothing here. In a text, a quote is written twice: ''.",
}


_DOUBLED: Final = {"&": "&&", "|": "||", "=": "=="}


class Token(NamedTuple):
    """One token on [start, end) of the source; `value` is that of a number or a text."""

    kind: Kind
    text: str
    start: int
    end: int
    value: float | str = ""


class Fault(Exception):  # noqa: N818 - not an error of ours: it never leaves the parser
    """What is wrong with an expression, in plain words, on [start, end) of its source; `instead` is what was meant there."""

    def __init__(self, message: str, start: int, end: int, instead: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end
        self.instead = instead


def number(text: str) -> float:
    """Return the number that a text stands for, NaN where it stands for none. An empty text is 0.

    Source: GitHub's documented conversion of texts (JSON's formats), and the hexadecimal and octal ones of its lexer.
    """
    text = text.strip()
    if not text:
        return 0.0
    if _DECIMAL.fullmatch(text):
        return float(text)
    based = _BASED.fullmatch(text)
    if based:
        return _whole(based["hex"] or based["octal"], 16 if based["hex"] else 8)
    return {"Infinity": float("inf"), "+Infinity": float("inf"), "-Infinity": float("-inf")}.get(text, _NEITHER)


def _whole(digits: str, base: int) -> float:
    """Return a number of 32 bits, the first of which is its sign; NaN where it needs more."""
    digits = digits.lstrip("0") or "0"
    value = int(digits, base) if len(digits) <= 11 else 1 << 32
    return _NEITHER if value >= 1 << 32 else float(value - (1 << 32) if value >= 1 << 31 else value)


def tokenise(source: str) -> list[Token]:
    """Return the tokens of an expression, without blanks.

    Raises:
        Fault: characters that are no token.
    """
    tokens: list[Token] = []
    at = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:  # every character is matched by the last alternative
            break
        token = _token(source, match, tokens[-1] if tokens else None)
        at = token.end if token else match.end()
        if token:
            tokens.append(token)
    return tokens


def _token(source: str, match: re.Match[str], before: Token | None) -> Token | None:
    text, start, end = match.group(), match.start(), match.end()
    match match.lastgroup:
        case "blank":
            return None
        case "string":
            return _string(text, start, end, closed=match["closed"] is not None)
        case "number":
            return _number(text, start, end)
        case "dot" if before is None or before.kind in ("open", "comma", "operator"):
            fraction = _FRACTION.match(source, start)
            return _number(fraction.group(), start, fraction.end()) if fraction else None
        case "name" if _NAME.fullmatch(text):
            return Token("name", text, start, end)
        case "operator" | "open" | "close" | "comma" | "star" | "dot" as kind:
            return Token(kind, text, start, end)
        case _:
            raise _strange(source, start, end)


def _string(text: str, start: int, end: int, *, closed: bool) -> Token:
    if not closed:
        raise Fault("This text is never closed. Add ' where it ends; a quote inside it is written twice.", start, end)
    return Token("string", text, start, end, text[1:-1].replace("''", "'"))


def _number(text: str, start: int, end: int) -> Token:
    value = number(text)
    if value != value:  # NaN
        hint = "Expressions do not calculate." if text[0] in "+-" else "A name begins with a letter or ‘_’."
        raise Fault(f"‘{_short(text)}’ is no number. {hint}", start, end)
    return Token("number", text, start, end, value)


def _strange(source: str, start: int, end: int) -> Fault:
    """Say what is wrong with characters that mean nothing in an expression."""
    if source.startswith("${{", start):
        message = "There are braces around this expression already: leave out this ‘${{’ and its ‘}}’."
        return Fault(message, start, start + 3)
    quoted = _QUOTED.match(source, start)
    if quoted:
        single = "'" + quoted.group().strip('"').replace("'", "''") + "'"
        message = f"Text stands between single quotes in an expression: write {_short(single)}."
        return Fault(message, start, quoted.end(), single if quoted.group().count('"') == 2 else "")
    text = source[start:end]
    if text in _CURLY:
        return Fault("Text stands between straight quotes: 'text'.", start, end)
    if len(text) > 1:
        odd = next((at for at, char in enumerate(text) if not (char.isascii() and (char.isalnum() or char in "_-"))), 0)
        start, end, text = start + odd, start + odd + 1, text[odd]
    message = f"‘{_short(text)}’ has no meaning in an expression. {_STRANGE.get(text, '')}".strip()
    return Fault(message, start, end, _DOUBLED.get(text, ""))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:39] + "…"
