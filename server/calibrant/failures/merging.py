"""What makes two findings one, and what becomes of them."""

from collections.abc import Iterable

import msgspec

from calibrant.model.expression import Path
from calibrant.model.issue import Finding, Kind, Place, Severity, identity
from calibrant.model.text import Span

_RANK: dict[Severity, int] = {"error": 0, "warning": 1, "hint": 2}

_TEXT_AT_FAULT = frozenset(
    {Kind.SYNTAX, Kind.DEFINITION, Kind.PARAMETER, Kind.DATA_SHAPE, Kind.MISSING_DATA, Kind.LOGIC}
)


def family(finding: Finding) -> str:
    """Return which findings at one place can have one cause: reading and running name what the text does wrong differently."""
    return "text" if finding.kind in _TEXT_AT_FAULT else finding.kind.value


def same(finding: Finding) -> tuple[str, str | None, Path, str]:
    """Return what, with the file, makes the identity of a finding's cause."""
    return (finding.code, finding.step, finding.where, finding.subject)


def identity_of(path: str, finding: Finding) -> str:
    """Return a finding's identity; one that is shared by steps keeps its identity whichever of them it shows in."""
    if finding.cause:
        finding = msgspec.structs.replace(finding, step=None, where=(), subject=finding.cause)
    return identity(path, finding)


def width_of(span: Span) -> Span:
    """Return the span, an empty one as wide as one character."""
    return Span(span.start, max(span.end, span.start + 1))


def position(finding: Finding) -> tuple[object, ...]:
    """Return a total order: by place, then by all that can tell two findings at one place apart; static ones first."""
    where = tuple(map(str, finding.where))
    return (
        finding.span,
        finding.at_run,
        finding.provisional,
        finding.code,
        finding.step or "",
        where,
        _first_told(finding),
        finding.subject,
        finding.cause,
        _RANK[finding.severity],
        finding.message,
        finding.hint,
        finding.details,
        finding.candidates,
        tuple(sorted(finding.evidence.items())),
        finding.kind,
        tuple((place.path, place.span, place.message, place.step or "", _told(place)) for place in finding.related),
    )


def _told(place: Place) -> tuple[int, ...]:
    at = place.at
    return (at.line, at.column, at.end_line, at.end_column) if at else ()


def _first_told(finding: Finding) -> tuple[object, ...]:
    """Return where in the source a tool told it: what one command complains of stands in the order of files and lines."""
    return next(((place.path, *_told(place)) for place in finding.related if place.at), ())


def order(finding: Finding) -> tuple[object, ...]:
    """Return the order of showing: the worst first, then as they stand in the file."""
    return (_RANK[finding.severity], *position(finding))


def overlap(one: Span, other: Span) -> bool:
    """Tell whether two places share a character, an empty one being as wide as one."""
    one, other = width_of(one), width_of(other)
    return one.start < other.end and other.start < one.end


def absorb(finding: Finding, others: Iterable[Finding]) -> Finding:
    """Return the finding with what the others know besides: evidence, candidates, details, places, a worse severity.

    It keeps its own identity, words and place; places of others that are elsewhere become related ones.
    It stays provisional only where all of them are.
    """
    everyone = (finding, *others)
    if len(everyone) == 1:
        return finding
    evidence: dict[str, str] = {}
    for one in reversed(everyone):
        evidence.update(one.evidence)
    return msgspec.structs.replace(
        finding,
        severity=min((one.severity for one in everyone), key=_RANK.__getitem__),
        hint=next((one.hint for one in everyone if one.hint), ""),
        details=next((one.details for one in everyone if one.details), ""),
        candidates=next((one.candidates for one in everyone if one.candidates), ()),
        evidence=evidence,
        related=_related(finding, everyone),
        provisional=all(one.provisional for one in everyone),
        confidential=any(one.confidential for one in everyone),
    )


def _related(finding: Finding, everyone: Iterable[Finding]) -> tuple[Place, ...]:
    known: dict[tuple[str, str | None, Span, tuple[int, ...]], Place] = {}
    for one in everyone:
        own = Place(one.span, one.message, step=one.step)
        for place in (own, *one.related):
            here = not place.path and place.step == finding.step and overlap(place.span, finding.span)
            if not here or place in finding.related:
                known.setdefault((place.path, place.step, place.span, _told(place)), place)
    return tuple(known.values())
