"""Circles among things that wait for each other."""

from collections.abc import Sequence
from itertools import chain


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
    after = waiting_for(before)
    pending = [len(waits) for waits in before]
    ready = [position for position, count in enumerate(pending) if not count]
    for position in ready:  # grows while it is walked
        for other in after[position]:
            pending[other] -= 1
            if not pending[other]:
                ready.append(other)
    return set(range(len(before))).difference(chain(ready))


def waiting_for(before: Sequence[tuple[int, ...]]) -> tuple[tuple[int, ...], ...]:
    """Return, for each position, the positions that wait for it."""
    after: list[list[int]] = [[] for _ in before]
    for position, waits in enumerate(before):
        for other in waits:
            after[other].append(position)
    return tuple(map(tuple, after))
