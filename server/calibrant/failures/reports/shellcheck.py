"""What shellcheck prints on terminals (tty, the default) and in the form of gcc."""

import re
from collections.abc import Iterator

from calibrant.failures.reports.output import Line, lines_of
from calibrant.failures.reports.reader import Complaint, Reader, at
from calibrant.model.issue import Kind, Severity
from calibrant.model.text import Span

_GCC = re.compile(
    r"(?P<file>(?:[A-Za-z]:[\\/])?[^\s:][^:\n]{0,400}):(?P<line>\d{1,7}):(?P<column>\d{1,6}): "
    r"(?P<level>note|warning|error): (?P<said>[^\n]{1,1500}) \[(?P<rule>SC\d{4})\]$"
)
_IN = re.compile(r"In (?P<file>[^\n]{1,400}) line (?P<line>\d{1,7}):$")
_MARK = re.compile(
    r"(?P<space> {0,1000})\^(?:-{0,1000}\^)?-{0,4} (?P<rule>SC\d{4}) \((?P<level>error|warning|info|style)\): "
    r"(?P<said>[^\n]{1,1500})$"
)
_SEVERITY: dict[str, Severity] = {"error": "error", "warning": "warning"}


def read(text: str) -> Iterator[Complaint]:
    """Yield each finding."""
    if not re.search(r"SC\d{4}", text):
        return
    place: re.Match[str] | None = None
    for line in lines_of(text):
        if found := _IN.match(line.text):
            place = found
        elif "SC" not in line.text:
            continue
        elif place and (mark := _MARK.match(line.text)):
            yield _complaint(mark, place["file"], place["line"], len(mark["space"]) + 1, line)
        elif match := _GCC.match(line.text):
            yield _complaint(match, match["file"], match["line"], int(match["column"]), line)


def _complaint(match: re.Match[str], file: str, number: str, column: int, line: Line) -> Complaint:
    return Complaint(
        tool="shellcheck",
        code="lint-finding",
        kind=Kind.LINT,
        message=match["said"],
        file=file,
        at=at(number, column),
        rule=match["rule"],
        severity=_SEVERITY.get(match["level"], "hint"),
        said=(Span(line.start, line.end),),
    )


READER = Reader(
    name="shellcheck",
    tools=("shellcheck",),
    read=read,
    matching=(
        "run.sh:3:5: note: Double quote to prevent globbing. [SC2086]",
        "\nIn a.sh line 3:\ncd $1\n^---^ SC2164 (warning): Use 'cd ... || exit'.\n   ^-- SC2086 (info): Double quote.\n",
    ),
    non_matching=(
        "run.sh: line 3: oops",
        "^-- SC2086 (info): Double quote.",
        "  https://www.shellcheck.net/wiki/SC2045 -- Iterating",
    ),
)
