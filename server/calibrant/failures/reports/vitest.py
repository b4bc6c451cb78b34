"""What vitest prints of tests and files that fail: a list at the end, each with the error, the place and the source."""

import re
from collections.abc import Iterator

from calibrant.failures.reports.js_frames import frames, of_test
from calibrant.failures.reports.output import Line, lines_of
from calibrant.failures.reports.reader import Complaint, Reader
from calibrant.model.issue import Kind
from calibrant.model.text import Span

_FAIL = re.compile(
    r" ?FAIL {1,3}(?:\|[^|\n]{1,100}\| )?(?P<file>[^\s>\[][^>\[\n]{0,400}?)(?: > (?P<name>[^\n]{1,500})| \[ [^\n]{1,400} \])$"
)
_RULE = re.compile(r"⎯{5,200}")
_UNCAUGHT = re.compile(r"⎯{5,200} (?:Uncaught Exception|Unhandled Rejection|Unhandled Error) ⎯{5,200}$")
_ERROR = re.compile(r"(?P<name>[A-Z][\w$.]{0,100}): (?P<said>[^\n]{1,1900})$")
_DETAILS = 60


def read(text: str) -> Iterator[Complaint]:
    """Yield each test and each file that failed; several in a row share the error that is printed below them."""
    if "⎯⎯⎯⎯⎯" not in text:
        return
    lines = lines_of(text)
    number = 0
    while number < len(lines):
        headings: list[tuple[re.Match[str], Line]] = []
        while number < len(lines) and (match := _FAIL.match(lines[number].text)):
            headings.append((match, lines[number]))
            number += 1
        if not headings:
            uncaught = _UNCAUGHT.match(lines[number].text)
            number += 1
            if not uncaught:
                continue
        first = number
        while number < len(lines) and not _RULE.match(lines[number].text) and not _FAIL.match(lines[number].text):
            number += 1
        last = next((at for at in range(number, first, -1) if lines[at - 1].text.strip()), first)
        if not headings:
            yield _uncaught(lines[first - 1 : last])
        for match, heading in headings:
            yield _failed(match, heading, lines[first:last])


def _failed(match: re.Match[str], heading: Line, block: list[Line]) -> Complaint:
    body = [line.text for line in block]
    error = _ERROR.match(body[0]) if body else None
    main, raised = of_test(frames(body), match["file"])
    unreadable = bool(error and error["name"] == "SyntaxError")
    return Complaint(
        tool="vitest",
        code="test-failed",
        kind=Kind.TEST_ASSERT,
        message=_said(error, body, keep=unreadable),
        file=main.file if main else match["file"],
        at=main.at if main else None,
        name=match["name"] or "",
        details="\n".join(body[:_DETAILS]).strip("\n"),
        also=raised,
        line=body[0] if body else "",
        said=(Span(heading.start, heading.end), Span(block[0].start, block[-1].end))
        if block
        else (Span(heading.start, heading.end),),
    )


def _uncaught(block: list[Line]) -> Complaint:
    """Return an error that is of no test."""
    body = [line.text for line in block[1:]]
    main, raised = of_test(frames(body))
    return Complaint(
        tool="vitest",
        code="script-error",
        kind=Kind.RUNTIME,
        message=next((line.strip() for line in body if line.strip()), ""),
        file=main.file if main else "",
        at=main.at if main else None,
        details="\n".join(body[:_DETAILS]).strip("\n"),
        also=raised,
        said=(Span(block[0].start, block[-1].end),),
    )


def _said(error: re.Match[str] | None, body: list[str], *, keep: bool) -> str:
    if error is None:
        return body[0].strip() if body else ""
    said = error["said"].partition(" // ")[0]
    return said if error["name"] in ("AssertionError", "Error") and not keep else f"{error['name']}: {said}"


READER = Reader(
    name="vitest",
    tools=("vitest",),
    read=read,
    matching=(
        (
            "⎯⎯⎯⎯⎯⎯⎯ Failed Tests 1 ⎯⎯⎯⎯⎯⎯⎯\n\n FAIL  test/a.test.js > sums > adds\nAssertionError: expected -1 to be 3\n\n"
            " ❯ test/a.test.js:6:23\n      4| \n\n⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[1/1]⎯\n"
        ),
        (
            "⎯⎯⎯⎯⎯⎯ Failed Suites 1 ⎯⎯⎯⎯⎯⎯\n\n FAIL  test/b.test.js [ test/b.test.js ]\nError: Cannot find module '../gone.js'\n"
            " ❯ test/b.test.js:1:1\n"
        ),
    ),
    non_matching=("FAIL test/a.test.js\n  ● adds", " ✓ test/a.test.js (3 tests)", "⎯⎯⎯⎯⎯⎯⎯ nothing here ⎯⎯⎯⎯⎯⎯⎯"),
)
