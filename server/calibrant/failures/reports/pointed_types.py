"""What ty and pyrefly print: a line that says what is wrong, an arrow to the place below, and the source."""

import re
from collections.abc import Iterator

from calibrant.failures.reports.output import Line, lines_of
from calibrant.failures.reports.reader import Complaint, Reader, Spot, at
from calibrant.model.issue import Kind, Severity
from calibrant.model.text import Span

_TY = re.compile(r"(?P<level>error|warning|info)\[(?P<rule>[a-z][a-z-]{2,60})\]: (?P<said>\S[^\n]{0,1000})$")
_PYREFLY = re.compile(r" {0,4}(?P<level>ERROR|WARN|INFO) (?P<said>\S[^\n]{0,1000}?) \[(?P<rule>[a-z][a-z-]{2,60})\]$")
_ARROW = re.compile(r" {1,8}--> (?P<file>[^:\n]{1,300}\.(?:pyi?|ipynb)):(?P<line>\d{1,7}):(?P<column>\d{1,6})$")
_LEVELS: dict[str, Severity] = {"error": "error", "warning": "warning", "warn": "warning", "info": "hint"}
_BLOCK = 40


def read(text: str) -> Iterator[Complaint]:
    """Yield each diagnostic with the further places that it names."""
    if "--> " not in text:
        return
    lines = lines_of(text)
    for number, line in enumerate(lines[:-1]):
        head = _head(line.text)
        if head and (arrow := _ARROW.match(lines[number + 1].text)):
            yield _complaint(head, arrow, _block(lines, number))


def _head(line: str) -> re.Match[str] | None:
    return _TY.match(line) or _PYREFLY.match(line)


def _block(lines: list[Line], number: int) -> list[Line]:
    """Return the lines of a diagnostic: to a blank one or to the next."""
    end = number + 2
    while end < min(len(lines), number + _BLOCK) and lines[end].text.strip() and not _head(lines[end].text):
        end += 1
    return lines[number:end]


def _complaint(head: re.Match[str], arrow: re.Match[str], block: list[Line]) -> Complaint:
    further = [
        (match, block[at_ - 1].text) for at_, line in enumerate(block[2:], 2) if (match := _ARROW.match(line.text))
    ]
    return Complaint(
        tool="ty" if head.re is _TY else "pyrefly",
        code="typecheck-failed",
        kind=Kind.TYPECHECK,
        message=head["said"],
        file=arrow["file"],
        at=at(arrow["line"], arrow["column"]),
        rule=head["rule"],
        severity=_LEVELS[head["level"].lower()],
        details="\n".join(line.text for line in block),
        also=tuple(
            Spot(one["file"], at(one["line"], one["column"]), said.removeprefix("info: ")) for one, said in further
        ),
        said=(Span(block[0].start, block[-1].end),),
    )


READER = Reader(
    name="pointed-types",
    tools=("ty", "pyrefly"),
    read=read,
    matching=(
        "error[invalid-assignment]: Object of type `int` is not assignable to `str`\n --> a b.py:5:13\n  |\n5 | x: str = 1\n",
        "ERROR `int` is not assignable to `str` [bad-assignment]\n --> a.py:5:13\n  |\n5 | x: str = 1\n",
    ),
    non_matching=("error[E0308]: mismatched types\n --> src/main.rs:2:18\n", " INFO 3 errors", "error[x-y]: no arrow"),
)
