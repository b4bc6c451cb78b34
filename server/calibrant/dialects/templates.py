"""Templates put on the texts of a node."""

from collections.abc import Callable

import msgspec

from calibrant.model.expression import Expression, Template
from calibrant.model.nodes import Entry, Hole, Map, Node, Scalar, Seq

Parse = Callable[[Scalar], Template | None]
"""Reads the expressions of a text; None where it has none."""


def templated(node: Node, found: list[Expression], parse: Parse) -> Node:
    """Return the node with the templates of its texts, whose expressions are added to `found`; itself where there are none."""
    match node:
        case Scalar():
            return _scalar(node, found, parse)
        case Seq():
            items = tuple(templated(item, found, parse) for item in node.items)
            same = all(new is old for new, old in zip(items, node.items, strict=True))
            return node if same else msgspec.structs.replace(node, items=items)
        case Map():
            return templated_map(node, found, parse)
        case Hole():
            return node


def templated_map(node: Map, found: list[Expression], parse: Parse, but: str | None = None) -> Map:
    """Return the map with the templates of its texts; values whose keys begin with `but` stay as they are."""
    entries = tuple(
        entry if but is not None and entry.name.startswith(but) else _entry(entry, found, parse)
        for entry in node.entries
    )
    same = all(new is old for new, old in zip(entries, node.entries, strict=True))
    return node if same else msgspec.structs.replace(node, entries=entries)


def _scalar(node: Scalar, found: list[Expression], parse: Parse) -> Scalar:
    if not isinstance(node.value, str) or "{{" not in node.value:
        return node
    template = parse(node)
    if template is None:
        return node
    found += template.expressions
    return msgspec.structs.replace(node, template=template)


def _entry(entry: Entry, found: list[Expression], parse: Parse) -> Entry:
    value = templated(entry.value, found, parse)
    return entry if value is entry.value else Entry(entry.key, value, entry.span)
