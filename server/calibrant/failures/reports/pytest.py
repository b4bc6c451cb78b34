"""What pytest prints of tests that fail: sections with tracebacks in every style of --tb, and the short summary."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice

import msgspec

from calibrant.failures.reports.frames import Frame, deepest, native, of_pytest
from calibrant.failures.reports.output import Line, lines_of
from calibrant.failures.reports.reader import Complaint, Reader, Spot
from calibrant.model.issue import Kind
from calibrant.model.text import Span

_HEADING = re.compile(r"={3,200} (?P<title>FAILURES|ERRORS|short test summary info) ={3,200}$")
_BANNER = re.compile(r"(?:=|!){3,200} [^\n]{1,300} (?:=|!){3,200}$|={3,200}$")
_TITLE = re.compile(r"_{1,200} (?P<title>\S[^\n]{0,500}?) _{1,200}$")
_CAPTURED = re.compile(r"-{3,200} (?:Captured|live) [^\n]{1,60} -{3,200}$")
_CONFTEST = re.compile(r"ImportError while loading conftest '(?P<file>[^'\n]{1,300})'\.$")
_SUMMARY = re.compile(
    r"(?P<status>FAILED|ERROR|SUBFAIL(?:ED)?(?P<part>\([^\n)]{1,200}\)|\[[^\n\]]{1,200}\])?) "
    r"(?P<file>[^\s:][^:\n]{0,300}?\.\w{1,8})"
    r"(?:::(?P<name>[^\n\[]{1,300}?(?:\[[^\n]{0,300}?\])?))?(?: - (?P<said>[^\n]{0,1000}))?$"
)
_ERROR_AT = re.compile(r"ERROR at (?P<when>setup|teardown|collection) of (?P<name>[^\n]{1,500})$")
_COLLECTING = re.compile(r"ERROR collecting (?P<file>[^\n]{1,300})$")
_SAID = re.compile(r"E {1,60}(?P<said>\S[^\n]{0,1000})$")
_LINE_STYLE = re.compile(r"(?P<file>[^\s:][^:\n]{0,300}):(?P<line>\d{1,7}): (?P<said>[^\n]{1,1000})$")
_EXCEPTION = re.compile(r"[A-Za-z_][\w.]{0,100}(?:: |$)")
_WORKER = re.compile(r"\[gw\d{1,4}\] ")
_MARKS = ("= FAILURES =", "= ERRORS =", "FAILED ", "ERROR ", "ImportError while loading conftest")
_DETAILS = 60
_AHEAD = 20
_DEPTH = 20


class _Section(msgspec.Struct):
    """What stands below one title: a failed test, an error at its setup, a file that could not be collected."""

    title: str
    span: Span
    lines: list[str]
    frames: list[Frame]
    said: str = ""


class _Entry(msgspec.Struct, frozen=True):
    """A line of the short summary."""

    failed: bool
    file: str
    name: str
    said: str
    span: Span


def read(text: str) -> Iterator[Complaint]:
    """Yield each failed test and each error, with what both its section and its line of the summary say."""
    if not any(mark in text for mark in _MARKS):
        return
    lines = lines_of(text)
    summary = _Summary(lines)
    for section in _sections(lines):
        yield _complaint(section, summary.take(section))
    for entry in summary.left():
        yield _without_section(entry)


class _Summary:
    """The short summary, in which the line on each section is found at once."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._entries = [entry for line in lines if (entry := _entry(line))]
        self._free = dict.fromkeys(range(len(self._entries)))
        self._by_key: dict[tuple[bool, str], list[int]] = defaultdict(list)
        for number, entry in enumerate(self._entries):
            self._by_key[entry.failed, _key(entry.name or entry.file)].append(number)

    def take(self, section: _Section) -> _Entry | None:
        """Return the line on a section, once; of several tests of one name the one whose file is in the traceback."""
        if not section.title:
            fitting = [at for at in islice(self._free, _AHEAD) if _says(self._entries[at], section.said)]
        else:
            keys = _keys(section.title)
            fitting = [at for key in keys for at in self._by_key.get(key, ())[:_AHEAD] if at in self._free]
        files = {frame.file for frame in section.frames}
        best = next((at for at in fitting if self._entries[at].file in files), fitting[0] if fitting else None)
        if best is None:
            return None
        del self._free[best]
        if section.title:
            entry = self._entries[best]
            self._by_key[entry.failed, _key(entry.name or entry.file)].remove(best)
        return self._entries[best]

    def left(self) -> Iterator[_Entry]:
        """Yield the lines that no section is about."""
        return (self._entries[number] for number in self._free)


