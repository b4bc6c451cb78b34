"""Between offsets and LSP positions, paths and URIs: the only place that makes either."""

import os
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import msgspec
from lsprotocol import types

from calibrant.model.issue import At
from calibrant.model.text import Encoding, LineIndex, Position, Span, TextEdit
from calibrant.report.told import told_range

ENCODINGS: dict[str, Encoding] = {"utf-8": "utf-8", "utf-16": "utf-16", "utf-32": "utf-32"}


class WireRange(msgspec.Struct, frozen=True, gc=False):
    """A range as it goes over the wire: in answers with thousands of them, the protocol's own types take many times as long."""

    start: Position
    end: Position


class Positions:
    """Positions in one text, counted as client and server agreed."""

    def __init__(self, lines: LineIndex, encoding: Encoding) -> None:
        self._index = lines
        self._encoding = encoding

    def position(self, offset: int) -> types.Position:
        """Return the position of an offset in code points."""
        at = self._index.position(offset, self._encoding)
        return types.Position(at.line, at.character)

    def range(self, span: Span) -> types.Range:
        """Return the range of a span."""
        return types.Range(self.position(span.start), self.position(span.end))

    def wire(self, span: Span) -> WireRange:
        """Return the range of a span as it goes over the wire."""
        position, encoding = self._index.position, self._encoding
        return WireRange(position(span.start, encoding), position(span.end, encoding))

    def plain(self, span: Span) -> dict[str, dict[str, int]]:
        """Return the range of a span as it is on the wire: in answers with thousands of them, this takes less time."""
        start, end = (self._index.position(offset, self._encoding) for offset in (span.start, span.end))
        return {
            "start": {"line": start.line, "character": start.character},
            "end": {"line": end.line, "character": end.character},
        }

    def edits(self, edits: Iterable[TextEdit]) -> list[types.TextEdit]:
        """Return edits of this text."""
        return [types.TextEdit(self.range(edit.span), edit.text) for edit in edits]

    def folding(self, first: int, last: int, end: int | None, kind: str) -> types.FoldingRange:
        """Return a fold of lines; where an editor folds by characters, from the end of the first line to `end`."""
        fold = types.FoldingRange(first, last, kind=types.FoldingRangeKind(kind) if kind else None)
        if end is not None:
            fold.start_character = self.position(self._index.line_span(first).end).character
            fold.end_character = self.position(end).character
        return fold

    def location(self, uri: str, span: Span) -> types.Location:
        """Return the place of a span in the document of that URI, whose text this is."""
        return types.Location(uri, self.range(span))

    def link(self, uri: str, origin: Span, whole: Span, name: Span) -> types.LocationLink:
        """Return the link from a place to what it means: to the `name` in the `whole`, all of it in this text."""
        return types.LocationLink(uri, self.range(whole.cover(name)), self.range(name), self.range(origin))

    def found(self, place: types.Location, origin: Span, *, links: bool) -> types.Location | list[types.LocationLink]:
        """Return what stands for something in another document: its place, or the link from a place in this text to it."""
        return [types.LocationLink(place.uri, place.range, place.range, self.range(origin))] if links else place

    def offset(self, position: types.Position) -> int:
        """Return the offset of a position; one outside the text is moved to the nearest place in it."""
        return self._index.offset(position.line, position.character, self._encoding)

    def span(self, place: types.Range) -> Span:
        """Return the span of a range."""
        return Span(self.offset(place.start), self.offset(place.end))


def start_of(uri: str) -> types.Location:
    """Return the very start of a document."""
    return types.Location(uri, start_of_text())


def told(uri: str, at: At) -> types.Location:
    """Return a place in a document whose text is not at hand; columns are those of the tool that told it."""
    start, end = told_range(at)
    return types.Location(
        uri, types.Range(types.Position(start.line, start.character), types.Position(end.line, end.character))
    )


def start_of_text() -> types.Range:
    """Return the empty range at the very start of a text."""
    return types.Range(types.Position(0, 0), types.Position(0, 0))


def to_path(uri: str) -> Path | None:
    """Return the absolute path that a `file:` URI names, None for any other URI or one that names nothing."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    path = unquote(parts.path)
    if parts.scheme.lower() != "file" or "\0" in path:
        return None
    if parts.netloc and parts.netloc != "localhost":
        path = f"//{parts.netloc}{path}"
    elif len(path) > 2 and path[2] == ":":
        path = path[1].upper() + path[2:]
    return Path(os.path.normpath(path)) if os.path.isabs(path) else None  # noqa: PTH117 - no link may be followed here


def to_uri(path: Path) -> str:
    """Return the `file:` URI of an absolute path."""
    return f"file://{quote(path.as_posix() if path.as_posix().startswith('/') else '/' + path.as_posix())}"


def key_of(uri: str) -> str:
    """Return what names the same document for every way of writing its URI."""
    path = to_path(uri)
    return str(path) if path else uri
