"""A draft to the edits of its text that make it so, and change nothing else."""

import re
from itertools import pairwise

from msgspec.structs import replace

from calibrant.model.change import CannotChange
from calibrant.model.nodes import Entry, Hole, Map, Node, Scalar, Seq
from calibrant.model.text import TextEdit
from calibrant.syntax.draft import KEEP, Added, Spot, place_words
from calibrant.syntax.edit_block import Block, Element, block_edits
from calibrant.syntax.edit_flow import Flow, flow_edits
from calibrant.syntax.edit_scalar import edited_scalar, header_of
from calibrant.syntax.edit_value import Hang, value_edits
from calibrant.syntax.lines import blanks_below, column, line_end, line_start
from calibrant.syntax.render import Look, entry_lines, item_lines, joined, key_text

_COLON = re.compile(r"\s*:")
_PROPERTIES = re.compile(r"(?:[ \t]*(?:&[^\s\[\]{},]+|!\S*)(?=\s|\Z))*")
_DASH = re.compile(r"[ ]*-(?=[ \t\r\n]|\Z|[A-Za-z_])")


class Editor:
    """Writes one draft into one text (normalised: see `pieces.normal`)."""

    def __init__(self, text: str, look: Look) -> None:
        self.text, self.look = text, look
        self.edits: list[TextEdit] = []

    def write(self, root: Spot) -> list[TextEdit]:
        """Return the edits in the order of the text, none overlapping another.

        Raises:
            CannotChange: it cannot be written at this place.
        """
        self._spot(root, Hang(0, -1, self.look.json, item=True, words=place_words(())))
        return _joined(self.edits)

    def _spot(self, spot: Spot, hang: Hang) -> None:
        if spot.renamed is not None and spot.entry is not None:
            key = spot.entry.key
            self.edits.append(TextEdit(key.span, key_text(spot.renamed, self.look, key.style, flow=hang.flow)))
        if spot.new is not KEEP:
            self.edits += value_edits(self.text, spot.node, spot.new, hang, self.look)
        elif spot.texts and isinstance(spot.node, Scalar):
            within = edited_scalar(self.text, spot.node, spot.texts, hang.parent, self.look, flow=hang.flow)
            self.edits += within or value_edits(self.text, spot.node, spot.text(), hang, self.look)
        elif isinstance(spot.node, Map | Seq) and (spot.added or spot.below):
            self._collection(spot, spot.node, hang)

    def _collection(self, spot: Spot, node: Map | Seq, hang: Hang) -> None:
        if node.flow and self.text[node.span.start] not in "[{":
            words = place_words(spot.path)
            raise CannotChange(f"{words} is a pair without braces between brackets; put braces around it first.")
        at = -1 if node.flow else column(self.text, node.span.start)
        for number, below in sorted(spot.spots.items()):
            if below.touched and not below.removed:
                self._spot(below, self._hang(node, number, at, below))
        removed = frozenset(number for number, below in spot.spots.items() if below.removed)
        if not (spot.added or removed):
            return
        if node.flow:
            self.edits += flow_edits(self._flow(spot, node), removed, spot.added, self.look)
        else:
            self._block(spot, node, hang, removed)

    def _hang(self, node: Map | Seq, number: int, at: int, spot: Spot) -> Hang:
        words = place_words(spot.path)
        if isinstance(node, Seq):
            start = spot.node.span.start if node.flow else self._dash(node, number, at) + 1
            return Hang(self._behind(start, spot.node), at, node.flow, item=True, words=words)
        colon = _COLON.match(self.text, node.entries[number].key.span.end)
        lead = self._behind(colon.end(), spot.node) if colon else -1
        if lead < 0 and not node.flow:
            raise CannotChange(f"{words} is written in a way that cannot be changed; change it by hand.")
        return Hang(lead, at, node.flow, item=False, words=words)

    def _behind(self, start: int, node: Node) -> int:
        """Return where the anchor or tag ends that may stand between `start` and a value."""
        match = None if self.look.json else _PROPERTIES.match(self.text, start)
        return match.end() if match and (match.end() <= node.span.start or isinstance(node, Hole)) else start

    def _dash(self, node: Seq, number: int, at: int) -> int:
        """Return where the dash of an item stands."""
        if number == 0:
            return node.span.start
        floor, start = node.items[number - 1].span.end, node.items[number].span.start + 1
        while start > floor:
            start = line_start(self.text, start - 1)
            match = _DASH.match(self.text, start)
            if match and match.end() - 1 - start == at:
                return match.end() - 1
        raise CannotChange("The list there is written in a way that cannot be changed; change it by hand.")

    def _flow(self, spot: Spot, node: Map | Seq) -> Flow:
        parts = node.entries if isinstance(node, Map) else node.items
        spans = tuple(part.span for part in parts)
        if any(after.start < before.end for before, after in pairwise(spans)):
            raise _taken_over(spot)
        style = node.entries[-1].key.style if isinstance(node, Map) and node.entries else "plain"
        return Flow(self.text, node.span, spans, style)

    def _block(self, spot: Spot, node: Map | Seq, hang: Hang, removed: frozenset[int]) -> None:
        at = column(self.text, node.span.start)
        parts = node.entries if isinstance(node, Map) else node.items
        own = [number for number, part in enumerate(parts) if not (isinstance(part, Entry) and part.key.aliased)]
        if not own:
            raise _taken_over(spot)
        elements = tuple(self._element(node, number, at, removed=number in removed) for number in own)
        if all(element.removed for element in elements) and not spot.added:
            if len(own) < len(parts):
                raise _taken_over(spot)
            empty: object = [] if isinstance(node, Seq) else {}
            self.edits += value_edits(self.text, node, empty, hang, self.look)
            return
        look = self._look_beside(node)
        additions: dict[int, list[str]] = {}
        for added in spot.added:
            place = sum(number < added.at for number in own)
            additions.setdefault(place, []).append(joined(_added(added, look), at, look, first=False))
        block = Block(self.text, elements, at, isinstance(node, Seq), hang.parent < 0, self.look)
        self.edits += block_edits(block, additions)

    def _look_beside(self, node: Map | Seq) -> Look:
        """Return the look of what is added to a collection: its maps stand between braces where the others do."""
        values = [entry.value for entry in node.entries] if isinstance(node, Map) else list(node.items)
        if isinstance(node, Seq):
            return replace(self.look, leaf_flow=any(self.text[value.span.start :][:1] == "{" for value in values))
        flows = [value.flow for value in values if isinstance(value, Map) and value.entries and not value.aliased]
        return replace(self.look, leaf_flow=flows[-1]) if flows else self.look

    def _element(self, node: Map | Seq, number: int, at: int, *, removed: bool) -> Element:
        if isinstance(node, Map):
            entry = node.entries[number]
            return self._placed(entry.span.start, entry.span.end, entry.value, removed=removed)
        item, dash = node.items[number], self._dash(node, number, at)
        return self._placed(dash, max(item.span.end, dash + 1), item, removed=removed)

    def _placed(self, start: int, end: int, value: Node, *, removed: bool) -> Element:
        marker = self._block_marker(value)
        if marker < 0:
            return Element(start, end, removed)
        if self.text[marker - 1] == "+":
            return Element(start, blanks_below(self.text, line_end(self.text, end)), removed)
        return Element(start, end, removed, -1 if self.text[marker - 1] == "-" else marker)

    def _block_marker(self, node: Node) -> int:
        """Return where the indicator ends of the block scalar that ends the node; -1 where something else does."""
        while isinstance(node, Map | Seq) and not node.aliased:
            parts = [entry.value for entry in node.entries] if isinstance(node, Map) else list(node.items)
            if not parts:
                return -1
            node = max(parts, key=lambda part: part.span.end)
        if not isinstance(node, Scalar) or node.style not in ("literal", "folded") or node.aliased:
            return -1
        return header_of(self.text, node.span.start)


def _added(added: Added, look: Look) -> list[str]:
    if added.name is None:
        return item_lines(added.value, look, flow=look.leaf_flow)
    return entry_lines(added.name, added.value, look)


def _taken_over(spot: Spot) -> CannotChange:
    return CannotChange(f"{place_words(spot.path)} takes keys over from elsewhere by ‘<<’; change it by hand.")


def _joined(edits: list[TextEdit]) -> list[TextEdit]:
    """Return the edits in order, insertions at one place joined in the order in which they were made."""
    ordered = [edit for _, edit in sorted(enumerate(edits), key=lambda pair: (pair[1].span, pair[0]))]
    found: list[TextEdit] = []
    for edit in ordered:
        before = found[-1] if found else None
        if before is not None and edit.span.start < before.span.end:
            raise CannotChange("Two of the changes meet at the same place; make them one after the other.")
        if before is not None and before.span == edit.span:
            found[-1] = TextEdit(edit.span, before.text + edit.text)
        elif edit.text or edit.span.start < edit.span.end:
            found.append(edit)
    return found
