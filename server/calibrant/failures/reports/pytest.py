"""What pytest prints of tests that fail: sections with tracebacks in every style of --tb, and the short summary."""

import re
from collections.abc import Iterator, Sequence

from calibrant.failures.reports.frames import Frame, deepest, native, of_pytest
from calibrant.failures.reports.output import Line, lines_of
from calibrant.failures.reports.pytest_summary import COLLECTING, ERROR_AT, Entry, Section, Summary, short
from calibrant.failures.reports.reader import Complaint, Reader, Spot
from calibrant.model.issue import Kind
from calibrant.model.text import Span

_HEADING = re.compile(r"={3,200} (?P<title>FAILURES|ERRORS|short test summary info) ={3,200}$")
_BANNER = re.compile(r"(?:=|!){3,200} [^\n]{1,300} (?:=|!){3,200}$|={3,200}$")
_TITLE = re.compile(r"_{1,200} (?P<title>\S[^\n]{0,500}?) _{1,200}$")
_CAPTURED = re.compile(r"-{3,200} (?:Captured|live) [^\n]{1,60} -{3,200}$")
_CONFTEST = re.compile(r"ImportError while loading conftest '(?P<file>[^'\n]{1,300})'\.$")
_SAID = re.compile(r"E {1,60}(?P<said>\S[^\n]{0,1000})$")
_LINE_STYLE = re.compile(r"(?P<file>[^\s:][^:\n]{0,300}):(?P<line>\d{1,7}): (?P<said>[^\n]{1,1000})$")
_EXCEPTION = re.compile(r"[A-Za-z_][\w.]{0,100}(?:: |$)")
_WORKER = re.compile(r"\[gw\d{1,4}\] ")
_MARKS = ("= FAILURES =", "= ERRORS =", "FAILED ", "ERROR ", "ImportError while loading conftest")
_DETAILS = 60


def read(text: str) -> Iterator[Complaint]:
    """Yield each failed test and each error, with what both its section and its line of the summary say."""
    if not any(mark in text for mark in _MARKS):
        return
    lines = lines_of(text)
    summary = Summary(lines)
    for section in _sections(lines):
        yield _complaint(section, summary.take(section))
    for entry in summary.left():
        yield _without_section(entry)


def _sections(lines: Sequence[Line]) -> Iterator[Section]:
    inside, number = "", 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if heading := _HEADING.match(line.text):
            inside = heading["title"]
        elif _BANNER.match(line.text):
            inside = ""
        elif conftest := _CONFTEST.match(line.text):
            end = next((at for at in range(number, len(lines)) if not lines[at].text.strip()), len(lines))
            yield _section(f"ERROR collecting {conftest['file']}", lines[number - 1 : end])
            number = end
        elif inside in ("FAILURES", "ERRORS") and (title := _TITLE.match(line.text)):
            end = next((at for at in range(number, len(lines)) if _ends(lines[at].text)), len(lines))
            yield _section(title["title"], lines[number - 1 : end])
            number = end
        elif inside == "FAILURES" and (match := _LINE_STYLE.match(line.text)):
            frame = Frame(match["file"], int(match["line"]))
            yield Section("", Span(line.start, line.end), [], [frame], match["said"])


def _ends(line: str) -> bool:
    if line.startswith("_"):
        return bool(_TITLE.match(line)) and not line.startswith("_ _ ")
    return line.startswith(("=", "!")) and bool(_BANNER.match(line))


def _section(title: str, lines: Sequence[Line]) -> Section:
    texts = [line.text for line in lines[1:]]
    told = next((number for number, line in enumerate(texts) if _CAPTURED.match(line)), len(texts))
    frames = [frame for line in texts[:told] if (frame := of_pytest(line) or native(line))]
    while texts and not texts[-1].strip():
        texts.pop()
    return Section(title, Span(lines[0].start, lines[-1].end), texts, frames, _said(texts[:told]))


def _said(lines: Sequence[str]) -> str:
    """Return what the last exception says: the first line of the last block marked E, or the last line of a native traceback."""
    block: list[str] = []
    for number, line in enumerate(lines):
        if match := _SAID.match(line):
            if not (number and lines[number - 1].startswith("E ")):
                block = []
            block.append(match["said"])
    if block:
        unreadable = block[0].startswith('File "')
        return block[-1] if unreadable else block[0]
    if any(line.startswith("Traceback (most recent call last)") for line in lines):
        return next((line for line in reversed(lines) if _EXCEPTION.match(line)), "")
    said = [line.strip() for line in lines if line.strip() and not _WORKER.match(line)]
    return said[0] if len(said) == 1 else ""


