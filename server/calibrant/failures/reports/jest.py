"""What jest prints of tests that fail: the file's name, then a block for each test with the source and the stack."""

import re
from collections.abc import Iterator

from calibrant.failures.reports.js_frames import Frame, frames, of_test
from calibrant.failures.reports.output import Line, lines_of
from calibrant.failures.reports.reader import Complaint, Reader
from calibrant.model.issue import Kind
from calibrant.model.text import Span

_FILE = re.compile(
    r" ?(?:FAIL|PASS) {1,3}(?:\S{1,100} )??(?P<file>[^\s()][^\n()]{0,400}?\.[cm]?[jt]sx?)(?: \([^\n]{1,60}\))?\s{0,4}$"
)
_TEST = re.compile(r" {2}● (?P<name>\S[^\n]{0,500})$")
_NOT_RUN = "Test suite failed to run"
_SYNTAX = re.compile(
    r"\s{0,8}(?:SyntaxError: )?(?P<file>[^\s:][^:\n]{0,400}): (?P<said>[^\n]{1,500}) \((?P<line>\d{1,7}):(?P<column>\d{1,6})\)$"
)
_TYPES = re.compile(
    r"\s{0,8}(?P<file>[^\s:][^:\n]{0,400}):(?P<line>\d{1,7}):(?P<column>\d{1,6}) - error (?P<said>TS\d{3,6}: [^\n]{1,500})$"
)
_SOURCE = re.compile(r"\s{0,12}(?:> ?)?\d{0,7} {1,4}\|")
_EXPECTED = re.compile(r"\s{0,8}(?P<what>Expected|Received)(?: [\w ]{1,40})?: {1,20}(?P<value>[^\n]{1,200})$")
_DETAILS = 60


def read(text: str) -> Iterator[Complaint]:
    """Yield each test that failed, once: with many files jest prints all of them again at the end."""
    if "  ● " not in text:
        return
    lines = lines_of(text)
    summary = "\nTest Suites: " in text
    file, seen, number = "", set[tuple[str, str]](), 0
    while number < len(lines):
        line = lines[number].text
        number += 1
        if found := _FILE.match(line):
            file = found["file"]
        elif line.startswith("Summary of all failing tests"):
            file = ""
        elif (test := _TEST.match(line)) and not test["name"].startswith(("Console", "Cannot log after")):
            end = _end(lines, number)
            if not (file or summary or "›" in test["name"]):
                continue
            if (file, test["name"]) not in seen:
                seen.add((file, test["name"]))
                yield _failed(test["name"].strip(), file, lines[number - 1 : end])
            number = end


def _end(lines: list[Line], number: int) -> int:
    """Return the number of the line after a test's block: all in it is indented more than its heading."""
    first = number
    while number < len(lines) and (not lines[number].text.strip() or lines[number].text.startswith("   ")):
        number += 1
    while number > first and not lines[number - 1].text.strip():
        number -= 1
    return number


def _failed(name: str, file: str, lines: list[Line]) -> Complaint:
    body = [line.text for line in lines[1:]]
    not_run = name == _NOT_RUN
    main, raised = of_test(frames(body), file)
    said = _said(body)
    unreadable = (
        next((match for line in body if (match := _SYNTAX.match(line) or _TYPES.match(line))), None)
        if not_run
        else None
    )
    if unreadable:
        column = int(unreadable["column"]) + (1 if unreadable.re is _SYNTAX else 0)
        main, raised, said = Frame(unreadable["file"], int(unreadable["line"]), column), (), unreadable["said"]
    return Complaint(
        tool="jest",
        code="script-syntax" if unreadable and unreadable.re is _SYNTAX else "test-failed",
        kind=Kind.RUNTIME if unreadable and unreadable.re is _SYNTAX else Kind.TEST_ASSERT,
        message=said,
        file=main.file if main else file,
        at=main.at if main else None,
        name="" if not_run else name,
        details="\n".join(body[:_DETAILS]).strip("\n"),
        also=raised,
        line=next((line for line in body if line.strip()), ""),
        said=(Span(lines[0].start, lines[-1].end),),
    )


def _said(body: list[str]) -> str:
    """Return on one line what was expected and what was received, or what the error says."""
    words = next((line.strip() for line in body if line.strip() and not _SOURCE.match(line)), "")
    values = [match for line in body if (match := _EXPECTED.match(line))]
    if words.startswith("expect(") and values:
        return ", ".join(f"{value['what'].lower()} {value['value'].strip()}" for value in values[:2])
    return words.partition(" // ")[0].removeprefix("thrown: ").strip('"')


READER = Reader(
    name="jest",
    tools=("jest", "react-scripts"),
    read=read,
    matching=(
        (
            "FAIL test/a.test.js\n  ● adder › adds two numbers\n\n    expect(received).toBe(expected)\n\n    Expected: 3\n"
            "    Received: -1\n\n      at Object.toBe (test/a.test.js:5:23)\n\nTests: 1 failed"
        ),
        "  ● adder › adds two numbers\n\n    boom\n",
    ),
    non_matching=(
        "● bullet at the margin",
        "  ✓ adds (2 ms)",
        "PASS test/ok.test.js",
        "  ● Console\n\n    console.log\n      hi",
        "  ● first of all\n    do this\n",
    ),
)
