"""What pyright and basedpyright print: `file:line:column - error: message (rule)`, with more below."""

import re
from collections.abc import Iterator

from calibrant.failures.reports.output import Line, lines_of
from calibrant.failures.reports.reader import Complaint, Reader, at
from calibrant.model.issue import Kind, Severity
from calibrant.model.text import Span

_LINE = re.compile(
    r" {0,4}(?P<file>[^\s:][^:\n]{0,300}\.(?:pyi?|ipynb)|[A-Za-z]:[\\/][^:\n]{1,300}\.pyi?):(?P<line>\d{1,7}):(?P<column>\d{1,6})"
    r" - (?P<level>error|warning|information): (?P<said>[^\n]{1,2000})$"
)
_RULE = re.compile(r" \((?P<rule>report[A-Za-z]{3,60})\)$")
_LEVELS: dict[str, Severity] = {"error": "error", "warning": "warning", "information": "hint"}
_MORE = 20


def read(text: str) -> Iterator[Complaint]:
    """Yield each diagnostic with the lines that explain it."""
    if not any(f" - {level}: " in text for level in _LEVELS):
        return
    lines = lines_of(text)
    for number, line in enumerate(lines):
        if match := _LINE.match(line.text):
            yield _complaint(match, [line, *_more(lines, number + 1)])


def _more(lines: list[Line], number: int) -> list[Line]:
    end = number
    while end < len(lines) and end - number < _MORE and _explains(lines[end].text):
        end += 1
    return lines[number:end]


def _explains(line: str) -> bool:
    """Tell whether a line goes on about the one before: it is indented by four, no-break spaces among them."""
    return bool(line.strip()) and not line[:4].strip() and not _LINE.match(line)


def _complaint(match: re.Match[str], lines: list[Line]) -> Complaint:
    rule = _RULE.search(lines[-1].text)
    said = match["said"]
    return Complaint(
        tool="pyright",
        code="typecheck-failed",
        kind=Kind.TYPECHECK,
        message=_RULE.sub("", said),
        file=match["file"],
        at=at(match["line"], match["column"]),
        rule=rule["rule"] if rule else "",
        severity=_LEVELS[match["level"]],
        details="\n".join(line.text for line in lines) if len(lines) > 1 else "",
        said=(Span(lines[0].start, lines[-1].end),),
    )


READER = Reader(
    name="pyright",
    tools=("pyright", "basedpyright"),
    read=read,
    matching=(
        '  /a/b.py:3:12 - error: Type "int" is not assignable to type "str" (reportReturnType)',
        '/a/b c.py:3:12 - warning: Import "x" could not be resolved from source (reportMissingModuleSource)',
        '  /a/b.py:10:12 - error: Type "int" is bad\n    "int" is not assignable to "str" (reportReturnType)\n',
    ),
    non_matching=(
        "0 errors, 0 warnings",
        "src/a.ts:2:7 - error TS2322: Type 'string' is not assignable to type 'number'.",
    ),
)
