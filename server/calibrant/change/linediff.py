"""Which lines of a text became which of another: Myers' greedy algorithm, with a bound on its work.

Source: E. W. Myers, “An O(ND) difference algorithm and its variations”, Algorithmica 1 (1986).
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from calibrant.model.text import LineIndex

MOST_DIFFERENCES = 500
"""Above so many lines added and removed, all between the first and the last difference counts as one."""

Lines = Sequence[str]
Hunk = tuple[int, int, int, int]
"""Lines [0:1] of the one became lines [2:3] of the other."""


def split_lines(text: str) -> list[str]:
    r"""Return the lines with their ends; lines end as in `LineIndex`. A text that ends with a line end has no empty last one."""
    starts = [*LineIndex(text).starts, len(text)]
    return [text[start:end] for start, end in pairwise(starts) if end > start]


def line_hunks(one: Lines, other: Lines) -> list[Hunk]:
    """Return what differs, in order; between hunks the lines are the same."""
    top = 0
    while top < min(len(one), len(other)) and one[top] == other[top]:
        top += 1
    bottom = 0
    while bottom < min(len(one), len(other)) - top and one[-1 - bottom] == other[-1 - bottom]:
        bottom += 1
    middle, others = one[top : len(one) - bottom], other[top : len(other) - bottom]
    if not middle and not others:
        return []
    hunks: list[Hunk] = []
    x = y = 0
    for a, b in [*_common(middle, others), (len(middle), len(others))]:
        if (a, b) != (x, y):
            hunks.append((x + top, a + top, y + top, b + top))
        x, y = a + 1, b + 1
    return hunks


def _common(one: Lines, other: Lines) -> list[tuple[int, int]]:
    """Return pairs of places of equal lines, in order: a longest common subsequence, or nothing where that is too much work."""
    rounds = _rounds(one, other)
    if rounds is None:
        return []
    return list(_back(rounds, len(one), len(other)))[::-1]


def _rounds(one: Lines, other: Lines) -> list[dict[int, int]] | None:
    """Return, for each number of differences, the furthest place in `one` on each diagonal before that round."""
    reach = {1: 0}
    rounds: list[dict[int, int]] = []
    for differences in range(min(len(one) + len(other), MOST_DIFFERENCES) + 1):
        rounds.append({k: reach[k] for k in range(-differences - 1, differences + 2, 2) if k in reach})
        for k in range(-differences, differences + 1, 2):
            x = reach[k + 1] if _down(reach, k, differences) else reach[k - 1] + 1
            while x < len(one) and x - k < len(other) and one[x] == other[x - k]:
                x += 1
            reach[k] = x
            if x >= len(one) and x - k >= len(other):
                return rounds
    return None


def _back(rounds: list[dict[int, int]], x: int, y: int) -> Iterator[tuple[int, int]]:
    """Yield the equal lines from the last to the first."""
    for differences in range(len(rounds) - 1, -1, -1):
        reach, k = rounds[differences], x - y
        before = k + 1 if _down(reach, k, differences) else k - 1
        start_x = reach[before]
        start_y = start_x - before
        while x > max(start_x, 0) and y > max(start_y, 0):
            x, y = x - 1, y - 1
            yield x, y
        x, y = start_x, start_y


def _down(reach: dict[int, int], k: int, differences: int) -> bool:
    """Tell whether a diagonal is best reached by a line added, not removed."""
    return k == -differences or (k != differences and reach[k - 1] < reach[k + 1])
