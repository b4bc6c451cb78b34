"""What Node prints of an error that nobody caught, and the failing tests of `node --test` (reporters spec and dot)."""

import re
from collections.abc import Generator, Iterator

from calibrant.failures.reports.js_frames import Frame, frames, main_and_raised, of_test, path_of
from calibrant.failures.reports.output import Line, lines_of
from calibrant.failures.reports.reader import Complaint, Reader
from calibrant.model.issue import Kind
from calibrant.model.text import Span

_HEADER = re.compile(
    r"(?P<file>(?:file://|node:)?(?:[A-Za-z]:[\\/]|/|internal/)[^:\n]{1,400}|node:[\w/:]{1,200}):(?P<line>\d{1,7})$"
)
_CARET = re.compile(r"(?P<space>[ \t]{0,1000})\^{1,500}\s{0,20}$")
_ERROR = re.compile(r"(?P<name>[A-Z][\w$]{0,100})(?: \[(?P<code>\w{1,100})\])?: (?P<said>[^\n]{1,1900})$")
_TEST_AT = re.compile(r"test at (?P<file>[^\n]{1,400}):(?P<line>\d{1,7}):(?P<column>\d{1,6})$")
_TEST = re.compile(r"✖ (?P<name>[^\n]{1,500}?) \(\d[\d.]{0,20}ms\)(?P<directive> # (?:TODO|SKIP)[^\n]{0,200})?$")
_SUITE = re.compile(r"\s{0,8}'\d{1,6} subtests? failed'$")
_ASKING = re.compile(r" imported from (?P<asks>[^\n]{1,400})$|^- (?P<requires>[^\n]{1,400})$")
_MOST = 60
_SOURCE = 4


def read(text: str) -> Iterator[Complaint]:
    """Yield the errors that ended a program, and the tests that the last list of a test run names."""
    lines = lines_of(text)
    number = 0
    while number < len(lines):
        line = lines[number].text
        if _HEADER.match(line) and (error := _uncaught(lines, number)):
            yield error
            number += 1
        elif line in ("✖ failing tests:", "Failed tests:"):
            number = yield from _tests(lines, number + 1)
        else:
            number += 1


def _uncaught(lines: list[Line], number: int) -> Complaint | None:
    """Return the error whose source is shown at that line: its place, the source, a mark, the error and its stack."""
    header = _HEADER.match(lines[number].text)
    caret = next((at for at in range(number + 2, min(len(lines), number + _SOURCE)) if _CARET.match(lines[at].text)), 0)
    if header is None or not caret:
        return None
    end = _end_of_error(lines, caret + 1)
    body = [line.text for line in lines[caret + 1 : end]]
    said = next((line for line in body if line.strip()), "")
    error = _ERROR.match(said)
    main, raised = main_and_raised(frames(body))
    asking = next((match for line in body[:6] if (match := _ASKING.search(line))), None)
    marked = _CARET.match(lines[caret].text)
    column = len(marked["space"]) + 1 if marked else 1
    shown = Frame(path_of(header["file"]), int(header["line"]), column)
    if main is None or (error and error["name"] == "SyntaxError" and shown.own):
        main = shown if shown.own else None
    unreadable = bool(error and error["name"] == "SyntaxError" and main == shown)
    asserted = bool(error and error["name"] == "AssertionError")
    return Complaint(
        tool="node",
        code="script-syntax" if unreadable else "test-failed" if asserted else "script-error",
        kind=Kind.TEST_ASSERT if asserted else Kind.RUNTIME,
        message=(error["said"] if error and (unreadable or asserted) else said.strip()).removesuffix(":"),
        file=main.file if main else path_of(asking["asks"] or asking["requires"]) if asking else "",
        at=main.at if main else None,
        rule=(error["code"] or "") if error else "",
        details="\n".join(line.text for line in lines[number:end]),
        also=raised,
        said=(Span(lines[number].start, lines[end - 1].end),),
    )


def _end_of_error(lines: list[Line], number: int) -> int:
    """Return the number of the line after an error: what follows Node's own version is of something else."""
    stop = min(len(lines), number + _MOST)
    for at_line in range(number, stop):
        if lines[at_line].text.startswith("Node.js v"):
            return at_line + 1
        if at_line > number and _HEADER.match(lines[at_line].text):
            return at_line
    return stop


def _tests(lines: list[Line], number: int) -> Generator[Complaint, None, int]:
    """Yield the tests of a list of those that failed; returns the number of the line after it."""
    place: re.Match[str] | None = None
    while number < len(lines):
        line = lines[number].text
        test = _TEST.match(line)
        if found := _TEST_AT.match(line):
            place = found
        elif test:
            end = _end_of_test(lines, number + 1)
            if not test["directive"] and not _SUITE.match(lines[min(number + 1, len(lines) - 1)].text):
                yield _failed(test["name"], place, lines[number:end])
            place, number = None, end - 1
        elif line and not line.startswith(" "):
            break
        number += 1
    return number


def _end_of_test(lines: list[Line], number: int) -> int:
    while number < len(lines) and (not lines[number].text or lines[number].text.startswith(" ")):
        number += 1
    while not lines[number - 1].text.strip():
        number -= 1
    return number


def _failed(name: str, place: re.Match[str] | None, lines: list[Line]) -> Complaint:
    body = [line.text.removeprefix("  ") for line in lines[1:]]
    file = place["file"] if place else ""
    main, raised = of_test(frames(body), file)
    of_file = [line.strip() for line in body if line.strip()] == ["'test failed'"]
    if main is None and place:
        main = Frame(file, int(place["line"]), int(place["column"]))
    return Complaint(
        tool="node",
        code="test-failed",
        kind=Kind.TEST_ASSERT,
        message=said_by(body),
        file=main.file if main else "",
        at=main.at if main else None,
        name=name,
        details="\n".join(line.text for line in lines[:_MOST]),
        also=raised,
        said=(Span(lines[0].start, lines[-1].end),),
        weak=of_file,
    )


def said_by(body: list[str]) -> str:
    """Return on one line what an error says before its stack: the message, and what stands below it as far as it is short."""
    said: list[str] = []
    for line in body:
        if re.match(r"\s{0,40}at ", line) or len(said) == 3:
            break
        if words := line.strip().strip("'"):
            said.append(words)
        elif len(said) > 1:
            break
    first = _ERROR.match(said[0]) if said else None
    if first and first["name"] in ("AssertionError", "Error"):
        said[0] = first["said"]
    if said and said[0].endswith(":") and len(said) > 1 and not said[1].startswith("+ actual"):
        return f"{said[0]} {said[1]}"
    return said[0].removesuffix(":") if said else ""


READER = Reader(
    name="node",
    tools=("node", "nodejs", "tsx", "ts-node"),
    read=read,
    matching=(
        "/a/x.js:5\n  throw new TypeError('no');\n  ^\n\nTypeError: no\n    at f (/a/x.js:5:9)\n\nNode.js v20.20.2",
        "✖ failing tests:\n\ntest at test/a.js:6:3\n✖ adds (1.1ms)\n  Error: no\n      at T (/a/test/a.js:7:1)\n",
    ),
    non_matching=(
        "/a/x.js:5\nfoo",
        "    at f (/a/x.js:5:9)",
        "✖ adds two numbers (1.1ms)",
        "✖ failing tests:\n\ntest at a.js:1:1\n✖ sums (1.8ms)\n  '2 subtests failed'",
    ),
)
