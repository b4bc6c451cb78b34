"""SARIF 2.1.0 logs, which checkers leave as files (https://docs.oasis-open.org/sarif/sarif/v2.1.0)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

import msgspec

from calibrant.failures.reports.lint_lines import UNREADABLE
from calibrant.failures.reports.reader import Complaint, Spot, at
from calibrant.model.issue import At, Kind, Severity

_LEVELS: Mapping[str, Severity] = {"error": "error", "warning": "warning", "note": "hint"}
_TYPES = frozenset({"mypy", "pyright", "basedpyright", "pyre", "tsc", "flow"})
_COMPILERS = ("gcc", "gnu c", "clang", "rustc", "clippy", "msvc")
_SECURITY = frozenset(
    {"bandit", "semgrep", "codeql", "trivy", "snyk", "gitleaks", "grype", "gosec", "brakeman", "checkov"}
)
_PLACEHOLDER = re.compile(r"\{(\d{1,2})\}")
_DRIVE = re.compile(r"/[A-Za-z]:[\\/]")
_MOST = 5_000
_ALSO = 20
_LONGEST = 2_000

_Object = Mapping[str, Any]


def read(text: str) -> Iterator[Complaint]:
    """Yield each result that is a failure and is not suppressed; of what is no SARIF log nothing. Never raises."""
    try:
        log = msgspec.json.decode(text.encode("utf-8", "replace"))
    except (msgspec.MsgspecError, RecursionError):
        return
    left = _MOST
    for run in _list(_dict(log), "runs"):
        for result in _list(run, "results"):
            if left and (complaint := _complaint(result, run)):
                left -= 1
                yield complaint


def _complaint(result: _Object, run: _Object) -> Complaint | None:
    rule = _rule(result, run)
    level = _text(result, "level") or _text(_dict(rule.get("defaultConfiguration")), "level") or "warning"
    shown = _text(result, "kind") in ("", "fail") and _text(result, "baselineState") not in ("absent", "unchanged")
    if level not in _LEVELS or not shown or _suppressed(result):
        return None
    name = _text(result, "ruleId") or _text(rule, "id")
    said = _message(_dict(result.get("message")), rule)
    places = [place for one in _list(result, "locations") if (place := _place(one, run))]
    further = [place for one in _list(result, "relatedLocations")[:_ALSO] if (place := _place(one, run)) and place.file]
    tool = _text(_dict(_dict(run.get("tool")).get("driver")), "name")[:60]
    code, kind = ("script-syntax", Kind.RUNTIME) if name in UNREADABLE else _meaning(tool.lower(), rule, level)
    return Complaint(
        tool=tool.split(" ")[0].lower() or "sarif",
        code=code,
        kind=kind,
        message=said.split("\n", 1)[0],
        file=places[0].file if places else "",
        at=places[0].at if places and places[0].at.line >= 0 else None,
        rule=name[:100],
        severity=_LEVELS[level],
        details=said[:_LONGEST],
        also=tuple(place for place in (*places[1:_ALSO], *further) if place.at.line >= 0),
        reader="sarif",
    )


def _meaning(tool: str, rule: _Object, level: str) -> tuple[str, Kind]:
    properties = _dict(rule.get("properties"))
    tags = properties.get("tags")
    if tool in _SECURITY or "security-severity" in properties or (isinstance(tags, list) and "security" in tags):
        return "vulnerability-found", Kind.SECURITY
    if tool in _TYPES:
        return "typecheck-failed", Kind.TYPECHECK
    if level == "error" and tool.startswith(_COMPILERS):
        return "build-failed", Kind.TYPECHECK
    return "lint-finding", Kind.LINT


def _rule(result: _Object, run: _Object) -> _Object:
    """Return the description of a result's rule: by its index, else by its id (§3.27.5 to 3.27.7)."""
    rules = _list(_dict(_dict(run.get("tool")).get("driver")), "rules")
    index = result.get("ruleIndex", _dict(result.get("rule")).get("index"))
    if isinstance(index, int) and 0 <= index < len(rules):
        return rules[index]
    name = _text(result, "ruleId")
    return next((rule for rule in rules[:_LONGEST] if name and _text(rule, "id") == name), {})


def _suppressed(result: _Object) -> bool:
    """Tell whether somebody said that the result is not to be shown (§3.27.23): all that is not rejected counts."""
    return any(_text(one, "status") not in ("rejected", "underReview") for one in _list(result, "suppressions"))


def _message(message: _Object, rule: _Object) -> str:
    """Return a message's text, from the rule where it only names one there, with its arguments (§3.11)."""
    said = _text(message, "text") or _text(message, "markdown")
    if not said:
        said = _text(_dict(_dict(rule.get("messageStrings")).get(_text(message, "id"))), "text")
    arguments = message.get("arguments")
    if isinstance(arguments, list):
        said = _PLACEHOLDER.sub(
            lambda one: str(arguments[int(one[1])]) if int(one[1]) < len(arguments) else one[0], said
        )
    said = said or _text(_dict(rule.get("shortDescription")), "text")
    return "\n".join(line.rstrip() for line in said[:_LONGEST].strip().splitlines())


def _place(location: _Object, run: _Object) -> Spot | None:
    physical = _dict(location.get("physicalLocation"))
    file = _file(_dict(physical.get("artifactLocation")), run)
    if not file:
        return None
    return Spot(file, _at(_dict(physical.get("region"))), _text(_dict(location.get("message")), "text")[:_LONGEST])


def _at(region: _Object) -> At:
    """Return the place of a region; columns count from 1 and an end column is the one behind (§3.30). Line -1: none is told."""
    line, column, last, end = (_number(region, name) for name in ("startLine", "startColumn", "endLine", "endColumn"))
    return at(line, column, last, end - 1 if end else -1) if line else At(-1)


def _file(artifact: _Object, run: _Object) -> str:
    """Return the path that an artifact's URI names (§3.4): one with a base is that base's, where it has a URI, and the path."""
    uri = _text(artifact, "uri")
    if not uri:
        index = artifact.get("index")
        artifacts = _list(run, "artifacts")
        known = artifacts[index] if isinstance(index, int) and 0 <= index < len(artifacts) else {}
        artifact = _dict(known.get("location"))
        uri = _text(artifact, "uri")
    base = _dict(_dict(run.get("originalUriBaseIds")).get(_text(artifact, "uriBaseId")))
    root = _text(base, "uri")
    if root and "://" not in uri and not uri.startswith("/"):
        uri = root.removesuffix("/") + "/" + uri
    path = uri.removeprefix("file://localhost").removeprefix("file://") if uri.startswith("file://") else uri
    path = unquote(path)
    return (
        ""
        if "://" in path or "\0" in path or "\n" in path
        else path.removeprefix("/")
        if re.match(r"/[A-Za-z]:", path)
        else path
    )


def _dict(value: object) -> _Object:
    return value if isinstance(value, dict) else {}


def _list(value: _Object, name: str) -> list[_Object]:
    found = value.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _text(value: _Object, name: str) -> str:
    found = value.get(name)
    return found if isinstance(found, str) else ""


def _number(value: _Object, name: str) -> int:
    found = value.get(name)
    return found if isinstance(found, int) and 0 < found < 10**8 else 0
