"""Edits within a text value that leave the rest of it as it is written."""

import re
from bisect import bisect_right
from collections.abc import Sequence

from calibrant.model.nodes import Scalar
from calibrant.model.text import Span, TextEdit, apply_edits
from calibrant.syntax.blocks import block_scalar
from calibrant.syntax.lines import indent_of
from calibrant.syntax.quoted import double, plain, single
from calibrant.syntax.render import Look
from calibrant.syntax.scalar_text import double_escaped, is_plain, is_single

_MARKER = re.compile(r"[|>][-+0-9]*")

TextChange = tuple[int, int, str]
"""The characters [start, end) of the value, and what they become."""


def header_of(text: str, start: int) -> int:
    """Return where the indicator of a block scalar ends."""
    match = _MARKER.match(text, start)
    return match.end() if match else start + 1


def edited_scalar(
    text: str, node: Scalar, changes: Sequence[TextChange], parent: int, look: Look, *, flow: bool
) -> list[TextEdit] | None:
    """Return the edits for changes of a text value, or None where the scalar must be written anew.

    `parent` is the column of the collection that holds it.
    """
    value = node.value
    if not isinstance(value, str) or not node.marks:
        return None
    wanted = value
    edits: list[TextEdit] = []
    for start, end, new in sorted(changes, reverse=True):
        written = _encoded(text, node, new, look)
        if written is None:
            return None
        wanted = wanted[:start] + new + wanted[end:]
        edits.append(TextEdit(Span(_source(node, start), _source(node, end)), written))
    edits.reverse()
    after = apply_edits(text, edits)
    length = node.span.end - node.span.start + len(after) - len(text)
    return edits if _reads(after, node, length, wanted, parent, flow=flow) else None


def _source(node: Scalar, offset: int) -> int:
    value_offset, source = node.marks[max(0, bisect_right(node.marks, (offset, 1 << 62)) - 1)]
    return source + offset - value_offset


def _encoded(text: str, node: Scalar, new: str, look: Look) -> str | None:
    match node.style:
        case "double":
            return double_escaped(new)
        case "single":
            return new.replace("'", "''") if is_single(new) else None
        case "plain":
            return None if "\n" in new else new
        case "literal":
            return new.replace("\n", look.line_end + indent_of(text, _source(node, 0)))
        case "folded":
            return None if "\n" in new else new


def _reads(text: str, node: Scalar, length: int, wanted: str, parent: int, *, flow: bool) -> bool:
    """Tell whether the scalar that begins at the node's place is read as the wanted text."""
    start, end = node.span.start, node.span.start + length
    match node.style:
        case "double":
            return double(text, start + 1, end - 1)[0] == wanted
        case "single":
            return single(text, start + 1, end - 1)[0] == wanted
        case "plain":
            had = isinstance(node.value, str) and "{{" in node.value
            bare = wanted.replace("{{", "((").replace("}}", "))") if had and not flow and wanted[:1] != "{" else wanted
            return plain(text, start, end)[0] == wanted and is_plain(bare, flow=flow)
        case _:
            read = block_scalar(text, start, parent)
            return read is not None and read.value == wanted and not re.search("[\x00-\x08\x0b-\x1f\x7f-\x84]", wanted)
