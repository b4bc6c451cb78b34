"""Steps that wait for themselves, directly or through others."""

from collections.abc import Iterator

from calibrant.model.issue import Finding, Kind
from calibrant.model.workflow import Step, Workflow
from calibrant.rules.circles import Circled, Edge, circled
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule


def _check(workflow: Workflow, _known: Known) -> Iterator[Finding]:
    steps = workflow.steps
    places: dict[str, int] = {}
    for position, step in enumerate(steps):
        if step.body.id is not None:
            places.setdefault(step.body.id, position)
    before = [tuple(_targets(step, places)) for step in steps]
    labels = [step.label for step in steps]
    for found in circled(labels, before, lambda position: _edges(position, steps[position], places)):
        yield _circle(labels, found) if found.way else _itself(labels, found)


def _targets(step: Step, places: dict[str, int]) -> set[int]:
    """Return the places of the steps that one waits for; where that is written matters only in a circle."""
    body = step.body
    found = {places[reference.root] for reference in body.references if reference.root in places}
    if body.needs:
        found.update(places[need.id] for need in body.needs if need.id in places)
    return found


def _edges(position: int, step: Step, places: dict[str, int]) -> Iterator[Edge]:
    for reference in step.body.references:
        target = places.get(reference.root)
        if target is not None:
            yield Edge(position, target, step.at(reference.parts[0]), ())
    for index, need in enumerate(step.body.needs):
        target = places.get(need.id)
        if target is not None:
            yield Edge(position, target, step.at(need.span), ("needs", index))


def _itself(labels: list[str], found: Circled) -> Finding:
    label = labels[found.edge.source]
    return Finding(
        code="self-reference",
        kind=Kind.DEFINITION,
        span=found.edge.span,
        message=f"The step ‘{label}’ refers to itself, so it would have to run before it can run.",
        hint="Name the step whose output is meant.",
        step=label,
        where=found.edge.where,
        subject=label,
    )


def _circle(labels: list[str], found: Circled) -> Finding:
    return Finding(
        code="cycle",
        kind=Kind.DEFINITION,
        span=found.edge.span,
        message=f"These steps wait for each other in a circle: {found.way}. None of them can run first.",
        hint="Take one of these references or ‘needs’ out.",
        step=labels[found.edge.source],
        where=found.edge.where,
        subject=labels[found.edge.target],
        cause=found.cause,
    )


RULE = Rule(("self-reference", "cycle"), workflow=_check)
