"""What gcc, clang and compilers that print as they do complain of, and their linkers."""

import re
from collections.abc import Iterator

from calibrant.failures.reports.output import Line, lines_of
from calibrant.failures.reports.reader import Complaint, Reader, Spot, at
from calibrant.failures.reports.words import LINK
from calibrant.model.issue import Kind
from calibrant.model.text import Span

_LINE = re.compile(
    r"(?P<file>(?:[A-Za-z]:[\\/])?[^\s:][^:\n]{0,400}\.(?:c|cc|cpp|cxx|c\+\+|C|h|hh|hpp|hxx|inl|ipp|tpp|ixx|cppm|m|mm|cu|cuh|swift|s|S|f|f90|f95|f03)):"
    r"(?P<line>\d{1,7})(?::(?P<column>\d{1,6}))?: (?P<level>fatal error|error|warning|note): (?P<said>[^\n]{1,1900})$"
)
_RULE = re.compile(r" \[(?P<rule>-W[^\]\s]{1,100})\]$")
_INCLUDED = re.compile(
    r"(?:In file included| {2,40}) ?from (?P<file>[^\n:]{1,400}):(?P<line>\d{1,7})(?::\d{1,6})?[,:]$"
)
_REQUIRED = re.compile(
    r"(?P<file>[^\s:][^:\n]{0,400}):(?P<line>\d{1,7}):(?P<column>\d{1,6}): {1,5}(?:required|recursively required) (?:from|by) "
)
_EXCERPT = re.compile(r"\s{0,10}\d{0,7} \|| {2,4}| {0,200}[~^]")
_LINKER = re.compile(
    r"(?:\S{0,200}\bld(?:\.\w{1,10})?: )?(?P<file>(?:[A-Za-z]:[\\/])?[^\s:][^:\n]{0,400}?):(?:(?P<line>\d{1,7})|\("
    r"(?P<section>[^)\n]{1,100})\)): "
    r"(?P<said>undefined reference to [`'‘][^'’\n]{1,400}['’]|multiple definition of [`'‘][^'’\n]{1,400}['’][^\n]{0,400})$"
)
_SYMBOL = re.compile(r"[`'‘](?P<symbol>[^'’\n]{1,400})['’]")
_CLANG = re.compile(
    r"^(?:\d{1,6} (?:warnings?|errors?)(?: and \d{1,6} errors?)? generated\.$|clang(?:\+\+)?: )", re.MULTILINE
)
_SYSTEM = re.compile(r"/usr/|/opt/|/Library/|/Applications/|[A-Za-z]:[\\/]Program Files")
_NOTES = 20
_DEPTH = 12
_MOST = 60


def read(text: str) -> Iterator[Complaint]:
    """Yield each error and warning with the notes on it."""
    if not re.search(r"(?:error|warning): |undefined reference to |multiple definition of ", text):
        return
    lines = lines_of(text)
    tool = "clang" if _CLANG.search(text) else "gcc"
    for number in range(len(lines)):
        if found := _found(lines, number, tool):
            yield found


def _found(lines: list[Line], number: int, tool: str) -> Complaint | None:
    line = lines[number].text
    if match := _LINE.match(line):
        return None if match["level"] == "note" else _complaint(match, lines, number, tool)
    if "undefined reference to" in line or "multiple definition of" in line:
        linker = _LINKER.match(line)
        return _unlinked(linker, lines[number], tool) if linker else None
    return None


def _complaint(match: re.Match[str], lines: list[Line], number: int, tool: str) -> Complaint:
    """Return what a compiler says; what it finds in the system's headers is shown at the line that led it there."""
    end, notes = _notes(lines, number + 1)
    file, place = match["file"], at(match["line"], match["column"])
    also = [
        *_led_here(lines, number),
        *(Spot(note["file"], at(note["line"], note["column"]), note["said"]) for note in notes),
    ]
    if _SYSTEM.match(file) and (own := next((spot for spot in also if not _SYSTEM.match(spot.file)), None)):
        also = [Spot(file, place, "It is found here."), *(spot for spot in also if spot is not own)]
        file, place = own.file, own.at
    rule = _RULE.search(match["said"])
    warning = match["level"] == "warning"
    return Complaint(
        tool="swiftc" if match["file"].endswith(".swift") else tool,
        code="lint-finding" if warning else "build-failed",
        kind=Kind.LINT if warning else Kind.TYPECHECK,
        message=match["said"][: rule.start()] if rule else match["said"],
        file=file,
        at=place,
        rule=rule["rule"] if rule else "",
        severity="warning" if warning else "error",
        details="\n".join(line.text for line in lines[number:end]),
        also=tuple(also),
        said=(Span(lines[number].start, lines[end - 1].end),),
    )


def _notes(lines: list[Line], number: int) -> tuple[int, list[re.Match[str]]]:
    """Return the number of the line after an error's own, which are the source, marks below it and notes, and the notes."""
    notes: list[re.Match[str]] = []
    stop = min(len(lines), number + _MOST)
    while number < stop:
        line = lines[number].text
        note = _LINE.match(line)
        if note and note["level"] == "note":
            notes += [note] if len(notes) < _NOTES else []
        elif note or not _EXCERPT.match(line) or _INCLUDED.match(line):
            break
        number += 1
    return number, notes


def _led_here(lines: list[Line], number: int) -> Iterator[Spot]:
    """Yield where a header was included from, and what led to a template: the lines above an error."""
    first = max(0, number - _DEPTH)
    for line in reversed(lines[first:number]):
        if included := _INCLUDED.match(line.text):
            yield Spot(included["file"], at(included["line"]), "It is included here.")
        elif required := _REQUIRED.match(line.text):
            yield Spot(required["file"], at(required["line"], required["column"]), "This needs it.")
        elif ": In " not in line.text and ": At global scope" not in line.text:
            return


def _unlinked(match: re.Match[str], line: Line, tool: str) -> Complaint:
    """Return what the linker lacks or has twice; without debugging information it tells the file's name and no line."""
    symbol = _SYMBOL.search(match["said"])
    name = symbol["symbol"] if symbol else ""
    missing = match["said"].startswith("undefined")
    return Complaint(
        tool=tool,
        code="build-failed",
        kind=Kind.TYPECHECK,
        message=f"nothing defines ‘{name}’" if missing else f"‘{name}’ is defined more than once",
        file=match["file"],
        at=at(match["line"]) if match["line"] else None,
        rule=LINK,
        details=line.text,
        said=(Span(line.start, line.end),),
        loose=match["line"] is None,
    )


READER = Reader(
    name="gcc",
    tools=("gcc", "g++", "cc", "c++", "clang", "clang++", "swiftc", "gfortran", "make", "ninja", "cmake"),
    read=read,
    matching=(
        "a.c:3:5: error: expected ‘;’ before ‘}’ token",
        "x.cpp:1:10: fatal error: foo.h: No such file or directory",
        "src/bad.c:11:11: warning: unused variable ‘s’ [-Wunused-variable]\n   11 |     char *s = 3;\n      |           ^",
        "In file included from src/main.c:2:\nsrc/sums.h:3:22: error: expected ';' after top level declarator\n",
        "/usr/bin/ld: a.o: in function `main':\na.c:(.text+0x5): undefined reference to `foo'",
    ),
    non_matching=(
        "a.c:3:5: note: declared here",
        "no references are undefined",
        "run.sh:3:5: error: Double quote. [SC2086]",
        "a.py:3: error: Name is not defined",
    ),
)
