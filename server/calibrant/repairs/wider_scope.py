"""A command that changed files outside of its step's scope: they are added to it."""

from collections.abc import Iterator

from calibrant.model.change import SetValue
from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.nodes import Map
from calibrant.model.workflow import Workflow
from calibrant.repairs.sites import shared, step_at

_MOST = 20


def _propose(issue: Issue, workflow: Workflow, _specs: Specs) -> Iterator[Proposal]:
    step = step_at(workflow, issue.finding)
    if step is None or step.body.scope is None or not isinstance(step.body.node, Map):
        return
    path = ("steps", step.index, "scope")
    fresh = [pattern for pattern in issue.finding.evidence.get("patterns", "").split("\n") if pattern]
    fresh = [pattern for pattern in fresh if pattern not in step.body.scope]
    if not fresh or len(fresh) > _MOST or shared(workflow, path):
        return
    shown = f"‘{fresh[0]}’" + (f" and {len(fresh) - 1} more" if len(fresh) > 1 else "")
    yield Proposal(f"Add {shown} to the step's scope", (SetValue(path, [*step.body.scope, *fresh]),))


REPAIR = Repair("wider-scope", frozenset({"scope-mismatch"}), 0.5, _propose)
