"""What a job waits for: jobs that are there, not itself, and not in a circle."""

from collections.abc import Iterator, Sequence

from calibrant.github.languages import ACTION
from calibrant.model.issue import Finding, Kind
from calibrant.model.workflow import Job, Workflow
from calibrant.rules.circles import Circled, Edge, circled
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule
from calibrant.rules.wording import did_you_mean, listed

_SEARCHES = 20
"""Names for which close ones are looked for in one check; in a file with more unknown names that would take too long."""


def _check(workflow: Workflow, known: Known) -> Iterator[Finding]:
    jobs = workflow.jobs
    if known.language.name == ACTION or not any(job.body.needs for job in jobs):
        return
    places: dict[str, int] = {}
    for position, job in enumerate(jobs):
        if job.id is not None:
            places.setdefault(job.id.lower(), position)
    yield from _unknown(workflow, places)
    edges = [tuple(_edges(position, job, places)) for position, job in enumerate(jobs)]
    before = [tuple(sorted({edge.target for edge in own})) for own in edges]
    for found in circled([job.label for job in jobs], before, edges.__getitem__):
        yield _circle(jobs, found) if found.way else _itself(jobs, found)


def _edges(position: int, job: Job, places: dict[str, int]) -> Iterator[Edge]:
    for at, need in enumerate(job.body.needs):
        target = places.get(need.id.lower())
        if target is not None:
            yield Edge(position, target, job.at(need.span), (*job.path, "needs", at))


def _unknown(workflow: Workflow, places: dict[str, int]) -> Iterator[Finding]:
    names = [job.id for job in workflow.jobs if job.id is not None]
    meant: dict[str, tuple[str, tuple[str, ...]]] = {}  # while a job is being renamed, many need the name it had
    for job in workflow.jobs:
        for at, need in enumerate(job.body.needs):
            if need.id.lower() in places or not need.id or "${{" in need.id:
                continue
            if need.id not in meant:
                meant[need.id] = did_you_mean(need.id, names) if len(meant) < _SEARCHES else ("", ())
            hint, near = meant[need.id]
            others = [name for name in names if name != job.id]
            if job.id in near:
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


def _itself(jobs: Sequence[Job], found: Circled) -> Finding:
    label = jobs[found.edge.source].label
    return Finding(
        code="self-reference",
        kind=Kind.DEFINITION,
        span=found.edge.span,
        message=f"The job ‘{label}’ needs itself, so it could never begin.",
        hint="Name the job that is meant, or remove this.",
        where=found.edge.where,
        subject=label,
    )


def _circle(jobs: Sequence[Job], found: Circled) -> Finding:
    return Finding(
        code="cycle",
        kind=Kind.DEFINITION,
        span=found.edge.span,
        message=f"These jobs wait for each other in a circle: {found.way}. None of them can run first.",
        hint="Take one of these ‘needs’ out.",
        where=found.edge.where,
        subject=jobs[found.edge.target].label,
        cause=found.cause,
    )


RULE = Rule(("unknown-job", "self-reference", "cycle"), workflow=_check)
