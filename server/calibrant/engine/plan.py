"""The order of a run: which steps wait for which, and which cannot be called at all."""

from collections.abc import Iterable, Sequence
from itertools import chain

import msgspec

from calibrant.model.workflow import Step, Workflow


class Plan(msgspec.Struct, frozen=True):
    """Steps by their position in the file.

    `before` are the positions a step waits for and `after` those that wait for it; `data` the part of `before` whose
    output it reads. `barred` gives the reason why a step is not called and counts as failed.
    """

    steps: tuple[Step, ...]
    before: tuple[tuple[int, ...], ...]
    after: tuple[tuple[int, ...], ...]
    data: tuple[tuple[int, ...], ...]
    barred: dict[int, str]


def make_plan(workflow: Workflow, broken: Iterable[int] = ()) -> Plan:
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
        if step.body.id is not None:
            places.setdefault(step.body.id, position)
    data = [_positions((reference.root for reference in step.body.references), places) for step in steps]
    needs = [_positions((need.id for need in step.body.needs), places) for step in steps]
    before = [_joined(needs[position], data[position]) for position in range(len(steps))]
    for group in cycles(before):
        for position, reason in _cycle_reasons(group, steps):
            barred[position] = reason
    for position in barred:
        before[position] = ()
    return Plan(steps, tuple(before), _reversed(before), tuple(data), barred)


def _fault(step: Step, places: dict[str, int]) -> str:
    body = step.body
    if body.id in places:
        return f"Another step has the id ‘{body.id}’ already."
    if body.id is None:
        return "It has no id."
    if body.action is None:
        return "It does not say what to do."
    return ""


def _positions(names: Iterable[str], places: dict[str, int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(places[name] for name in names if name in places))


def _joined(first: tuple[int, ...], second: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(first + second)) if first and second else first or second


def _reversed(before: Sequence[tuple[int, ...]]) -> tuple[tuple[int, ...], ...]:
    after: list[list[int]] = [[] for _ in before]
    for position, waits in enumerate(before):
        for other in waits:
            after[other].append(position)
    return tuple(map(tuple, after))


def _cycle_reasons(group: tuple[int, ...], steps: Sequence[Step]) -> Iterable[tuple[int, str]]:
    names = [f"‘{steps[position].label}’" for position in group]
    for at, position in enumerate(group):
        if len(group) == 1:
            yield position, "It depends on itself."
            continue
        others = [*names[at + 1 :], *names[:at]]
        shown = ", ".join(others[:4]) + (f" and {len(others) - 4} more" if len(others) > 4 else "")
        yield position, f"It is part of a circle: it depends on itself through {shown}."


def cycles(before: Sequence[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Return the groups of positions that wait for each other in a circle, each in the order of the file.

    Tarjan's strongly connected components, without recursion, on what a topological sort leaves over.
    """
    left = _left_over(before)
    found: list[tuple[int, ...]] = []
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    for root in sorted(left):
        if root in order:
            continue
        work = [(root, iter(before[root]))]
        order[root] = low[root] = len(order)
        stack.append(root)
        on_stack.add(root)
        while work:
            here, rest = work[-1]
            for other in rest:
                if other not in left:
                    continue
                if other not in order:
                    order[other] = low[other] = len(order)
                    stack.append(other)
                    on_stack.add(other)
                    work.append((other, iter(before[other])))
                    break
                if other in on_stack:
                    low[here] = min(low[here], order[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[here])
                if low[here] == order[here]:
                    at = stack.index(here)
                    group = stack[at:]
                    del stack[at:]
                    on_stack.difference_update(group)
                    if len(group) > 1 or here in before[here]:
                        found.append(tuple(sorted(group)))
    return found


def _left_over(before: Sequence[tuple[int, ...]]) -> set[int]:
    """Return what a topological sort cannot place: everything in or behind a circle."""
    after = _reversed(before)
    pending = [len(waits) for waits in before]
    ready = [position for position, count in enumerate(pending) if not count]
    for position in ready:  # grows while it is walked
        for other in after[position]:
            pending[other] -= 1
            if not pending[other]:
                ready.append(other)
    return set(range(len(before))).difference(chain(ready))
