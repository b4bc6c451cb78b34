"""The nodes that YAML and JSON text is read into: values with the exact places they came from.

Spans are relative to the piece the node was read from (see `syntax`), so that an unchanged piece can be used
again wherever it has moved to. A `Hole` stands where a value is missing or could not be read.
"""

from bisect import bisect_right
from typing import Literal

import msgspec

from calibrant.model.expression import Template
from calibrant.model.text import Span

Style = Literal["plain", "single", "double", "literal", "folded"]
Leaf = str | int | float | bool | None


class Scalar(msgspec.Struct, frozen=True, gc=False):
    """One scalar value.

    `marks` maps the characters of a text value to its source: pairs (offset in value, offset in piece), each opening
    a run in which both advance together. An escape is a run of one character.
    `template` is set by a dialect where the text holds `{{ … }}`.
    """

    span: Span
    value: Leaf
    style: Style = "plain"
    marks: tuple[tuple[int, int], ...] = ()
    template: Template | None = None
    aliased: bool = False

    def locate(self, start: int, end: int) -> Span:
        """Return the span in the piece of the characters [start, end) of a text value."""
        if self.aliased or not self.marks:
            return self.span
        return Span(
            self._source(start), self._source(end - 1) + 1 if end > start and self._breaks(end) else self._source(end)
        )

    def _source(self, offset: int) -> int:
        value_offset, source_offset = self.marks[max(0, bisect_right(self.marks, (offset, 1 << 62)) - 1)]
        return source_offset + offset - value_offset

    def _breaks(self, end: int) -> bool:
        """Tell whether a run opens at `end` after a run longer than one character (a line fold, not an escape)."""
        at = bisect_right(self.marks, (end, 1 << 62)) - 1
        return at > 0 and self.marks[at][0] == end and end - self.marks[at - 1][0] > 1


class Hole(msgspec.Struct, frozen=True, gc=False):
    """A place where a value should be: `missing` (nothing typed yet) or unreadable."""

    span: Span
    missing: bool = True
    aliased: bool = False


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One `key: value` of a map; `span` covers both."""

    key: Scalar
    value: "Node"
    span: Span

    @property
    def name(self) -> str:
        """The key as text, also where it is written as a number or a boolean."""
        return self.key.value if isinstance(self.key.value, str) else str(self.key.value)


class Map(msgspec.Struct, frozen=True, gc=False):
    """A mapping, its entries in the order of the text; a duplicate key is kept (the first one is in force)."""

    span: Span
    entries: tuple[Entry, ...]
    flow: bool = False
    aliased: bool = False

    def entry(self, name: str) -> Entry | None:
        """Return the entry in force for `name`."""
        for entry in self.entries:
            key = entry.key.value
            if key == name or (not isinstance(key, str) and str(key) == name):
                return entry
        return None

    def get(self, name: str) -> "Node | None":
        """Return the value in force for `name`, or None where there is no such key."""
        entry = self.entry(name)
        return entry.value if entry else None


class Seq(msgspec.Struct, frozen=True, gc=False):
    """A sequence."""

    span: Span
    items: tuple["Node", ...]
    flow: bool = False
    aliased: bool = False


Node = Scalar | Map | Seq | Hole


class Anchors(msgspec.Struct, frozen=True, gc=False):
    """What reading a piece had to do with the pieces before and behind it; the nodes' spans mean nothing.

    `taken`: what its aliases stand for that name no anchor of its own (None: nothing). `given`: the anchors it makes known.
    `values`: how many nodes its aliases made. Read where `taken` is the same, the same text gives the same node.
    """

    taken: tuple[tuple[str, Node | None], ...] = ()
    given: tuple[tuple[str, Node], ...] = ()
    values: int = 0


def plain(node: Node) -> object:
    """Return the Python value of a node, templates as their source text, holes as None."""
    match node:
        case Scalar():
            return node.value
        case Map():
            out: dict[str, object] = {}
            for entry in node.entries:
                out.setdefault(entry.name, plain(entry.value))
            return out
        case Seq():
            return [plain(item) for item in node.items]
        case Hole():
            return None


def at_path(node: Node, path: tuple[str | int, ...]) -> Node | None:
    """Return the node at a path of keys and positions, or None where there is none."""
    for part in path:
        found: Node | None = None
        if isinstance(node, Map) and isinstance(part, str):
            found = node.get(part)
        elif isinstance(node, Seq) and isinstance(part, int) and -len(node.items) <= part < len(node.items):
            found = node.items[part]
        if found is None:
            return None
        node = found
    return node
