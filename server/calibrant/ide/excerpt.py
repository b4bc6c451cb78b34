"""A document without the steps that a cursor is not in: what has to be read again to tell what is being typed."""

from bisect import bisect_right

import msgspec

from calibrant.model.text import Span
from calibrant.model.workflow import Workflow


class Excerpt(msgspec.Struct, frozen=True):
    """Some parts of a document, one after the other, and where in their text the cursor is: at `offset` of the document.

    `step` is the position in the file of the step that the cursor is in, None where it is in none that is known; `last` tells
    that no step follows. `before` is how many steps stand before the cursor.
    """

    text: str
    cursor: int
    offset: int
    parts: tuple[Span, ...]
    step: int | None = None
    before: int = 0
    last: bool = True

    def to_document(self, offset: int) -> int:
        """Return the document's offset of one in the excerpt's text."""
        for part in self.parts:
            size = part.end - part.start
            if offset < size:
                return part.start + offset
            offset -= size
        return self.parts[-1].end


def excerpt_at(workflow: Workflow, offset: int) -> Excerpt:
    """Return what stands around an offset of a workflow's text: what is outside the steps, and the step it is in."""
    text, steps = workflow.text, workflow.steps
    offset = max(0, min(offset, len(text)))
    if not workflow.in_pieces or not steps:
        return Excerpt(text, offset, offset, (Span(0, len(text)),), last=not steps)
    starts = [step.origin for step in steps]
    at = bisect_right(starts, offset) - 1
    end = starts[-1] + len(steps[-1].body.text)
    if at < 0:
        return _cut(text, offset, (Span(0, starts[0]), Span(end, len(text))), None, 0, last=False)
    inside = Span(starts[at], starts[at] + len(steps[at].body.text))
    last = at == len(steps) - 1
    if offset <= inside.end:
        spans = (Span(0, starts[0]), inside, Span(end, len(text)))
        return _cut(text, offset, spans, at, at, last=last)
    if last:
        return _cut(text, offset, (Span(0, starts[0]), Span(end, len(text))), None, at + 1, last=True)
    gap = Span(inside.end, starts[at + 1])  # in JSON, where a new step may be begun between two others
    comma = text.find(",", gap.start, offset)
    gap = Span(comma + 1, gap.end) if comma >= 0 else gap
    return _cut(text, offset, (Span(0, starts[0]), gap, Span(end, len(text))), None, at + 1, last=False)


def _cut(text: str, offset: int, spans: tuple[Span, ...], step: int | None, before: int, *, last: bool) -> Excerpt:
    cursor, length = 0, 0
    for span in spans:
        if span.start <= offset <= span.end:
            cursor = length + offset - span.start
        length += span.end - span.start
    return Excerpt("".join(text[span.start : span.end] for span in spans), cursor, offset, spans, step, before, last)
