"""What a report is made from: the issues of one file, and the text that their places refer to."""

import re
from collections.abc import Iterable, Mapping

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


_SHOWN = re.compile(r"[^\r\n\t]")


def showable(index: LineIndex, issues: Iterable[Issue]) -> LineIndex:
    """Return the index of the text as its lines may be shown: what is confidential by any issue is dots wherever it stands.

    All else keeps its place.
    """
    confidential = [issue.finding for issue in issues if issue.finding.confidential]
    if not confidential:
        return index
    spans = [finding.span for finding in confidential]
    spans += [place.span for finding in confidential for place in finding.related if not place.path]
    text = index.text
    for hidden in sorted({index.text[span.start : span.end] for span in spans}, key=len, reverse=True):
        if hidden:
            text = text.replace(hidden, _SHOWN.sub("•", hidden))
    return LineIndex(text)


def positions(span: Span, index: LineIndex | None) -> tuple[Position, Position]:
    """Return start and end of a span in UTF-16 units; the file's first character where its text is not at hand."""
    if index is None:
        return Position(0, 0), Position(0, 0)
    return index.position(span.start), index.position(span.end)
