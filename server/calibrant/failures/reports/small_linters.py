"""What smaller linters print: pyflakes, vulture, pydocstyle, doc8, isort, yamllint, codespell, bandit."""

import re
from collections.abc import Iterator

from calibrant.failures.reports.reader import Complaint, Reader, at
from calibrant.failures.reports.words import FORMAT
from calibrant.model.issue import Kind, Severity
from calibrant.model.text import Span

_FILE = r"^(?P<file>[^\s:][^:\n]{0,300}|[A-Za-z]:[\\/][^:\n]{1,300})"
_PYTHON = r"^(?P<file>[^\s:][^:\n]{0,300}\.pyi?|[A-Za-z]:[\\/][^:\n]{1,300}\.pyi?)"
_BANDIT = (
    r"^>> Issue: \[(?P<rule>B\d{3}):[\w-]{1,100}\] (?P<said>[^\n]{1,500})\n {3}Severity: (?P<level>\w{3,10}) [^\n]{1,60}\n"
    r"(?: {3}(?:CWE|More Info): [^\n]{1,300}\n){0,3}"
    r" {3}Location: (?P<file>[^:\n]{1,300}):(?P<line>\d{1,7})(?::(?P<column>\d{1,6}))?$"
)
_FORMS: tuple[tuple[str, str, str], ...] = (
    (
        "pyflakes",
        "",
        _PYTHON
        + r":(?P<line>\d{1,7}):(?P<column>\d{1,6}):? (?P<said>'[^'\n]{1,200}' (?:imported but unused|used; unable to)"
        r"[^\n]{0,200}|(?:undefined name|undefined local|local variable|redefinition of unused|import '[^'\n]{1,100}' from line|"
        r"f-string is missing|'return' outside|dictionary key) ?[^\n]{1,300})$",
    ),
    (
        "vulture",
        "confidence)",
        _PYTHON + r":(?P<line>\d{1,7}): (?P<said>(?P<rule>un(?:used|reachable) (?:[a-z]{1,20} ?){1,3})[^\n]{0,200}"
        r" \(\d{1,3}% confidence\))$",
    ),
    (
        "pydocstyle",
        "\n        D",
        _PYTHON + r":(?P<line>\d{1,7}) (?:at|in) [^\n]{1,200}:\n {8}(?P<rule>D\d{3}): (?P<said>[^\n]{1,500})$",
    ),
    ("doc8", ": D", _FILE + r":(?P<line>\d{1,7}): (?P<rule>D\d{3}) (?P<said>[^\n]{1,500})$"),
    (
        "isort",
        "incorrectly sorted",
        r"^ERROR: (?P<file>[^\n]{1,300}?) (?P<said>Imports are incorrectly sorted[^\n]{0,100})$",
    ),
    (
        "yamllint",
        ": [",
        _FILE + r":(?P<line>\d{1,7}):(?P<column>\d{1,6}): \[(?P<level>error|warning)\] (?P<said>[^\n]{1,500}?)"
        r"(?: \((?P<rule>[a-z-]{2,40})\))?$",
    ),
    ("codespell", " ==> ", _FILE + r":(?P<line>\d{1,7}): (?P<said>(?P<rule>[\w'’-]{2,60}) ==> [^\n]{1,200})$"),
    (
        "bandit",
        ">> Issue: [",
        _BANDIT,
    ),
    (
        "bandit",
        "[bandit]: ",
        _FILE + r":(?P<line>\d{1,7}): (?P<rule>B\d{3})\[bandit\]: (?P<level>[A-Z]{3,10}): (?P<said>[^\n]{1,500})$",
    ),
)
_COMPILED = tuple((tool, mark, re.compile(form, re.MULTILINE)) for tool, mark, form in _FORMS)
_SEVERITY: dict[str, Severity] = {"warning": "warning", "low": "warning"}


def read(text: str) -> Iterator[Complaint]:
    """Yield each finding."""
    for tool, mark, form in _COMPILED:
        if mark in text:
            for match in form.finditer(text):
                yield _complaint(tool, match)


def _complaint(tool: str, match: re.Match[str]) -> Complaint:
    told = match.groupdict()
    weakness = tool == "bandit"
    column = told.get("column")
    return Complaint(
        tool=tool,
        code="vulnerability-found" if weakness else "lint-finding",
        kind=Kind.SECURITY if weakness else Kind.LINT,
        message=match["said"],
        file=match["file"],
        at=at(match["line"], int(column) + 1 if column and weakness else column) if "line" in told else None,
        rule=FORMAT if tool == "isort" else (told.get("rule") or "").strip(),
        severity=_SEVERITY.get((told.get("level") or "").lower(), "error"),
        said=(Span(match.start(), match.end()),),
    )


READER = Reader(
    name="small-linters",
    tools=("pyflakes", "vulture", "pydocstyle", "doc8", "isort", "yamllint", "codespell", "bandit"),
    read=read,
    matching=(
        "a.py:1:1: 'os' imported but unused",
        "a b.py:5:5: local variable 'l' is assigned to but never used",
        "a.py:1: unused import 'os' (90% confidence)",
        "a.py:4 in public function `f`:\n        D103: Missing docstring in public function",
        "a.rst:4: D002 Trailing whitespace",
        "ERROR: /a/b.py Imports are incorrectly sorted and/or formatted.",
        "./a.yaml:2:5: [error] too many spaces after colon (colons)",
        "./a.md:1: recieved ==> received",
        "a.py:4: B602[bandit]: HIGH: subprocess call with shell=True identified.",
        ">> Issue: [B102:exec_used] Use of exec detected.\n   Severity: Medium   Confidence: High\n   Location: ./a.py:8:4\n",
    ),
    non_matching=(
        "a.py:1:1: something else",
        "12:30:45: D002 hello",
        "x ==> y",
        "No issues identified.",
        "ERROR: it broke",
    ),
)
