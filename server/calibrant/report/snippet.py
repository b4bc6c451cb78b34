"""A line of source with marks under the exact characters, as wide as a terminal shows them."""

from typing import Final

import msgspec

from calibrant.model.text import LineIndex, Span
from calibrant.report.visible import visible, width

LONGEST: Final = 110
"""Characters of a line that are shown at most; of a longer one, those around the place."""

_BEFORE: Final = 40
_TAB: Final = "    "


class Snippet(msgspec.Struct, frozen=True):
    """A source line as shown, the blanks and the marks of the line below it; `number` is the 1-based line number.

    `last` is the 1-based number of the last line where the place goes on over several, else 0.
    """

    number: int
    source: str
    indent: int
    marks: int
    last: int = 0


def snippet(index: LineIndex, span: Span) -> Snippet:
    """Return the first line of a place with its marks; a place outside the text is moved to its nearest end."""
    start = max(0, min(span.start, len(index.text)))
    end = max(start, min(span.end, len(index.text)))
    line = index.line_of(start)
    whole = index.line_span(line)
    shown = _window(whole, start)
    left = "…" if shown.start > whole.start else ""
    right = "…" if shown.end < whole.end else ""
    before = left + _drawn(index.text[shown.start : min(start, shown.end)])
    marked = _drawn(index.text[start : max(start, min(end, shown.end))])
    after = _drawn(index.text[max(start, min(end, shown.end)) : shown.end])
    last = index.line_of(max(start, end - 1))
    return Snippet(
        line + 1,
        (before + marked + after + right).rstrip(),
        width(before),
        max(1, width(marked)),
        last + 1 if last > line else 0,
    )


def _window(line: Span, at: int) -> Span:
    """Return what of a line is shown, so that the character `at` is in it."""
    if line.end - line.start <= LONGEST:
        return line
    start = max(line.start, min(at - _BEFORE, line.end - LONGEST))
    return Span(start, min(line.end, start + LONGEST))


def _drawn(text: str) -> str:
    return _TAB.join(visible(part) for part in text.split("\t"))
