"""Results as JSON: issues, checks and sessions as objects. Lines and characters are 0-based, in UTF-16 units."""

import json
import re
from collections.abc import Iterable, Mapping

import msgspec

from calibrant.model.issue import At, FixRef, Issue, Place
from calibrant.model.session import SessionResult
from calibrant.model.text import LineIndex, Span
from calibrant.report.mitigation import detection_object, mitigation_object
from calibrant.report.source import Others, Report, positions
from calibrant.report.told import shown_path, told_range

Object = dict[str, object]

_NONE: Mapping[str, LineIndex] = {}
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def check_object(report: Report, others: Others = _NONE) -> Object:
    """Return one element of what `check --format json` prints."""
    return {"path": report.path, "issues": _issues(report.issues, report.path, report.index, others)}


def session_object(result: SessionResult, index: LineIndex, others: Others = _NONE) -> Object:
    """Return one element of what `calibrate --format json` prints; editors get the same when a session ends."""
    return {
        "session": result.session,
        "path": result.path,
        "status": result.status,
        "summary": msgspec.to_builtins(result.summary),
        "issues": {
            "critical": _issues(result.issues.critical, result.path, index, others),
            "warnings": _issues(result.issues.warnings, result.path, index, others),
            "auto_repairs": _issues(result.issues.auto_repairs, result.path, index, others),
        },
        "steps": [msgspec.to_builtins(step) for step in result.steps],
        "life": result.life,
        "answers": result.answers,
        "changes": [msgspec.to_builtins(change) for change in result.changes],
    }


def issue_object(issue: Issue, path: str, index: LineIndex, others: Others = _NONE) -> Object:
    """Return an issue as an object. `path` and `index` are of its own file, `others` of those its related places lie in."""
    finding = issue.finding
    return {
        "id": issue.id,
        "code": finding.code,
        "kind": finding.kind.value,
        "severity": finding.severity,
        "path": path,
        "step": finding.step,
        "message": finding.message,
        "hint": finding.hint,
        "details": finding.details,
        "range": _range(finding.span, index),
        "related": [_related(place, issue, path, index, others) for place in finding.related],
        "provisional": finding.provisional,
        "fixes": [_fix(fix) for fix in issue.fixes],
        "detection": detection_object(issue),
        "mitigation": mitigation_object(issue),
    }


def _fix(fix: FixRef) -> Object:
    return {
        "id": fix.id,
        "title": fix.title,
        "safety": fix.safety,
        "confidence": fix.confidence,
        "verified": fix.verified,
    }


def dumps(value: object) -> str:
    """Return JSON text that can be written as UTF-8, whatever the texts in it; half a surrogate pair is replaced."""
    return _SURROGATE.sub("\ufffd", json.dumps(value, ensure_ascii=False, indent=2))


def _issues(issues: Iterable[Issue], path: str, index: LineIndex, others: Others) -> list[Object]:
    return [issue_object(issue, path, index, others) for issue in issues]


def _related(place: Place, issue: Issue, path: str, index: LineIndex, others: Others) -> Object:
    if place.at is not None:
        return told_object(place, place.at, issue, path)
    of_place = others.get(place.path) if place.path else index
    return {"message": place.message, "path": place.path or path, "range": _range(place.span, of_place)}


def told_object(place: Place, at: At, issue: Issue, path: str) -> Object:
    """Return a place that a tool told of; `path` is how the issue's own file is shown."""
    start, end = told_range(at)
    place_range = {"start": msgspec.to_builtins(start), "end": msgspec.to_builtins(end)}
    return {"message": place.message, "path": shown_path(place.path, issue.path, path), "range": place_range}


def _range(span: Span, index: LineIndex | None) -> Object:
    start, end = positions(span, index)
    return {"start": msgspec.to_builtins(start), "end": msgspec.to_builtins(end)}
