"""A key that must be there and is not: the key, with what it most likely says."""

import re
from collections.abc import Iterator

from calibrant.model.change import AddKey, Change, SetValue
from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.nodes import Hole, Map
from calibrant.model.workflow import Step, Workflow
from calibrant.repairs.names import fresh
from calibrant.repairs.safety import safety
from calibrant.repairs.sites import node_at, path_of, shared, step_at
from calibrant.repairs.wording import quoted

_MOST = 3


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    step, key = step_at(workflow, issue.finding), issue.finding.subject
    path = path_of(workflow, issue.finding)
    if issue.finding.where[-1:] != (key,) or shared(workflow, path[:-1]):
        return
    values = _values(workflow, specs, step, key)
    for rank, value in enumerate(values[:_MOST]):
        there = node_at(workflow, path)
        missing = isinstance(there, Hole) and there.missing
        if there is not None and not missing:
            return
        made: Change = SetValue(path, value) if missing else AddKey(path[:-1], key, value, first=key == "id")
        title = f"Add {quoted(f'{key}: {value}')}"
        # an id is a name that nobody uses yet; what a step does is for a person to say
        level = safety(issue, workflow, specs, 1) if key == "id" else "review"
        yield Proposal(title, (made,), level, rank)


def _values(workflow: Workflow, specs: Specs, step: Step | None, key: str) -> list[str]:
    if step is None:
        return []
    if key == "id":
        return [_id(workflow, step)]
    return _connectors(workflow, step, specs) if key == "uses" else []


def _id(workflow: Workflow, step: Step) -> str:
    """Return an id made of the step's name or of what it does."""
    taken = {other.id for other in workflow.steps if other.id} | workflow.language.reserved_ids
    action = (step.body.action or "").rpartition(".")[2]
    words = re.sub(r"[^A-Za-z0-9]+", "_", step.body.name or action).strip("_").lower()[:40]
    return fresh(words if words[:1].isalpha() else f"step_{step.index + 1}", taken)


def _connectors(workflow: Workflow, step: Step, specs: Specs) -> list[str]:
    """Return the connectors that take all of the parameters given: first those that need no others and give what is read."""
    node = step.body.node
    given_node = node.get("with") if isinstance(node, Map) else None
    given = {entry.name for entry in given_node.entries} if isinstance(given_node, Map) else set()
    read = _read(workflow, step)
    fitting: list[tuple[int, int, str]] = []
    for name, spec in specs.items():
        lacking = {one.name for one in spec.parameters if one.required} - given
        if given and given <= {one.name for one in spec.parameters}:
            unlike = len(read - {field for field, _ in spec.output.fields})
            fitting.append((len(lacking), unlike, name))
    return [name for *_, name in sorted(fitting)]


def _read(workflow: Workflow, step: Step) -> set[str]:
    """Return the fields of a step's output that others read."""
    references = (reference for other in workflow.steps for reference in other.body.references)
    return {str(one.path[0]) for one in references if step.id and one.root == step.id and one.path}


REPAIR = Repair("add-key", frozenset({"missing-key"}), 0.6, _propose)
