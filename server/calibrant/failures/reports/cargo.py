"""What rustc and clippy print, through cargo or by themselves: whole (with the source below) and in short."""

import re
from collections.abc import Iterator

from calibrant.failures.reports.output import Line, end_of, lines_of
from calibrant.failures.reports.reader import Complaint, Reader, Spot, at
from calibrant.failures.reports.words import LINK
from calibrant.model.issue import Kind, Severity
from calibrant.model.text import Span

_TITLE = re.compile(r"(?P<level>error|warning)(?:\[(?P<rule>[EW]?\d{4})\])?: (?P<said>[^\n]{1,1900})$")
_PLACE = re.compile(r" {0,12}(?:-->|:::) (?P<file>[^\n:]{1,400}):(?P<line>\d{1,7}):(?P<column>\d{1,6})$")
_SHORT = re.compile(
    r"(?P<file>[^\s:][^\n:]{0,400}\.rs):(?P<line>\d{1,7}):(?P<column>\d{1,6}): "
    r"(?P<level>error|warning)(?:\[(?P<rule>E\d{4})\])?: (?P<said>[^\n]{1,1900})$"
)
_LINT = re.compile(
    r"= note: (?:`#\[(?:warn|deny|forbid)\((?P<given>[\w:-]{1,100})\)\]`|(?:requested on the command line with )?`-[DWF] "
    r"(?P<asked>[\w:-]{1,100})`)"
)
_CLIPPY = re.compile(r"rust-clippy/[^\n#]{1,100}#(?P<rule>\w{1,100})")
_CARETS = re.compile(r" {0,12}\d{0,7} {0,4}\| (?P<space>[^\n^]{0,400}?)(?P<marks>\^{1,500})")
_NOTE = re.compile(r"(?:note|help): (?P<said>[^\n]{1,500})$")
_UNDEFINED = re.compile(r"undefined (?:symbol|reference)(?:: | to [`'‘])(?P<symbol>[^\n'’]{1,300})")
_REFERENCED = re.compile(r">>> referenced by [^\n(]{0,300}\((?P<file>[^\n():]{1,400}):(?P<line>\d{1,7})\)")
_SUMMARY = re.compile(
    r"(?:could not compile |aborting due to |\d{1,6} warnings? emitted|`[^`]{1,200}` \([^)]{1,100}\) generated "
    r"|test failed, to rerun|"
    r"build failed|doctest failed|unused manifest key|\d{1,6} targets? failed)"
)
_FILES = (".rs", "Cargo.toml", "Cargo.lock", "config.toml")
"""Others print as rustc does."""
_MOST = 80


def read(text: str) -> Iterator[Complaint]:
    """Yield each error and warning that has a place."""
    if not any(mark in text for mark in ("--> ", ".rs:", "error: linking with")):
        return
    lines = lines_of(text)
    number = 0
    while number < len(lines):
        line = lines[number].text
        number += 1
        short = _SHORT.match(line) if ".rs:" in line else None
        title = _TITLE.match(line) if line.startswith(("error", "warning")) else None
        if title and not _SUMMARY.match(title["said"]):
            first, number = number - 1, _end(lines, number)
            if found := _whole(title, lines[first:number]):
                yield found
        elif short:
            yield _of_short(short, lines[number - 1])


def _end(lines: list[Line], number: int) -> int:
    return end_of(lines, number, bool, _MOST)


def _whole(title: re.Match[str], lines: list[Line]) -> Complaint | None:
    body = [line.text for line in lines[1:]]
    linking = title["said"].startswith("linking with")
    place = next((match for line in body[:2] if (match := _PLACE.match(line))), None)
    if linking:
        return _not_linked(lines)
    if place is None or not place["file"].endswith(_FILES):
        return None
    rule = title["rule"] or _lint(body)
    marks = next((match for line in body if (match := _CARETS.match(line))), None)
    lint = title["level"] == "warning" or rule.startswith("clippy::")
    rust = place["file"].endswith(".rs")
    end = (
        int(place["column"]) - 1 + len(marks["marks"])
        if marks and len(marks["space"]) + 1 == int(place["column"])
        else -1
    )
    return Complaint(
        tool="clippy" if any(_CLIPPY.search(line) for line in body) else "rustc" if rust else "cargo",
        code="lint-finding" if lint else "build-failed",
        kind=Kind.LINT if lint else Kind.TYPECHECK if rust else Kind.RUNTIME,
        message=title["said"],
        file=place["file"],
        at=at(place["line"], place["column"], end_column=end),
        rule=rule,
        severity=_severity(title["level"]),
        details="\n".join(line.text for line in lines),
        also=tuple(_further(body)),
        said=(Span(lines[0].start, lines[-1].end),),
    )


def _severity(level: str) -> Severity:
    return "warning" if level == "warning" else "error"


def _lint(body: list[str]) -> str:
    """Return the lint's name; its page tells it where several lints were switched on together."""
    page = next((match for line in body if (match := _CLIPPY.search(line))), None)
    if page:
        return f"clippy::{page['rule']}"
    match = next((match for line in body if (match := _LINT.search(line))), None)
    return (match["given"] or match["asked"] or "").replace("-", "_") if match else ""


def _further(body: list[str]) -> Iterator[Spot]:
    """Yield the places of the notes on an error, and those in other files."""
    words, main = "", False
    for line in body:
        if note := _NOTE.match(line):
            words = note["said"]
        elif place := _PLACE.match(line):
            if main:
                yield Spot(place["file"], at(place["line"], place["column"]), words)
            main = True


def _not_linked(lines: list[Line]) -> Complaint:
    text = "\n".join(line.text for line in lines)
    symbol, place = _UNDEFINED.search(text), _REFERENCED.search(text)
    return Complaint(
        tool="rustc",
        code="build-failed",
        kind=Kind.TYPECHECK,
        message=f"nothing defines ‘{symbol['symbol']}’" if symbol else "the linker failed",
        file=place["file"] if place else "",
        at=at(place["line"]) if place else None,
        rule=LINK,
        details=text,
        said=(Span(lines[0].start, lines[-1].end),),
    )


def _of_short(match: re.Match[str], line: Line) -> Complaint:
    warning = match["level"] == "warning"
    return Complaint(
        tool="rustc",
        code="lint-finding" if warning else "build-failed",
        kind=Kind.LINT if warning else Kind.TYPECHECK,
        message=match["said"],
        file=match["file"],
        at=at(match["line"], match["column"]),
        rule=match["rule"] or "",
        severity=_severity(match["level"]),
        said=(Span(line.start, line.end),),
    )


READER = Reader(
    name="cargo",
    tools=("cargo", "rustc", "clippy", "clippy-driver", "cargo-clippy"),
    read=read,
    matching=(
        "error[E0308]: mismatched types\n --> src/main.rs:2:18\n  |\n2 | let n: i32 = 'a';\n",
        "warning: unused variable: `unused`\n --> src/lib.rs:3:9\n  |\n3 |     let unused = 3;\n  |         ^^^^^^\n",
        "src/main.rs:1:5: error[E0432]: unresolved import `std::collections::Missing`",
        "error: unclosed table, expected `]`\n --> Cargo.toml:1:9\n  |\n1 | [package\n",
    ),
    non_matching=(
        "error[unresolved-import]: Cannot resolve\n --> a.py:1:8\n",
        "warning: unpinned action\n --> .github/workflows/ci.yml:1:8\n",
        "error: aborting due to 1 previous error",
        "see error[E0308]: for more",
        "warning: `rsums` (lib) generated 1 warning",
        "F401 [*] `os` imported but unused\n --> a.py:1:8\n  |\n1 | import os",
    ),
)
