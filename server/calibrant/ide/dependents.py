"""Which steps wait for which."""

from collections import defaultdict

from calibrant.model.workflow import Step, Workflow


def dependents(workflow: Workflow, step: Step, marker: str = "") -> frozenset[int]:
    """Return the positions of the steps that wait, however long the way, for a step; `marker` is no part of its id."""
    name = (step.body.id or "").replace(marker, "") if marker else step.body.id or ""
    if not name:
        return frozenset()
    waiting: dict[str, list[Step]] = defaultdict(list)
    for other in workflow.steps:
        for one in {*(need.id for need in other.body.needs), *(reference.root for reference in other.body.references)}:
            waiting[one].append(other)
    found: set[int] = set()
    names = [name]
    while names:
        for other in waiting.pop(names.pop(), ()):
            if other.index not in found and other.origin != step.origin:
                found.add(other.index)
                if other.body.id:
                    names.append(other.body.id)
    return frozenset(found)
