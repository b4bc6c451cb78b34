"""Steps or jobs that wait for each other in a circle: the `needs` that is least likely to be meant goes."""

from collections.abc import Iterator
from typing import NamedTuple

from calibrant.model.change import RemoveNeed
from calibrant.model.connector import Specs
from calibrant.model.expression import Path
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.text import Span
from calibrant.model.workflow import Workflow
from calibrant.repairs.safety import safety
from calibrant.repairs.wording import quoted

_MOST = 4


class _Edge(NamedTuple):
    """One entry of `needs`: who waits, in the file's order, for what, and what says so in a change."""

    at: int
    label: str
    id: str | None
    target: str
    waits: int | Path


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    spans = {issue.finding.span, *(place.span for place in issue.finding.related)}
    edges = list(_needs(workflow, spans))
    ids = [job.id for job in workflow.jobs] or [step.id for step in workflow.steps]
    place = {name: at for at, name in reversed(list(enumerate(ids))) if name}
    # a circle goes back at least once: what waits for something further down was most likely not meant
    edges.sort(key=lambda edge: edge.at - place.get(edge.target, 0))
    for rank, edge in enumerate(edges[:_MOST]):
        itself = edge.id == edge.target
        later = place.get(edge.target, 0) > edge.at
        why = ", which stands after it" if later else ""
        title = f"Let {quoted(edge.label)} no longer wait for {'itself' if itself else quoted(edge.target)}{why}"
        level = safety(issue, workflow, specs, len(edges)) if itself else "review"
        yield Proposal(title, (RemoveNeed(edge.waits, edge.target),), level if rank == 0 else "review", rank)


def _needs(workflow: Workflow, spans: set[Span]) -> Iterator[_Edge]:
    """Yield which `needs` stand at these places: without them no data is lost, as it would be without a reference."""
    for step in workflow.steps:
        for need in step.body.needs:
            if step.at(need.span) in spans:
                yield _Edge(step.index, step.label, step.id, need.id, step.index)
    for job in workflow.jobs:
        for need in job.body.needs:
            if job.at(need.span) in spans:
                yield _Edge(job.index, job.label, job.id, need.id, job.path)


REPAIR = Repair("break-cycle", frozenset({"cycle", "self-reference"}), 0.6, _propose)
