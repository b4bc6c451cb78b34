"""What Go's tools print of code that does not build or that vet objects to: `file:line:column: message`, one to a line.

By its source alone: golangci-lint, which puts the linter's name behind it (pkg/printers/text.go of golangci/golangci-lint).
"""

import re
from collections.abc import Iterator

from calibrant.failures.reports.output import Line, end_of, lines_of
from calibrant.failures.reports.reader import Complaint, Reader, at
from calibrant.model.issue import Kind
from calibrant.model.text import Span

_LINE = re.compile(
    r"(?P<vet>vet: )?(?P<file>(?:[A-Za-z]:[\\/])?[^\s:][^:\n]{0,400}\.go):(?P<line>\d{1,7})(?::(?P<column>\d{1,6}))?: "
    r"(?P<said>[^\n]{1,1900})$"
)
_LINTER = re.compile(r" \((?P<rule>(?:SA|ST|S|QF|U)\d{4}|[a-z]{4,30})\)$")
_LINTERS = frozenset(
    {
        "errcheck", "gosimple", "govet", "ineffassign", "staticcheck", "unused", "gocritic", "gofmt", "goimports", "gosec",
        "misspell", "revive", "stylecheck", "unconvert", "unparam", "bodyclose", "dupl", "gocyclo", "goconst", "golint",
        "lll", "nakedret", "prealloc", "exportloopref", "whitespace", "depguard", "funlen", "noctx", "nilerr",
    }
)  # fmt: skip
_VETTED = re.compile(
    r"[\w./]{1,100} (?:format %|call has|arg list|arguments? |does not support)|self-assignment of |unreachable code"
    r"|struct field tag |"
    r"result of [\w.]{1,100} call not used|assignment copies lock value|[\w.]{1,100} passes lock by value|"
    r"the cancel function |this value of |redundant or: |suspect or: |possible misuse of |impossible condition|loop variable "
)
_MISSING = re.compile(
    r"[^\s:]{1,300}@v[^\s:]{1,100}: |missing go\.sum entry|updates to go\.(?:mod|sum) needed|import lookup disabled|"
    r"(?:no required module provides package|cannot find (?:module providing )?package|package \S{1,300} is not in )"
)
_ALIKE = 12


def read(text: str) -> Iterator[Complaint]:
    """Yield each line's complaint with the lines that explain it, which begin with a tab."""
    if ".go:" not in text:
        return
    lines = lines_of(text)
    for number, line in enumerate(lines):
        match = _LINE.match(line.text) if ".go:" in line.text else None
        if match:
            yield _complaint(match, lines[number : _end(lines, number + 1)])


def _end(lines: list[Line], number: int) -> int:
    return end_of(lines, number, lambda text: text.startswith("\t"), _ALIKE)


def _complaint(match: re.Match[str], lines: list[Line]) -> Complaint:
    """Return what is wrong there; a package that cannot be had is no fault of the line that imports it."""
    missing = bool(_MISSING.match(match["said"]))
    linter = _LINTER.search(match["said"])
    rule = linter["rule"] if linter and (linter["rule"] in _LINTERS or linter["rule"][-1].isdigit()) else ""
    lint = bool(rule) or bool(not match["vet"] and _VETTED.match(match["said"]))
    return Complaint(
        tool="golangci-lint" if rule and rule in _LINTERS else "staticcheck" if rule else "go",
        code="lint-finding" if lint else "build-failed",
        kind=Kind.LINT if lint else Kind.RUNTIME if missing else Kind.TYPECHECK,
        message=match["said"].removesuffix(f" ({rule})") if rule else match["said"],
        file=match["file"],
        at=at(match["line"], match["column"]),
        rule=rule,
        details="\n".join(line.text for line in lines) if len(lines) > 1 else "",
        said=(Span(lines[0].start, lines[-1].end),),
        weak=missing,
    )


READER = Reader(
    name="go",
    tools=("go", "gofmt", "golangci-lint", "staticcheck", "go-staticcheck"),
    read=read,
    matching=(
        "# example.com/a\n./main.go:6:2: undefined: x",
        'main.go:3:8: "os" imported and not used',
        'vet: ./main.go:9:14: cannot use "seven" (untyped string constant) as int value in variable declaration',
        'v.go:6:2: fmt.Printf format %d has arg "seven" of wrong type string',
        "d.go:3:8: no required module provides package github.com/x/y; to add it:",
        "./a.go:3:1: this result of append is never used (SA4010)",
    ),
    non_matching=(
        "ok  \texample.com/a\t0.002s",
        "    sum_test.go:8: got 3",
        "\t/home/user/p.go:5 +0x2e",
    ),
)
