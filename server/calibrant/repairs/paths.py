"""A reference cut where its path leaves the data."""

import msgspec

from calibrant.model.expression import Reference
from calibrant.model.issue import Finding
from calibrant.repairs.sites import Source

_QUOTES = ("'", '"')


class Cut(msgspec.Struct, frozen=True):
    """An expression's text in four: what stands before the reference, the reference up to the part at fault, that part with
    its dot or brackets and all behind it, of which `after` is what stands behind that part alone.

    `whole`: the expression is nothing but the reference. `at` is the part's position in the reference's path.
    """

    before: str
    container: str
    rest: str
    after: str
    reference: Reference
    at: int
    whole: bool


def cut(source: Source, finding: Finding) -> Cut | None:
    """Return the reference that a finding is about, cut at the part on which the finding stands."""
    span = finding.span.shift(-source.step.origin)
    for reference in source.expression.references:
        if span in reference.parts[1:]:
            return _cut(source, reference, reference.parts.index(span, 1))
    return None


def _cut(source: Source, reference: Reference, number: int) -> Cut | None:
    text = source.text
    whole, part = source.at(reference.span), source.at(reference.parts[number])
    if whole is None or part is None:
        return None
    start, end = part
    if text[start - 1 : start] in _QUOTES:
        start, end = start - 1, end + 1
    opening = text[:start].rstrip()
    container = opening[:-1].rstrip()
    if opening.endswith("["):
        closing = text.find("]", end)
        if closing < 0 or text[end:closing].strip():
            return None
        end = closing + 1
    elif not opening.endswith("."):
        return None
    return Cut(
        before=text[: whole[0]],
        container=container[whole[0] :],
        rest=text[len(container) :],
        after=text[end:],
        reference=reference,
        at=number - 1,
        whole=source.expression.plain,
    )
