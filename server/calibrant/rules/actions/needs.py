"""What a job waits for: jobs that are there, not itself, and not in a circle."""

from collections import deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from calibrant.model.cycles import cycles
from calibrant.model.issue import Finding, Kind
from calibrant.model.text import Span
from calibrant.model.workflow import Job, Workflow
from calibrant.rules.actions.walking import ACTION
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule
from calibrant.rules.wording import did_you_mean, listed

_SHOWN = 6


class _Edge(NamedTuple):
    """One entry of a job's ‘needs’ that leads to a job: where it is written, in the document."""

    source: int
    target: int
    span: Span
    at: int


def _check(workflow: Workflow, known: Known) -> Iterator[Finding]:
    if known.language.name == ACTION or not any(job.body.needs for job in workflow.jobs):
        return
    places: dict[str, int] = {}
    for position, job in enumerate(workflow.jobs):
        if job.id is not None:
            places.setdefault(job.id.lower(), position)
    edges = [edge for position, job in enumerate(workflow.jobs) for edge in _edges(position, job, places)]
    yield from _unknown(workflow, places)
    before: list[set[int]] = [set() for _ in workflow.jobs]
    for edge in edges:
        before[edge.source].add(edge.target)
    for group in cycles([tuple(sorted(targets)) for targets in before]):
        yield from _in_group(workflow.jobs, frozenset(group), edges, before)


def _edges(position: int, job: Job, places: dict[str, int]) -> Iterator[_Edge]:
    for at, need in enumerate(job.body.needs):
        target = places.get(need.id.lower())
        if target is not None:
            yield _Edge(position, target, job.at(need.span), at)


def _unknown(workflow: Workflow, places: dict[str, int]) -> Iterator[Finding]:
    names = [job.id for job in workflow.jobs if job.id is not None]
    for job in workflow.jobs:
        for at, need in enumerate(job.body.needs):
            if need.id.lower() in places or not need.id or "${{" in need.id:
                continue
            others = [name for name in names if name != job.id]
            hint, near = did_you_mean(need.id, others)
            yield Finding(
                code="unknown-job",
                kind=Kind.DEFINITION,
                span=job.at(need.span),
                message=f"There is no job ‘{need.id}’ in this workflow."
                + (f" There are: {listed(others)}." if others else " It has no other job."),
                hint=hint or "Name a job of this file, or remove it from ‘needs’.",
                where=(*job.path, "needs", at),
                subject=need.id,
                candidates=near,
            )


def _in_group(
    jobs: Sequence[Job], members: frozenset[int], edges: Sequence[_Edge], before: Sequence[set[int]]
) -> Iterator[Finding]:
    cause = "cycle:" + ",".join(sorted(jobs[position].label for position in members))
    for edge in edges:
        if edge.source not in members or edge.target not in members:
            continue
        if edge.source == edge.target:
            yield _itself(jobs[edge.source], edge)
        else:
            yield _circle(jobs, edge, _way_back(edge, members, before), cause)


def _itself(job: Job, edge: _Edge) -> Finding:
    return Finding(
        code="self-reference",
        kind=Kind.DEFINITION,
        span=edge.span,
        message=f"The job ‘{job.label}’ needs itself, so it could never begin.",
        hint="Name the job that is meant, or remove this.",
        where=(*job.path, "needs", edge.at),
        subject=job.label,
    )


def _circle(jobs: Sequence[Job], edge: _Edge, way: list[int], cause: str) -> Finding:
    ends = way if len(way) <= _SHOWN + 1 else [*way[: _SHOWN - 1], way[-1]]
    shown = [f"‘{jobs[position].label}’" for position in ends]
    if len(way) > len(ends):
        shown.insert(-1, f"{len(way) - len(ends)} more")
    return Finding(
        code="cycle",
        kind=Kind.DEFINITION,
        span=edge.span,
        message=f"These jobs wait for each other in a circle: {' → '.join(shown)}. None of them can run first.",
        hint="Take one of these ‘needs’ out.",
        where=(*jobs[edge.source].path, "needs", edge.at),
        subject=jobs[edge.target].label,
        cause=cause,
    )


def _way_back(edge: _Edge, members: frozenset[int], before: Sequence[set[int]]) -> list[int]:
    """Return the shortest circle that an entry is part of, from its job back to it."""
    came: dict[int, int] = {edge.target: edge.source}
    queue = deque([edge.target])
    while queue:
        here = queue.popleft()
        for following in sorted(before[here]):
            if following == edge.source:
                way = [here]
                while way[-1] != edge.target:
                    way.append(came[way[-1]])
                return [edge.source, *reversed(way), edge.source]
            if following in members and following not in came:
                came[following] = here
                queue.append(following)
    return [edge.source, edge.target, edge.source]


RULE = Rule(("unknown-job", "self-reference", "cycle"), workflow=_check)
