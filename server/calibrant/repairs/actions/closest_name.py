"""A name in an expression, or in `needs`, that is not there: the names that are, the closest first."""

import re
from collections.abc import Iterator

from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.workflow import Workflow
from calibrant.repairs.actions.parts import Part, parts_of
from calibrant.repairs.names import offered
from calibrant.repairs.safety import safety
from calibrant.repairs.wording import change

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_BESIDE = 2
"""How many names are offered beside one that is close."""


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    finding = issue.finding
    offer = offered(finding.subject, finding.candidates)
    parts = parts_of(workflow, finding)
    if not parts or parts[0].text.strip("'\"").lower() != finding.subject.lower():
        return
    level = safety(issue, workflow, specs, offer.meant)
    for at, name in enumerate(offer.names[: max(offer.near, _BESIDE)] if offer.near else offer.names):
        made = [written for part in parts if (written := _named(part, name)) is not None]
        if len(made) == len(parts):
            edits = tuple(part.to(text) for part, text in zip(parts, made, strict=True))
            yield Proposal(change(finding.subject, name), edits, offer.level(at, level), offer.rank(at))


def _named(part: Part, name: str) -> str | None:
    """Return what is written in place of a name; None where it could not be read there."""
    if part.text[:1] in ("'", '"'):
        return f"'{name}'" if "'" not in name else None
    if part.start and part.value[part.start - 1] == "'":
        return name if "'" not in name else None
    return name if _NAME.fullmatch(name) else None


REPAIR = Repair(
    "closest-name",
    frozenset(
        {
            *("unknown-context", "missing-field", "unknown-step", "unknown-job", "unknown-input", "unknown-output"),
            *("unknown-secret", "missing-need", "bad-expression", "misplaced-context", "unknown-function"),
        }
    ),
    0.85,
    _propose,
)
