"""What make prints of a recipe that failed, with the line of the makefile, and of a makefile that it cannot read."""

import re
from collections.abc import Iterator

from calibrant.failures.reports.output import Line, lines_of
from calibrant.failures.reports.reader import Complaint, Reader, at
from calibrant.model.issue import Kind
from calibrant.model.text import Span

_FAILED = re.compile(
    r"g?make(?:\[(?P<level>\d{1,4})\])?: \*\*\* \[(?P<file>[^:\]\n]{1,400}):(?P<line>\d{1,7}): (?P<target>[^\]\n]{1,400})\] "
    r"(?P<said>Error \d{1,5}|[A-Z][^\n]{1,100})$"
)
_UNREADABLE = re.compile(
    r"(?P<file>[^\s:][^:\n]{0,400}):(?P<line>\d{1,7}): \*\*\* (?P<said>[^\n]{1,500}?)(?:  Stop\.)?$"
)
_BEFORE = 30


def read(text: str) -> Iterator[Complaint]:
    """Yield the recipes that failed, the innermost only where makefiles call each other, and what cannot be read."""
    if " *** " not in text:
        return
    inner = 0
    lines = lines_of(text)
    for number, line in enumerate(lines):
        if failed := _FAILED.match(line.text):
            level = int(failed["level"] or 0)
            if level >= inner or inner == 0:
                yield _recipe(failed, line, lines[max(0, number - _BEFORE) : number + 1])
            inner = level
        elif unreadable := _UNREADABLE.match(line.text):
            yield _makefile(unreadable, line)


def _recipe(match: re.Match[str], line: Line, before: list[Line]) -> Complaint:
    return Complaint(
        tool="make",
        code="build-failed",
        kind=Kind.RUNTIME,
        message=f"the recipe of ‘{match['target']}’ failed ({match['said'].lower()})",
        file=match["file"],
        at=at(match["line"]),
        name=match["target"],
        details="\n".join(one.text for one in before),
        said=(Span(line.start, line.end),),
        weak=True,
    )


def _makefile(match: re.Match[str], line: Line) -> Complaint:
    return Complaint(
        tool="make",
        code="build-failed",
        kind=Kind.RUNTIME,
        message=match["said"],
        file=match["file"],
        at=at(match["line"]),
        said=(Span(line.start, line.end),),
    )


READER = Reader(
    name="make",
    tools=("make", "gmake"),
    read=read,
    matching=(
        "docs\nmake: *** [Makefile:10: docs] Error 3",
        "Makefile:2: *** missing separator.  Stop.",
        "make[1]: *** [Makefile:2: all] Error 1\nmake: *** [Makefile:13: deep] Error 2",
    ),
    non_matching=(
        "make[1]: Entering directory '/a'",
        "make: *** No rule to make target 'tset'.  Stop.",
        "make: Nothing to be done for 'all'.",
    ),
)
