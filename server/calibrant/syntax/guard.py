"""What may be handed to the YAML parser: its scanner keeps rows and columns in 16 bits and its indentations in one kilobyte.

The scanner opens a level of indentation only for a `-`, `?` or `:` before a blank, and, but for a list that stands at its
key's column, only further right than the level before. So both the number of those characters and the number of columns at
which they can open a level (their own, and that of the first word of their line) bound how many levels are open at a time,
whatever mistakes are in the text.
"""

import re
from itertools import islice

from calibrant.syntax.tree import LIMITS

_INDICATOR = re.compile(r"[-?:](?=[ \t\r\n]|\Z)")
_LONG_LINE = re.compile(rf"^[^\n]{{{LIMITS.columns}}}", re.MULTILINE)
_FIRST_WORD = re.compile(r"[ \t]*(?:[-?:][ \t]+)*")

MANY = 200_000
"""More indicators than this are not counted: such a text is read in smaller parts."""


def parsable(text: str) -> bool:
    """Tell whether the YAML parser takes this text without losing its count or its memory."""
    if len(text) > LIMITS.lines and text.count("\n") + text.count("\r") > LIMITS.lines:
        return False
    if len(text) < LIMITS.indents:
        return True
    indicators = [match.start() for match in islice(_INDICATOR.finditer(text), MANY)]
    if len(indicators) <= LIMITS.indents:
        return True
    return len(indicators) < MANY and _LONG_LINE.search(text) is None and _columns_fit(text, indicators)


def _columns_fit(text: str, indicators: list[int]) -> bool:
    """Tell whether indicators and the first words of their lines stand at few enough columns."""
    columns: set[int] = set()
    before = -1
    for offset in indicators:
        line = text.rfind("\n", 0, offset) + 1
        columns.add(offset - line)
        if line != before:
            first = _FIRST_WORD.match(text, line)
            columns.add(first.end() - line if first else 0)
            before = line
        if 2 * len(columns) > LIMITS.indents:
            return False
    return True
