"""What programs say of files by workflow commands: `::error file=…,line=…::message`.

Source: GitHub's documentation, “Workflow commands for GitHub Actions”. In a message `%`, carriage returns and line feeds are
written %25, %0D and %0A, in the value of a property also `:` and `,` as %3A and %2C.
"""

import re
from collections.abc import Iterator, Mapping

from calibrant.failures.reports.lint_lines import UNREADABLE
from calibrant.failures.reports.reader import Complaint, Reader, at
from calibrant.model.issue import At, Kind, Severity
from calibrant.model.text import Span

_COMMAND = re.compile(
    r"^[ \t]{0,20}::(?P<name>error|warning|notice|stop-commands|[\w-]{8,80})"
    r"(?:[ \t]{1,4}(?P<properties>[^\n]{0,1000}?))?::(?P<said>[^\n]{0,2000})$",
    re.MULTILINE | re.IGNORECASE,
)
_PROPERTY = re.compile(r"(?P<name>[A-Za-z]{1,20})=(?P<value>[^,\n]{0,500})(?:,|$)")
_TOOL = re.compile(r"(?P<tool>[\w.@/-]{1,40}) \((?P<rule>[\w@/.-]{1,100})\)$")
_PLACE = re.compile(r"[^\n:]{1,300}:\d{1,7}(?::\d{1,6})?: ")
_LEVELS: Mapping[str, Severity] = {"error": "error", "warning": "warning", "notice": "hint"}
_KINDS: Mapping[str, tuple[str, Kind]] = {
    **dict.fromkeys(
        ("ruff", "flake8", "pylint", "eslint", "shellcheck", "yamllint", "rubocop"), ("lint-finding", Kind.LINT)
    ),
    **dict.fromkeys(("mypy", "pyright", "tsc"), ("typecheck-failed", Kind.TYPECHECK)),
}
_ESCAPES = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))


def read(text: str) -> Iterator[Complaint]:
    """Yield each annotation; what stands between `::stop-commands::word` and `::word::` is none."""
    if "::" not in text:
        return
    silent = ""
    for match in _COMMAND.finditer(text):
        name = match["name"].lower()
        if silent:
            silent = "" if match["name"] == silent else silent
        elif name == "stop-commands":
            silent = match["said"].strip()
        elif name in _LEVELS:
            yield _complaint(match, _LEVELS[name])


def _complaint(match: re.Match[str], level: Severity) -> Complaint:
    given = {one["name"].lower(): _unescaped(one["value"]) for one in _PROPERTY.finditer(match["properties"] or "")}
    said = _unescaped(match["said"]).strip()
    title = _TOOL.match(given.get("title", ""))
    tool, rule = (title["tool"].lower(), title["rule"]) if title else ("", "")
    code, kind = _KINDS.get(tool, ("reported-problems", Kind.RUNTIME if level == "error" else Kind.LINT))
    if rule in UNREADABLE:
        code, kind = "script-syntax", Kind.RUNTIME
    first = _PLACE.sub("", said.split("\n", 1)[0], count=1) if given.get("file") else said.split("\n", 1)[0]
    return Complaint(
        tool=tool or "annotation",
        code=code,
        kind=kind,
        message=first.removeprefix(rule).lstrip(": ") if rule else first,
        file=given.get("file", ""),
        at=_at(given),
        name="" if title else given.get("title", ""),
        rule=rule,
        severity=level,
        details=said,
        said=(Span(match.start(), match.end()),),
    )


def _at(given: Mapping[str, str]) -> At | None:
    """Return the place: an end column counts the character behind the last one, and stands only beside a line."""
    line, column, last, end = (_number(given.get(name, "")) for name in ("line", "col", "endline", "endcolumn"))
    if not line:
        return None
    return at(line, column, last, end - 1 if end > 1 and column else -1)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def _unescaped(text: str) -> str:
    for escape, char in _ESCAPES:
        text = text.replace(escape, char).replace(escape.lower(), char)
    return text


READER = Reader(
    name="annotations",
    tools=(
        "annotation",
        "ruff",
        "eslint",
        "mypy",
        "pyright",
        "tsc",
        "flake8",
        "pylint",
        "shellcheck",
        "yamllint",
        "rubocop",
    ),
    read=read,
    matching=(
        "::error file=app.js,line=10,col=15,title=Missing semicolon::Found ’x’%0Aand more",
        "::warning file=a%2Cb.py,line=3,endLine=4::careful",
        "  ::error::it broke",
        "::error title=ruff (F401),file=/a/b.py,line=1,col=8,endLine=1,endColumn=10::b.py:1:8: F401 `os` imported but unused",
    ),
    non_matching=(
        "::group::Install",
        "std::error file",
        "::stop-commands::pause-logging\n::error file=a.js,line=1::no\n",
        "error: x",
    ),
)
