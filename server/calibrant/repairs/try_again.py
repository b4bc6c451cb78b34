"""A failure that comes and goes: the step is tried again after a pause."""

from collections.abc import Iterator

from calibrant.model.change import AddKey
from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue, Kind
from calibrant.model.nodes import Map
from calibrant.model.workflow import Workflow
from calibrant.repairs.sites import shared, step_at

_ATTEMPTS, _DELAY, _LONG_DELAY = 3, 2, 30


def _propose(issue: Issue, workflow: Workflow, _specs: Specs) -> Iterator[Proposal]:
    step = step_at(workflow, issue.finding)
    if step is None or not isinstance(step.body.node, Map) or step.body.node.entry("retry") is not None:
        return
    if not workflow.language.runs or shared(workflow, ("steps", step.index, "retry")):
        return
    delay = _LONG_DELAY if issue.finding.kind is Kind.RATE_LIMIT else _DELAY
    change = AddKey(("steps", step.index), "retry", {"attempts": _ATTEMPTS, "delay": delay})
    # what the step did before it failed happens again
    yield Proposal(f"Try it {_ATTEMPTS} times, {delay} seconds apart", (change,))


REPAIR = Repair("try-again", frozenset({"flaky-timeout"}), 0.45, _propose, frozenset({Kind.TRANSIENT, Kind.RATE_LIMIT}))
