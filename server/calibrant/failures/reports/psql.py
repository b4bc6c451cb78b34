"""What psql prints of statements that fail: `psql:file.sql:3: ERROR:  message`, then the line of the statement and a mark.

The line that psql tells is that on which the statement ends; what stands after LINE is counted from where it begins
(https://www.postgresql.org/docs/15/app-psql.html).
"""

import re
from collections.abc import Iterator

from calibrant.failures.reports.output import Line, end_of, lines_of
from calibrant.failures.reports.reader import Complaint, Reader, at
from calibrant.model.issue import Kind, Severity
from calibrant.model.text import Span

_LINE = re.compile(
    r"psql:(?P<file>[^:\n]{1,400}):(?P<line>\d{1,7}): (?P<level>ERROR|FATAL|PANIC|WARNING|error): {1,2}(?:"
    r"(?P<state>[0-9A-Z]{5}): )?(?P<said>[^\n]{1,1900})$"
)
_BARE = re.compile(r"(?P<level>ERROR): {2}(?:(?P<state>[0-9A-Z]{5}): )?(?P<said>[^\n]{1,1900})$")
_EXPLAINED = re.compile(
    r"(?:LINE \d{1,7}|DETAIL|HINT|CONTEXT|QUERY|LOCATION|SCHEMA NAME|TABLE NAME|COLUMN NAME|CONSTRAINT NAME"
    r"|DATATYPE NAME): |\s{1,2000}\^$"
)
_SCHEMA = re.compile(
    r"(?:relation|column|table|type|schema|database|function|index|constraint|operator)\b[^\n]{0,500} (?:does not exist"
    r"|already exists)$"
)
_CONSTRAINT = re.compile(
    r"[^\n]{0,600}\bviolates (?:not-null|unique|foreign key|check|exclusion) constraint|duplicate key value violates"
)
_MOST = 12


def read(text: str) -> Iterator[Complaint]:
    """Yield each statement that failed; of one from the standard input psql tells no line."""
    if "ERROR: " not in text and "psql:" not in text:
        return
    lines = lines_of(text)
    bare = "\nLINE 1: " in text or "psql" in text
    for number, line in enumerate(lines):
        match = _LINE.match(line.text) or (_BARE.match(line.text) if bare else None)
        if match:
            yield _complaint(match, lines[number : _end(lines, number + 1)])


def _end(lines: list[Line], number: int) -> int:
    return end_of(lines, number, _EXPLAINED.match, _MOST)


def _complaint(match: re.Match[str], lines: list[Line]) -> Complaint:
    named = match.groupdict()
    code, kind = _what(match["said"])
    severity: Severity = "warning" if match["level"] == "WARNING" else "error"
    return Complaint(
        tool="psql",
        code=code,
        kind=kind,
        message=match["said"],
        file=named.get("file") or "",
        at=at(named["line"]) if named.get("line") else None,
        rule=match["state"] or "",
        severity=severity,
        details="\n".join(line.text for line in lines),
        said=(Span(lines[0].start, lines[-1].end),),
    )


def _what(said: str) -> tuple[str, Kind]:
    if said.startswith("invalid byte sequence for encoding"):
        return "wrong-encoding", Kind.RUNTIME
    if _CONSTRAINT.match(said):
        return "constraint-failed", Kind.RUNTIME
    if _SCHEMA.match(said):
        return "schema-outdated", Kind.SCHEMA_MIGRATION
    return ("script-syntax" if said.startswith(("syntax error", "invalid command")) else "bad-query"), Kind.RUNTIME


READER = Reader(
    name="psql",
    tools=("psql",),
    read=read,
    matching=(
        'psql:schema.sql:5: ERROR:  syntax error at or near "SELEC"\nLINE 1: SELEC * FROM mails;\n        ^\n',
        'psql:schema.sql:2: ERROR:  relation "mails" already exists',
        "psql:schema.sql:11: error: invalid command \\nope",
        'ERROR:  column "missing" does not exist\nLINE 1: select missing\n               ^\n',
    ),
    non_matching=(
        "psql: error: nope.sql: No such file or directory",
        'psql:schema.sql:9: NOTICE:  table "gone" does not exist, skipping',
        "ERROR:  something else",
    ),
)
