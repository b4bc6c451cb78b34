"""Helpers that compare places in text."""

from collections.abc import Iterator

from calibrant.model.nodes import Hole, Map, Node, Scalar, Seq
from calibrant.model.text import Span


def spans(node: Node) -> Iterator[Span]:
    """Yield every span of a node and below, and those of every character of its texts."""
    yield node.span
    match node:
        case Map():
            for entry in node.entries:
                yield entry.span
                yield from spans(entry.key)
                yield from spans(entry.value)
        case Seq():
            for item in node.items:
                yield from spans(item)
        case Scalar():
            if isinstance(node.value, str):
                for offset in range(len(node.value)):
                    yield node.locate(offset, offset + 1)
                    yield node.locate(0, offset + 1)
        case Hole():
            pass


def scalar_at(node: Node, *path: str | int) -> Scalar:
    """Return the scalar at a path; fails where there is none."""
    for part in path:
        if isinstance(node, Map):
            assert isinstance(part, str)
            found = node.get(part)
            assert found is not None, part
            node = found
        else:
            assert isinstance(node, Seq)
            assert isinstance(part, int)
            node = node.items[part]
    assert isinstance(node, Scalar)
    return node
