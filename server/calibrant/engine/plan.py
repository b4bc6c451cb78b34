"""The order of a run: which steps wait for which, and which cannot be called at all."""

from collections.abc import Iterable, Sequence

import msgspec

from calibrant.engine.render import step_references
from calibrant.expressions.words import OWN_ROOTS
from calibrant.model.connector import Registry
from calibrant.model.cycles import cycles, waiting_for
from calibrant.model.expression import Reference
from calibrant.model.workflow import Step, StepBody, Workflow


class Plan(msgspec.Struct, frozen=True):
    """Steps by their position in the file.

    `before` are the positions a step waits for and `after` those that wait for it; `data` the part of `before` whose
    output it reads. `references` are all that a step's expressions name. `barred` gives the reason why a step is not
    called and counts as failed.
    """

    steps: tuple[Step, ...]
    before: tuple[tuple[int, ...], ...]
    after: tuple[tuple[int, ...], ...]
    data: tuple[tuple[int, ...], ...]
    references: tuple[tuple[Reference, ...], ...]
    barred: dict[int, str]


def make_plan(workflow: Workflow, connectors: Registry, broken: Iterable[int] = ()) -> Plan:
    """Return the plan of a workflow; `broken` are positions that static errors keep from being called.

    Never raises: holes, duplicates, cycles and unknown names end in `barred` or are left out.
    """
    steps = workflow.steps
    places: dict[str, int] = {}
    barred = dict.fromkeys(broken, "It has an error that must be fixed before it can be called.")
    for position, step in enumerate(steps):
        reason = _fault(step, places)
        if reason:
            barred.setdefault(position, reason)
        if step.body.id is not None and step.body.id not in OWN_ROOTS:
            places.setdefault(step.body.id, position)
    references = tuple(_references(step.body, connectors) for step in steps)
    data = [_positions((reference.root for reference in found), places) for found in references]
    needs = [_positions((need.id for need in step.body.needs), places) for step in steps]
    before = [_joined(needs[position], data[position]) for position in range(len(steps))]
    for group in cycles(before):
        for position, reason in _cycle_reasons(group, steps):
            barred[position] = reason
    for position in barred:
        before[position] = ()
    return Plan(steps, tuple(before), waiting_for(before), tuple(data), references, barred)


def _fault(step: Step, places: dict[str, int]) -> str:
    body = step.body
    if body.id in places:
        return f"Another step has the id ‘{body.id}’ already."
    if body.id is None:
        return "It has no id."
    if body.id in OWN_ROOTS:
        return f"‘{body.id}’ means something else in expressions and cannot be an id."
    if body.action is None:
        return "It does not say what to do."
    return ""


def _references(body: StepBody, connectors: Registry) -> tuple[Reference, ...]:
    connector = connectors.get(body.action or "")
    return step_references(body, connector.spec if connector else None)


def _positions(names: Iterable[str], places: dict[str, int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(places[name] for name in names if name in places))


def _joined(first: tuple[int, ...], second: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(first + second)) if first and second else first or second


def _cycle_reasons(group: tuple[int, ...], steps: Sequence[Step]) -> Iterable[tuple[int, str]]:
    names = [f"‘{steps[position].label}’" for position in group]
    for at, position in enumerate(group):
        if len(group) == 1:
            yield position, "It depends on itself."
            continue
        others = [*names[at + 1 :], *names[:at]]
        shown = ", ".join(others[:4]) + (f" and {len(others) - 4} more" if len(others) > 4 else "")
        yield position, f"It is part of a circle: it depends on itself through {shown}."
