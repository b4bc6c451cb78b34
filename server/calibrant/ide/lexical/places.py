"""What stands at an offset of a piece: an expression, a name, a key, a value."""

from collections.abc import Iterator, Sequence

import msgspec

from calibrant.ide.sites import part_at
from calibrant.model.expression import Expression, Path, Reference
from calibrant.model.lexicon import Called, Lexicon, Mention
from calibrant.model.nodes import Map, Node, Scalar, Seq
from calibrant.model.text import Span


class Leaf(msgspec.Struct, frozen=True):
    """A key or a value at `path` below a piece; that of a key leads to its value. `span` is its text without quotes."""

    scalar: Scalar
    path: Path
    span: Span
    is_key: bool


class Referred(msgspec.Struct, frozen=True):
    """A part of a reference: 0 is its root, n the element n - 1 of its path. `span` is relative to the piece."""

    reference: Reference
    part: int
    span: Span

    @property
    def chain(self) -> tuple[str | int, ...]:
        """The names up to that part."""
        return (self.reference.root, *self.reference.path[: self.part])


def leaf_at(node: Node, at: int, path: Path = ()) -> Leaf | None:
    """Return the key or the value at an offset of a node."""
    if node.aliased:
        return None
    match node:
        case Map():
            for entry in node.entries:
                if not entry.key.aliased and inner(entry.key).holds(at):
                    return Leaf(entry.key, (*path, entry.name), inner(entry.key), is_key=True)
            return next(_below(((one.value, one.name) for one in node.entries), at, path), None)
        case Seq():
            return next(_below(((one, number) for number, one in enumerate(node.items)), at, path), None)
        case Scalar():
            return Leaf(node, path, inner(node), is_key=False) if inner(node).holds(at) else None
    return None


def _below(nodes: Iterator[tuple[Node, str]] | Iterator[tuple[Node, int]], at: int, path: Path) -> Iterator[Leaf]:
    for node, part in nodes:
        if node.span.holds(at):
            found = leaf_at(node, at, (*path, part))
            if found is not None:
                yield found


def inner(scalar: Scalar) -> Span:
    """Return where the text of a scalar stands, without what is around it."""
    return scalar.locate(0, len(scalar.value)) if isinstance(scalar.value, str) else scalar.span


def referred_at(expressions: tuple[Expression, ...], at: int) -> Referred | None:
    """Return the part of a reference at an offset."""
    for expression in expressions:
        if expression.span.holds(at):
            for reference in expression.references:
                part = part_at(reference, at)
                if part is not None:
                    return Referred(reference, part, reference.parts[part])
    return None


def called_at(lexicon: Lexicon, expressions: tuple[Expression, ...], at: int) -> tuple[Called, Span] | None:
    """Return the function whose name stands at an offset, with its place."""
    for expression in expressions:
        if expression.span.holds(at) and expression.marks:
            for called in lexicon.called(expression.source):
                span = expression.locate(called.start, called.end)
                if span.holds(at):
                    return called, span
    return None


def nearest(mentions: Sequence[Mention], at: int) -> Mention | None:
    """Return the name at an offset of the piece that the names are in; where two meet, the one that begins there."""
    touching = [one for one in mentions if one.span.holds(at)]
    return next((one for one in touching if at < one.span.end), touching[0] if touching else None)
