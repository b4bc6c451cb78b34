"""Steps that wait for themselves, directly or through others."""

from collections import deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from calibrant.model.cycles import cycles
from calibrant.model.expression import Path
from calibrant.model.issue import Finding, Kind
from calibrant.model.text import Span
from calibrant.model.workflow import Step, Workflow
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule

_SHOWN = 6
_SMALL = 20


class _Edge(NamedTuple):
    """One step's waiting for another: where that is written, in the document."""

    source: int
    target: int
    span: Span
    where: Path


def _check(workflow: Workflow, _known: Known) -> Iterator[Finding]:
    places: dict[str, int] = {}
    for position, step in enumerate(workflow.steps):
        if step.body.id is not None:
            places.setdefault(step.body.id, position)
    before = [tuple(_targets(step, places)) for step in workflow.steps]
    for group in cycles(before):
        edges = [edge for position in group for edge in _edges(position, workflow.steps[position], places)]
        yield from _in_group(workflow.steps, group, edges, before)


def _in_group(
    steps: Sequence[Step], group: tuple[int, ...], edges: Sequence[_Edge], before: Sequence[tuple[int, ...]]
) -> Iterator[Finding]:
    members = frozenset(group)
    cause = "cycle:" + ",".join(sorted(steps[position].label for position in group))
    way: list[int] = []
    for edge in (edge for edge in edges if edge.target in members):
        if edge.target == edge.source:
            yield _itself(steps[edge.source], edge)
            continue
        if not way or len(group) <= _SMALL:  # for each place its own way round, where that is quickly found
            way = _way_back(edge, members, before)
        yield _circle(steps, edge, way, cause)


def _targets(step: Step, places: dict[str, int]) -> set[int]:
    """Return the places of the steps that one waits for; where that is written matters only in a circle."""
    body = step.body
    found = {places[reference.root] for reference in body.references if reference.root in places}
    if body.needs:
        found.update(places[need.id] for need in body.needs if need.id in places)
    return found


def _edges(position: int, step: Step, places: dict[str, int]) -> Iterator[_Edge]:
    for reference in step.body.references:
        target = places.get(reference.root)
        if target is not None:
            yield _Edge(position, target, step.at(reference.parts[0]), ())
    for index, need in enumerate(step.body.needs):
        target = places.get(need.id)
        if target is not None:
            yield _Edge(position, target, step.at(need.span), ("needs", index))


def _itself(step: Step, edge: _Edge) -> Finding:
    return Finding(
        code="self-reference",
        kind=Kind.DEFINITION,
        span=edge.span,
        message=f"The step ‘{step.label}’ refers to itself, so it would have to run before it can run.",
        hint="Name the step whose output is meant.",
        step=step.label,
        where=edge.where,
        subject=step.label,
    )


def _circle(steps: Sequence[Step], edge: _Edge, way: list[int], cause: str) -> Finding:
    ends = way if len(way) <= _SHOWN + 1 else [*way[: _SHOWN - 1], way[-1]]
    shown = [f"‘{steps[position].label}’" for position in ends]
    if len(way) > len(ends):
        shown.insert(-1, f"{len(way) - len(ends)} more")
    return Finding(
        code="cycle",
        kind=Kind.DEFINITION,
        span=edge.span,
        message=f"These steps wait for each other in a circle: {' → '.join(shown)}. None of them can run first.",
        hint="Take one of these references or ‘needs’ out.",
        step=steps[edge.source].label,
        where=edge.where,
        subject=steps[edge.target].label,
        cause=cause,
    )


def _way_back(edge: _Edge, members: frozenset[int], before: Sequence[tuple[int, ...]]) -> list[int]:
    """Return the shortest circle that an edge is part of, from its source back to it."""
    came: dict[int, int] = {edge.target: edge.source}
    queue = deque([edge.target])
    while queue:
        here = queue.popleft()
        for following in before[here]:
            if following == edge.source:
                way = [edge.source, here]
                while way[-1] != edge.target:
                    way.append(came[way[-1]])
                return [edge.source, *reversed(way[1:]), edge.source]
            if following in members and following not in came:
                came[following] = here
                queue.append(following)
    return [edge.source, edge.target, edge.source]


RULE = Rule(("self-reference", "cycle"), workflow=_check)
