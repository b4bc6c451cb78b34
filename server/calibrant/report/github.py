"""Issues as GitHub workflow commands, which show as annotations on a pull request."""

from collections.abc import Iterable, Iterator

from calibrant.model.issue import Issue, Severity
from calibrant.model.text import LineIndex
from calibrant.report.source import Report, positions
from calibrant.report.told import shown_path, told_line
from calibrant.report.visible import visible

_COMMAND: dict[Severity, str] = {"error": "error", "warning": "warning", "hint": "notice"}
_TOLD = 10
"""How many of the places that a tool told of are named."""


def annotations(reports: Iterable[Report]) -> Iterator[str]:
    """Yield one command for each issue, without a line end."""
    for report in reports:
        for issue in report.issues:
            yield annotation(issue, report.index, report.path)


def annotation(issue: Issue, index: LineIndex, path: str) -> str:
    """Return the command for one issue; columns are 1-based and left out where the issue spans lines, as GitHub wants it."""
    start, end = positions(issue.finding.span, index)
    fields: dict[str, object] = {"file": path, "line": start.line + 1, "endLine": end.line + 1}
    if start.line == end.line:
        fields |= {"col": start.character + 1, "endColumn": max(end.character, start.character) + 1}
    fields["title"] = issue.code
    finding = issue.finding
    told = [told_line(shown_path(one.path, issue.path, path), one.at) for one in finding.related if one.at]
    message = "\n".join(part for part in (finding.message, finding.hint, *told[:_TOLD]) if part)
    shown = ",".join(f"{name}={escape_property(str(value))}" for name, value in fields.items())
    return f"::{_COMMAND[finding.severity]} {shown}::{escape_message(message)}"


def escape_message(text: str) -> str:
    """Return text fit for the message of a command: nothing in it ends the command or starts another."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "%0A".join(visible(line).replace("%", "%25") for line in lines)


def escape_property(text: str) -> str:
    """Return text fit for the value of a command's property. Line ends come back as they were; a path may hold them."""
    for char, escaped in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"), (":", "%3A"), (",", "%2C")):
        text = text.replace(char, escaped)
    return visible(text)
