"""Places in texts as a client counts them, for the tests of features that are asked about a place."""

from lsprotocol import types

from calibrant.model.text import Encoding, LineIndex, Span

CURSOR = "‸"


class Text:
    """A text whose cursor mark was taken out. Spans and offsets are in code points, as the text is."""

    def __init__(self, marked: str, encoding: Encoding = "utf-16") -> None:
        assert marked.count(CURSOR) <= 1
        self.offset = max(marked.find(CURSOR), 0)
        self.text = marked.replace(CURSOR, "")
        self._index = LineIndex(self.text)
        self._encoding = encoding

    @property
    def cursor(self) -> types.Position:
        return self.position(self.offset)

    def position(self, offset: int) -> types.Position:
        at = self._index.position(offset, self._encoding)
        return types.Position(at.line, at.character)

    def span(self, place: types.Range) -> Span:
        return Span(*(self._index.offset(at.line, at.character, self._encoding) for at in (place.start, place.end)))

    def part(self, place: types.Range) -> str:
        """Return what stands at a range."""
        span = self.span(place)
        return self.text[span.start : span.end]

    def line(self, place: types.Range) -> str:
        """Return a range's whole first line, with the range in it marked ‹so›."""
        span = self.span(place)
        line = self._index.line_span(place.start.line)
        text = self.text
        return f"{text[line.start : span.start]}‹{text[span.start : span.end]}›{text[span.end : line.end]}".strip()
