"""Files that are not there because the step that writes them failed: no fault of the step that wants them."""

from collections.abc import Callable, Iterator
from posixpath import basename, normpath

from calibrant.engine.plan import Plan
from calibrant.engine.step import Ended
from calibrant.model.connector import Connector, Effect, Registry
from calibrant.model.failure import Failure
from calibrant.model.nodes import Map, Node, Scalar
from calibrant.model.workflow import StepBody

_NOT_THERE = frozenset({"file-not-found", "missing-folder"})
_FAR = 1_000
"""How many steps are looked at behind one that misses a file."""


def excused(ended: Ended, position: int, plan: Plan, connectors: Registry, lost: Callable[[int], bool]) -> Ended:
    """Return how a step ended: skipped, where all that it misses are files that a step before it was to write.

    `lost` tells of which steps nothing came, though something should have.
    """
    missed = [failure for failure in ended.failures if failure.code in _NOT_THERE]
    if ended.status != "failed" or not missed or len(missed) < len(ended.failures):
        return ended
    for other in _before(plan, position):
        step = plan.steps[other]
        if lost(other) and all(_writes(step.body, connectors.get(step.body.action or ""), one) for one in missed):
            reason = f"It needs what ‘{step.label}’ would have written."
            return Ended("skipped", reason, provisional=ended.provisional)
    return ended


def _before(plan: Plan, position: int) -> Iterator[int]:
    """Yield the steps that one waits for, the nearest first."""
    found = dict.fromkeys(plan.before[position])
    waiting = list(found)
    for other in waiting:
        yield other
        if len(found) < _FAR:
            further = [one for one in plan.before[other] if one not in found]
            found |= dict.fromkeys(further)
            waiting += further


def _writes(body: StepBody, connector: Connector | None, missed: Failure) -> bool:
    """Tell whether a step may be the one that writes the file: by a path that it is given, or a command that names it."""
    if connector is None:
        return any(_names(given.value, missed.value) for given in body.parameters)
    spec = connector.spec
    if Effect.EXECUTE in spec.effects:
        said = [text for given in body.parameters for text in _texts(given.value)]
        return any(basename(missed.value.rstrip("/")) in text for text in said)
    paths = {declared.name for declared in spec.parameters if declared.type == "path"}
    values = (given.value for given in body.parameters if given.name in paths)
    return Effect.WRITE_LOCAL in spec.effects and any(_names(value, missed.value) for value in values)


def _texts(node: Node) -> Iterator[str]:
    if isinstance(node, Scalar) and isinstance(node.value, str):
        yield node.value
    for inner in (entry.value for entry in node.entries) if isinstance(node, Map) else ():
        yield from _texts(inner)


def _names(node: Node, missed: str) -> bool:
    """Tell whether a path as written may be the file that is missed, or lie in the folder."""
    if not isinstance(node, Scalar):
        return False
    first = node.template.parts[0] if node.template else node.value
    begin = first if isinstance(first, str) else ""
    if node.template is not None:
        return begin.startswith(missed) or missed.startswith(begin)
    return normpath(begin) == normpath(missed) or normpath(begin).startswith(normpath(missed) + "/")
