"""What Rust's test harness prints of tests that fail, and what a Rust program prints when it panics."""

import re
from collections.abc import Iterator

import msgspec

from calibrant.failures.reports.output import Line, end_of, lines_of
from calibrant.failures.reports.reader import Complaint, Reader, Spot, at
from calibrant.model.issue import Kind
from calibrant.model.text import Span

_FAILED = re.compile(r"test (?P<name>[^\n]{1,400}?)(?: - should panic)? \.\.\. FAILED$")
_SECTION = re.compile(r"---- (?P<name>[^\n]{1,400}) stdout ----$")
_PANICKED = re.compile(
    r"thread '(?P<thread>[^\n]{1,400})'(?: \(\d{1,12}\))? panicked at (?:'(?P<old>[^\n]{0,1900})', )?"
    r"(?P<file>[^\n:']{1,400}):(?P<line>\d{1,7}):(?P<column>\d{1,6}):?(?P<rest>[^\n]{0,200})$"
)
_NO_PANIC = re.compile(
    r"note: test did not panic as expected(?: at (?P<file>[^\n:]{1,400}):(?P<line>\d{1,7}):(?P<column>\d{1,6}))?$"
)
_DOCUMENTED = re.compile(r"(?P<file>[^\n]{1,400}\.(?:rs|md)) - [^\n]{0,300}\(line (?P<line>\d{1,7})\)$")
_BACKTRACE = re.compile(r" {6,20}at (?P<file>[^\n:]{1,400}):(?P<line>\d{1,7})(?::(?P<column>\d{1,6}))?$")
_OF_OTHERS = re.compile(r"^/rustc/|/\.cargo/registry/|/library/(?:std|core|alloc)/|/rustlib/src/")
_SIDES = re.compile(r" {1,4}(?P<side>left|right): (?P<value>[^\n]{1,300})$")
_ENDS = ("---- ", "failures:", "test result: ", "note: run with", "stack backtrace:", "error: test failed", "thread '")
_MOST = 60


class _Panic(msgspec.Struct, frozen=True):
    """What a panic says and where it was."""

    said: str
    file: str
    line: str
    column: str
    also: tuple[Spot, ...]


def read(text: str) -> Iterator[Complaint]:
    """Yield each test that failed, with what its section says; then the panics that are of no test."""
    if "panicked at " not in text and "... FAILED" not in text:
        return
    lines = lines_of(text)
    failed: dict[str, Line] = {}
    number = 0
    while number < len(lines):
        line = lines[number].text
        if match := _FAILED.match(line):
            failed.setdefault(match["name"], lines[number])
        elif section := _SECTION.match(line):
            end = _end(lines, number + 1)
            name = section["name"]
            yield _test(name, failed.pop(name, None), lines[number:end])
            number = end
            continue
        elif match := _PANICKED.match(line):
            end = _end_of_panic(lines, number + 1)
            yield _alone(match, lines[number:end])
            number = end
            continue
        elif line.startswith("test result: "):
            for name, where in failed.items():
                yield _test(name, where, [])
            failed = {}
        number += 1
    for name, where in failed.items():
        yield _test(name, where, [])


def _end(lines: list[Line], number: int) -> int:
    """Return the number of the line after a test's section."""
    while number < len(lines) and not lines[number].text.startswith(("---- ", "failures:", "test result: ")):
        number += 1
    while not lines[number - 1].text.strip():
        number -= 1
    return number


def _end_of_panic(lines: list[Line], number: int) -> int:
    return end_of(lines, number, str.strip, _MOST)


def _test(name: str, told: Line | None, lines: list[Line]) -> Complaint:
    body = [line.text for line in lines[1:]]
    panic = _documented(name, body) or _panic(body) or _not_panicked(body)
    spans = [Span(told.start, told.end)] if told else []
    if lines:
        spans.append(Span(lines[0].start, lines[-1].end))
    return Complaint(
        tool="cargo",
        code="test-failed",
        kind=Kind.TEST_ASSERT,
        message=panic.said if panic else next((line.strip() for line in body if line.strip()), ""),
        file=panic.file if panic else "",
        at=at(panic.line, panic.column or None) if panic else None,
        name=name,
        details="\n".join(body[:_MOST]).strip("\n"),
        also=panic.also if panic else (),
        said=tuple(spans),
    )


def _panic(body: list[str]) -> _Panic | None:
    for number, line in enumerate(body):
        if match := _PANICKED.match(line):
            return _of(match, body[number + 1 :])
    return None


def _of(match: re.Match[str], following: list[str]) -> _Panic:
    """Return a panic; one in the standard library is shown at the first line of the project that led to it."""
    said = match["old"] or _said(following)
    if _OF_OTHERS.search(match["file"]):
        frames = [found for line in following if (found := _BACKTRACE.match(line))]
        own = next((found for found in frames if not _OF_OTHERS.search(found["file"])), None)
        if own is None:
            return _Panic(said, "", "1", "", ())
        return _Panic(said, own["file"], own["line"], own["column"] or "", ())
    return _Panic(said, match["file"], match["line"], match["column"], ())


def _said(following: list[str]) -> str:
    """Return on one line what a panic says: its first line, and the two sides of an assertion."""
    words = next((line.strip() for line in following[:2] if line.strip()), "")
    if words.startswith(("note: run with", "stack backtrace:")):
        return ""
    sides = {match["side"]: match["value"] for line in following[:8] if (match := _SIDES.match(line))}
    if len(sides) == 2 and words.startswith("assertion `"):
        words = f"{words}: left {sides['left']}, right {sides['right']}"
    return words


def _not_panicked(body: list[str]) -> _Panic | None:
    match = next((match for line in body if (match := _NO_PANIC.match(line))), None)
    if match is None:
        return None
    return _Panic("it did not panic as expected", match["file"] or "", match["line"] or "1", match["column"] or "", ())


def _documented(name: str, body: list[str]) -> _Panic | None:
    """Return where an example in the documentation stands: its name tells that, a panic counts lines of what is made of it."""
    match = _DOCUMENTED.match(name)
    if match is None:
        return None
    panic = _panic(body)
    words = next((line.strip() for line in body if line.startswith(("error", "Test executable failed"))), "")
    said = panic.said if panic else words
    return _Panic(said or "the example fails", match["file"], match["line"], "", ())


def _alone(match: re.Match[str], lines: list[Line]) -> Complaint:
    panic = _of(match, [line.text for line in lines[1:]])
    return Complaint(
        tool="cargo",
        code="script-error",
        kind=Kind.RUNTIME,
        message=f"panic: {panic.said}",
        file=panic.file,
        at=at(panic.line, panic.column or None) if panic.file else None,
        details="\n".join(line.text for line in lines),
        said=(Span(lines[0].start, lines[-1].end),),
    )


READER = Reader(
    name="cargo-test",
    tools=("cargo",),
    read=read,
    matching=(
        "test tests::it_works ... FAILED",
        (
            "test tests::adds ... FAILED\n\nfailures:\n\n---- tests::adds stdout ----\n\n"
            "thread 'tests::adds' (123) panicked at src/lib.rs:17:9:\nassertion `left == right` failed\n  left: -1\n right: 3\n"
        ),
        "thread 'main' panicked at 'no', src/main.rs:3:21\nnote: run with `RUST_BACKTRACE=1`",
    ),
    non_matching=("test tests::it_works ... ok", "the thread panicked at noon"),
)
