"""What eslint prints: stylish (the default; yamllint prints alike), and unix, compact and visualstudio of version 8."""

import re
from collections.abc import Iterator

from calibrant.failures.reports.output import Line, lines_of
from calibrant.failures.reports.reader import Complaint, Reader, at
from calibrant.model.issue import Kind
from calibrant.model.text import Span

_STYLISH = re.compile(
    r" {2,8}(?P<line>\d{1,7}):(?P<column>\d{1,6}) {1,12}(?P<level>error|warning) {1,4}(?P<said>\S[^\n]{0,1900})$"
)
_RULE = re.compile(r" {2,2000}(?P<rule>[@\w][\w@./-]{0,120})$")
_YAML = re.compile(r" {1,2}\((?P<rule>[a-z-]{3,40})\)$")
_FILE = re.compile(r"(?:/|[A-Za-z]:[\\/]|[^\s:]{1,300}\.)[^\n:]{1,400}$")
_UNIX = re.compile(
    r"(?P<file>[^\s:][^:\n]{0,400}|[A-Za-z]:[\\/][^:\n]{1,400}):(?P<line>\d{1,7}):(?P<column>\d{1,6}): "
    r"(?P<said>[^\n]{1,1500}) \[(?P<level>Error|Warning)(?:/(?P<rule>[^\]\s]{1,120}))?\]$"
)
_COMPACT = re.compile(
    r"(?P<file>[^\s:][^\n]{0,400}?): line (?P<line>\d{1,7}), col (?P<column>\d{1,6}), (?P<level>Error|Warning) - "
    r"(?P<said>[^\n]{1,1500}?)(?: \((?P<rule>[@\w][\w@./-]{0,120})\))?$"
)
_VISUAL = re.compile(
    r"(?P<file>[^\s(][^(\n]{0,400})\((?P<line>\d{1,7}),(?P<column>\d{1,6})\): (?P<level>error|warning)"
    r"(?: (?P<rule>(?!TS\d)[@\w][\w@./-]{0,120}))? : (?P<said>[^\n]{1,1500})$"
)


def read(text: str) -> Iterator[Complaint]:
    """Yield each line's finding; in the stylish format the file stands on a line of its own above its findings."""
    file = ""
    for line in lines_of(text):
        if not line.text:
            continue
        if line.text[0] == " ":
            match = _STYLISH.match(line.text) if file else None
            if match and "  @secretlint/" not in match["said"]:
                said, rule = _split(match["said"])
                yield _complaint(match, file, said, rule, line)
        elif one := _UNIX.match(line.text) or _COMPACT.match(line.text) or _VISUAL.match(line.text):
            yield _complaint(one, one["file"], one["said"], one["rule"] or "", line)
        else:
            file = line.text if _FILE.match(line.text) else ""


def _split(said: str) -> tuple[str, str]:
    """Return message and rule: the columns of a table, with two spaces or more between them."""
    rule = _RULE.search(said)
    return (said[: rule.start()], rule["rule"]) if rule else (said.rstrip(), "")


def _complaint(match: re.Match[str], file: str, said: str, rule: str, line: Line) -> Complaint:
    yaml = _YAML.search(said) if not rule else None
    unreadable = not rule and said.startswith("Parsing error: ")
    return Complaint(
        tool="yamllint" if yaml else "eslint",
        code="script-syntax" if unreadable else "lint-finding",
        kind=Kind.RUNTIME if unreadable else Kind.LINT,
        message=said[: yaml.start()] if yaml else said.removeprefix("Parsing error: "),
        file=file,
        at=at(match["line"], match["column"]) if int(match["line"]) else None,
        rule=yaml["rule"] if yaml else rule,
        severity="warning" if match["level"].lower() == "warning" else "error",
        said=(Span(line.start, line.end),),
    )


READER = Reader(
    name="eslint",
    tools=("eslint", "xo", "next", "yamllint"),
    read=read,
    matching=(
        "\n/a/b.js\n  3:10  error  'x' is defined but never used  no-unused-vars\n\n✖ 1 problem",
        "/a b/c.ts\n  2:3  error  Parsing error: Unexpected keyword 'return'",
        "src\\b.js\n  1:1  warning  Unexpected var  @scope/rule/no-var",
        "./a.yaml\n  2:5       error    too many spaces after colon  (colons)",
        "/a/sums.js:4:9: Expected '===' and instead saw '=='. [Error/eqeqeq]",
        "/a/sums.js: line 5, col 5, Warning - Unexpected console statement. (no-console)",
        "/a/sums.js(1,7): error no-unused-vars : 'unused' is assigned a value but never used.",
    ),
    non_matching=(
        "  3:10  error  no file above",
        "/a/b.py\n  5:13  error  [GITHUB_TOKEN] found GitHub Token: ***  @secretlint/secretlint-rule-github",
        "meeting at\n  3:10 am error",
        "src/a.ts(2,7): error TS2322: Type 'string' is not assignable to type 'number'.",
        "a.c:3:5: error: expected ‘;’ before ‘}’ token",
        "✖ 7 problems (5 errors, 2 warnings)",
    ),
)
