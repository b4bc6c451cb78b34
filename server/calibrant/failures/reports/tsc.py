"""What the TypeScript compiler prints: one line for each error, or, with --pretty, the source below it."""

import re
from collections.abc import Iterator

from calibrant.failures.reports.output import Line, lines_of
from calibrant.failures.reports.reader import Complaint, Reader, Spot, at
from calibrant.model.issue import At, Kind
from calibrant.model.text import Span

_PLAIN = re.compile(
    r"(?P<file>[^\s(][^(\n]{0,400})\((?P<line>\d{1,7}),(?P<column>\d{1,6})\): error (?P<rule>TS\d{3,6}): (?P<said>[^\n]{1,1900})$"
)
_PRETTY = re.compile(
    r"(?P<file>[^\s:][^:\n]{0,400}|[A-Za-z]:[\\/][^:\n]{1,400}):(?P<line>\d{1,7}):(?P<column>\d{1,6}) - "
    r"error (?P<rule>TS\d{3,6}): (?P<said>[^\n]{1,1900})$"
)
_NOWHERE = re.compile(r"error (?P<rule>TS\d{3,6}): (?P<said>[^\n]{1,1900})$")
_RELATED = re.compile(
    r"  (?P<file>[^\s:][^:\n]{0,400}|[A-Za-z]:[\\/][^:\n]{1,400}):(?P<line>\d{1,7}):(?P<column>\d{1,6})$"
)
_TILDES = re.compile(r" {1,200}(?P<marks>~{1,500})$")
_MOST = 60


def read(text: str) -> Iterator[Complaint]:
    """Yield each error with the lines that explain it."""
    if "error TS" not in text:
        return
    lines = lines_of(text)
    number = 0
    while number < len(lines):
        line = lines[number].text
        pretty = _PRETTY.match(line) if " - error TS" in line else None
        match = pretty or _PLAIN.match(line) or _NOWHERE.match(line)
        number += 1
        if match:
            first = number - 1
            number = _end(lines, number, pretty=pretty is not None)
            yield _complaint(match, lines[first:number])


def _end(lines: list[Line], number: int, *, pretty: bool) -> int:
    """Return the number of the line after an error's own: what explains it is indented, source has its number before it."""
    stop = min(len(lines), number + _MOST)
    while number < stop:
        line = lines[number].text
        following = lines[number + 1].text if number + 1 < len(lines) else ""
        source = pretty and (line[:1].isdigit() or not line.strip()) and not (not line and not _goes_on(following))
        if not line.startswith(" ") and not source:
            break
        number += 1
    while not lines[number - 1].text.strip():
        number -= 1
    return number


def _goes_on(line: str) -> bool:
    return bool(re.match(r"\d{1,7} |  \S", line))


def _complaint(match: re.Match[str], lines: list[Line]) -> Complaint:
    named = match.groupdict()
    return Complaint(
        tool="tsc",
        code="typecheck-failed",
        kind=Kind.TYPECHECK,
        message=match["said"],
        file=named.get("file") or "",
        at=_at(match, lines) if named.get("line") else None,
        rule=match["rule"],
        details="\n".join(line.text for line in lines) if len(lines) > 1 else "",
        also=tuple(_related(lines)),
        said=(Span(lines[0].start, lines[-1].end),),
    )


def _at(match: re.Match[str], lines: list[Line]) -> At:
    """Return the place, which ends where the marks below the source end."""
    marks = next((found for line in lines[1:8] if (found := _TILDES.match(line.text))), None)
    end = int(match["column"]) - 1 + len(marks["marks"]) if marks else -1
    return at(match["line"], match["column"], end_column=end)


def _related(lines: list[Line]) -> Iterator[Spot]:
    for number, line in enumerate(lines):
        if match := _RELATED.match(line.text):
            words = next((after.text.strip() for after in lines[number + 3 : number + 4]), "")
            yield Spot(match["file"], at(match["line"], match["column"]), words)


READER = Reader(
    name="tsc",
    tools=("tsc", "vue-tsc", "ts-node", "ngc"),
    read=read,
    matching=(
        "src/a.ts(2,7): error TS2322: Type 'string' is not assignable to type 'number'.",
        "src/a.ts:2:7 - error TS2322: Type 'string' is not assignable to type 'number'.\n\n2 let a: number = ''\n        ~\n",
        "error TS5058: The specified path does not exist: 'nope.json'.",
    ),
    non_matching=("f(2,7): error: bad", "Found 6 errors in 2 files.", "see error TS2322: for more"),
)
