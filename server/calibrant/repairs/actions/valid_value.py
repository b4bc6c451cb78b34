"""A value that GitHub does not take: those that it takes, the closest first."""

from collections.abc import Iterator

from calibrant.model.change import Change, RemoveItem, SetValue
from calibrant.model.connector import Specs
from calibrant.model.expression import Path
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.nodes import Scalar, Seq
from calibrant.model.workflow import Workflow
from calibrant.repairs.actions.parts import part_at
from calibrant.repairs.names import offered
from calibrant.repairs.safety import safety
from calibrant.repairs.sites import node_at, path_of, scalar_at
from calibrant.repairs.wording import change, quoted

_OTHERS = frozenset({"removed-runner", "unavailable-shell", "retired-runtime"})
"""Codes of values that GitHub knows: another one is not what was meant, but what takes its place."""


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    finding = issue.finding
    offer = offered(finding.subject, finding.candidates)
    level = safety(issue, workflow, specs, offer.meant)
    for at, value in enumerate(offer.names):
        if finding.code == "removed-runner" and _stands_beside(workflow, path_of(workflow, finding), value):
            yield Proposal(f"Remove {quoted(finding.subject)}", (RemoveItem(path_of(workflow, finding)),), "review")
            return
        made = _change(issue, workflow, value)
        if made is None:
            return
        safe = offer.level(at, level) if finding.code not in _OTHERS else "review"
        yield Proposal(change(finding.subject, value), (made,), safe, offer.rank(at))


def _stands_beside(workflow: Workflow, path: Path, value: str) -> bool:
    """Tell whether a list has a value already, beside its element at that path."""
    listed = node_at(workflow, path[:-1]) if path and isinstance(path[-1], int) else None
    return isinstance(listed, Seq) and any(
        isinstance(item, Scalar) and str(item.value).lower() == value.lower() for item in listed.items
    )


def _change(issue: Issue, workflow: Workflow, value: str) -> Change | None:
    """Return the change of the whole value, or of the part of a longer text that is at fault."""
    finding, path = issue.finding, path_of(workflow, issue.finding)
    scalar = scalar_at(workflow, path)
    if scalar is not None and scalar.template is None and str(scalar.value) == finding.subject:
        return SetValue(path, value)
    part = part_at(workflow, finding)
    if part is None or part.scalar.template is not None:
        return None
    if part.value == finding.subject:
        return SetValue(part.path, value)
    return part.to(value) if part.text == finding.subject else None


REPAIR = Repair(
    "valid-value",
    frozenset(
        {
            *("invalid-value", "unknown-event", "unknown-activity", "unknown-runner", "removed-runner"),
            *("unknown-shell", "unavailable-shell", "unknown-timezone", "bad-pattern", "bad-cron", "retired-runtime"),
            *("frequent-schedule", "uses-format", "missing-action"),
        }
    ),
    0.8,
    _propose,
)
