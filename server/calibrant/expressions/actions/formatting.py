"""Reads the placeholders of a text for `format`, by GitHub's rules."""

import re
from typing import Final, NamedTuple

_PART: Final = re.compile(r"\{\{|\}\}|\{(?P<number>[0-9]+)\}|(?P<wrong>[{}])")
_MOST: Final = 255


class Placeholder(NamedTuple):
    """One part of a format on [start, end): an argument by its number, or a brace that was written twice."""

    start: int
    end: int
    number: int | None
    text: str = ""


class FormatError(Exception):
    """A brace at an offset of a format that is neither part of a placeholder nor doubled."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


def placeholders(text: str) -> list[Placeholder]:
    """Return the placeholders and doubled braces of a format in order.

    Raises:
        FormatError: it cannot be read.
    """
    found: list[Placeholder] = []
    for match in _PART.finditer(text):
        if match["wrong"]:
            raise FormatError(match.start())
        number = match["number"]
        if number is not None and (len(number) > 3 or int(number) > _MOST):
            raise FormatError(match.start())
        text_of = "" if number is not None else match.group()[0]
        found.append(Placeholder(match.start(), match.end(), None if number is None else int(number), text_of))
    return found
