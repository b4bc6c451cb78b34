"""From complaints of tools to findings: one for each, on the step, with its place in the source."""

import re
from collections.abc import Iterable, Sequence

import msgspec

from calibrant.failures.classifier import Classified, by_signal, causes, classify
from calibrant.failures.complaints import Told
from calibrant.failures.reports import words
from calibrant.failures.words import bounded, detail
from calibrant.model.failure import Failure
from calibrant.model.issue import At, Finding, Kind, Place, Severity, severity_of
from calibrant.model.text import Span
from calibrant.model.workflow import Step

MOST = 100
"""How many complaints of one step are findings of their own."""

_NOWHERE = Span(0, 0)
_WEIGHT: dict[Severity, int] = {"error": 0, "warning": 1, "hint": 2}
_COUNT = re.compile(r"\d+")


def places(told: Iterable[Told]) -> tuple[Place, ...]:
    """Return the places of complaints, each with what the tool said there."""
    return tuple(
        Place(_NOWHERE, bounded(words.message(one.complaint, one.path)), one.path, at=one.complaint.at or At(0))
        for one in told
        if one.path
    )


def findings(told: Sequence[Told], failure: Failure, step: Step, *, provisional: bool) -> list[Finding]:
    """Return a finding for each complaint, of many only for the first, and then one that says how many more there are."""
    seen: dict[tuple[str, str], int] = {}
    out: list[Finding] = []
    first, left = _first(told, failure)
    for one in first:
        finding = _finding(one, failure, step, provisional=provisional)
        key = (finding.code, finding.subject)
        seen[key] = seen.get(key, 0) + 1
        if seen[key] > 1 and not finding.cause:
            finding = msgspec.structs.replace(finding, subject=f"{finding.subject} {seen[key]}")
        out.append(finding)
    if left:
        out.append(_more(left, failure, step, provisional=provisional))
    return out


def _first(told: Sequence[Told], failure: Failure) -> tuple[Sequence[Told], Sequence[Told]]:
    """Return those that are shown one by one, in their order, and the others: warnings make room for errors."""
    if len(told) <= MOST:
        return told, ()
    weights = [_WEIGHT[_severity(_kind(one), one.complaint.severity, failure)] for one in told]
    shown = set(sorted(range(len(told)), key=weights.__getitem__)[:MOST])
    return (
        [one for number, one in enumerate(told) if number in shown],
        [one for number, one in enumerate(told) if number not in shown],
    )


def _kind(told: Told) -> Kind:
    return told.cause.kind if told.cause else told.complaint.kind


def _finding(told: Told, failure: Failure, step: Step, *, provisional: bool) -> Finding:
    complaint, cause = told.complaint, told.cause
    place = told.ran.place
    said = words.message(complaint, told.path or complaint.file)
    subject = cause.subject if cause else _subject(told)
    code, kind = (cause.code, cause.kind) if cause else (complaint.code, complaint.kind)
    return Finding(
        code=code,
        kind=kind,
        span=place.span,
        message=bounded(cause.message if cause else said),
        hint=bounded(cause.hint if cause else words.hint(complaint)),
        details=detail(complaint.details),
        severity=_severity(kind, complaint.severity, failure),
        step=step.label,
        where=place.where,
        subject=subject,
        cause=f"{kind}:{code}:{subject}" if cause and cause.shared else "",
        related=_related(told, said),
        evidence=_evidence(told, failure),
        provisional=provisional,
        at_run=True,
    )


def _severity(kind: Kind, told: Severity, failure: Failure) -> Severity:
    """Return the severity of a kind, or the tool's own where it says less; a command that succeeded only warns."""
    least: Severity = "warning" if failure.exit_code == 0 else "error"
    return max(severity_of(kind), told, least, key=_WEIGHT.__getitem__)


def _subject(told: Told) -> str:
    """Return what tells a complaint from others, without positions and counts, which change with every edit above it."""
    complaint = told.complaint
    said = complaint.name or _COUNT.sub("#", complaint.message[:200])
    parts = (told.path or complaint.file, complaint.rule, said)
    return " ".join(part for part in parts if part)


def _related(told: Told, said: str) -> tuple[Place, ...]:
    own = [Place(_NOWHERE, bounded(said), told.path, at=told.complaint.at or At(0))] if told.path else []
    return (*own, *(Place(_NOWHERE, bounded(spot.message), path, at=spot.at) for path, spot in told.also))


def _evidence(told: Told, failure: Failure) -> dict[str, str]:
    out = {**failure.evidence, **(told.cause.evidence if told.cause else {}), **_own(told)}
    for name, value in (
        ("cwd", failure.cwd),
        ("exit_code", "" if failure.exit_code is None else str(failure.exit_code)),
    ):
        if value:
            out.setdefault(name, value)
    return out


def _own(told: Told) -> dict[str, str]:
    complaint, at = told.complaint, told.complaint.at
    out = {
        "tool": complaint.tool,
        "reader": complaint.reader,
        "file": told.path or complaint.file,
        "line": str(at.line + 1) if at else "",
        "column": str(at.column + 1) if at else "",
        "rule": complaint.rule,
        "name": complaint.name,
    }
    return {name: value for name, value in out.items() if value}


def _more(left: Sequence[Told], failure: Failure, step: Step, *, provisional: bool) -> Finding:
    first, place = left[0].complaint, left[0].ran.place
    files = sorted({told.path or told.complaint.file for told in left if told.path or told.complaint.file})
    named = f", in {', '.join(files[:3])}{' and other files' if len(files) > 3 else ''}" if files else ""
    return Finding(
        code=first.code,
        kind=first.kind,
        span=place.span,
        message=bounded(f"The step reported {len(left):,} more{named}; the first {MOST} are shown one by one."),
        hint="Mend the first ones and run again to see the others.",
        severity=min(
            (_severity(told.complaint.kind, told.complaint.severity, failure) for told in left), key=_WEIGHT.__getitem__
        ),
        step=step.label,
        where=place.where,
        subject="and more",
        provisional=provisional,
        at_run=True,
    )


def at_its_end(finding: Finding, end: Told) -> Finding:
    """Return what a whole output was taken for with the place at which the program ended, if it was taken for that."""
    said = classify(Failure("", "", output=end.complaint.details))
    if finding.code != said.code:
        return finding
    message = words.message(end.complaint, end.path or end.complaint.file)
    evidence = {**finding.evidence, **{key: value for key, value in _own(end).items() if key != "rule"}}
    return msgspec.structs.replace(finding, related=(*finding.related, *_related(end, message)), evidence=evidence)


def causes_besides(failure: Failure, told: Iterable[Told]) -> list[Classified]:
    """Return what made the command fail rather than what it found, as far as no complaint says it with its place."""
    known = {one.cause.code if one.cause else one.complaint.code for one in told}
    ended = by_signal(failure)
    every = [*causes(failure.output or failure.details), *([ended] if ended else [])]
    return list({cause.code: cause for cause in reversed(every) if cause.code not in known}.values())[::-1]
