"""What `prettier --check` prints: the files that it would write otherwise, and those that it cannot read."""

import re
from collections.abc import Iterator

from calibrant.failures.reports.output import Line, end_of, lines_of
from calibrant.failures.reports.reader import Complaint, Reader, at
from calibrant.failures.reports.words import FORMAT
from calibrant.model.issue import Kind
from calibrant.model.text import Span

_FILE = re.compile(r"\[warn\] (?P<file>[^\s\[][^\n]{0,400}?\.\w{1,20})$")
_BEGINS = "Checking formatting..."
_UNREADABLE = re.compile(
    r"\[error\] (?P<file>[^\s:][^:\n]{0,400}): (?P<error>\w{1,60}Error): (?P<said>[^\n]{1,1500}) \((?P<line>\d{1,7}):"
    r"(?P<column>\d{1,6})\)$"
)
_MORE = "[error]   "
_ALSO = "[error] > "
_MOST = 12


def read(text: str) -> Iterator[Complaint]:
    """Yield each file."""
    if "[warn] " not in text and "[error] " not in text:
        return
    checking = False
    lines = lines_of(text)
    for number, line in enumerate(lines):
        checking = checking or line.text == _BEGINS
        if checking and (match := _FILE.match(line.text)):
            yield _complaint(match["file"], [line])
        elif unreadable := _UNREADABLE.match(line.text):
            yield _syntax(unreadable, lines[number : _end(lines, number + 1)])


def _end(lines: list[Line], number: int) -> int:
    return end_of(lines, number, lambda text: text.startswith((_MORE, _ALSO)), _MOST)


def _complaint(file: str, lines: list[Line]) -> Complaint:
    return Complaint(
        tool="prettier",
        code="lint-finding",
        kind=Kind.LINT,
        message="",
        file=file,
        rule=FORMAT,
        said=(Span(lines[0].start, lines[-1].end),),
    )


def _syntax(match: re.Match[str], lines: list[Line]) -> Complaint:
    return Complaint(
        tool="prettier",
        code="script-syntax",
        kind=Kind.RUNTIME,
        message=match["said"],
        file=match["file"],
        at=at(match["line"], match["column"]),
        details="\n".join(line.text for line in lines),
        said=(Span(lines[0].start, lines[-1].end),),
    )


READER = Reader(
    name="prettier",
    tools=("prettier",),
    read=read,
    matching=(
        "Checking formatting...\n[warn] src/a.js\n[warn] Code style issues found in the above file.",
        "[error] broken.js: SyntaxError: Unexpected token (2:1)\n[error]   1 | function f( {\n[error] > 2 |\n[error]     | ^",
    ),
    non_matching=(
        "All matched files use Prettier code style!",
        "[warn] something else.js",
        "[error] No files matching the pattern",
    ),
)
