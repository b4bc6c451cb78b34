"""Issues as SARIF 2.1.0, for code scanning services (https://docs.oasis-open.org/sarif/sarif/v2.1.0)."""

import re
from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import quote

from calibrant.model.issue import At, Issue, Place, Severity, severity_of
from calibrant.model.text import LineIndex, Span
from calibrant.report.json_report import Object
from calibrant.report.source import Others, Report, positions
from calibrant.report.told import shown_path, told_range

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
ROOT: Final = "SRCROOT"

_LEVEL: dict[Severity, str] = {"error": "error", "warning": "warning", "hint": "note"}
_NO_OTHERS: Others = {}
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")

Pages = Callable[[str], str | None]
"""Gives the Markdown page of an issue code, where there is one."""


def sarif_log(reports: Sequence[Report], *, version: str, pages: Pages, others: Others = _NO_OTHERS) -> Object:
    """Return a whole SARIF log with one run; `version` is ours, relative paths count from the folder it is made in."""
    codes = sorted({issue.code for report in reports for issue in report.issues})
    kinds = {issue.code: issue for report in reports for issue in report.issues}
    ranks = {code: at for at, code in enumerate(codes)}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "calibrant",
                        "semanticVersion": version,
                        "rules": [_rule(code, kinds[code], pages(code) or "") for code in codes],
                    }
                },
                "columnKind": "utf16CodeUnits",
                "results": [
                    _result(issue, ranks[issue.code], report, others) for report in reports for issue in report.issues
                ],
            }
        ],
    }


def uri(path: str) -> Object:
    """Return an artifact location: percent-encoded, relative ones against the root of the sources."""
    if _DRIVE.match(path):
        return {"uri": "file:///" + quote(path.replace("\\", "/"), safe="/:", errors=_errors(path))}
    encoded = quote(path, safe="/", errors=_errors(path))
    if path.startswith("/"):
        return {"uri": "file://" + encoded}
    return {"uri": encoded.removeprefix("./"), "uriBaseId": ROOT}


def _errors(path: str) -> str:
    """Return how to encode a path: bytes that were no UTF-8 stand in it as half surrogates, others are replaced."""
    halves = (char for char in path if "\ud800" <= char <= "\udfff")
    return "surrogateescape" if all("\udc80" <= char <= "\udcff" for char in halves) else "replace"


def _rule(code: str, issue: Issue, page: str) -> Object:
    summary = _summary(page) or code
    rule: Object = {
        "id": code,
        "name": "".join(word.capitalize() for word in code.split("-")),
        "shortDescription": {"text": summary},
        "help": {"text": _plain(page) or summary, "markdown": page or summary},
        "defaultConfiguration": {"level": _LEVEL[severity_of(issue.finding.kind)]},
        "properties": {"tags": [issue.finding.kind.value]},
    }
    return rule


def _summary(page: str) -> str:
    """Return the first line of a page that is no heading."""
    return next((line.strip() for line in page.splitlines() if line.strip() and not line.startswith("#")), "")


def _plain(page: str) -> str:
    """Return Markdown as plain text: without heading marks and code fences."""
    lines = [re.sub(r"^#{1,6} ", "", line) for line in page.splitlines() if not line.startswith("```")]
    return "\n".join(lines).strip()


def _result(issue: Issue, rank: int, report: Report, others: Others) -> Object:
    finding = issue.finding
    result: Object = {
        "ruleId": issue.code,
        "ruleIndex": rank,
        "level": _LEVEL[finding.severity],
        "message": {"text": f"{finding.message} {finding.hint}".strip() or issue.code},
        "locations": [_location(report.path, finding.span, report.index)],
        "partialFingerprints": {"calibrantIssue/v1": issue.id},
        "properties": {"kind": finding.kind.value, "step": finding.step or "", "provisional": finding.provisional},
    }
    if finding.related:
        result["relatedLocations"] = [
            _related(at, place, issue, report, others) for at, place in enumerate(finding.related, 1)
        ]
    return result


def _related(number: int, place: Place, issue: Issue, report: Report, others: Others) -> Object:
    if place.at is not None:
        location = _told(place.at, shown_path(place.path, issue.path, report.path))
    else:
        index = others.get(place.path) if place.path else report.index
        location = _location(place.path or report.path, place.span, index)
    location["id"] = number
    if place.message:
        location["message"] = {"text": place.message}
    return location


def _told(at: At, path: str) -> Object:
    """Return a place that a tool told of. A region without an end column goes on to the end of its line."""
    start, end = told_range(at)
    region = {"startLine": start.line + 1, "startColumn": start.character + 1}
    if end > start:
        region |= {"endLine": end.line + 1, "endColumn": end.character + 1}
    return {"physicalLocation": {"artifactLocation": uri(path), "region": region}}


def _location(path: str, span: Span, index: LineIndex | None) -> Object:
    physical: Object = {"artifactLocation": uri(path)}
    if index is not None:
        start, end = positions(span, index)
        physical["region"] = {
            "startLine": start.line + 1,
            "startColumn": start.character + 1,
            "endLine": end.line + 1,
            "endColumn": end.character + 1,
        }
    return {"physicalLocation": physical}
