"""What ruff prints at length and by file, and what formatters of Python (ruff format, black) say of files they would change."""

import re
from collections.abc import Iterator

from calibrant.failures.reports.lint_lines import complaint
from calibrant.failures.reports.output import Line, lines_of
from calibrant.failures.reports.reader import Complaint, Reader, at
from calibrant.failures.reports.words import FORMAT
from calibrant.model.issue import Kind
from calibrant.model.text import Span

_HEAD = re.compile(
    r"(?:(?P<rule>[A-Z]{1,8}\d{1,5})|(?P<word>invalid-syntax|unformatted|io-error):) (?:\[\*\] )?(?P<said>\S[^\n]{0,1000})$"
)
_ARROW = re.compile(r" {1,8}--> (?P<file>[^:\n]{1,300}|[A-Za-z]:[^:\n]{1,300}):(?P<line>\d{1,7}):(?P<column>\d{1,6})$")
_FILE = re.compile(r"(?P<file>\S[^:\n]{0,300}|[A-Za-z]:[^:\n]{1,300}):$")
_GROUPED = re.compile(
    r" {2,8}(?P<line>\d{1,7}):(?P<column>\d{1,6}) {1,8}(?P<rule>[A-Z]{1,8}\d{1,5}|invalid-syntax|SyntaxError):? {1,8}"
    r"(?:\[\*\] )?(?P<said>\S[^\n]{0,1000})$"
)
_WOULD = re.compile(r"(?:(?P<black>would reformat)|Would reformat:) (?P<file>[^\n]{1,300})$")
_UNREADABLE = re.compile(
    r"error: (?:(?P<black>cannot (?:parse|format))|Failed to (?:parse|format)):? (?P<file>[^:\n]{1,300}|[A-Za-z]:[^:\n]{1,300}):"
    r"(?: Cannot parse[^:\n]{0,100}:)? ?(?P<line>\d{1,7}):(?P<column>\d{1,6})(?:: (?P<said>[^\n]{1,500}))?$"
)
_BLOCK = 40
_MARKS = ("-->", "ould reformat", "error: ", ":\n  ")


def read(text: str) -> Iterator[Complaint]:
    """Yield each finding, and each file that is not formatted."""
    if not any(mark in text for mark in _MARKS):
        return
    lines = lines_of(text)
    group = ""
    for number, line in enumerate(lines):
        if head := _HEAD.match(line.text):
            if number + 1 < len(lines) and (arrow := _ARROW.match(lines[number + 1].text)):
                yield _at_length(head, arrow, _block(lines, number))
        elif would := _WOULD.match(line.text):
            yield _unformatted(
                "black" if would["black"] else "ruff", would["file"], "", "", (Span(line.start, line.end),)
            )
        elif unreadable := _UNREADABLE.match(line.text):
            yield _not_read(unreadable, lines[number : number + 4])
        elif grouped := _GROUPED.match(line.text):
            if group:
                spans = (Span(line.start, line.end),)
                where, column, rule, said = grouped.group("line", "column", "rule", "said")
                yield complaint("ruff", group, where, column, rule, said, spans)
        elif line.text.strip():
            named = _FILE.match(line.text)
            group = named["file"] if named else ""


def _block(lines: list[Line], number: int) -> list[Line]:
    end = next((at for at in range(number, min(number + _BLOCK, len(lines))) if not lines[at].text.strip()), None)
    return lines[number : end or number + _BLOCK]


def _at_length(head: re.Match[str], arrow: re.Match[str], block: list[Line]) -> Complaint:
    spans = (Span(block[0].start, block[-1].end),)
    file, line, column = arrow.group("file", "line", "column")
    details = "\n".join(one.text for one in block)
    if head["word"] == "unformatted":
        return _unformatted("ruff", file, line, details, spans)
    return complaint("ruff", file, line, column, head["rule"] or head["word"], head["said"], spans, details)


def _unformatted(tool: str, file: str, line: str, details: str, spans: tuple[Span, ...]) -> Complaint:
    return Complaint(
        tool=tool,
        code="lint-finding",
        kind=Kind.LINT,
        message="",
        file=file,
        at=at(line) if line else None,
        rule=FORMAT,
        details=details,
        said=spans,
    )


def _not_read(match: re.Match[str], lines: list[Line]) -> Complaint:
    details = [line for line in lines[1:] if line.text.startswith(("    ", "ParseError"))] if match["black"] else []
    said = match["said"] or next((line.text.partition(": ")[2] for line in details if line.text[0] != " "), "")
    spans = (Span(lines[0].start, (details or lines)[-1].end if details else lines[0].end),)
    tool = "black" if match["black"] else "ruff"
    return complaint(tool, match["file"], match["line"], match["column"], "E999", said or "bad input", spans)


READER = Reader(
    name="ruff",
    tools=("ruff", "black"),
    read=read,
    matching=(
        "F401 [*] `os` imported but unused\n --> a.py:1:8\n  |\n1 | import os\n  |        ^^\n\nFound 1 error.",
        "invalid-syntax: Expected `)`, found newline\n --> tests/a b.py:1:14\n  |",
        "src/a.py:\n  1:8 F401 [*] `os` imported but unused\n\nFound 1 error.",
        "would reformat src/a.py\n1 file would be reformatted.",
        "Would reformat: a.py",
        "error: Failed to parse tests/test_syntax.py:1:13: Unexpected token ':'",
    ),
    non_matching=(
        "F401 is the rule for unused imports",
        "3 files left unchanged.",
        "error: could not compile: it is wrong",
    ),
)
