"""Elements of a block map or list written and taken away, by whole lines."""

from collections.abc import Mapping
from typing import NamedTuple

from calibrant.model.text import Span, TextEdit
from calibrant.syntax.lines import above, below, blanks_above, blanks_below, line_end, line_start, next_line
from calibrant.syntax.render import Look


class Element(NamedTuple):
    """An entry from its key on, or an item from its dash on.

    `clipped`: where a `-` goes that keeps its last block scalar as it is when a line end follows; -1: it has none.
    """

    start: int
    end: int
    removed: bool
    clipped: int = -1


class Block(NamedTuple):
    """A block collection: its elements that stand here, and the column they begin at."""

    text: str
    elements: tuple[Element, ...]
    column: int
    is_list: bool
    is_root: bool
    look: Look

    def tail(self, number: int) -> int:
        """Return where the last line of an element ends, with its comments."""
        return below(self.text, line_end(self.text, self.elements[number].end), self.column)

    def head(self, number: int) -> int:
        """Return where the first line of an element begins, with the comments above that belong to it."""
        start = line_start(self.text, self.elements[number].start)
        if number == 0 and self.is_root:
            return start  # what stands at the top of the file belongs to the file
        floor = next_line(self.text, self.tail(number - 1)) if number else 0
        return above(self.text, start, floor, self.column)

    @property
    def inline(self) -> bool:
        """Tell whether the first element stands behind a dash or something else on its line."""
        start = self.elements[0].start
        return bool(self.text[line_start(self.text, start) : start].strip())

    def gap(self, number: int) -> int:
        """Return how many empty lines there are above an element."""
        head = self.head(number)
        return self.text.count("\n", blanks_above(self.text, head, self.tail(number - 1)), head)


def block_edits(block: Block, additions: Mapping[int, list[str]]) -> list[TextEdit]:
    """Return the edits that take the removed elements away and write additions before the elements of these numbers."""
    kept = [number for number, element in enumerate(block.elements) if not element.removed]
    if not kept:
        texts = [text for _, several in sorted(additions.items()) for text in several]
        span = Span(block.elements[0].start, block.elements[-1].end)
        return [TextEdit(span, _between(block, 0).join(texts))]
    edits: list[TextEdit] = []
    if block.elements[0].removed and block.inline:
        edits.append(_pull_up(block, kept[0]))
    for number, element in enumerate(block.elements):
        if element.removed and not (block.inline and number < kept[0]):
            edits.append(_removal(block, number))
    for place, texts in sorted(additions.items()):
        edits += _addition(block, place, texts, kept)
    return edits


def _between(block: Block, gap: int) -> str:
    return block.look.line_end * (1 + gap) + " " * block.column


def _pull_up(block: Block, first: int) -> TextEdit:
    """Take away what stands behind a dash: the first element that stays moves up to it, with its comments."""
    text, start = block.text, block.elements[first].start
    rest = next_line(text, block.tail(first - 1))
    blank = len(text[rest:start]) - len(text[rest:start].lstrip())
    return TextEdit(Span(block.elements[0].start, rest + blank), "")


def _removal(block: Block, number: int) -> TextEdit:
    """Take away the lines of an element, and of the empty lines around it those above or below."""
    text = block.text
    start, end = block.head(number), block.tail(number)
    floor = next_line(text, block.tail(number - 1)) if number else 0
    higher, lower = blanks_above(text, start, floor), blanks_below(text, end)
    between = higher < start and lower > end
    if number and (between or number == len(block.elements) - 1):
        start = higher
    elif number == 0 and (between or not (block.is_root and start > 0)):
        end = lower
    if start == 0:
        return TextEdit(Span(0, next_line(text, end)), "")
    if end == len(text) and number and block.elements[number - 1].clipped >= 0:
        return TextEdit(Span(start, end), "")
    before = start - 2 if text.startswith("\r\n", start - 2) and start > 1 else start - 1
    return TextEdit(Span(before, end), "")


def _addition(block: Block, place: int, texts: list[str], kept: list[int]) -> list[TextEdit]:
    joint = _between(block, _gap(block, place))
    written = joint.join(texts)
    before = [number for number in kept if number < place]
    if before:
        at = block.tail(before[-1])
        added = TextEdit(Span(at, at), joint + written)
        clipped = block.elements[before[-1]].clipped
        if at == len(block.text) and clipped >= 0:
            return [TextEdit(Span(clipped, clipped), "-"), added]
        return [added]
    start = block.elements[kept[0]].start
    if block.inline:
        at = start if kept[0] == 0 else _pull_up(block, kept[0]).span.end
        return [TextEdit(Span(at, at), written + joint)]
    at = block.head(kept[0])
    lines = " " * block.column + written + block.look.line_end * (1 + _gap(block, place))
    return [TextEdit(Span(at, at), lines)]


def _gap(block: Block, place: int) -> int:
    """Return how many empty lines stand between items where one is added."""
    count = len(block.elements)
    if not block.is_list or count < 2:
        return 0
    return block.gap(min(max(place, 1), count - 1))
