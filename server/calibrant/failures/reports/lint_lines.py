"""What linters of Python print with one line for each finding: ruff (concise, pylint), flake8 and its kin, pylint."""

import re
from collections.abc import Iterator

from calibrant.failures.reports.reader import Complaint, Reader, at
from calibrant.model.issue import Kind
from calibrant.model.text import Span

_RULE = r"[A-Z]{1,8}\d{1,5}|invalid-syntax|SyntaxError"
_LINE = re.compile(
    r"^(?P<file>[^\s:][^:\n]{0,300}|[A-Za-z]:[\\/][^:\n]{1,300}):(?P<line>\d{1,7}):"
    rf"(?:(?P<column>\d{{1,6}}): (?P<rule>{_RULE})(?P<colon>:?)| \[(?P<bracketed>{_RULE})\]) "
    r"(?:\[\*\] )?(?P<said>[^\n]{1,1000})$",
    re.MULTILINE,
)
_SYMBOL = re.compile(r" \((?P<symbol>[a-z][a-z0-9-]{1,60})\)$")
_OF_RUFF = re.compile(r"^(?:Found \d{1,6} errors?(?: \(|\.)|\[\*\] \d{1,6} fixable)", re.MULTILINE)
UNREADABLE = ("invalid-syntax", "SyntaxError", "E999", "E0001")
"""Rules by which linters say that code cannot be read."""


def read(text: str) -> Iterator[Complaint]:
    """Yield each line's finding."""
    ruff = bool(_OF_RUFF.search(text))
    for match in _LINE.finditer(text):
        symbol = _SYMBOL.search(match["said"]) if match["colon"] else None
        tool = "pylint" if symbol else "ruff" if ruff or "[*]" in match[0] or match["bracketed"] else "flake8"
        yield complaint(
            tool,
            match["file"],
            match["line"],
            int(match["column"] or 0) + (1 if symbol else 0),
            match["rule"] or match["bracketed"],
            match["said"][: symbol.start()] if symbol else match["said"],
            (Span(match.start(), match.end()),),
        )


def complaint(
    tool: str, file: str, line: str, column: str | int, rule: str, said: str, spans: tuple[Span, ...], details: str = ""
) -> Complaint:
    """Return what a linter of Python complains of; columns count from 1. Code that it could not read is another matter."""
    unreadable = rule in UNREADABLE
    return Complaint(
        tool=tool,
        code="script-syntax" if unreadable else "lint-finding",
        kind=Kind.RUNTIME if unreadable else Kind.LINT,
        message=said.removeprefix("SyntaxError: "),
        file=file,
        at=at(line, column),
        rule=rule,
        details=details,
        said=spans,
    )


READER = Reader(
    name="lint-lines",
    tools=("ruff", "flake8", "pylint", "pycodestyle", "pyflakes", "pydocstyle"),
    read=read,
    matching=(
        "src/a.py:1:8: F401 [*] `os` imported but unused",
        "./a.py:10:80: E501 line too long (90 > 79 characters)",
        "a.py:1:0: C0114: Missing module docstring (missing-module-docstring)",
        "tests/a b.py:1:13: invalid-syntax: Expected a parameter",
        "src/a.py:1: [F401] `os` imported but unused",
    ),
    non_matching=("a.py:1: F401 unused", "12:30:45: INFO started", "http://x:80:1: hello"),
)
