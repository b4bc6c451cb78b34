"""Which of the names that are there was meant by one that is not."""

from collections.abc import Iterable
from difflib import SequenceMatcher
from heapq import nlargest
from typing import Final

CUTOFF: Final = 0.6
"""Similarity from which on a name may have been meant."""

_LIMIT: Final = 5
_MANY: Final = 100
"""Names from which on only those that share most letters are looked at closely."""


def ranked(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return all names, the closest first, those equally close in their own order; of very many, the rest as they came."""
    names = list(names)
    near = _likely(name, names)
    first = tuple(other for _, other in _scored(name, near, 0.0))
    return first if len(near) == len(names) else tuple(dict.fromkeys((*first, *names)))


def closest(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return the names that may have been meant, at most five, the closest first."""
    return tuple(other for _, other in _scored(name, _likely(name, list(names)), CUTOFF)[:_LIMIT])


def _likely(name: str, names: list[str]) -> list[str]:
    """Return the names worth a close look: of very many, those that share most letters."""
    if len(names) <= _MANY:
        return names
    letters = set(name.casefold())
    return nlargest(_MANY // 2, names, key=lambda other: _shared(letters, set(other.casefold())))


def _shared(letters: set[str], others: set[str]) -> float:
    return len(letters & others) / (len(letters | others) or 1)


def _scored(name: str, names: Iterable[str], cutoff: float) -> list[tuple[float, str]]:
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(name.casefold()[:200])
    scored = []
    for other in names:
        matcher.set_seq1(other.casefold()[:200])
        if matcher.real_quick_ratio() >= cutoff and matcher.quick_ratio() >= cutoff:
            score = matcher.ratio()
            if score >= cutoff:
                scored.append((score, other))
    return sorted(scored, key=lambda pair: -pair[0])
