"""Reading around mistakes in JSON: a reader that takes what it can and says what it missed."""

import re

from calibrant.model.issue import Finding
from calibrant.model.nodes import Entry, Hole, Map, Node, Scalar, Seq
from calibrant.model.text import Span
from calibrant.syntax.json_nodes import number
from calibrant.syntax.quoted import BAD_ESCAPE, double
from calibrant.syntax.tree import LIMITS, syntax_problem
from calibrant.syntax.yaml_nodes import too_deep

_BLANK = re.compile(r"[ \t\r\n\ufeff]+")
_COMMENT = re.compile(r"//[^\r\n]*|/\*.*?(?:\*/|\Z)|#[^\r\n]*", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\\r\n]|\\[^\r\n])*+"(?!\w)')
"""A text; one with a word right behind its closing quote is none: there a quote is missing, and the next text begins."""
_INSIDE = {quote: re.compile(rf"(?:[^{quote}\\\r\n]|\\[^\r\n])*+\\?") for quote in "\"'"}
_SINGLE = re.compile(r"'(?:[^'\\\r\n]|\\.)*'")
_WORD = re.compile(r"[^\s\"'\[\]{},:]+")
_BRACES = re.compile(r"\{\{[^\r\n]*?\}\}|\{\{[^\r\n,]*")
_WORDS = {"true": True, "false": False, "null": None}


