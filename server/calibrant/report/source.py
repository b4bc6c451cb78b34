"""What a report is made from: the issues of one file, and the text that their places refer to."""

from collections.abc import Mapping

import msgspec

from calibrant.model.issue import Issue
from calibrant.model.text import LineIndex, Position, Span


class Report(msgspec.Struct, frozen=True):
    """The issues of one file as shown; `path` is as the caller wrote it, `index` is of the text that was checked."""

    path: str
    index: LineIndex
    issues: tuple[Issue, ...] = ()


Others = Mapping[str, LineIndex]
"""The texts of other files that issues point to, by path."""


def positions(span: Span, index: LineIndex | None) -> tuple[Position, Position]:
    """Return start and end of a span in UTF-16 units; the file's first character where its text is not at hand."""
    if index is None:
        return Position(0, 0), Position(0, 0)
    return index.position(span.start), index.position(span.end)
