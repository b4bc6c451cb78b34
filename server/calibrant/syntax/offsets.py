"""From the parser's UTF-8 byte offsets to code points."""

import re
from bisect import bisect_right
from collections.abc import Callable

_WIDE = re.compile(r"[^\x00-\x7f]+")


def to_code_points(text: str) -> Callable[[int], int]:
    """Return the function from a byte offset in the UTF-8 form of `text` to its offset in code points."""
    if text.isascii():
        return int
    ends, excess, gone = [0], [0], 0
    for run in _WIDE.finditer(text):
        for offset in range(run.start(), run.end()):
            gone += len(text[offset].encode()) - 1
            ends.append(offset + 1 + gone)
            excess.append(gone)

    def at(byte: int) -> int:
        return byte - excess[bisect_right(ends, byte) - 1]

    return at
