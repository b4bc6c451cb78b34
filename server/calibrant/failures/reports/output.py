"""A tool's output made fit to be read line by line: bounded, without colours, with plain line ends."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate

import msgspec

from calibrant.model.text import Span

HEAD = 64 << 10
TAIL = 256 << 10
"""How many characters of an output's beginning and end are read."""

LONGEST_LINE = 2_000

_COLOUR = re.compile(r"\x1b\[[0-?]{0,40}[ -/]{0,4}[@-~]|\x1b\][^\x07\x1b]{0,200}(?:\x07|\x1b\\)|\x1b[()][0-9A-B]")
_LINE_END = re.compile(r"\r{1,8}\n|\r")
_OTHER_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LONG = re.compile(rf"([^\n]{{{LONGEST_LINE}}})[^\n]+")


def readable(output: str) -> str:
    """Return an output as readers read it; a progress bar that was written over itself is one line for each time."""
    if len(output) > HEAD + TAIL:
        output = f"{output[:HEAD]}\n{output[-TAIL:]}"
    plain = _OTHER_CONTROLS.sub("", _LINE_END.sub("\n", _COLOUR.sub("", output)))
    return _LONG.sub(r"\1", plain)


class Line(msgspec.Struct, frozen=True, gc=False):
    """One line of an output: its text and where that begins."""

    start: int
    text: str

    @property
    def end(self) -> int:
        """Where it ends, the line end left out."""
        return self.start + len(self.text)


def lines_of(text: str) -> list[Line]:
    """Return the lines of a readable output."""
    parts = text.split("\n")
    starts = accumulate((len(part) + 1 for part in parts), initial=0)
    return [Line(start, part) for start, part in zip(starts, parts, strict=False)]


def end_of(lines: Sequence[Line], number: int, belongs: Callable[[str], object], most: int) -> int:
    """Return the number of the line behind those from one on whose text belongs to what stands above, at most so many."""
    stop = min(len(lines), number + most)
    while number < stop and belongs(lines[number].text):
        number += 1
    return number


class Taken:
    """Which lines of a text were read by somebody."""

    def __init__(self, text: str) -> None:
        self._starts = list(accumulate((len(part) + 1 for part in text.split("\n")[:-1]), initial=0))
        self._taken: set[int] = set()

    def take(self, spans: tuple[Span, ...]) -> bool:
        """Take the lines of the spans; tells whether they were free, which is a matter of the line that the first begins on."""
        lines = [list(self._lines(span)) for span in spans]
        free = not lines or lines[0][0] not in self._taken
        if free:
            self._taken.update(line for some in lines for line in some)
        return free

    def _lines(self, span: Span) -> Iterator[int]:
        first = bisect_right(self._starts, span.start) - 1
        last = bisect_right(self._starts, max(span.start, span.end - 1)) - 1
        yield from range(first, last + 1)
