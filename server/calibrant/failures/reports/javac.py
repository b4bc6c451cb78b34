"""What javac prints, also from within Gradle and Ant, and what the Java launcher prints of an exception that nobody caught."""

import re
from collections.abc import Iterator

from calibrant.failures.reports.java_frames import frames
from calibrant.failures.reports.output import Line, end_of, lines_of
from calibrant.failures.reports.reader import Complaint, Reader, Spot, at
from calibrant.model.issue import Kind
from calibrant.model.text import Span

_LINE = re.compile(
    r"(?:\s{0,8}\[javac\] |:[\w:-]{1,200}(?=/))?(?P<file>(?:[A-Za-z]:[\\/])?[^\s:][^:\n]{0,400}\.java):(?P<line>\d{1,7}): "
    r"(?P<level>error|warning): (?:\[(?P<rule>[\w-]{1,60})\] )?(?P<said>[^\n]{1,1900})$"
)
_CARET = re.compile(r"(?:\s{0,8}\[javac\] )?(?P<space>[ \t]{0,1000})\^$")
_EXPLAINED = re.compile(r"(?:\s{0,8}\[javac\] )?  \S")
_THROWN = re.compile(
    r'Exception in thread "(?P<thread>[^"\n]{1,200})" (?P<said>(?P<error>[\w.$]{1,300})(?:: [^\n]{0,1500})?)$'
)
_TRACE = re.compile(r"\s{1,12}(?:at |\.\.\. \d{1,5} more)|Caused by: |\s{1,12}Suppressed: ")
_ALIKE = 12
_MOST = 80


def read(text: str) -> Iterator[Complaint]:
    """Yield each error and warning with what explains it, and each exception."""
    if ".java:" not in text and "Exception in thread" not in text:
        return
    lines = lines_of(text)
    for number, line in enumerate(lines):
        if match := _LINE.match(line.text) if ".java:" in line.text else None:
            yield _complaint(match, lines[number : _end(lines, number + 1)])
        elif thrown := _THROWN.match(line.text):
            yield _exception(thrown, lines[number : _end_of_trace(lines, number + 1)])


def _end(lines: list[Line], number: int) -> int:
    """Return the number of the line after an error's own: the source, a mark below it, and what explains it, indented."""
    stop = min(len(lines), number + _ALIKE)
    caret = next((at for at in range(number, min(stop, number + 3)) if _CARET.match(lines[at].text)), None)
    if caret is None:
        return number
    return end_of(lines, caret + 1, _EXPLAINED.match, stop - caret - 1)


def _end_of_trace(lines: list[Line], number: int) -> int:
    return end_of(lines, number, _TRACE.match, _MOST)


def _complaint(match: re.Match[str], lines: list[Line]) -> Complaint:
    caret = next((found for line in lines[1:3] if (found := _CARET.match(line.text))), None)
    warning = match["level"] == "warning"
    return Complaint(
        tool="javac",
        code="lint-finding" if warning else "build-failed",
        kind=Kind.LINT if warning else Kind.TYPECHECK,
        message=match["said"],
        file=match["file"],
        at=at(match["line"], len(caret["space"]) + 1 if caret else None),
        rule=match["rule"] or "",
        severity="warning" if warning else "error",
        details="\n".join(line.text for line in lines),
        said=(Span(lines[0].start, lines[-1].end),),
    )


def _exception(match: re.Match[str], lines: list[Line]) -> Complaint:
    """Return an exception at the line of the project that threw it, and where its last cause arose."""
    body = [line.text for line in lines]
    causes = [number for number, line in enumerate(body) if line.startswith("Caused by: ")]
    main = next((found for found in frames(body[: causes[0]] if causes else body) if found.own), None)
    cause = next((found for found in frames(body[causes[-1] :]) if found.own), None) if causes else None
    words = body[causes[-1]].removeprefix("Caused by: ") if causes else ""
    return Complaint(
        tool="java",
        code="script-error",
        kind=Kind.RUNTIME,
        message=match["said"],
        file=main.file if main else "",
        at=at(main.line) if main else None,
        details="\n".join(body),
        also=(Spot(cause.file, at(cause.line), words),) if cause else (),
        said=(Span(lines[0].start, lines[-1].end),),
        loose=True,
    )


READER = Reader(
    name="javac",
    tools=("javac", "java", "gradle", "gradlew", "ant"),
    read=read,
    matching=(
        "Main.java:3: error: ';' expected\n        return a\n                ^\n1 error",
        "src/Types.java:7: warning: [rawtypes] found raw type: List\n        List raw;\n        ^\n  missing type arguments\n",
        'Exception in thread "main" java.lang.IllegalStateException: no\n\tat a.Crash.main(Crash.java:7)\n',
    ),
    non_matching=(
        "\tat Main.main(Main.java:3)",
        "[ERROR] /a/Main.java:[3,5] cannot find symbol",
        "Note: Main.java uses unchecked operations.",
    ),
)
