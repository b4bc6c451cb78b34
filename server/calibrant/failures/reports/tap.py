"""Test results in the Test Anything Protocol: of `node --test`, mocha, tap, tape, Perl's prove, bats.

A test that fails is a line `not ok`; below it stand its diagnostics as YAML between `---` and `...`, or as comments
(https://testanything.org/tap-version-14-specification.html).
"""

import re
from collections.abc import Iterator

from calibrant.failures.reports.js_frames import frames, of_test, path_of
from calibrant.failures.reports.node import said_by
from calibrant.failures.reports.output import Line, lines_of
from calibrant.failures.reports.reader import Complaint, Reader, at
from calibrant.model.issue import At, Kind
from calibrant.model.text import Span

_NOT_OK = re.compile(
    r"(?P<indent> {0,64})not ok\b(?: \d{1,7})?(?: - | )?(?P<name>[^\n]{0,500}?)(?P<directive> # ?(?:TODO"
    r"|SKIP)\b[^\n]{0,300})?$",
    re.IGNORECASE,
)
_PLAN = re.compile(r"^(?:TAP version 1\d| {0,64}1\.\.\d{1,7}(?: |$)| {0,64}(?:not )?ok \d{1,7}\b)", re.MULTILINE)
_KEY = re.compile(
    r" {0,64}(?P<key>location|error|message|failureType|at|expected|actual): {0,4}(?P<value>[^\n]{0,1900})$"
)
_PLACE = re.compile(r"(?:[^()\n]{0,300}\()?(?P<file>[^():*?\n]{1,400}):(?P<line>\d{1,7}):(?P<column>\d{1,6})\)?$")
_COMMENT_AT = re.compile(
    r"# {1,8}(?:at (?P<perl>[^\n]{1,400}) line (?P<perl_line>\d{1,7})\.|"
    r"\((?:in|from) [^\n]{0,300}?(?:file )(?P<bats>[^\n,]{1,400}), line (?P<bats_line>\d{1,7})\)[,]?)$"
)
_MOST = 80


def read(text: str) -> Iterator[Complaint]:
    """Yield each test that failed; one that only says that tests inside it failed is not told again."""
    if "not ok" not in text or not _PLAN.search(text):
        return
    lines = lines_of(text)
    number = 0
    while number < len(lines):
        match = _NOT_OK.match(lines[number].text) if "ok" in lines[number].text else None
        number += 1
        if match:
            first = number - 1
            number = _end(lines, number, len(match["indent"]))
            if not match["directive"] and (found := _failed(match, lines[first:number])):
                yield found


def _end(lines: list[Line], number: int, indent: int) -> int:
    """Return the number of the line after a test's diagnostics: they are indented further, or comments."""
    stop = min(len(lines), number + _MOST)
    first = number
    while number < stop:
        line = lines[number].text
        if line.strip() == "..." and len(line) - 3 > indent:
            return number + 1
        deep = len(line) - len(line.lstrip(" ")) > indent
        comment = line.startswith("#") and not line.startswith(("# Subtest", "# tests ", "# pass ", "# fail "))
        if line.strip() and not deep and not comment:
            break
        number += 1
    while number > first and not lines[number - 1].text.strip():
        number -= 1
    return number


def _failed(match: re.Match[str], lines: list[Line]) -> Complaint | None:
    body = [line.text for line in lines[1:]]
    told = _keys(body)
    if told.get("failureType") == "subtestsFailed":
        return None
    place, file = _place(told, body)
    main, raised = of_test(frames(_stack(body)), file)
    return Complaint(
        tool="node" if "failureType" in told else "bats" if file.endswith(".bats") else "tap",
        code="test-failed",
        kind=Kind.TEST_ASSERT,
        message=_said(told, body),
        file=main.file if main else file,
        at=main.at if main else place,
        name=match["name"].strip(),
        details="\n".join(line.text for line in lines[1:]),
        also=raised,
        said=(Span(lines[0].start, lines[-1].end),),
    )


def _keys(body: list[str]) -> dict[str, str]:
    out: dict[str, str] = {}
    for number, line in enumerate(body):
        if (match := _KEY.match(line)) and match["key"] not in out:
            value = match["value"].strip()
            if value in ("|-", "|", ">-", ">"):
                value = said_by(body[number + 1 :])
            out[match["key"]] = value.strip("'\"")
    return out


def _place(told: dict[str, str], body: list[str]) -> tuple[At | None, str]:
    if match := _PLACE.match(told.get("location") or told.get("at") or ""):
        return at(match["line"], match["column"]), path_of(match["file"])
    for line in body:
        if comment := _COMMENT_AT.match(line):
            return at(comment["perl_line"] or comment["bats_line"]), comment["perl"] or comment["bats"]
    return None, ""


def _stack(body: list[str]) -> Iterator[str]:
    """Yield the lines of the stack, which in YAML stand without the word in front."""
    for line in body:
        words = line.strip()
        yield words if words.startswith("at ") else f"at {words}"


def _said(told: dict[str, str], body: list[str]) -> str:
    if told.get("error") or told.get("message"):
        return told.get("error") or told["message"]
    if "expected" in told and "actual" in told:
        return f"expected {told['expected']}, got {told['actual']}"
    comments = [line.lstrip("# ") for line in body if line.startswith("#") and not _COMMENT_AT.match(line)]
    if comments:
        return "; ".join(words for words in comments[:3] if words and not words.startswith("Failed test"))
    return said_by([line for line in body if line.strip() not in ("---", "...")])


READER = Reader(
    name="tap",
    tools=("node", "mocha", "tap", "tape", "bats", "perl"),
    read=read,
    matching=(
        "TAP version 13\nok 1 - a\nnot ok 2 - sums are right\n  ---\n  location: '/a/t.js:6:3'\n  error: 'no'\n  ...\n1..2",
        "not ok 1 sums adds two numbers\n  no\n      at Context.<anonymous> (test/a.js:6:12)\n# tests 1",
        "not ok 1 - adds\n#   Failed test 'adds'\n#   at t/sums.t line 3.\n#          got: '1'\n#     expected: '2'",
    ),
    non_matching=(
        "not ok 2 - later # TODO",
        "ok 2 - sums are right",
        "it is not okay",
        "not ok, the server said",
        "not ok 1 - x # SKIP no network",
    ),
)
