"""Steps that wait for each other in a circle: the `needs` that is least likely to be meant goes."""

from collections.abc import Iterator

from calibrant.model.change import RemoveNeed
from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.text import Span
from calibrant.model.workflow import Step, Workflow
from calibrant.repairs.safety import safety
from calibrant.repairs.wording import quoted

_Edge = tuple[Step, str]
_MOST = 4


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    spans = {issue.finding.span, *(place.span for place in issue.finding.related)}
    edges = list(_needs(workflow, spans))
    place = {step.id: step.index for step in reversed(workflow.steps) if step.id}
    # a circle goes back at least once: what waits for a step further down was most likely not meant
    edges.sort(key=lambda edge: edge[0].index - place.get(edge[1], 0))
    for rank, (step, target) in enumerate(edges[:_MOST]):
        itself = step.id == target
        later = place.get(target, 0) > step.index
        why = ", which stands after it" if later else ""
        title = f"Let {quoted(step.label)} no longer wait for {'itself' if itself else quoted(target)}{why}"
        level = safety(issue, workflow, specs, len(edges)) if itself else "review"
        yield Proposal(title, (RemoveNeed(step.index, target),), level if rank == 0 else "review", rank)


def _needs(workflow: Workflow, spans: set[Span]) -> Iterator[_Edge]:
    """Yield which `needs` stand at these places: without them no data is lost, as it would be without a reference."""
    for step in workflow.steps:
        for need in step.body.needs:
            if step.at(need.span) in spans:
                yield step, need.id


REPAIR = Repair("break-cycle", frozenset({"cycle", "self-reference"}), 0.6, _propose)
