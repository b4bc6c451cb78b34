"""What Maven prints: errors and warnings of its compiler plugin, tests that Surefire or Failsafe ran, faults of a POM.

By their sources alone: Surefire 3, which writes the class before the method (WrappedReportEntry.java of apache/maven-surefire),
and the Checkstyle plugin, `file:[line,column] (group) Rule: message` (CheckstyleViolationCheckMojo.java of its repository).
"""

import re
from collections.abc import Iterator

from calibrant.failures.reports.java_frames import Frame, end_of_path, frames
from calibrant.failures.reports.output import Line, end_of, lines_of
from calibrant.failures.reports.reader import Complaint, Reader, Spot, at
from calibrant.model.issue import Kind
from calibrant.model.text import Span

_LEVEL = r"\[(?P<level>ERROR|WARNING|WARN)\] {1,3}"
_SOURCE = re.compile(
    _LEVEL
    + r"(?P<file>(?:[A-Za-z]:[\\/])?[^\s:\[][^:\n]{0,400}\.(?:java|kt|groovy|scala)):\[(?P<line>\d{1,7})(?:,"
    + r"(?P<column>\d{1,6}))?\] "
    r"(?P<said>[^\n]{1,1900})$"
)
_STYLE = re.compile(r"\((?P<group>[a-z]{1,30})\) (?P<rule>\w{1,100}): (?P<said>[^\n]{1,1900})$")
_EXPLAINED = re.compile(r"(?:\[(?:ERROR|WARNING)\] )? {2}(?:symbol|location|required|found|reason): [^\n]{0,500}$")
_TEST = re.compile(
    r"\[ERROR\] {1,3}(?:(?P<method>[^\s(][^(\n]{0,300}?)\((?P<class>[\w.$]{1,300})\)|"
    r"(?P<whole>[\w.$]{1,300}\.[\w$\[\]{} ,]{1,200}?))"
    r"(?: --)? {1,3}Time elapsed: [\d.,]{1,20} (?:s|sec) {1,2}<<< (?P<how>FAILURE|ERROR)!$"
)
_SUMMARY = re.compile(
    r"\[ERROR\] {2,5}(?P<class>[A-Z][\w$]{0,200})\.(?P<method>[\w$\[\]]{1,200}):(?P<line>\d{1,7}) (?P<said>[^\n]{0,1500})$"
)
_OF_POM = re.compile(r"\[ERROR\] {3}The project \S{1,300} \((?P<file>[^\n)]{1,400})\) has \d{1,5} errors?$")
_IN_POM = re.compile(
    r"\[ERROR\] {5}(?P<said>[^\n]{1,1500}?)(?: @ (?:\S{0,300}, )?line (?P<line>\d{1,7}), column "
    r"(?P<column>\d{1,6}))?(?: -> \[Help \d\])?$"
)
_TRACE = re.compile(r"\s{1,12}at |Caused by: |\s{1,12}\.\.\. \d{1,5} more")
_MOST = 60
_ALIKE = 4


def read(text: str) -> Iterator[Complaint]:
    """Yield each complaint once: Maven prints what failed a build again at its end."""
    if "[ERROR] " not in text and "[WARN" not in text:
        return
    lines = lines_of(text)
    seen = set[tuple[object, ...]]()
    pom = ""
    number = 0
    while number < len(lines):
        line = lines[number].text
        found, end = None, number + 1
        if not line.startswith("["):
            pass
        elif match := _SOURCE.match(line):
            end = _end_explained(lines, number + 1)
            found = _of_source(match, lines[number:end])
        elif test := _TEST.match(line):
            end = _end_of_trace(lines, number + 1)
            found = _of_test(test, lines[number:end])
        elif match := _SUMMARY.match(line):
            found = _of_summary(match, lines[number])
        elif match := _OF_POM.match(line):
            pom = match["file"]
        elif pom and (match := _IN_POM.match(line)):
            found = _of_pom(match, pom, lines[number])
        if found and (key := _key(found)) not in seen:
            seen.add(key)
            yield found
        number = end


def _key(found: Complaint) -> tuple[object, ...]:
    """Return by what two complaints are told to be the same: of a test its class and method."""
    if found.name:
        return tuple(found.name.replace("$", ".").split(".")[-2:])
    return (found.file, found.at, found.message)


def _end_explained(lines: list[Line], number: int) -> int:
    return end_of(lines, number, _EXPLAINED.match, _ALIKE)


def _end_of_trace(lines: list[Line], number: int) -> int:
    """Return the number of the line after a test's exception, whose message may have several lines."""
    return end_of(lines, number, lambda text: text.strip() and not text.startswith("["), _MOST)


