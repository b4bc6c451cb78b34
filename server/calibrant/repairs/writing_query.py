"""A statement that writes, given to a connector that only reads: the one that writes takes it."""

from collections.abc import Iterator

from calibrant.model.change import RenameKey, SetValue
from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.nodes import Map
from calibrant.model.workflow import Workflow
from calibrant.repairs.sites import scalar_at, shared, step_at

_READS, _WRITES = "sql.query", "sql.execute"


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    step = step_at(workflow, issue.finding)
    if step is None or step.body.action != _READS or _WRITES not in specs:
        return
    path = ("steps", step.index)
    given = step.body.node.get("with") if isinstance(step.body.node, Map) else None
    uses = scalar_at(workflow, (*path, "uses"))
    fits = isinstance(given, Map) and given.entry("query") is not None and given.entry("statement") is None
    if uses is None or uses.value != _READS or not fits or shared(workflow, (*path, "with")):
        return
    changes = (SetValue((*path, "uses"), _WRITES), RenameKey((*path, "with", "query"), "statement"))
    # from then on the step changes the database
    yield Proposal(f"Let ‘{_WRITES}’ do it, which may write", changes)


REPAIR = Repair("writing-query", frozenset({"read-only-query"}), 0.6, _propose)
