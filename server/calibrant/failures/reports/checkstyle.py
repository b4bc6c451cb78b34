"""What Checkstyle's own command line prints: `[ERROR] file:line:column: message [Rule]`."""

import re
from collections.abc import Iterator

from calibrant.failures.reports.reader import Complaint, Reader, at
from calibrant.model.issue import Kind, Severity
from calibrant.model.text import Span

_LINE = re.compile(
    r"^\[(?P<level>ERROR|WARN|INFO)\] (?P<file>(?:[A-Za-z]:[\\/])?[^\s:\[][^:\n]{0,400}):(?P<line>\d{1,7})(?::"
    r"(?P<column>\d{1,6}))?: "
    r"(?P<said>[^\n]{1,1500}) \[(?P<rule>\w{1,100})\]$",
    re.MULTILINE,
)
_SEVERITY: dict[str, Severity] = {"ERROR": "error", "WARN": "warning", "INFO": "hint"}


def read(text: str) -> Iterator[Complaint]:
    """Yield each line's finding."""
    for match in _LINE.finditer(text):
        yield Complaint(
            tool="checkstyle",
            code="lint-finding",
            kind=Kind.LINT,
            message=match["said"],
            file=match["file"],
            at=at(match["line"], match["column"]),
            rule=match["rule"],
            severity=_SEVERITY[match["level"]],
            said=(Span(match.start(), match.end()),),
        )


READER = Reader(
    name="checkstyle",
    tools=("checkstyle", "java"),
    read=read,
    matching=(
        "[ERROR] /a/Types.java:6:20: '3' is a magic number. [MagicNumber]",
        "[WARN] A.java:1: No newline. [NewlineAtEndOfFile]",
    ),
    non_matching=(
        "[ERROR] /a/Types.java:[9,9] cannot find symbol",
        "[INFO] Scanning for projects...",
        "Starting audit...",
    ),
)
