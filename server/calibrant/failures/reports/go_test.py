"""What `go test` prints of tests that fail, as text and with -json, and what a Go program prints when it panics."""

import json
import re
from collections.abc import Iterator, Sequence

import msgspec

from calibrant.failures.reports.output import Line, lines_of
from calibrant.failures.reports.reader import Complaint, Reader, Spot, at
from calibrant.model.issue import Kind
from calibrant.model.text import Span

_RUN = re.compile(r"=== (?P<what>RUN|CONT|NAME) {2,3}(?P<name>\S{1,500})$")
_END = re.compile(r"(?P<indent> {0,64})--- (?P<how>FAIL|PASS|SKIP): (?P<name>\S{1,500}) \(\d[\d.]{0,20}s\)$")
_SAID = re.compile(r"(?P<indent> {4,64})(?P<file>[^\s:][^:\n]{0,200}\.go):(?P<line>\d{1,7}): (?P<said>[^\n]{0,1900})$")
_PACKAGE = re.compile(r"(?:FAIL|ok  )\t(?P<package>\S{1,300})\t")
_PANIC = re.compile(r"(?:panic|fatal error): (?P<said>[^\n]{1,1900})$")
_CALL = re.compile(r"(?:created by )?(?P<function>[^\s(][^\n]{0,400}?)(?:\([^\n]{0,400}\))?(?: in goroutine \d{1,9})?$")
_FRAME = re.compile(r"\t(?P<file>[^\n:]{1,400}\.(?:go|s)):(?P<line>\d{1,7})(?: \+0x[0-9a-f]{1,16})?$")
_OF_OTHERS = re.compile(
    r"/(?:go|go-\d[\d.]{0,10}|golang)/(?:src|pkg/mod)/|/libexec/src/|/pkg/mod/|^(?:runtime|testing|internal)/"
)
_AFTER = re.compile(r"\s{0,4}$|FAIL\b|ok  \t|exit status |=== |--- |# ")
_MOST = 60
_STACK = 200


class _Test(msgspec.Struct):
    """What a test said until now."""

    name: str
    said: list[re.Match[str]]
    lines: list[Line]
    failed: Line | None = None


def read(text: str) -> Iterator[Complaint]:
    """Yield each test that failed, and each panic; a test whose subtests failed and which says nothing itself is left out."""
    if "--- FAIL: " not in text and "panic: " not in text and "fatal error: " not in text:
        return
    lines = [_plain(line) for line in lines_of(text)] if '"Action":"' in text else lines_of(text)
    tests: list[_Test] = []
    number = 0
    while number < len(lines):
        line = lines[number].text
        if _PANIC.match(line) and (found := _panic(lines, number, tests)):
            complaint, number = found
            yield complaint
            continue
        if match := _PACKAGE.match(line):
            yield from _told(tests, match["package"])
            tests = []
        else:
            _heard(tests, lines[number])
        number += 1
    yield from _told(tests, "")


def _plain(line: Line) -> Line:
    """Return what a line of -json holds of the output."""
    if not line.text.startswith('{"'):
        return line
    try:
        event = json.loads(line.text)
    except ValueError:
        return line
    said = event.get("Output", "") if isinstance(event, dict) else ""
    return Line(line.start, said.rstrip("\n") if isinstance(said, str) else "")


def _heard(tests: list[_Test], line: Line) -> None:
    """Note what a line says of a test: with -v its words stand before the line on its end, else below it."""
    if run := _RUN.match(line.text):
        tests.append(_Test(run["name"], [], []))
    elif end := _END.match(line.text):
        test = next((one for one in reversed(tests[-_STACK:]) if one.name == end["name"] and one.failed is None), None)
        if test is None:
            test = _Test(end["name"], [], [])
        else:
            tests.remove(test)
        test.failed = line if end["how"] == "FAIL" else None
        tests.append(test)
        test.lines.append(line)
    elif tests and (said := _SAID.match(line.text)):
        tests[-1].said.append(said)
        tests[-1].lines.append(line)
    elif tests and tests[-1].said and line.text.startswith("        "):
        tests[-1].lines.append(line)


def _told(tests: Sequence[_Test], package: str) -> Iterator[Complaint]:
    parents = {test.name.rpartition("/")[0] for test in tests if test.failed}
    for test in tests:
        if test.failed and (test.said or test.name not in parents):
            yield _failed(test, package)


def _failed(test: _Test, package: str) -> Complaint:
    words = test.said[0] if test.said else None
    lines = test.lines[:_MOST]
    return Complaint(
        tool="go",
        code="test-failed",
        kind=Kind.TEST_ASSERT,
        message=words["said"] if words else "",
        file=f"{package}/{words['file']}" if package and words else words["file"] if words else "",
        at=at(words["line"]) if words else None,
        name=test.name,
        details="\n".join(line.text for line in lines),
        said=tuple(Span(line.start, line.end) for line in lines),
        loose=True,
    )


def _panic(lines: list[Line], number: int, tests: list[_Test]) -> tuple[Complaint, int] | None:
    """Return what a panic says and the number of the line after its first stack."""
    first = number
    while number < len(lines) and number < first + _MOST and not lines[number].text.startswith("goroutine "):
        number += 1
    end = number
    while end < min(len(lines), number + _STACK) and not _AFTER.match(lines[end].text):
        end += 1
    if number == end:
        return None
    frames = [match for line in lines[number:end] if (match := _FRAME.match(line.text))]
    own = [frame for frame in frames if not _OF_OTHERS.search(frame["file"])]
    test = next((one for one in reversed(tests) if one.failed), None)
    here = next((one for one in own if test and one["file"].endswith("_test.go")), own[0] if own else None)
    if test:
        test.failed = None
    said = _PANIC.match(lines[first].text)
    raised = (Spot(own[0]["file"], at(own[0]["line"]), "It was raised here."),) if own and own[0] is not here else ()
    return Complaint(
        tool="go",
        code="test-failed" if test else "script-error",
        kind=Kind.TEST_ASSERT if test else Kind.RUNTIME,
        message=f"panic: {said['said'].removesuffix(' [recovered]')}" if said else "",
        file=here["file"] if here else "",
        at=at(here["line"]) if here else None,
        name=test.name if test else "",
        details="\n".join(line.text for line in lines[first:end][:_MOST]),
        also=raised,
        said=(Span(lines[first].start, lines[end - 1].end),),
    ), end


READER = Reader(
    name="go-test",
    tools=("go", "gotestsum"),
    read=read,
    matching=(
        "--- FAIL: TestSum (0.00s)\n    sum_test.go:8: got 3\nFAIL\nFAIL\texample.com/a\t0.002s",
        "=== RUN   TestSum\n    sum_test.go:8: got 3\n--- FAIL: TestSum (0.00s)\nFAIL",
        "    --- FAIL: TestSum/negative (0.00s)",
        "panic: oops\n\ngoroutine 1 [running]:\nmain.main()\n\t/a/main.go:3 +0x2e\nexit status 2",
    ),
    non_matching=(
        "--- PASS: TestSum (0.00s)",
        "=== RUN   TestSum\n    sum_test.go:8: a note\n--- PASS: TestSum (0.00s)",
        "panic: at the disco",
    ),
)