def _entry(line: Line) -> _Entry | None:
    match = _SUMMARY.match(line.text) if line.text.startswith(("FAILED ", "ERROR ", "SUBFAIL")) else None
    if match is None:
        return None
    said = (match["said"] or "").strip()
    name = (match["name"] or "") + (f" {match['part']}" if match["part"] else "")
    return _Entry(match["status"] != "ERROR", match["file"], name, said, Span(line.start, line.end))


def _key(name: str) -> str:
    """Return a test's or a file's name as titles and summaries both write it."""
    return name.replace("::", ".").removeprefix("./")


def _keys(title: str) -> Iterator[tuple[bool, str]]:
    """Yield under which keys the summary may have the section of that title."""
    if collecting := _COLLECTING.match(title):
        parts = collecting["file"].split("/")[-_DEPTH:]
        yield from ((False, "/".join(parts[at:])) for at in range(len(parts)))
    elif error := _ERROR_AT.match(title):
        yield False, _key(error["name"])
    else:
        yield True, _key(title)


def _says(entry: _Entry, said: str) -> bool:
    """Tell whether a line of the summary, which may be cut short, says the same; then it is of the same test."""
    short = _short(entry.said).removesuffix("...")
    return entry.failed and bool(short) and _short(said).startswith(short)


def _sections(lines: Sequence[Line]) -> Iterator[_Section]:
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
            yield _Section("", Span(line.start, line.end), [], [frame], match["said"])


def _ends(line: str) -> bool:
    if line.startswith("_"):
        return bool(_TITLE.match(line)) and not line.startswith("_ _ ")
    return line.startswith(("=", "!")) and bool(_BANNER.match(line))


def _section(title: str, lines: Sequence[Line]) -> _Section:
    texts = [line.text for line in lines[1:]]
    told = next((number for number, line in enumerate(texts) if _CAPTURED.match(line)), len(texts))
    frames = [frame for line in texts[:told] if (frame := of_pytest(line) or native(line))]
    while texts and not texts[-1].strip():
        texts.pop()
    return _Section(title, Span(lines[0].start, lines[-1].end), texts, frames, _said(texts[:told]))


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


def _complaint(section: _Section, entry: _Entry | None) -> Complaint:
    if collecting := _COLLECTING.match(section.title):
        return _not_collected(section, entry.file if entry else collecting["file"], entry)
    error = _ERROR_AT.match(section.title)
    name = entry.name if entry else error["name"] if error else section.title
    main = _own_line(section.frames, entry.file if entry else "", name)
    said = _short(section.said or (entry.said if entry else ""))
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


def _spans(section: _Section, entry: _Entry | None) -> tuple[Span, ...]:
    return (section.span, entry.span) if entry else (section.span,)


def of_report(name: str, of: str, text: str, *, collected: bool) -> Complaint:
    """Return what pytest's own report of one test says, as it stands in JUnit XML.

    `of` is the path of the test's file in dots, with its class; `name` is such a path where the file was not `collected`.
    """
    section = _section(name if collected else f"ERROR collecting {name}", lines_of(f"\n{text}"))
    files = (frame.file for frame in section.frames)
    file = next((one for one in files if f"{of}.".startswith(one.removesuffix(".py").replace("/", ".") + ".")), "")
    return _complaint(section, _Entry(collected, file, name, "", section.span) if file else None)


def _not_collected(section: _Section, file: str, entry: _Entry | None) -> Complaint:
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


def _without_section(entry: _Entry) -> Complaint:
    """Return what the summary alone tells, as with --tb=no: no line."""
    return Complaint(
        tool="pytest",
        code="test-failed",
        kind=Kind.TEST_ASSERT,
        message=_short(entry.said),
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


def _details(section: _Section) -> str:
    lines = section.lines
    return "\n".join(lines if len(lines) <= _DETAILS else [*lines[:10], "…", *lines[10 - _DETAILS :]])


def _short(said: str) -> str:
    """Return what an assertion says without the word that it is one."""
    for name in ("AssertionError: ", "Failed: "):
        said = said.removeprefix(name)
    return said


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
