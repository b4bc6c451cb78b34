"""What is open at a place in half-typed text: brackets, quotes, comments. By the text alone, whatever mistakes are in it."""

import re
from typing import Final

import msgspec

_KEY: Final = re.compile(r"""(?:-[ ]+)*(?:"[^"\r\n]*"|'[^'\r\n]*'|[^\s#"'\[\]{},:][^\s:]*)[ ]*:(?=\s|\Z)""")
_DASHES: Final = re.compile(r"(?:-[ \t]+)*")
_CLOSES: Final = {"[": "]", "{": "}"}
_JSON: Final = re.compile(r'"(?:[^"\\\r\n]|\\[^\r\n])*"?|[\[\]{}]')


class Unfinished(msgspec.Struct, frozen=True):
    """What would close all that is open. `bare` is where a template or an expression begins that lacks
    the `quote` around it, else -1.
    """

    closing: str
    bare: int = -1
    quote: str = ""


def unfinished_json(text: str, cursor: int) -> str:
    """Return the brackets that would close what is open at the cursor."""
    stack: list[str] = []
    for token in _JSON.finditer(text, 0, cursor):
        char = token[0]
        if char in _CLOSES:
            stack.append(_CLOSES[char])
        elif stack and char == stack[-1]:
            stack.pop()
    return "".join(reversed(stack))


def unfinished_yaml(text: str, cursor: int) -> Unfinished | None:
    """Return what is open at the cursor; None where it is in a comment or a block of text."""
    scan = _Scan(text, cursor)
    at = 0
    while at <= cursor:
        line_end = text.find("\n", at)
        line_end = len(text) if line_end < 0 else line_end
        scan.line(at, min(line_end, cursor))
        if line_end >= cursor:
            break
        at = line_end + 1
    return scan.state()


class _Scan:
    """Reads YAML text line by line, as far as the cursor."""

    def __init__(self, text: str, cursor: int) -> None:
        self.text, self.cursor = text, cursor
        self.stack: list[str] = []
        self.quote = ""
        self.opened = 0
        self.bare = -1
        self.comment = False
        self.block = -1
        self.indent = 0

    def state(self) -> Unfinished | None:
        """Return what is open at the end."""
        if self.comment or self.block >= 0:
            return None
        closing = "".join(reversed(self.stack))
        if self.bare >= 0:
            quote = "'" if '"' in self.text[self.bare : self.cursor] else '"'
            return Unfinished(quote + closing, self.bare, quote)
        return Unfinished(self.quote + closing)

    def line(self, start: int, end: int) -> None:
        """Read one line, or what of it stands before the cursor."""
        self.comment, self.bare = False, -1
        at = start
        while at < end and self.text[at] == " ":
            at += 1
        if self.block >= 0:
            if at == end or at - start > self.block:
                return
            self.block = -1
        if (self.stack or self.quote) and at - start <= self.indent and _KEY.match(self.text, at, end):
            self.stack.clear()  # the line before was never finished
            self.quote = ""
        if not self.stack and not self.quote:
            dashes = _DASHES.match(self.text, at, end)
            at = dashes.end() if dashes else at
            self.indent = at - start
        self._content(at, end)

    def _content(self, at: int, end: int) -> None:
        fresh = True  # whether a value may begin here
        while at < end:
            char = self.text[at]
            if self.quote:
                at = self._quoted(at, char)
                fresh = False
                if not self.quote and not self.stack and self._goes_on(at, end):
                    self.bare = self.opened
                    return
            elif char in "\"'" and fresh:
                self.quote, self.opened, at = char, at, at + 1
            elif char == "#" and (at == 0 or self.text[at - 1] in " \t\n"):
                self.comment = True
                return
            elif fresh and self.text.startswith("{{", at):
                at = self._template(at, end)
                fresh = False
            elif char in "[{" and (fresh or self.stack):
                self.stack.append(_CLOSES[char])
                fresh, at = True, at + 1
            elif self.stack and char == self.stack[-1]:
                self.stack.pop()
                fresh, at = False, at + 1
            elif char in "|>" and fresh and not self.stack:
                self.block = self.indent
                return
            else:
                fresh = self._stays_fresh(char, at, fresh=fresh)
                at += 1

    def _stays_fresh(self, char: str, at: int, *, fresh: bool) -> bool:
        if char in " \t":
            return fresh or self.text[at - 1 : at] == ":"
        return char == "," if self.stack else False

    def _goes_on(self, at: int, end: int) -> bool:
        """Tell whether text follows a text in quotes, so that the quotes belong to an expression that has none around it."""
        rest = self.text[at:end].lstrip(" \t")
        return bool(rest) and rest[0] not in ":#\r"

    def _quoted(self, at: int, char: str) -> int:
        if char == "\\" and self.quote == '"':
            return at + 2
        if char == self.quote:
            if char == "'" and self.text.startswith("''", at):
                return at + 2
            self.quote = ""
        return at + 1

    def _template(self, at: int, end: int) -> int:
        closed = self.text.find("}}", at, end)
        if closed < 0:
            self.bare = at
            return end
        return closed + 2
