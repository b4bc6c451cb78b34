"""What mypy prints: `file:line: error: message  [rule]`, with columns, with ends, with the source below (--pretty)."""

import re
from collections.abc import Iterator

from calibrant.failures.reports.output import Line, lines_of
from calibrant.failures.reports.reader import Complaint, Reader, Spot, at
from calibrant.model.issue import At, Kind
from calibrant.model.text import Span

_LINE = re.compile(
    r"(?P<file>[^\s:][^:\n]{0,300}\.(?:pyi?|ipynb)|[A-Za-z]:[\\/][^:\n]{1,300}\.pyi?)"
    r":(?P<line>\d{1,7})(?::(?P<column>\d{1,6})(?::(?P<end_line>\d{1,7}):(?P<end_column>\d{1,6}))?)?"
    r": (?P<level>error|note|warning): (?P<said>[^\n]{1,2000})$"
)
_RULE = re.compile(r" {1,2}\[(?P<rule>[a-z][a-z-]{1,60})\]$")
_NOTES = 20
_WRAPPED = 6


def read(text: str) -> Iterator[Complaint]:
    """Yield each error with the notes that follow it on."""
    if ": error: " not in text:
        return
    lines = lines_of(text)
    number = 0
    while number < len(lines):
        match = _LINE.match(lines[number].text)
        number += 1
        if match and match["level"] == "error":
            first = number - 1
            said, rule, number = _said(match["said"], lines, number)
            notes, number = _notes(match["file"], lines, number)
            yield _complaint(match, said, rule, notes, lines[first:number])


def _said(said: str, lines: list[Line], number: int) -> tuple[str, str, int]:
    """Return message, rule and the number of the next line: with --pretty a long message goes on in further lines."""
    wrapped = said
    for count in range(_WRAPPED + 1):
        if found := _RULE.search(wrapped):
            return wrapped[: found.start()].rstrip(), found["rule"], number + count
        if number + count >= len(lines):
            break
        more = lines[number + count].text
        if not more or more[0].isspace() or _LINE.match(more):
            break
        wrapped = f"{wrapped.rstrip()} {more}"
    return said, "", number


def _notes(file: str, lines: list[Line], number: int) -> tuple[list[re.Match[str]], int]:
    """Return the notes on an error and the number of the next line: source and marks are indented, notes of the same file."""
    notes: list[re.Match[str]] = []
    while number < len(lines) and len(notes) < _NOTES:
        line = lines[number].text
        note = _LINE.match(line)
        if note and note["level"] == "note" and note["file"] == file:
            notes.append(note)
        elif not line.startswith("    ") or not line.strip():
            break
        number += 1
    return notes, number


def _complaint(match: re.Match[str], said: str, rule: str, notes: list[re.Match[str]], lines: list[Line]) -> Complaint:
    return Complaint(
        tool="mypy",
        code="typecheck-failed",
        kind=Kind.TYPECHECK,
        message=said,
        file=match["file"],
        at=_at(match),
        rule=rule,
        details="\n".join(line.text for line in lines) if len(lines) > 1 else "",
        also=tuple(Spot(note["file"], _at(note), note["said"]) for note in notes if note["line"] != match["line"]),
        said=(Span(lines[0].start, lines[-1].end),),
    )


def _at(match: re.Match[str]) -> At:
    end = int(match["end_column"]) if match["end_column"] else -1
    return at(match["line"], match["column"], match["end_line"] or 0, end)


READER = Reader(
    name="mypy",
    tools=("mypy", "dmypy"),
    read=read,
    matching=(
        'a.py:3: error: Incompatible return value type (got "int", expected "str")  [return-value]',
        "src/b.pyi:3:7: error: Name is not defined",
    ),
    non_matching=(
        "a.py:3: note: Revealed type is int",
        "Success: no issues found in 3 source files",
        "a.c:3:5: error: expected ‘;’ before ‘}’ token",
    ),
)
