"""Finds the `${{ … }}` of a text: where each begins and ends, whatever state the text is in."""

import re
from typing import Final, NamedTuple

from calibrant.expressions.actions.limits import SOURCE_LIMIT

OPEN: Final = "${{"
CLOSE: Final = "}}"
_END: Final = re.compile(r"'[^']*+(?:'|(?P<lone>\Z))|\}\}|\$\{\{")
_LINE_END: Final = re.compile(r"[\r\n]")


class Braces(NamedTuple):
    """One expression: [start, end) with its braces, [inner, inner_end) without. `closed` is False for a lone `${{`."""

    start: int
    end: int
    inner: int
    inner_end: int
    closed: bool


def find_braces(text: str) -> list[Braces]:
    """Return the `${{ … }}` of a text in order.

    A `}}` between single quotes does not close. A `${{` without its `}}` reaches to the next `${{` or the end of its
    line, so that what follows is still read.
    """
    found: list[Braces] = []
    at = text.find(OPEN)
    last = text.rfind(CLOSE)
    while at >= 0:
        braces = _closed(text, at) if last > at else None
        found.append(braces or _unclosed(text, at))
        at = text.find(OPEN, found[-1].end)
    return found


def _closed(text: str, start: int) -> Braces | None:
    inner = start + len(OPEN)
    # well past the bound, so that an expression that is too long is told from one that is never closed
    for token in _END.finditer(text, inner, min(len(text), start + 4 * SOURCE_LIMIT)):
        if token.group() == OPEN or token["lone"] is not None:
            break
        if token.group() == CLOSE:
            return Braces(start, token.end(), inner, token.start(), True)
    # a quote without its partner: the first `}}` at all, unless another expression opens before
    end = text.find(CLOSE, inner, _next_open(text, start))
    return Braces(start, end + len(CLOSE), inner, end, True) if end >= 0 else None


def _unclosed(text: str, start: int) -> Braces:
    following = _next_open(text, start)
    line_end = _LINE_END.search(text, start, following)
    end = line_end.start() if line_end else following
    return Braces(start, end, start + len(OPEN), end, False)


def _next_open(text: str, start: int) -> int:
    following = text.find(OPEN, start + len(OPEN))
    return following if following >= 0 else len(text)
