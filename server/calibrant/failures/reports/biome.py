"""What Biome prints: a heading with file, place and rule, then what is wrong and the source."""

import re
from collections.abc import Iterator

from calibrant.failures.reports.output import Line, lines_of
from calibrant.failures.reports.reader import Complaint, Reader, at
from calibrant.failures.reports.words import FORMAT
from calibrant.model.issue import Kind, Severity
from calibrant.model.text import Span

_HEADING = re.compile(
    r"(?P<file>[^\s:][^:\n]{0,400}?)(?::(?P<line>\d{1,7}):(?P<column>\d{1,6}))? "
    r"(?P<rule>(?:lint|assist|suppressions|plugin)/[\w/-]{1,200}|parse|format|organizeImports|check)"
    r"(?: {1,2}[A-Z]{3,20}){0,4} {0,3}━{3,300}$"
)
_SAID = re.compile(r"  (?P<mark>[×✖!⚠iℹ]) (?P<said>[^\n]{1,1500})$")
_SEVERITY: dict[str, Severity] = {"!": "warning", "⚠": "warning", "i": "hint", "ℹ": "hint"}
_MOST = 60


def read(text: str) -> Iterator[Complaint]:
    """Yield each finding that is of a file."""
    if "━━━" not in text:
        return
    lines = lines_of(text)
    number = 0
    while number < len(lines):
        match = _HEADING.match(lines[number].text) if "━━━" in lines[number].text else None
        number += 1
        if match:
            end = number
            stop = min(len(lines), number + _MOST)
            while end < stop and "━━━" not in lines[end].text and not (lines[end].text and lines[end].text[0] != " "):
                end += 1
            if found := _complaint(match, lines[number - 1 : end]):
                yield found
            number = end


def _complaint(match: re.Match[str], lines: list[Line]) -> Complaint | None:
    said = next((found for line in lines[1:6] if (found := _SAID.match(line.text))), None)
    while not lines[-1].text.strip():
        lines = lines[:-1]
    if said is None:
        return None
    rule = match["rule"]
    unreadable, form = rule == "parse", rule in ("format", "organizeImports")
    return Complaint(
        tool="biome",
        code="script-syntax" if unreadable else "lint-finding",
        kind=Kind.RUNTIME if unreadable else Kind.LINT,
        message="" if rule == "format" else said["said"],
        file=match["file"],
        at=at(match["line"], match["column"]) if match["line"] else None,
        rule=FORMAT if rule == "format" else "" if unreadable or form else rule,
        severity=_SEVERITY.get(said["mark"], "error"),
        details="\n".join(line.text for line in lines),
        said=(Span(lines[0].start, lines[-1].end),),
    )


READER = Reader(
    name="biome",
    tools=("biome",),
    read=read,
    matching=(
        "bio/biome.js:2:7 lint/suspicious/noDoubleEquals  FIXABLE  ━━━━\n\n  × Using == may be unsafe.\n  \n    1 │ a\n",
        "bio/biome.js format ━━━━━━━━━━━━\n\n  × Formatter would have printed the following content:\n  \n",
    ),
    non_matching=(
        "check ━━━━━━━━━━━━━━━━━━━━\n\n  × Some errors were emitted while running checks.\n",
        "━━━━━━━━━━━━━━━ 12%",
    ),
)
