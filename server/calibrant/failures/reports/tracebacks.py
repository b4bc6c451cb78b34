"""What Python prints of an exception that nobody caught, and of code that it cannot read."""

import re
from collections.abc import Iterator, Sequence

from calibrant.failures.reports.frames import deepest, native
from calibrant.failures.reports.output import Line, lines_of
from calibrant.failures.reports.reader import Complaint, Reader
from calibrant.model.issue import Kind
from calibrant.model.text import Span

_HEAD = "Traceback (most recent call last):"
_CHAINED = ("During handling of the above exception", "The above exception was the direct cause")
_EXCEPTION = re.compile(r"(?P<said>(?P<error>[A-Za-z_][\w.]{0,150})(?:: [^\n]{0,1000})?)$")
_UNREADABLE = ("SyntaxError", "IndentationError", "TabError")


def read(text: str) -> Iterator[Complaint]:
    """Yield each uncaught exception: of chained ones the last."""
    if 'File "' not in text:
        return
    lines = lines_of(text)
    number = 0
    while number < len(lines):
        line = lines[number].text
        if line == _HEAD or (line.startswith('  File "') and native(line)):
            found, number = _whole(lines, number)
            if found:
                yield found
        else:
            number += 1


def _whole(lines: Sequence[Line], first: int) -> tuple[Complaint | None, int]:
    """Return the complaint that begins at that line, with those chained to it, and the number of the line behind it."""
    number, last, start = first, None, first
    while number < len(lines):
        number = _below(lines, number)
        match = _EXCEPTION.match(lines[number].text) if number < len(lines) else None
        if match is None:
            break
        last, start, number = match, first if last is None else start, number + 1
        chained = _chained(lines, number)
        if chained is None:
            break
        number = start = chained
    if last is None:
        return None, max(number, first + 1)
    return _complaint(lines[first:number], lines[start:number], last), number


def _below(lines: Sequence[Line], number: int) -> int:
    """Return the number of the line behind a traceback's frames, which are indented."""
    number += lines[number].text == _HEAD
    while number < len(lines) and number < len(lines) and lines[number].text.startswith("  "):
        number += 1
    return number


def _chained(lines: Sequence[Line], number: int) -> int | None:
    """Return where the traceback begins that follows on this one."""
    for at in range(number, min(number + 12, len(lines))):
        if lines[at].text.startswith(_CHAINED):
            return next((there for there in range(at, min(at + 4, len(lines))) if lines[there].text == _HEAD), None)
        if lines[at].text == _HEAD or lines[at].text.startswith("  "):
            return None
    return None


def _complaint(lines: Sequence[Line], last: Sequence[Line], said: re.Match[str]) -> Complaint:
    frames = [frame for line in last if (frame := native(line.text))]
    unreadable = said["error"] in _UNREADABLE
    main = frames[-1] if unreadable and frames else deepest(frames)
    return Complaint(
        tool="python",
        code="script-syntax" if unreadable else "script-error",
        kind=Kind.RUNTIME,
        message=said["said"].partition(": ")[2] if unreadable else said["said"],
        file=main.file if main else "",
        at=main.at if main else None,
        details="\n".join(line.text for line in lines),
        said=(Span(lines[0].start, lines[-1].end),),
    )


READER = Reader(
    name="python-traceback",
    tools=("python",),
    read=read,
    matching=(
        "Traceback (most recent call last):\n  File \"x.py\", line 2, in <module>\n    d['mail']\nKeyError: 'mail'",
        "  File \"tool.py\", line 3\n    def f(\n         ^\nSyntaxError: '(' was never closed",
    ),
    non_matching=('see File "x.py", line 2', "KeyError: 'mail'", "Traceback (most recent call last):\nnothing"),
)
