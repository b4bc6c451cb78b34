"""A connector that is not there: those with a close name, else those of the same family."""

from collections.abc import Iterator

from calibrant.model.change import SetValue
from calibrant.model.connector import ConnectorSpec, Specs
from calibrant.model.fix import Proposal, Repair, Safety
from calibrant.model.issue import Issue
from calibrant.model.workflow import StepBody, Workflow
from calibrant.repairs.names import offered
from calibrant.repairs.sites import path_of, scalar_at, step_at
from calibrant.repairs.wording import change


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    finding = issue.finding
    step, path = step_at(workflow, finding), path_of(workflow, finding)
    scalar = scalar_at(workflow, path)
    if step is None or scalar is None or scalar.value != finding.subject:
        return
    offer = offered(finding.subject, finding.candidates)
    # of several close names first the one whose parameters are those given
    known = sorted(
        (name for name in offer.names if name in specs),
        key=lambda name: (name not in offer.names[: offer.near], -_fitting(step.body, specs[name])),
    )
    for rank, name in enumerate(known):
        # which connector it is decides whether the step writes, so that only a single one is no choice
        level: Safety = "safe" if rank == 0 and offer.near == 1 and finding.severity == "error" else "review"
        yield Proposal(change(finding.subject, name), (SetValue(path, name),), level, rank)


def _fitting(body: StepBody, spec: ConnectorSpec) -> float:
    """Return how well the parameters given are those that a connector takes, from 0 to 1."""
    given = {parameter.name for parameter in body.parameters}
    takes = {parameter.name for parameter in spec.parameters}
    return len(given & takes) / len(given) if given else 0.0


REPAIR = Repair("closest-connector", frozenset({"unknown-connector"}), 0.85, _propose)
