"""What stands beside the steps that ran: at the end of the line with their id."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

import msgspec

from calibrant.ide.outcome import hint_words
from calibrant.ide.view import View
from calibrant.model.text import Span, line_end
from calibrant.model.workflow import Step


class Hint(msgspec.Struct, frozen=True):
    """Words for the place `offset` in the document, about a step."""

    offset: int
    words: str
    step: Step


def hints(view: View, span: Span) -> Iterator[Hint]:
    """Yield what to show in a part of the text, in its order; without what steps gave, only what that was like."""
    steps, text = view.workflow.steps, view.workflow.text
    first = max(bisect_right(steps, span.start, key=_origin) - 1, 0)
    last = bisect_left(steps, span.end + 1, key=_origin)
    for at in range(first, last):
        step = steps[at]
        ran = view.steps.get(step.label)
        if ran is None:
            continue
        offset = _place(text, step, steps[at + 1].origin if at + 1 < len(steps) else len(text))
        if span.start <= offset <= span.end:
            yield Hint(offset, hint_words(ran), step)


def _origin(step: Step) -> int:
    return step.origin


def _place(text: str, step: Step, end: int) -> int:
    """Return the end of the line with the step's id, blanks left out; where another step begins on it, that of the id."""
    head = step.head
    last = line_end(text, head.start)
    if end < last:
        return min(head.end, last)
    return len(text[head.start : last].rstrip()) + head.start