def _of_source(match: re.Match[str], lines: list[Line]) -> Complaint:
    style = _STYLE.match(match["said"])
    warning = match["level"] != "ERROR"
    lint = warning or style is not None
    return Complaint(
        tool="checkstyle" if style else "mvn",
        code="lint-finding" if lint else "build-failed",
        kind=Kind.LINT if lint else Kind.TYPECHECK,
        message=style["said"] if style else match["said"],
        file=match["file"],
        at=at(match["line"], match["column"]),
        rule=style["rule"] if style else "",
        severity="warning" if warning else "error",
        details="\n".join(line.text for line in lines),
        said=(Span(lines[0].start, lines[-1].end),),
    )


def _of_test(match: re.Match[str], lines: list[Line]) -> Complaint:
    name = match["whole"] or f"{match['class']}.{match['method']}"
    body = [line.text for line in lines[1:]]
    found = [one for one in frames(body) if one.own]
    test = match["class"] or name.rpartition(".")[0]
    here = next(
        (one for one in found if one.of.partition("$")[0] == test.partition("$")[0]), found[0] if found else None
    )
    raised = (Spot(found[0].file, at(found[0].line), "It was raised here."),) if found and found[0] is not here else ()
    return _failed(name, _said(body), here, lines, raised)


def _failed(name: str, said: str, here: Frame | None, lines: list[Line], also: tuple[Spot, ...] = ()) -> Complaint:
    return Complaint(
        tool="mvn",
        code="test-failed",
        kind=Kind.TEST_ASSERT,
        message=said,
        file=here.file if here else "",
        at=at(here.line) if here else None,
        name=name,
        details="\n".join(line.text for line in lines),
        also=also,
        said=(Span(lines[0].start, lines[-1].end),),
        loose=True,
    )


def _said(body: list[str]) -> str:
    """Return what an exception says; of an assertion without the word that it is one."""
    words = next((line.strip() for line in body if line.strip() and not _TRACE.match(line)), "")
    error, colon, said = words.partition(": ")
    return said if colon and error.endswith(("AssertionError", "ComparisonFailure", "AssertionFailedError")) else words


def _of_summary(match: re.Match[str], line: Line) -> Complaint:
    frame = Frame(
        end_of_path(match["class"], f"{match['class'].partition('$')[0]}.java"),
        int(match["line"]),
        match["class"],
        own=True,
    )
    return _failed(f"{match['class']}.{match['method']}", match["said"].removeprefix("» "), frame, [line])


def _of_pom(match: re.Match[str], pom: str, line: Line) -> Complaint:
    return Complaint(
        tool="mvn",
        code="build-failed",
        kind=Kind.RUNTIME,
        message=match["said"],
        file=pom,
        at=at(match["line"], match["column"]) if match["line"] else None,
        said=(Span(line.start, line.end),),
    )


READER = Reader(
    name="maven",
    tools=("mvn", "mvnw", "mvnd", "checkstyle"),
    read=read,
    matching=(
        "[ERROR] /a/Types.java:[9,9] cannot find symbol\n  symbol:   method missing(int)\n  location: class Types\n",
        (
            "[ERROR] addsTwoNumbers(com.example.SumsTest)  Time elapsed: 0.004 s  <<< FAILURE!\njava.lang.AssertionError: no\n"
            "\tat com.example.SumsTest.addsTwoNumbers(SumsTest.java:9)\n"
        ),
        (
            "[ERROR] com.example.SumsTest.doesNotThrow -- Time elapsed: 0.001 s <<< ERROR!\njava.lang.IllegalStateException: no\n"
            "\tat com.example.SumsTest.doesNotThrow(SumsTest.java:13)\n"
        ),
        "[ERROR]   SumsTest.doesNotThrow:13 » IllegalState no sums today",
        "[ERROR]   The project a:b:1.0 (/a/pom.xml) has 1 error\n[ERROR]     'artifactId' is missing. @ line 1, column 52\n",
        "[WARN] src/main/java/A.java:[3,5] (naming) MethodName: Name 'X' must match pattern '^[a-z]$'.",
    ),
    non_matching=(
        "[ERROR] Tests run: 3, Failures: 1, Errors: 1, Skipped: 0",
        "[INFO] /a/Types.java: /a/Types.java uses unchecked or unsafe operations.",
        "[ERROR] Failed to execute goal org.apache.maven.plugins:maven-surefire-plugin:2.22.3:test",
        "Main.java:3: error: ';' expected",
    ),
)
