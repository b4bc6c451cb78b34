"""A key or parameter that means nothing where it stands: the one that was probably meant."""

from collections.abc import Iterator

from calibrant.model.change import RenameKey
from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.nodes import Map
from calibrant.model.workflow import Workflow
from calibrant.repairs.names import offered
from calibrant.repairs.safety import safety
from calibrant.repairs.sites import node_at, path_of, shared
from calibrant.repairs.wording import change


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    finding = issue.finding
    path = path_of(workflow, finding)
    around = node_at(workflow, path[:-1])
    if not finding.where or not isinstance(around, Map) or shared(workflow, path[:-1]):
        return
    if str(path[-1]) != finding.subject:
        return  # a value, such as the one event of ‘on: …’, which is changed as one
    offer = offered(finding.subject, finding.candidates)
    free = [name for name in offer.names if around.entry(name) is None and around.entry(str(path[-1])) is not None]
    choices = offer.choices if workflow.language.runs else offer.meant
    for rank, name in enumerate(free):
        level = safety(issue, workflow, specs, choices)
        made = RenameKey(path, name)
        yield Proposal(change(finding.subject, name), (made,), level if rank == 0 else "review", rank)


REPAIR = Repair("closest-key", frozenset({"unknown-key", "unknown-parameter", "unknown-event"}), 0.9, _propose)