class JsonRecovery:
    """Reads one text that JSON's own parser does not take."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.open: list[str] = []
        self.broken_off = False
        self.problems: list[Finding] = []

    def document(self) -> Node:
        """Return the node of the whole text."""
        self._skip()
        if self._ended():
            return Hole(Span(self.at, self.at))
        node = self._value(0)
        self._skip()
        if not self._ended():
            self._tell(self.at, self._line_end(self.at), "There is text after the end of the value.", "Remove it.")
        return node

    def _ended(self) -> bool:
        return self.at >= len(self.text)

    def _line_end(self, start: int) -> int:
        match = re.compile(r"[^\r\n]*").match(self.text, start)
        end = match.end() if match else start
        return max(start + 1, start + len(self.text[start:end].rstrip()))

    def _tell(self, start: int, end: int, message: str, hint: str = "") -> None:
        if len(self.problems) < LIMITS.problems:
            end = min(end, len(self.text))
            start = min(start, max(end - 1, 0))
            self.problems.append(syntax_problem(Span(start, end), message, hint, self.text[start:end]))

    def _skip(self) -> None:
        while not self._ended():
            if (blank := _BLANK.match(self.text, self.at)) is not None:
                self.at = blank.end()
            elif (comment := _COMMENT.match(self.text, self.at)) is not None:
                hint = "Remove it; keys that begin with ‘x-’ may hold notes."
                self._tell(self.at, comment.end(), "JSON has no comments.", hint)
                self.at = comment.end()
            else:
                return

    def _open_end(self, start: int) -> int:
        """Return where a text ends whose quote is not closed: before the brackets and commas ahead of the next quote or line."""
        inside = _INSIDE[self.text[start]].match(self.text, start + 1)
        content = inside[0] if inside else ""
        before_quote = inside is not None and self.text.startswith(self.text[start], inside.end())
        kept = content.rstrip(" \t,:[]{}" if before_quote else " \t,]}")
        if kept.count("{{") > kept.count("}}") and content[len(kept.rstrip()) :].lstrip().startswith("}}"):
            kept = content[: content.index("}}", len(kept)) + 2]
        return start + 1 + len(kept)

    def _value(self, depth: int) -> Node:
        """Read a value; the next character is no blank and not the end."""
        char, start = self.text[self.at], self.at
        if (braces := _BRACES.match(self.text, start)) is not None:
            self.at = braces.end()
            self._tell(start, self.at, "A value that begins with ‘{{’ must stand in quotes.", 'Write "{{ … }}".')
            return Hole(Span(start, self.at), missing=False)
        if char in "{[":
            if depth >= LIMITS.depth:
                self.problems.append(too_deep(Span(start, start + 1)))
                self._skip_deep()
                return Hole(Span(start, self.at), missing=False)
            self.open.append(char)
            node = self._object(depth) if char == "{" else self._array(depth)
            self.open.pop()
            return node
        if char in "\"'":
            return self._string()
        return self._word()

    def _skip_deep(self) -> None:
        level = 0
        for token in re.compile(_STRING.pattern + r"|[\[\]{}]").finditer(self.text, self.at):
            level += {"{": 1, "[": 1, "}": -1, "]": -1}.get(token[0], 0)
            self.at = token.end()
            if level == 0:
                return
        self.at = len(self.text)

    def _string(self) -> Scalar:
        start = self.at
        match = _STRING.match(self.text, start) or _SINGLE.match(self.text, start)
        if match is None:
            self.at = self._open_end(start)
            quote = self.text[start]
            self._tell(
                start,
                self.at,
                f"The quote {quote} that begins here is not closed.",
                f"Write {quote} at its end as well.",
            )
            return Scalar(Span(start, self.at), self.text[start + 1 : self.at], "double", ((0, start + 1),))
        self.at = match.end()
        if match[0][0] == "'":
            self._tell(start, self.at, "JSON texts stand in double quotes.", f'Write "{match[0][1:-1][:40]}".')
        for escape in BAD_ESCAPE.finditer(match[0]):
            if escape["bad"]:
                self._tell(
                    start + escape.start(),
                    start + escape.end(),
                    f"‘{escape[0]}’ means nothing in a text.",
                    "Write \\\\ for a backslash.",
                )
        value, marks = double(self.text, start + 1, self.at - 1)
        return Scalar(Span(start, self.at), value, "double", marks)

    def _word(self) -> Node:
        start = self.at
        match = _WORD.match(self.text, start)
        if match is None:
            self.at += 1
            self._tell(start, self.at, f"‘{self.text[start]}’ does not belong here.", "Remove it.")
            return Hole(Span(start, self.at), missing=False)
        self.at = match.end()
        if match[0] in _WORDS:
            return Scalar(Span(start, self.at), _WORDS[match[0]])
        value = number(match[0])
        if value is not None:
            return Scalar(Span(start, self.at), value)
        self._tell(start, self.at, f"‘{match[0][:40]}’ is not a JSON value.", "Put texts in double quotes.")
        return Hole(Span(start, self.at), missing=False)

    def _closes_outer(self, closer: str) -> bool:
        """Tell whether a bracket further out waits for this closer: then it is left to that one."""
        return {"]": "[", "}": "{"}[closer] in self.open[:-1]

    def _array(self, depth: int) -> Seq:
        start, items = self.at, list[Node]()
        self.at += 1
        while self._more(start, "]", first=not items):
            items.append(self._value(depth + 1))
        return Seq(Span(start, self.at), tuple(items), flow=True)

    def _object(self, depth: int) -> Map:
        start, entries = self.at, list[Entry]()
        self.at += 1
        while self._more(start, "}", first=not entries):
            entry = self._entry(depth)
            if entry is not None:
                entries.append(entry)
        return Map(Span(start, self.at), tuple(entries), flow=True)

    def _entry(self, depth: int) -> Entry | None:
        """Read `"key": value`, as far as it is there."""
        start = self.at
        if self.text[start] not in "\"'":
            return self._unquoted(depth)
        told = len(self.problems)
        key = self._string()
        self._skip()
        if len(self.problems) > told and (self._ended() or self.text[self.at] != ":"):
            # half typed: what is missing behind it goes without saying
            return Entry(key, Hole(Span(key.span.end, key.span.end)), key.span) if key.value else None
        return self._after_key(key, depth)

    def _unquoted(self, depth: int) -> Entry | None:
        start = self.at
        match = _WORD.match(self.text, start)
        if match is None:
            self._tell(start, self._token_end(), "A key in double quotes is expected here.", 'Write "key": value.')
            self._value(depth + 1)
            return None
        self.at = match.end()
        self._tell(start, self.at, "A key must stand in double quotes.", f'Write "{match[0][:40]}".')
        return self._after_key(Scalar(Span(start, self.at), match[0], "plain", ((0, start),)), depth)

    def _after_key(self, key: Scalar, depth: int) -> Entry:
        self._skip()
        shown = str(key.value)[:40]
        if self._ended() or self.text[self.at] != ":":
            return self._without_colon(key, shown, depth)
        colon = self.at
        self.at += 1
        self._skip()
        if self._ended() or self.text[self.at] in ",]}":
            self._tell(
                colon,
                colon + 1,
                f"After ‘{shown}:’ the value is missing.",
                "Write a value after the colon.",
            )
            return Entry(key, Hole(Span(colon + 1, colon + 1)), Span(key.span.start, colon + 1))
        value = self._value(depth + 1)
        return Entry(key, value, Span(key.span.start, value.span.end))

    def _without_colon(self, key: Scalar, shown: str, depth: int) -> Entry:
        same_line = not self._ended() and "\n" not in self.text[key.span.end : self.at]
        if same_line and self.text[self.at] not in ",]}":
            self._tell(key.span.start, key.span.end, f"After ‘{shown}’ a colon is missing.", f'Write "{shown}": … .')
            value = self._value(depth + 1)
            return Entry(key, value, Span(key.span.start, value.span.end))
        message = f"After ‘{shown}’ a colon and a value are missing."
        self._tell(key.span.start, key.span.end, message, f'Write "{shown}": … .')
        return Entry(key, Hole(Span(key.span.end, key.span.end)), key.span)

    def _token_end(self) -> int:
        match = _STRING.match(self.text, self.at) or _WORD.match(self.text, self.at)
        return match.end() if match else self.at + 1

    def _more(self, opened: int, closer: str, *, first: bool) -> bool:
        """Go to the next element, telling of commas that are missing or too many; False at the end."""
        self._skip()
        comma = -1
        while not self._ended() and self.text[self.at] == ",":
            if first or comma >= 0:
                self._tell(self.at, self.at + 1, "There is a comma too many here.", "Remove it.")
            comma = self.at
            self.at += 1
            self._skip()
        if self._ended():
            char = self.text[opened]
            if not self.broken_off:  # the brackets around the innermost one are left open by the same missing end
                self._tell(
                    opened, opened + 1, f"The bracket ‘{char}’ is not closed.", f"Write ‘{closer}’ where it ends."
                )
            self.broken_off = True
            return False
        char = self.text[self.at]
        if char in "]}":
            if comma >= 0 and not first:
                self._tell(comma, comma + 1, "There is a comma too many here.", "Remove it.")
            if char == closer:
                self.at += 1
            else:
                self._tell(self.at, self.at + 1, f"Here ‘{closer}’ was expected, not ‘{char}’.", f"Write ‘{closer}’.")
                self.at += not self._closes_outer(char)
            return False
        if not first and comma < 0:
            self._tell(
                self.at,
                self._token_end(),
                "There is a comma missing before this.",
                "Write a comma after the value before.",
            )
        return True
