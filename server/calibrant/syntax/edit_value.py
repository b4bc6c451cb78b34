"""A new value written where a node stands, in a block collection or between brackets."""

from typing import NamedTuple

from msgspec.structs import replace

from calibrant.model.change import CannotChange
from calibrant.model.nodes import Hole, Map, Node, Scalar, Seq, Style
from calibrant.model.text import Span, TextEdit
from calibrant.syntax.edit_flow import flow_value
from calibrant.syntax.edit_scalar import header_of
from calibrant.syntax.lines import below, column, line_end, line_start
from calibrant.syntax.render import Look, block_lines, is_block, is_literal, joined, literal_lines, value_lines


class Hang(NamedTuple):
    """How a node hangs in the text.

    `lead`: where its value begins or would, behind colon or dash and anchors; -1 where a key has no colon. `parent`: the column
    of the collection that holds it, -1 for the document and between brackets. `words`: what to call the place.
    """

    lead: int
    parent: int
    flow: bool
    item: bool
    words: str


def value_edits(text: str, node: Node, value: object, hang: Hang, look: Look) -> list[TextEdit]:
    """Return the edits that write a value over a node.

    Raises:
        CannotChange: there is nothing that could be written over.
    """
    if isinstance(node, Hole) and (not node.missing or (hang.flow and hang.item)):
        raise CannotChange(f"{hang.words} cannot be read as it is written; mend it by hand first.")
    if isinstance(node, Map) and node.entries:
        look = replace(look, leaf_flow=node.flow)
    if hang.flow:
        return _in_flow(text, node, value, hang, look)
    if hang.item and is_block(value, look, column(text, node.span.start)):
        return _block_item(text, node, value, hang, look)
    if isinstance(node, Scalar) and node.style in ("literal", "folded"):
        return _over_block_scalar(text, node, value, hang, look)
    if isinstance(node, Hole) or not _on_lead_line(text, node, hang):
        return _below_lead(text, node, value, hang, look)
    return _on_line(text, node, value, hang, look)


def _edit(start: int, end: int, text: str) -> TextEdit:
    return TextEdit(Span(start, max(start, end)), text)


def _style(node: Node) -> Style:
    return node.style if isinstance(node, Scalar) and node.style not in ("literal", "folded") else "plain"


def _in_flow(text: str, node: Node, value: object, hang: Hang, look: Look) -> list[TextEdit]:
    written = flow_value(text, node, value, look, _style(node))
    if not isinstance(node, Hole):
        return [_edit(node.span.start, node.span.end, written)]
    blank = " " if look.colon != ":" else ""
    if hang.lead < 0:
        return [_edit(node.span.start, node.span.start, f":{blank}{written}")]
    return [_edit(hang.lead, hang.lead, blank + written)]


def _block_item(text: str, node: Node, value: object, hang: Hang, look: Look) -> list[TextEdit]:
    """Write a collection in lines of its own behind a dash."""
    if isinstance(node, Hole):
        return [_edit(hang.lead, hang.lead, " " + joined(block_lines(value, look), hang.parent + 2, look, first=False))]
    start, end = node.span.start, node.span.end
    return [_edit(start, end, joined(block_lines(value, look), column(text, start), look, first=False))]


def _lines(text: str, node: Node, value: object, hang: Hang, look: Look) -> tuple[str, list[str]]:
    """Return what stands behind the lead, and the lines below it with their indentation."""
    base = max(hang.parent, 0)
    first, rest = value_lines(value, look, column(text, hang.lead) - base + 1, _style(node))
    return first, [" " * base + line if line else "" for line in rest]


def _body(lines: list[str], look: Look) -> str:
    return "".join(look.line_end + line for line in lines)


def _on_lead_line(text: str, node: Node, hang: Hang) -> bool:
    return line_start(text, hang.lead) == line_start(text, node.span.start)


def _on_line(text: str, node: Node, value: object, hang: Hang, look: Look) -> list[TextEdit]:
    """Write over what stands behind a colon or dash; what follows on its line stays there."""
    start, end = node.span.start, node.span.end
    first, rest = _lines(text, node, value, hang, look)
    stop = line_end(text, end)
    edits = [_edit(start if first else hang.lead, end, first)]
    return [*edits, _edit(stop, stop, _body(rest, look))] if rest else edits


def _below_lead(text: str, node: Node, value: object, hang: Hang, look: Look) -> list[TextEdit]:
    """Write a value behind a colon or dash with nothing behind it on its line; what stood below it goes."""
    first, rest = _lines(text, node, value, hang, look)
    if first and not rest and (isinstance(node, Scalar) or (isinstance(node, Map | Seq) and node.flow)):
        return [_edit(node.span.start, node.span.end, first)]
    stop = line_end(text, hang.lead)
    end = stop if isinstance(node, Hole) else node.span.end
    if isinstance(node, Map | Seq) and not node.flow:
        end = below(text, line_end(text, end), column(text, node.span.start))
    edits = [_edit(hang.lead, hang.lead, f" {first}")] if first else []
    return [*edits, _edit(stop, end, _body(rest, look))]


def _over_block_scalar(text: str, node: Scalar, value: object, hang: Hang, look: Look) -> list[TextEdit]:
    """Write over a block scalar; a text stays one, as it is indented, and so does a comment behind the indicator."""
    start, end = node.span.start, node.span.end
    stop, marker = line_end(text, start), header_of(text, start)
    if isinstance(value, str) and look.literals and is_literal(value, lines=1):
        kept = _indentation(text[stop:end].split("\n")[1:])
        first, rest = literal_lines(value, kept if kept > max(hang.parent, 0) else max(hang.parent, 0) + look.unit)
        if node.style == "folded" and not any(line[:1] in (" ", "\t") for line in value.split("\n")):
            first, rest = ">" + first[1:], _apart(rest)
    else:
        first, rest = _lines(text, node, value, hang, look)
    edits = [_edit(start, marker, first)] if first else [_edit(hang.lead, marker, "")]
    return [*edits, _edit(stop, end, _body(rest, look))]


def _indentation(lines: list[str]) -> int:
    return min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)


def _apart(lines: list[str]) -> list[str]:
    """Return lines with an empty one between any two, as folding keeps a break."""
    found = lines[:1]
    for line in lines[1:]:
        found += ["", line] if line else [""]
    return found
