"""Evidence and its confidence: what speaks for a toolchain adds up, what contradicts it takes away and is said in words.

Each piece of evidence is taken for an independent reason to believe: one of weight *w* leaves a doubt of 1 - *w*. The doubts are
multiplied (noisy-or), so that two weak signals are stronger than one, and none is ever certain. What speaks against it multiplies
the confidence itself by 1 - |*w*|.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from calibrant.model.toolchain import Evidence

STRONG = 0.5
"""From this weight on a claim of another manager contradicts; weaker ones (a mention, a hint) may stand beside each other."""
_CONTRADICTED = 0.4


class Verdict(msgspec.Struct, frozen=True):
    """Which manager it is, how sure that is (0 to 1), the evidence (the heaviest first) and what contradicts what."""

    manager: str
    confidence: float
    evidence: tuple[Evidence, ...]
    conflicts: tuple[str, ...]


def confidence(evidence: Iterable[Evidence]) -> float:
    """Return how sure a thing is by all evidence for and against it, from 0 to 1, to two digits."""
    doubt = certainty = 1.0
    for one in evidence:
        if one.weight >= 0:
            doubt *= 1 - min(one.weight, 1.0)
        else:
            certainty *= 1 + max(one.weight, -1.0)
    return round((1 - doubt) * certainty, 2)


def decide(claims: Mapping[str, Sequence[Evidence]], shared: Sequence[Evidence] = ()) -> Verdict:
    """Choose the manager that most speaks for; the first one named wins a tie.

    `claims` are the evidence for each manager, `shared` what speaks for the ecosystem whichever manager it is, or (negative)
    against it; the latter is repeated in `conflicts`. Strong claims of other managers lower the confidence.
    """
    manager = max(claims, key=lambda name: confidence(claims[name]), default="")
    own = tuple(claims.get(manager, ()))
    against = [
        (name, strongest)
        for name, others in claims.items()
        if name != manager and (strongest := _heaviest(others)) and strongest.weight >= STRONG
    ]
    contradicting = tuple(
        Evidence(one.path, f"{one.says}, which contradicts {manager}", -_CONTRADICTED * one.weight)
        for _, one in against
    )
    evidence = (*own, *shared, *contradicting)
    conflicts = [_contradiction(manager, _heaviest(own), name, one) for name, one in against]
    conflicts += [f"{one.path}: {one.says}" for one in shared if one.weight < 0]
    return Verdict(
        manager,
        confidence(evidence),
        tuple(sorted(evidence, key=lambda one: (-one.weight, one.path))),
        tuple(conflicts),
    )


def unreadable(path: str, line: int) -> tuple[Evidence, ...]:
    """Return the evidence against what was read of a manifest that is at fault in a line (from 1); none for line 0."""
    return (Evidence(path, f"cannot be read from line {line} on", -0.2),) if line else ()


def _heaviest(evidence: Sequence[Evidence]) -> Evidence | None:
    return max(evidence, key=lambda one: one.weight, default=None)


def _contradiction(manager: str, own: Evidence | None, other: str, against: Evidence) -> str:
    said = f"{own.path} ({own.says}) speaks for {manager}" if own else f"{manager} is assumed"
    return f"{said}, {against.path} ({against.says}) for {other}"
