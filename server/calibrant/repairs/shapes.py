"""What the repairs of data shapes go by: the expression at fault, what is wanted there, and what came."""

from collections.abc import Iterator

import msgspec

from calibrant.model.issue import Finding
from calibrant.model.shape import TypeName, accepts
from calibrant.model.workflow import Workflow
from calibrant.repairs.sites import Source, whole_at

_NUMBERS = ("integer", "number")


class Mismatch(msgspec.Struct, frozen=True):
    """A value of another type than is wanted, which one whole expression gives."""

    source: Source
    wanted: str
    found: str
    finding: Finding

    def fits(self, type_: str) -> bool:
        """Tell whether a value of that type is what is wanted."""
        wanted: TypeName = self.wanted  # type: ignore[assignment]
        return accepts(wanted, "string" if type_ == "path" else type_)


def mismatches(workflow: Workflow, finding: Finding) -> Iterator[Mismatch]:
    """Yield what is known of a mismatch; nothing where it is not about one whole expression."""
    wanted, found = finding.evidence.get("wanted"), finding.evidence.get("found")
    source = whole_at(workflow, finding) if wanted and found else None
    if wanted and found and source is not None and source.expression.error is None:
        told = finding.evidence.get("expression")
        if told is None or told == source.text:
            yield Mismatch(source, wanted, found, finding)


def numeric(type_: str) -> bool:
    """Tell whether a type is one of numbers."""
    return type_ in _NUMBERS
