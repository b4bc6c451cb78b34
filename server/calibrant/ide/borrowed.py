"""What is known of values that never existed yet, by those that they will be made of."""

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from calibrant.model.expression import Expression
from calibrant.model.observed import UNKNOWN_LENGTH, Observed

_KEEPING: Final = "sort|reverse|unique|list|select|reject|selectattr|rejectattr"
"""Filters whose elements are those of the list that they are given."""
_KEPT: Final = re.compile(rf"[^|()]*(?:\|\s*(?:{_KEEPING})\b\s*(?:\([^()]{{0,200}}\)\s*)?){{1,10}}")


def kept_elements(expression: Expression) -> bool:
    """Tell whether an expression gives elements of the list that its first reference leads to, and nothing else."""
    source, reference = expression.source, expression.references[0]
    if expression.error is not None or _KEPT.fullmatch(source) is None:
        return False
    before = source.partition("|")[0].strip()
    # An expression of more than a reference before the first filter has more than the names and marks of one.
    return before.startswith(reference.root) and re.fullmatch(r"[\w.\[\]'\"-]+", before) is not None


def without_lengths(observed: Observed | None) -> Observed | None:
    """Return the same of other lists: nobody knows how long they are."""
    if observed is None or not observed.lists:
        return observed
    return msgspec.structs.replace(observed, least=0, most=UNKNOWN_LENGTH)


def list_of(item: Observed) -> Observed:
    """Return what is known of a list by one of its elements."""
    return Observed(("array",), (1,), item=item, most=UNKNOWN_LENGTH)


def object_of(fields: Sequence[tuple[str, Observed | None]]) -> Observed | None:
    """Return what is known of an object of which some fields are; None where none is."""
    known = tuple((name, found) for name, found in fields if found is not None)
    return Observed(("object",), (1,), known, open=True) if known else None
