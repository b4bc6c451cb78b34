"""A step that was stopped because it took too long: more time."""

from collections.abc import Iterator

from calibrant.model.change import AddKey, Change, SetValue
from calibrant.model.connector import Specs
from calibrant.model.expression import Path
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.nodes import Map
from calibrant.model.workflow import Step, Workflow
from calibrant.repairs.sites import shared, step_at

_TIMES = (2, 10)


def _propose(issue: Issue, workflow: Workflow, _specs: Specs) -> Iterator[Proposal]:
    step = step_at(workflow, issue.finding)
    if step is None or not isinstance(step.body.node, Map) or shared(workflow, ("steps", step.index, "timeout")):
        return
    for rank, times in enumerate(_TIMES):
        seconds = round(step.body.timeout * times, 3)
        value = int(seconds) if seconds.is_integer() else seconds
        # whether it is slow or stands still is not to be told from here
        yield Proposal(f"Give the step {value:g} seconds", (_change(step, step.body.node, value),), rank=rank)


def _change(step: Step, node: Map, value: float) -> Change:
    path: Path = ("steps", step.index)
    if node.entry("timeout") is None:
        return AddKey(path, "timeout", value)
    return SetValue((*path, "timeout"), value)


REPAIR = Repair("longer-timeout", frozenset({"step-timeout", "query-timeout"}), 0.5, _propose)
