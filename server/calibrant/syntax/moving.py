"""Nodes carried from one frame of offsets to another."""

from collections.abc import Callable

from calibrant.model.nodes import Entry, Hole, Map, Node, Scalar, Seq
from calibrant.model.text import Span


def moved(node: Node, to: Callable[[int], int]) -> Node:
    """Return the node with every offset passed through `to`, which must not change their order."""

    def span(old: Span) -> Span:
        return Span(to(old.start), to(old.end))

    def scalar(old: Scalar) -> Scalar:
        marks = tuple((value, to(source)) for value, source in old.marks)
        return Scalar(span(old.span), old.value, old.style, marks, old.template, old.aliased)

    def walk(old: Node) -> Node:
        match old:
            case Scalar():
                return scalar(old)
            case Hole():
                return Hole(span(old.span), old.missing, old.aliased)
            case Seq():
                return Seq(span(old.span), tuple(walk(item) for item in old.items), old.flow, old.aliased)
            case Map():
                entries = tuple(Entry(scalar(entry.key), walk(entry.value), span(entry.span)) for entry in old.entries)
                return Map(span(old.span), entries, old.flow, old.aliased)

    return walk(node)


def aliased(node: Node, span: Span) -> Node:
    """Return a copy of an anchored node as it stands behind an alias: every span is the alias's."""
    match node:
        case Scalar():
            return Scalar(span, node.value, node.style, aliased=True)
        case Hole():
            return Hole(span, node.missing, aliased=True)
        case Seq():
            return Seq(span, tuple(aliased(item, span) for item in node.items), node.flow, aliased=True)
        case Map():
            entries = tuple(aliased_entry(entry, span) for entry in node.entries)
            return Map(span, entries, node.flow, aliased=True)


def aliased_entry(entry: Entry, span: Span) -> Entry:
    """Return a copy of an anchored entry as it stands behind an alias."""
    key = Scalar(span, entry.key.value, entry.key.style, aliased=True)
    return Entry(key, aliased(entry.value, span), span)


def measure(node: Node, limit: int) -> tuple[int, int]:
    """Return how many nodes there are and how deep they go; counting stops above `limit` nodes."""
    count, deepest, stack = 0, 0, [(node, 0)]
    while stack and count <= limit:
        here, level = stack.pop()
        count += 1
        deepest = max(deepest, level)
        if isinstance(here, Seq):
            stack.extend((item, level + 1) for item in here.items)
        elif isinstance(here, Map):
            stack.extend((entry.value, level + 1) for entry in here.entries)
    return count, deepest
