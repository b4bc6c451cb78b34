"""JUnit XML, which test runners leave as files: `testcase` elements with a `failure` or an `error`.

There is no standard; read are the elements and attributes that pytest, Surefire, Gradle, jest-junit, Vitest and gotestsum write
(https://github.com/testmoapp/junitxml collects them), and what Ruff and ESLint write in this form. No document type and no
entity is accepted.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from xml.parsers import expat

import msgspec

from calibrant.failures.reports.frames import deepest, native, of_pytest
from calibrant.failures.reports.pytest import of_report
from calibrant.failures.reports.reader import Complaint, at
from calibrant.model.issue import At, Kind

_MOST = 5_000
_LONGEST = 20_000
_DEEPEST = 50
_BAD = ("failure", "error")
_SOURCE = re.compile(r"[^\s:]{1,1000}\.(?:[cm]?[jt]sx?|vue|svelte|py|rb)")
"""What a class is called that is no class but the file of the test (Vitest)."""
_LINTER = re.compile(r"org\.(?P<tool>ruff|eslint)\.(?P<rule>[^\s]{1,200})")
_POSITION = re.compile(r"line (\d{1,7}), col (\d{1,7})")


class _Refused(Exception):  # noqa: N818 - never seen outside
    """The text is not read: it declares a document type, or is nested too deep."""


def read(text: str) -> Iterator[Complaint]:
    """Yield each test that failed or could not be run; of what is no XML what came before. Never raises."""
    reading = _Reading()
    parser = expat.ParserCreate("utf-8")  # as it is handed over, whatever the file's first line says
    parser.buffer_text = True
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.data
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    with suppress(expat.ExpatError, _Refused):  # a runner that was killed leaves half a file
        parser.Parse(text.encode("utf-8", "replace"), True)
    yield from reading.found


def _refuse(*_declared: object) -> None:
    raise _Refused


class _Reading:
    """What was read so far: the suites and the test that are open, and the failures found."""

    def __init__(self) -> None:
        self.found: list[Complaint] = []
        self._open: list[tuple[str, Mapping[str, str]]] = []
        self._text: list[str] = []
        self._length = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if len(self._open) == _DEEPEST:
            raise _Refused
        self._open.append((name, attributes))
        if name in _BAD:
            self._text, self._length = [], 0

    def data(self, text: str) -> None:
        if self._open and self._open[-1][0] in _BAD and self._length < _LONGEST:
            self._text.append(text[: _LONGEST - self._length])
            self._length += len(text)

    def end(self, name: str) -> None:
        _, attributes = self._open.pop()
        if name in _BAD and self._open and self._open[-1][0] == "testcase" and len(self.found) < _MOST:
            self.found.append(_complaint(attributes, self._open, "".join(self._text)))


def _complaint(attributes: Mapping[str, str], above: list[tuple[str, Mapping[str, str]]], text: str) -> Complaint:
    case = above[-1][1]
    suites = [given for name, given in above if name == "testsuite"]
    if any(suite.get("name") == "pytest" for suite in suites):
        return _of_pytest(case, attributes, text)
    if suites and (linter := _LINTER.fullmatch(case.get("name", ""))):
        return _of_linter(linter, suites[-1].get("name", ""), attributes, text)
    said = attributes.get("message", "").strip() or text.strip()
    of_class = case.get("classname", "")
    of_file = of_class if any(suite.get("name") == of_class for suite in suites) and _SOURCE.fullmatch(of_class) else ""
    file, place = _place(
        case.get("file") or next((suite["file"] for suite in suites if "file" in suite), of_file), case, text
    )
    name, of = case.get("name", ""), "" if of_file else of_class.rpartition(".")[2]
    return Complaint(
        tool="junit",
        code="test-failed",
        kind=Kind.TEST_ASSERT,
        message=next((line.strip() for line in said.split("\n") if line.strip()), "").removeprefix("AssertionError: "),
        file=file,
        at=place,
        name="" if of_file == name else f"{of}.{name}" if of and of not in name else name,
        details=text.strip() or said,
        reader="junit",
    )


def _of_linter(named: re.Match[str], file: str, attributes: Mapping[str, str], text: str) -> Complaint:
    """Return what a linter reports as if it were a test: a suite for each file, and the place in the text."""
    position = _POSITION.match(text.strip())
    return Complaint(
        tool=named["tool"],
        code="lint-finding",
        kind=Kind.LINT,
        message=attributes.get("message", "").strip().split("\n", 1)[0],
        file=file,
        at=at(position[1], position[2]) if position else None,
        rule=named["rule"],
        details=text.strip(),
        reader="junit",
    )


def _of_pytest(case: Mapping[str, str], attributes: Mapping[str, str], text: str) -> Complaint:
    """Return what pytest reports, whose text is what it prints; the class is the path of the file in dots."""
    said = attributes.get("message", "")
    collected = said != "collection failure"
    found = of_report(case.get("name", ""), case.get("classname", ""), text, collected=collected)
    file = found.file or case.get("file", "") or ("" if collected else case.get("name", "").replace(".", "/") + ".py")
    message = found.message or said.split("\n", 1)[0].removeprefix("AssertionError: ")
    return msgspec.structs.replace(found, file=file, message=message, details=text.strip(), reader="junit", said=())


def _place(file: str, case: Mapping[str, str], text: str) -> tuple[str, At | None]:
    """Return file and line of a failed test: as its traceback tells, else as the test's own attributes do."""
    lines = text.split("\n")
    if file:
        named = re.compile(rf"(?:^|[\s(/\\]){re.escape(posixpath.basename(file))[:300]}(?::|\", line )(\d{{1,7}})")
        if match := next((found for line in lines if (found := named.search(line[: _DEEPEST * 40]))), None):
            return file, at(match[1])
        line = case.get("line", "")
        return file, at(line) if line.isascii() and line.isdigit() and len(line) < 8 and line != "0" else None
    frames = [frame for line in lines if (frame := of_pytest(line[:1000]) or native(line[:1000]))]
    main = deepest(frames[:1]) or deepest(frames)
    return (main.file, main.at) if main else ("", None)
