"""Which steps wait for which."""

from collections import defaultdict

from calibrant.model.workflow import Step, Workflow


def downstream(workflow: Workflow, step: Step) -> set[int]:
    """Return the positions of the steps that wait for a step, however long the way, itself included."""
    return _reached(step.index, _edges(workflow)[1])


def upstream(workflow: Workflow, step: Step) -> set[int]:
    """Return the positions of the steps that a step waits for, however long the way, itself included."""
    return _reached(step.index, _edges(workflow)[0])


def by_id(workflow: Workflow) -> dict[str, Step]:
    """Return the steps by their ids; of several of one id, the first."""
    return {step.id: step for step in reversed(workflow.steps) if step.id}


def _edges(workflow: Workflow) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """Return which steps each waits for, and which wait for each."""
    place: dict[str, int] = {}
    for step in workflow.steps:
        if step.id is not None:
            place.setdefault(step.id, step.index)
    before: dict[int, set[int]] = defaultdict(set)
    after: dict[int, set[int]] = defaultdict(set)
    for step in workflow.steps:
        names = {need.id for need in step.body.needs} | {reference.root for reference in step.body.references}
        for name in names & place.keys():
            before[step.index].add(place[name])
            after[place[name]].add(step.index)
    return before, after


def _reached(start: int, edges: dict[int, set[int]]) -> set[int]:
    found, waiting = {start}, [start]
    while waiting:
        for following in edges.get(waiting.pop(), ()):
            if following not in found:
                found.add(following)
                waiting.append(following)
    return found
