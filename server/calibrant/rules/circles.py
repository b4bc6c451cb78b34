"""What waits for itself, directly or through others: steps and jobs alike."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from calibrant.model.cycles import cycles
from calibrant.model.expression import Path
from calibrant.model.text import Span

_SHOWN = 6
_SMALL = 20


class Edge(NamedTuple):
    """One's waiting for another, both by position: where that is written, in the document."""

    source: int
    target: int
    span: Span
    where: Path


class Circled(NamedTuple):
    """A place that is part of a circle. `way` says it in words, empty for what waits for itself; `cause` is the circle's."""

    edge: Edge
    way: str
    cause: str


def circled(
    labels: Sequence[str], before: Sequence[tuple[int, ...]], edges: Callable[[int], Iterable[Edge]]
) -> Iterator[Circled]:
    """Yield each place that is part of a circle.

    `before` are the positions that each position waits for; `edges` tells where one of them says so, and is asked only of those
    in a circle.
    """
    for group in cycles(before):
        members = frozenset(group)
        cause = "cycle:" + ",".join(sorted(labels[position] for position in group))
        way: list[int] = []
        for edge in (edge for position in group for edge in edges(position) if edge.target in members):
            if edge.target == edge.source:
                yield Circled(edge, "", cause)
                continue
            if not way or len(group) <= _SMALL:  # for each place its own way round, where that is quickly found
                way = _way_back(edge, members, before)
            yield Circled(edge, _words([labels[position] for position in way]), cause)


def _words(labels: Sequence[str]) -> str:
    ends = labels if len(labels) <= _SHOWN + 1 else [*labels[: _SHOWN - 1], labels[-1]]
    shown = [f"‘{label}’" for label in ends]
    if len(labels) > len(ends):
        shown.insert(-1, f"{len(labels) - len(ends)} more")
    return " → ".join(shown)


def _way_back(edge: Edge, members: frozenset[int], before: Sequence[tuple[int, ...]]) -> list[int]:
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
