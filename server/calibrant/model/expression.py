"""What stands between double braces, as parsed: templates, expressions, references."""

from bisect import bisect_right

import msgspec

from calibrant.model.text import Span

Path = tuple[str | int, ...]


class Reference(msgspec.Struct, frozen=True, gc=False):
    """A name in an expression and the path behind it: `fetch.emails[0].subject`.

    `parts` holds one span for the root and one for each element of `path`; all spans are relative to the same text as
    the expression's own span.
    """

    root: str
    path: Path
    span: Span
    parts: tuple[Span, ...]

    def __str__(self) -> str:
        return self.root + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.path)


class Expression(msgspec.Struct, frozen=True, gc=False):
    """One expression. `plain` ones are a single reference and need no evaluation beyond following its path.

    `span` covers the source without braces and outer blanks. `error` says in plain words what is wrong with it.
    `marks` maps the characters of `source` to their places: pairs (offset in the source, offset from the span's start), each
    opening a run in which both advance together. Without any, nothing smaller than the whole can be placed.
    """

    source: str
    span: Span
    references: tuple[Reference, ...] = ()
    plain: bool = False
    error: str | None = None
    error_span: Span | None = None
    marks: tuple[tuple[int, int], ...] = ()

    def locate(self, start: int, end: int) -> Span:
        """Return the span of the characters [start, end) of `source`, relative to the same text as `span`."""
        if not self.marks:
            return self.span
        first = self._place(start)
        if end <= start:
            return Span(first, first)
        last = self._place(end - 1) + 1 if self._folds(end) else self._place(end)
        return Span(first, max(first, last))

    def _place(self, offset: int) -> int:
        at, place = self.marks[max(0, bisect_right(self.marks, (offset, 1 << 62)) - 1)]
        return min(self.span.start + place + offset - at, self.span.end)

    def _folds(self, end: int) -> bool:
        """Tell whether a run opens at `end` after a run longer than one character (a line fold, not an escape)."""
        at = bisect_right(self.marks, (end, 1 << 62)) - 1
        return at > 0 and self.marks[at][0] == end and end - self.marks[at - 1][0] > 1


class Template(msgspec.Struct, frozen=True, gc=False):
    """A text with expressions in it. Where it is one whole expression, its value keeps the expression's type."""

    parts: tuple[str | Expression, ...]

    @property
    def whole(self) -> Expression | None:
        """The one expression that this template consists of, if so."""
        if len(self.parts) == 1 and isinstance(self.parts[0], Expression):
            return self.parts[0]
        return None

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """The expressions in order."""
        return tuple(part for part in self.parts if isinstance(part, Expression))
