"""Taking back some edits of a text that was edited elsewhere since: three-way, by hunks, exact.

The hunks of a fix are known to the character; what the user did since is found by comparing, by lines first, then within
the lines that differ. Where it cannot be told apart whether the user's change lies in a hunk, it counts as lying in it.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from calibrant.change.linediff import line_hunks, split_lines
from calibrant.model.text import LineIndex, Span, TextEdit, apply_edits


class Clash(msgspec.Struct, frozen=True):
    """Text that a fix changed was changed again; `line` is where it stood right after the fix, from 1."""

    line: int


class _Theirs(msgspec.Struct, frozen=True):
    """A change of the user: [start, end) grew by `growth`. It may as well have been made anywhere in [low, high].

    `lines`: it adds or removes whole lines, and may stand directly beside a hunk.
    """

    start: int
    end: int
    growth: int
    low: int
    high: int
    lines: bool


def inverse(text: str, edits: Iterable[TextEdit]) -> tuple[TextEdit, ...]:
    """Return the hunks that turn the edited text back into `text`; edits that meet become one."""
    hunks: list[TextEdit] = []
    end, growth = -1, 0
    for edit in sorted(edits):
        start = edit.span.start + growth
        new = Span(start, start + len(edit.text))
        old = text[edit.span.start : edit.span.end]
        if hunks and edit.span.start == end:
            last = hunks.pop()
            new, old = Span(last.span.start, new.end), last.text + old
        hunks.append(TextEdit(new, old))
        end = edit.span.end
        growth += len(edit.text) - (edit.span.end - edit.span.start)
    return tuple(hunks)


def compose(text: str, first: Iterable[TextEdit], second: Iterable[TextEdit]) -> tuple[TextEdit, ...]:
    """Return the edits of `text` that do at once what `first` does, and then `second` to what that gives."""
    earlier, middle = inverse(text, first), apply_edits(text, first)
    later = sorted(second)
    edits: list[TextEdit] = []
    growth = 0
    for span in _joined([hunk.span for hunk in earlier] + [edit.span for edit in later]):
        start = span.start - growth
        growth += sum(hunk.span.end - hunk.span.start - len(hunk.text) for hunk in earlier if _within(hunk.span, span))
        inside = [TextEdit(edit.span.shift(-span.start), edit.text) for edit in later if _within(edit.span, span)]
        new = apply_edits(middle[span.start : span.end], inside)
        old = Span(start, span.end - growth)
        if text[old.start : old.end] != new:
            edits.append(TextEdit(old, new))
    return tuple(edits)


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in order, those that touch as one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def _within(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def take_back(after: str, hunks: Iterable[TextEdit], current: str) -> tuple[TextEdit, ...] | Clash:
    """Return the edits of `current` that take the hunks of `after` back, or where that cannot be done."""
    theirs = list(_theirs(after, current))
    index = LineIndex(after)
    starts = frozenset(index.starts)
    edits: list[TextEdit] = []
    for hunk in hunks:
        if any(_clashes(hunk, change, starts) for change in theirs):
            return Clash(index.line_of(hunk.span.start) + 1)
        edits.append(TextEdit(hunk.span.shift(sum(c.growth for c in theirs if c.end <= hunk.span.start)), hunk.text))
    return tuple(edits)


def _clashes(hunk: TextEdit, change: _Theirs, line_starts: frozenset[int]) -> bool:
    own = hunk.span
    if not change.lines:
        return change.low <= own.end and own.start <= change.high
    if change.low < own.end and own.start < change.high:
        return True
    if own.start == own.end and change.start == change.end:  # both put something there: which comes first?
        return change.low <= own.start <= change.high
    if change.low != own.end:
        return False
    return not hunk.text.endswith(("\n", "\r")) if hunk.text else own.start not in line_starts


def _theirs(after: str, current: str) -> Iterator[_Theirs]:
    old, new = split_lines(after), split_lines(current)
    starts = [*LineIndex(after).starts[: len(old)], len(after)]
    for a, b, c, d in line_hunks(old, new):
        if a < b and c < d:
            yield _within_lines(starts[a], "".join(old[a:b]), "".join(new[c:d]))
            continue
        up, down = _slides(old, old[a:b] or new[c:d], a, b)
        growth = sum(map(len, new[c:d])) - (starts[b] - starts[a])
        yield _Theirs(starts[a], starts[b], growth, starts[a - up], starts[b + down], lines=True)


def _slides(old: Sequence[str], moved: Sequence[str], a: int, b: int) -> tuple[int, int]:
    """Return by how many lines up and down lines added or removed at [a, b) could stand with the same result."""
    size = len(moved)
    up = next((n for n in range(a) if old[a - 1 - n] != moved[(size - 1 - n) % size]), a)
    down = next((n for n in range(len(old) - b) if old[b + n] != moved[n % size]), len(old) - b)
    return up, down


def _within_lines(start: int, old: str, new: str) -> _Theirs:
    """Return what changed within lines: all but what the two begin and end with alike."""
    limit = min(len(old), len(new))
    head = next((n for n in range(limit) if old[n] != new[n]), limit)
    tail = next((n for n in range(limit) if old[-1 - n] != new[-1 - n]), limit)
    low, high = sorted((head, len(old) - tail))
    end = len(old) - min(tail, limit - head)
    return _Theirs(start + head, start + end, len(new) - len(old), start + low, start + high, lines=False)
