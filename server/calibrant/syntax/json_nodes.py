"""The JSON parser's tree to our nodes, for text without mistakes."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from calibrant.model.nodes import Entry, Map, Node, Scalar, Seq
from calibrant.model.text import Span
from calibrant.syntax.quoted import double
from calibrant.syntax.tree import LIMITS

if TYPE_CHECKING:
    import tree_sitter

NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORDS = {"true": True, "false": False, "null": None}
_DIGITS = 4000


class NotStrict(Exception):  # noqa: N818 - no mistake of ours: the text is left to the reader that can explain it
    """The parser let something pass that is not JSON, or that is too deep."""


def number(text: str) -> int | float | str | None:
    """Return a JSON number's value, the text itself where it has too many digits for one, or None where it is none."""
    match = NUMBER.fullmatch(text)
    if match is None:
        return None
    if len(text) > _DIGITS:
        return text
    return float(text) if match[1] or match[2] else int(text)


def json_node(node: "tree_sitter.Node", text: str, at: Callable[[int], int], depth: int = 0) -> Node:
    """Return the node of a value in the JSON parser's tree.

    Raises:
        NotStrict: there are comments, numbers or depths that JSON or we do not take.
    """
    if depth >= LIMITS.depth and node.type in ("object", "array"):
        raise NotStrict
    span = Span(at(node.start_byte), at(node.end_byte))
    match node.type:
        case "object":
            entries = [_entry(child, text, at, depth) for child in _parts(node)]
            return Map(span, tuple(entries), flow=True)
        case "array":
            return Seq(span, tuple(json_node(child, text, at, depth + 1) for child in _parts(node)), flow=True)
        case "string":
            value, marks = double(text, span.start + 1, span.end - 1)
            return Scalar(span, value, "double", marks)
        case "number":
            value_ = number(text[span.start : span.end])
            if value_ is None:
                raise NotStrict
            return Scalar(span, value_)
        case "true" | "false" | "null":
            return Scalar(span, _WORDS[node.type])
        case _:
            raise NotStrict


def _parts(node: "tree_sitter.Node") -> list["tree_sitter.Node"]:
    return [child for child in node.children if child.is_named]


def _entry(pair: "tree_sitter.Node", text: str, at: Callable[[int], int], depth: int) -> Entry:
    parts = _parts(pair)
    if pair.type != "pair" or len(parts) != 2:
        raise NotStrict
    key = json_node(parts[0], text, at, depth + 1)
    if not isinstance(key, Scalar) or not isinstance(key.value, str):
        raise NotStrict
    value = json_node(parts[1], text, at, depth + 1)
    return Entry(key, value, Span(key.span.start, value.span.end))
