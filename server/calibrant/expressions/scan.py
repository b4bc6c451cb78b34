"""Finds the `{{ … }}` of a text: where each begins and ends, whatever state the text is in."""

import re
from typing import Final, NamedTuple

from calibrant.expressions.words import SOURCE_LIMIT

_TOKEN: Final = re.compile(r"""'[^'\\]*(?:\\.[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*)*"|["'{}]""", re.DOTALL)
_LINE_END: Final = re.compile(r"[\r\n]")


class Braces(NamedTuple):
    """One pair of double braces: [start, end) with them, [inner, inner_end) without. `closed` is False for a lone `{{`."""

    start: int
    end: int
    inner: int
    inner_end: int
    closed: bool


def find_braces(text: str) -> list[Braces]:
    """Return the `{{ … }}` of a text in order.

    A `}}` inside a text literal or a dict literal does not close. A `{{` without its `}}` reaches to the next `{{`
    or the end of its line, so that what follows is still read.
    """
    found: list[Braces] = []
    at = text.find("{{")
    last = text.rfind("}}")
    while at >= 0:
        braces = _closed(text, at) if last > at else None
        found.append(braces or _unclosed(text, at))
        at = text.find("{{", found[-1].end)
    return found


def _closed(text: str, start: int) -> Braces | None:
    """Return the braces that open at `start`, by their own end or else by the first `}}` that could be meant."""
    depth, second_best = 0, -1
    # well past the bound, so that an expression that is too long is told from one that is never closed
    for token in _TOKEN.finditer(text, start + 2, min(len(text), start + 4 * SOURCE_LIMIT)):
        at = token.start()
        match token.group():
            case "{" if depth == 0 and text.startswith("{{", at):
                break
            case "{":
                depth += 1
            case "}":
                doubled = text.startswith("}}", at)
                if depth == 0 and doubled:
                    return Braces(start, at + 2, start + 2, at, True)
                if doubled and second_best < 0:
                    second_best = at
                depth = max(0, depth - 1)
            case "'" | '"':
                # a quote without its partner: the first `}}` at all, unless another expression opens before
                second_best = text.find("}}", start + 2, _next_open(text, start)) if second_best < 0 else second_best
                break
    if second_best < 0:
        return None
    return Braces(start, second_best + 2, start + 2, second_best, True)


def _unclosed(text: str, start: int) -> Braces:
    following = _next_open(text, start)
    line_end = _LINE_END.search(text, start, following)
    end = line_end.start() if line_end else following
    return Braces(start, end, start + 2, end, False)


def _next_open(text: str, start: int) -> int:
    following = text.find("{{", start + 2)
    return following if following >= 0 else len(text)
