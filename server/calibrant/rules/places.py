"""The places of a file whose keys are prescribed, for the rules about keys."""

from collections.abc import Iterator
from typing import NamedTuple

from calibrant.model.expression import Path
from calibrant.model.issue import Kind
from calibrant.model.language import OWN, KeySpec
from calibrant.model.nodes import Entry, Hole, Map, Node
from calibrant.model.workflow import StepBody, Workflow
from calibrant.rules.known import Known


class Keyed(NamedTuple):
    """A map whose keys are prescribed: what to call it, where it stands, and the keys it may have."""

    label: str
    node: Map
    keys: tuple[KeySpec, ...]
    place: str
    path: Path = ()


def step_maps(body: StepBody, known: Known) -> Iterator[Keyed]:
    """Yield a step's map and the maps inside it that have keys of their own."""
    if not isinstance(body.node, Map):
        return
    keys = known.language.keys
    yield Keyed("a step", body.node, keys.get("step", ()), "step")
    retry = body.node.get("retry")
    if isinstance(retry, Map):
        yield Keyed("‘retry’", retry, keys.get("retry", ()), "retry", ("retry",))


def workflow_maps(workflow: Workflow, known: Known) -> Iterator[Keyed]:
    """Yield the workflow's own map and those of its inputs."""
    if not isinstance(workflow.root, Map):
        return
    keys = known.language.keys
    yield Keyed("a workflow", workflow.root, keys.get("workflow", ()), "workflow")
    for item in workflow.inputs:
        if isinstance(item.node, Map):
            yield Keyed("an input", item.node, keys.get("input", ()), "input", ("inputs", item.name))


def own(entry: Entry) -> bool:
    """Tell whether an entry is the user's own, or has no readable key."""
    return entry.key.value is None or entry.name.startswith(OWN)


def empty(node: Node | None) -> bool:
    """Tell whether a value is missing: nothing stands there, or null."""
    if node is None:
        return True
    return node.missing if isinstance(node, Hole) else getattr(node, "value", node) is None


def unreadable(body: StepBody) -> bool:
    """Tell whether a part of the step's text could not be read, so that what seems to be missing may be there."""
    return any(problem.kind is Kind.SYNTAX for problem in body.problems)
