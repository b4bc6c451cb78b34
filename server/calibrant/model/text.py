"""Text and places in it: spans, lines, positions, edits.

Inside Calibrant a place is an offset in code points into a `str`. Lines and columns exist only at the edges
(LSP, JSON output, terminal) and are computed there, from a `LineIndex`.

What a text is read into is hundreds of thousands of such values, in this and other modules. They are frozen and hold only
what was there before them, so no circle can go through one: `gc=False` keeps Python from looking for circles among them.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property
from itertools import accumulate
from typing import Literal

import msgspec

Encoding = Literal["utf-8", "utf-16", "utf-32"]

_LINE_END = re.compile(r"\r\n|\n|\r")
_AT_LINE_END = re.compile(r"[\r\n]")
_STRIDE = 256
"""Characters of a long line after which it is noted how many units they take: a whole document may be one line."""


class Span(msgspec.Struct, frozen=True, order=True, gc=False):
    """A half-open range [start, end) of code point offsets."""

    start: int
    end: int

    def shift(self, by: int) -> "Span":
        """Return the same range `by` code points further on."""
        return Span(self.start + by, self.end + by)

    def cover(self, other: "Span") -> "Span":
        """Return the smallest span that holds both."""
        return Span(min(self.start, other.start), max(self.end, other.end))

    def holds(self, offset: int) -> bool:
        """Tell whether `offset` lies in the span or at its end (where a cursor stands after typing)."""
        return self.start <= offset <= self.end

    def touches(self, other: "Span") -> bool:
        """Tell whether the two share a character or meet at an end."""
        return self.start <= other.end and other.start <= self.end


class Position(msgspec.Struct, frozen=True, order=True, gc=False):
    """A 0-based line and a 0-based character, counted in units of the encoding it was asked for."""

    line: int
    character: int


class LineIndex:
    r"""Converts between offsets and positions for one text. Lines end at \n, \r\n or \r and nowhere else (as in LSP)."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def starts(self) -> list[int]:
        """Return the offset of each line's first character."""
        return [0, *(match.end() for match in _LINE_END.finditer(self.text))]

    @cached_property
    def _ascii(self) -> bool:
        return self.text.isascii()

    def line_of(self, offset: int) -> int:
        """Return the 0-based line that `offset` lies in."""
        return bisect_right(self.starts, offset) - 1

    def line_span(self, line: int) -> Span:
        """Return the span of a line without its line end."""
        start = self.starts[line]
        end = self.starts[line + 1] if line + 1 < len(self.starts) else len(self.text)
        while end > start and self.text[end - 1] in "\r\n":
            end -= 1
        return Span(start, end)

    def position(self, offset: int, encoding: Encoding = "utf-16") -> Position:
        """Return the position of `offset`; offsets outside the text are moved to its nearest end."""
        offset = max(0, min(offset, len(self.text)))
        starts = self.starts
        line = bisect_right(starts, offset) - 1
        start = starts[line]
        if self._ascii or encoding == "utf-32":
            return Position(line, offset - start)
        return Position(line, self._units(line, start, offset, encoding))

    def offset(self, line: int, character: int, encoding: Encoding = "utf-16") -> int:
        """Return the offset of a position; a position past a line's or the text's end is moved to that end."""
        if line < 0:
            return 0
        if line >= len(self.starts):
            return len(self.text)
        span, character = self.line_span(line), max(character, 0)
        if self._ascii or encoding == "utf-32":
            return min(span.start + character, span.end)
        offset, units = self._mark(line, span, character, encoding)
        while offset < span.end and units < character:
            units += width(self.text[offset], encoding)
            offset += 1
        return offset if units <= character else offset - 1

    def _units(self, line: int, start: int, offset: int, encoding: Encoding) -> int:
        """Return how many units there are from a line's start to an offset in it."""
        if offset - start <= _STRIDE:
            return width(self.text[start:offset], encoding)
        marks = self._marks(line, encoding)
        at = min((offset - start) // _STRIDE, len(marks) - 1)
        return marks[at] + width(self.text[start + at * _STRIDE : offset], encoding)

    def _mark(self, line: int, span: Span, character: int, encoding: Encoding) -> tuple[int, int]:
        """Return an offset in a line, not far before a character, and how many units there are up to it."""
        if span.end - span.start <= _STRIDE:
            return span.start, 0
        marks = self._marks(line, encoding)
        at = max(bisect_right(marks, character) - 1, 0)
        return span.start + at * _STRIDE, marks[at]

    def _marks(self, line: int, encoding: Encoding) -> list[int]:
        """Return how many units of a long line there are up to each `_STRIDE` characters of it."""
        found = self._long.get((line, encoding))
        if found is None:
            span = self.line_span(line)
            ends = range(span.start + _STRIDE, span.end + 1, _STRIDE)
            widths = (width(self.text[end - _STRIDE : end], encoding) for end in ends)
            found = self._long[line, encoding] = list(accumulate(widths, initial=0))
        return found

    @cached_property
    def _long(self) -> dict[tuple[int, Encoding], list[int]]:
        return {}


def line_start(text: str, offset: int) -> int:
    """Return where the line begins that an offset lies in. Costs what that line costs, however long the text is."""
    start = text.rfind("\n", 0, offset) + 1
    return max(start, text.rfind("\r", start, offset) + 1)


def line_end(text: str, offset: int) -> int:
    """Return where the line ends that an offset lies in, before its line end. Costs what that line costs."""
    found = _AT_LINE_END.search(text, offset)
    return found.start() if found else len(text)


def width(text: str, encoding: Encoding) -> int:
    """Return how many units of `encoding` the text takes (a lone surrogate counts as one UTF-16 unit)."""
    if encoding == "utf-32" or text.isascii():
        return len(text)
    if encoding == "utf-16":
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    return len(text.encode("utf-8", "surrogatepass"))


class TextEdit(msgspec.Struct, frozen=True, order=True, gc=False):
    """Replace the characters of `span` with `text`."""

    span: Span
    text: str


def apply_edits(text: str, edits: Iterable[TextEdit]) -> str:
    """Return the text with all edits applied at once.

    Raises:
        ValueError: two edits overlap, or one lies outside the text.
    """
    out: list[str] = []
    at = 0
    for edit in sorted(edits):
        if edit.span.start < at or edit.span.end > len(text) or edit.span.end < edit.span.start:
            raise ValueError(f"edit {edit.span} overlaps another or lies outside the text")
        out += (text[at : edit.span.start], edit.text)
        at = edit.span.end
    out.append(text[at:])
    return "".join(out)
