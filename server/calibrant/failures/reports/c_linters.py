"""What cppcheck and clang-tidy print: lines as a compiler's, with the name of the check in brackets at the end."""

import re
from collections.abc import Iterator

from calibrant.failures.reports.output import Line, lines_of
from calibrant.failures.reports.reader import Complaint, Reader, at
from calibrant.model.issue import Kind, Severity
from calibrant.model.text import Span

_LINE = re.compile(
    r"(?P<file>(?:[A-Za-z]:[\\/])?[^\s:][^:\n]{0,400}\.\w{1,6}):(?P<line>\d{1,7}):(?P<column>\d{1,6}): "
    r"(?P<level>error|warning|style|performance|portability|information): (?P<said>[^\n]{1,1500}) "
    r"\[(?P<rule>[a-zA-Z][\w.]{2,100}(?P<dash>-[\w.,-]{1,300})?)\]$"
)
_SHELL = re.compile(r"SC\d{4}$")
_SEVERITY: dict[str, Severity] = {"error": "error", "warning": "warning"}
_MARK = re.compile(r"\s{0,1000}\^")


def read(text: str) -> Iterator[Complaint]:
    """Yield each finding with the source below it."""
    if "]" not in text:
        return
    lines = lines_of(text)
    for number, line in enumerate(lines):
        match = _LINE.match(line.text) if line.text.endswith("]") else None
        if match and not _SHELL.match(match["rule"]):
            yield _complaint(match, lines[number : number + (3 if _marked(lines, number) else 1)])


def _marked(lines: list[Line], number: int) -> bool:
    return number + 2 < len(lines) and bool(_MARK.match(lines[number + 2].text))


def _complaint(match: re.Match[str], lines: list[Line]) -> Complaint:
    rule = match["rule"].removesuffix(",-warnings-as-errors")
    compiler = rule == "clang-diagnostic-error"
    return Complaint(
        tool="clang-tidy" if match["dash"] else "cppcheck",
        code="build-failed" if compiler else "lint-finding",
        kind=Kind.TYPECHECK if compiler else Kind.LINT,
        message=match["said"],
        file=match["file"],
        at=at(match["line"], match["column"]),
        rule=rule,
        severity=_SEVERITY.get(match["level"], "hint"),
        details="\n".join(line.text for line in lines),
        said=(Span(lines[0].start, lines[-1].end),),
    )


READER = Reader(
    name="c-linters",
    tools=("clang-tidy", "cppcheck", "run-clang-tidy"),
    read=read,
    matching=(
        "src/bad.c:6:16: error: Uninitialized variable: left [uninitvar]\n    return a + left;\n               ^",
        "/a/tidy.c:7:28: warning: Division by zero [clang-analyzer-core.DivideZero]",
    ),
    non_matching=(
        "a.c:3:5: warning: unused variable ‘s’ [-Wunused-variable]",
        "run.sh:3:5: error: Double quote. [SC2086]",
        "nofile:0:0: information: Cppcheck cannot find all the include files [missingIncludeSystem]",
        "a.c:3:5: error: subscripted value is neither array nor pointer [with T = int]",
    ),
)
