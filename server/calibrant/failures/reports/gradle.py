"""What Gradle prints of tests that fail and of build scripts that cannot be carried out."""

import re
from collections.abc import Iterator

from calibrant.failures.reports.java_frames import end_of_path, frames
from calibrant.failures.reports.output import Line, end_of, lines_of
from calibrant.failures.reports.reader import Complaint, Reader, Spot, at
from calibrant.model.issue import Kind
from calibrant.model.text import Span

_TEST = re.compile(
    r"(?P<class>[A-Za-z_][\w.$]{0,300})(?: > (?P<inner>[^\n>]{1,200}))? > (?P<method>[^\n>]{1,300}) FAILED$"
)
_THROWN = re.compile(
    r" {4}(?P<said>(?P<error>(?:[\w$]{1,100}\.){1,12}[\w$]{1,100}|\w{0,100}(?:Error|Exception))"
    r"(?:: [^\n]{0,1500}?)?)(?: at (?P<file>[\w$-]{1,200}\.\w{2,6}):(?P<line>\d{1,7}))?$"
)
_WHERE = re.compile(
    r"(?P<what>Build|Settings|Script|Initialization script) ?(?:file)? '(?P<file>[^'\n]{1,400})' line: (?P<line>\d{1,7})$"
)
_TASK = re.compile(r"Execution failed for task '(?P<task>[^'\n]{1,300})'\.$")
_MOST = 60


def read(text: str) -> Iterator[Complaint]:
    """Yield each test that failed, and the place in a build script where the build stopped."""
    if " FAILED" not in text and "* Where:" not in text:
        return
    lines = lines_of(text)
    number = 0
    while number < len(lines):
        line = lines[number].text
        number += 1
        if (test := _TEST.match(line) if line.endswith(" FAILED") else None) and _below(lines, number):
            end = _end(lines, number)
            yield _failed(test, lines[number - 1 : end])
            number = end
        elif line == "* Where:" and number < len(lines) and (where := _WHERE.match(lines[number].text)):
            end = min(len(lines), number + 12)
            stop = next((at for at in range(number, end) if lines[at].text.startswith("* Try")), end)
            yield _stopped(where, lines[number - 1 : stop])
            number = stop


def _below(lines: list[Line], number: int) -> bool:
    return number < len(lines) and bool(_THROWN.match(lines[number].text))


def _end(lines: list[Line], number: int) -> int:
    return end_of(lines, number, lambda text: text.startswith("    "), _MOST)


def _failed(test: re.Match[str], lines: list[Line]) -> Complaint:
    body = [line.text for line in lines[1:]]
    thrown = _THROWN.match(body[0])
    found = [one for one in frames(body) if one.own]
    here = next((one for one in found if one.of.partition("$")[0] == test["class"]), found[0] if found else None)
    file = here.file if here else end_of_path(test["class"], thrown["file"]) if thrown and thrown["file"] else ""
    line = here.line if here else thrown["line"] if thrown and thrown["file"] else None
    return Complaint(
        tool="gradle",
        code="test-failed",
        kind=Kind.TEST_ASSERT,
        message=_said(thrown["said"]) if thrown else "",
        file=file,
        at=at(line) if line else None,
        name=".".join(part for part in (test["class"], test["inner"], test["method"]) if part),
        details="\n".join(line.text for line in lines),
        also=(Spot(found[0].file, at(found[0].line), "It was raised here."),) if found and found[0] is not here else (),
        said=(Span(lines[0].start, lines[-1].end),),
        loose=True,
    )


def _said(words: str) -> str:
    error, colon, said = words.partition(": ")
    return said if colon and error.endswith(("AssertionError", "ComparisonFailure", "AssertionFailedError")) else words


def _stopped(where: re.Match[str], lines: list[Line]) -> Complaint:
    """Return where a build script stopped: what went wrong stands below, its cause on the lines that begin with >."""
    body = [line.text for line in lines]
    causes = [line.strip("> ") for line in body if line.lstrip().startswith("> ")]
    task = next((match for line in body if (match := _TASK.match(line))), None)
    wrong = body.index("* What went wrong:") + 1 if "* What went wrong:" in body else len(body) - 1
    said = causes[-1] if causes else body[min(wrong, len(body) - 1)]
    while lines and not lines[-1].text:
        lines = lines[:-1]
    return Complaint(
        tool="gradle",
        code="build-failed",
        kind=Kind.RUNTIME,
        message=f"task {task['task']}: {said}" if task else said,
        file=where["file"],
        at=at(where["line"]),
        details="\n".join(body),
        said=(Span(lines[0].start, lines[-1].end),),
    )


READER = Reader(
    name="gradle",
    tools=("gradle", "gradlew"),
    read=read,
    matching=(
        "com.example.SumsTest > addsTwoNumbers FAILED\n    java.lang.AssertionError at SumsTest.java:9\n",
        (
            "SumsTest > adds() FAILED\n    org.opentest4j.AssertionFailedError: expected: <3> but was: <-1>\n"
            "        at app//com.example.SumsTest.adds(SumsTest.java:9)\n"
        ),
        (
            "* Where:\nBuild file '/a/build.gradle' line: 3\n\n* What went wrong:\nA problem occurred.\n"
            "> Could not find method nope()\n\n* Try:\n"
        ),
    ),
    non_matching=(
        ":compileJava FAILED",
        "> Task :test FAILED",
        "BUILD FAILED in 1s",
        "a > b FAILED\nnothing below",
        "a > b FAILED\n    done",
    ),
)
