"""How far each strategy is trusted: its prior at first, then more and more what became of the fixes it made."""

from collections.abc import Mapping

from calibrant.model.applied import Outcome
from calibrant.repairs import REPAIRS

PRIOR_WEIGHT = 8.0
"""How many applications the prior counts for: after as many real ones it and they weigh the same."""

FOR: frozenset[Outcome] = frozenset({"verified", "kept"})
AGAINST: frozenset[Outcome] = frozenset({"rolled_back", "undone"})


def measured(outcomes: Mapping[str, Mapping[Outcome, int]]) -> dict[str, float]:
    """Return the confidence (above 0, below 1) of each strategy that was measured; the others stand at their priors.

    `outcomes`: how many fixes of each strategy came to each outcome. It is the mean of a Beta distribution that begins at
    the prior with the weight of `PRIOR_WEIGHT` applications. What was never verified tells nothing; strategies that are
    not known here, and counts that no counting gives, are passed over.
    """
    found: dict[str, float] = {}
    for repair in REPAIRS:
        counted = outcomes.get(repair.name, {})
        good, bad = (sum(max(0, counted.get(one, 0)) for one in words) for words in (FOR, AGAINST))
        if good or bad:
            found[repair.name] = (repair.prior * PRIOR_WEIGHT + good) / (PRIOR_WEIGHT + good + bad)
    return found
