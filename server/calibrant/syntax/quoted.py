"""Texts in quotes and plain texts over several lines, with every character's place."""

import re

Marks = tuple[tuple[int, int], ...]

_BREAK = re.compile(r"(?=[ \t\r\n])[ \t]*+(?:(?:\r\n|\r|\n)(?:[ \t]*+(?:\r\n|\r|\n))*+[ \t]*+)?+")
"""A line break with the blanks around it, or blanks alone: taken whole, so that long runs are looked at once."""
_DOUBLE = re.compile(
    r"\\(?:x[0-9a-fA-F]{2}|U[0-9a-fA-F]{8}|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}"
    r"|(?:\r\n|\r|\n)[ \t]*+|.)"
    r"|" + _BREAK.pattern
)
_SINGLE = re.compile(r"''|" + _BREAK.pattern)
_LINE_END = re.compile(r"\r\n|\r|\n")
_ESCAPES = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b",
    " ": " ", '"': '"', "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
BAD_ESCAPE = re.compile(
    r"\\(?:\\|(?P<bad>(?![0abt\tnvfre \"/\\N_LP\r\n]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}).))"
)


class _Writer:
    """Collects a value and the marks that lead back to its source."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.marks: list[tuple[int, int]] = []
        self.length = 0

    def add(self, text: str, source: int) -> None:
        """Add characters whose source begins at `source` and runs along with them."""
        if text:
            self.marks.append((self.length, source))
            self.parts.append(text)
            self.length += len(text)

    def end(self, source: int) -> tuple[str, Marks]:
        """Return value and marks; `source` is where the text ends."""
        self.marks.append((self.length, source))
        return "".join(self.parts), tuple(self.marks)


def double(text: str, start: int, end: int) -> tuple[str, Marks]:
    """Return the value of the double-quoted text between [start, end), quotes not included, and its marks."""
    return _decoded(text, start, end, _DOUBLE)


def single(text: str, start: int, end: int) -> tuple[str, Marks]:
    """Return the value of the single-quoted text between [start, end), quotes not included, and its marks."""
    return _decoded(text, start, end, _SINGLE)


def plain(text: str, start: int, end: int) -> tuple[str, Marks]:
    """Return the value of the plain text between [start, end) and its marks."""
    return _decoded(text, start, end, _BREAK)


def _decoded(text: str, start: int, end: int, tokens: re.Pattern[str]) -> tuple[str, Marks]:
    body = text[start:end]
    if "\n" not in body and "\\" not in body and "'" not in body and "\r" not in body:
        return body, ((0, start),)
    out, at = _Writer(), start
    for token in tokens.finditer(text, start, end):
        if token[0].isspace() and "\n" not in token[0] and "\r" not in token[0]:
            continue
        out.add(text[at : token.start()], at)
        _add_token(out, token[0], token.start())
        at = token.end()
    out.add(text[at:end], at)
    return out.end(end)


def _add_token(out: _Writer, written: str, source: int) -> None:
    if written == "''":
        out.add("'", source)
    elif written[0] == "\\":
        out.add(_escape(written), source)
    else:
        ends = list(_LINE_END.finditer(written))
        if len(ends) == 1:
            out.add(" ", source + ends[0].start())
        for line_end in ends[1:]:
            out.add("\n", source + line_end.start())


def _escape(token: str) -> str:
    kind = token[1:2]
    if kind in "\r\n":
        return ""
    if kind in "xuU" and len(token) > 2:
        return _code_point(token)
    return _ESCAPES.get(kind, token)


def _code_point(token: str) -> str:
    if len(token) == 12:
        high, low = int(token[2:6], 16), int(token[8:], 16)
        return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    code = int(f"0x{token[2:]}", 0)
    return "\ufffd" if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF else chr(code)