def _complaint(section: Section, entry: Entry | None) -> Complaint:
    if collecting := COLLECTING.match(section.title):
        return _not_collected(section, entry.file if entry else collecting["file"], entry)
    error = ERROR_AT.match(section.title)
    name = entry.name if entry else error["name"] if error else section.title
    main = _own_line(section.frames, entry.file if entry else "", name)
    said = short(section.said or (entry.said if entry else ""))
    if error:
        said = f"{'before' if error['when'] == 'setup' else 'after'} it, {said}" if said else ""
    return Complaint(
        tool="pytest",
        code="test-failed",
        kind=Kind.TEST_ASSERT,
        message=said,
        file=main.file if main else entry.file if entry else "",
        at=main.at if main else None,
        name=name,
        details=_details(section),
        also=_raised(section.frames, main),
        said=_spans(section, entry),
    )


def _spans(section: Section, entry: Entry | None) -> tuple[Span, ...]:
    return (section.span, entry.span) if entry else (section.span,)


def of_report(name: str, of: str, text: str, *, collected: bool) -> Complaint:
    """Return what pytest's own report of one test says, as it stands in JUnit XML.

    `of` is the path of the test's file in dots, with its class; `name` is such a path where the file was not `collected`.
    """
    section = _section(name if collected else f"ERROR collecting {name}", lines_of(f"\n{text}"))
    files = (frame.file for frame in section.frames)
    file = next((one for one in files if f"{of}.".startswith(one.removesuffix(".py").replace("/", ".") + ".")), "")
    return _complaint(section, Entry(collected, file, name, "", section.span) if file else None)


def _not_collected(section: Section, file: str, entry: Entry | None) -> Complaint:
    there = deepest(section.frames)
    main = there or next((frame for frame in section.frames if frame.file == file), None)
    said = section.said or (entry.said if entry else "")
    broken = said.startswith(("SyntaxError", "IndentationError", "TabError"))
    return Complaint(
        tool="pytest",
        code="script-syntax" if broken else "test-failed",
        kind=Kind.RUNTIME if broken else Kind.TEST_ASSERT,
        message=said if not broken else _after_colon(said),
        file=main.file if main else file,
        at=main.at if main else None,
        details=_details(section),
        said=_spans(section, entry),
    )


def _without_section(entry: Entry) -> Complaint:
    """Return what the summary alone tells, as with --tb=no: no line."""
    return Complaint(
        tool="pytest",
        code="test-failed",
        kind=Kind.TEST_ASSERT,
        message=short(entry.said),
        file=entry.file,
        name=entry.name,
        said=(entry.span,),
    )


def _own_line(frames: Sequence[Frame], file: str, name: str) -> Frame | None:
    """Return where the test itself stopped: its own function's frame, else one in its file, else the first one."""
    function = re.split(r"::|\.", re.split(r"\[| \(", name, maxsplit=1)[0])[-1]
    if not file:
        own = [frame for frame in frames if frame.own]
        return next((frame for frame in own if function and frame.name == function), own[0] if own else None)
    of_file = [frame for frame in frames if _same_file(frame.file, file)]
    return next((frame for frame in of_file if frame.name == function), of_file[0] if of_file else None)


def _same_file(one: str, other: str) -> bool:
    return one == other or one.endswith(f"/{other}") or other.endswith(f"/{one}")


def _raised(frames: Sequence[Frame], main: Frame | None) -> tuple[Spot, ...]:
    last = deepest(frames)
    if last is None or (main and (last.file, last.line) == (main.file, main.line)):
        return ()
    return (last.spot("It was raised here."),)


def _details(section: Section) -> str:
    lines = section.lines
    return "\n".join(lines if len(lines) <= _DETAILS else [*lines[:10], "…", *lines[10 - _DETAILS :]])


def _after_colon(said: str) -> str:
    return said.partition(": ")[2] or said


READER = Reader(
    name="pytest",
    tools=("pytest", "py.test"),
    read=read,
    matching=(
        "FAILED tests/test_a.py::test_x - assert 1 == 2",
        "FAILED test_b.py::TestC::test_d[a b]",
        "ERROR tests/test_a.py - NameError: name 'x' is not defined",
        "===== FAILURES =====\n_____ test_a _____\nt.py:3: in test_a\n    assert 1 == 2\nE   assert 1 == 2\n",
        "===== FAILURES =====\n/a/t.py:3: assert 1 == 2\n=== 1 failed in 0.01s ===",
    ),
    non_matching=(
        "FAILED (failures=1)",
        "PASSED tests/test_a.py::test_x",
        "ERROR: file or directory not found: x.py",
        "===== 3 passed in 0.12s =====",
    ),
)
