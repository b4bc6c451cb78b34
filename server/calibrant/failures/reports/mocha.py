"""What mocha prints of tests that fail: after the counts a numbered list, each with its titles, the error and the stack."""

import re
from collections.abc import Iterator

from calibrant.failures.reports.js_frames import frames, of_test
from calibrant.failures.reports.node import said_by
from calibrant.failures.reports.output import Line, lines_of
from calibrant.failures.reports.reader import Complaint, Reader
from calibrant.model.issue import Kind
from calibrant.model.text import Span

_COUNT = re.compile(r" {2}\d{1,6} failing$")
_NUMBERED = re.compile(r" {2}\d{1,6}\) (?P<title>\S[^\n]{0,500})$")
_TITLE = re.compile(r" {5,40}(?P<title>\S[^\n]{0,500})$")
_TIMED_OUT = re.compile(r"Timeout of \d{1,9}ms exceeded\.[^\n]{0,400}\((?P<file>[^()\n]{1,400})\)$")
_BEFORE = "Exception during run: "
_TITLES = 12
_DETAILS = 60


def read(text: str) -> Iterator[Complaint]:
    """Yield each test of the list."""
    if " failing" not in text and _BEFORE not in text:
        return
    lines = lines_of(text)
    listed, number = False, 0
    while number < len(lines):
        line = lines[number].text
        if _BEFORE in line and line.strip().startswith(_BEFORE):
            yield _not_begun(lines[number : number + _DETAILS])
        listed = listed or bool(_COUNT.match(line))
        if listed and _NUMBERED.match(line):
            end = _end(lines, number + 1)
            yield _failed(lines[number:end])
            number = end
        else:
            number += 1


def _not_begun(lines: list[Line]) -> Complaint:
    """Return the error that kept mocha from running any test."""
    body = [line.text for line in lines]
    end = next(
        (at for at in range(1, len(body)) if not re.match(r"\s{1,12}at |- |Require stack:", body[at])), len(body)
    )
    main, raised = of_test(frames(body[:end]))
    return Complaint(
        tool="mocha",
        code="test-failed",
        kind=Kind.TEST_ASSERT,
        message=body[0].strip().removeprefix(_BEFORE),
        file=main.file if main else "",
        at=main.at if main else None,
        details="\n".join(body[:end]),
        also=raised,
        said=(Span(lines[0].start, lines[end - 1].end),),
    )


def _end(lines: list[Line], number: int) -> int:
    """Return the number of the line after a test's block; messages in it may stand at the margin."""
    while number < len(lines) and not _NUMBERED.match(lines[number].text):
        if not lines[number].text and all(not line.text for line in lines[number : number + 3]):
            break
        number += 1
    while not lines[number - 1].text.strip():
        number -= 1
    return number


def _failed(lines: list[Line]) -> Complaint:
    titles, rest = _titles(lines)
    body = [line.text for line in rest]
    main, raised = of_test(frames(body))
    said = _message(body)
    late = _TIMED_OUT.search(said)
    return Complaint(
        tool="mocha",
        code="test-failed",
        kind=Kind.TEST_ASSERT,
        message=said.removesuffix(f" ({late['file']})") if late else said,
        file=main.file if main else late["file"] if late else "",
        at=main.at if main else None,
        name=" ".join(titles),
        details="\n".join(body[:_DETAILS]).strip("\n"),
        also=raised,
        said=(Span(lines[0].start, lines[-1].end),),
    )


def _titles(lines: list[Line]) -> tuple[list[str], list[Line]]:
    """Return the titles, from the outermost to the test's own, which ends with a colon, and the lines that follow."""
    first = _NUMBERED.match(lines[0].text)
    titles = [first["title"]] if first else []
    number = 1
    while (
        not titles[-1].endswith(":")
        and number < min(len(lines), _TITLES)
        and (match := _TITLE.match(lines[number].text))
    ):
        titles.append(match["title"])
        number += 1
    return [*titles[:-1], titles[-1].removesuffix(":")], lines[number:]


def _message(body: list[str]) -> str:
    said = said_by([line for line in body if not line.strip().startswith(("+ expected - actual",))])
    return said.partition(" // ")[0]


READER = Reader(
    name="mocha",
    tools=("mocha", "_mocha", "nyc", "c8"),
    read=read,
    matching=(
        "  1 passing (2ms)\n  1 failing\n\n  1) sums\n       adds:\n     TypeError: no\n      at boom (src/sums.js:5:9)\n\n",
        "  0 passing (1ms)\n  2 failing\n\n  1) a:\n     Error: x\n      at C (t.js:1:2)\n\n  2) b:\n     Error: y\n",
    ),
    non_matching=("  1) adds two numbers", "  3 passing (2ms)", "  1) first point\n  2) second point\n"),
)
