"""A key or parameter that means nothing where it stands: taken out, or kept as the user's own."""

from collections.abc import Iterator

from calibrant.model.change import RemoveKey, RenameKey
from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.language import OWN
from calibrant.model.nodes import Map, Seq
from calibrant.model.workflow import Workflow
from calibrant.repairs.sites import node_at, path_of, shared
from calibrant.repairs.wording import quoted


def _propose(issue: Issue, workflow: Workflow, _specs: Specs) -> Iterator[Proposal]:
    path = path_of(workflow, issue.finding)
    around = node_at(workflow, path[:-1])
    name = issue.finding.subject
    if not issue.finding.where or not isinstance(around, Map) or shared(workflow, path[:-1]):
        return
    entry = around.entry(name)
    if entry is None or (issue.finding.evidence.get("belongs") and isinstance(entry.value, Map | Seq)):
        return  # much is to be moved then, not lost
    yield Proposal(f"Remove {quoted(name)}", (RemoveKey(path),))
    own = OWN + name
    if around.entry(own) is None and workflow.language.runs:  # GitHub has no keys of the user's own
        yield Proposal(f"Keep {quoted(name)} as your own, as {quoted(own)}", (RenameKey(path, own),), rank=1)


REPAIR = Repair("remove-key", frozenset({"unknown-key", "unknown-parameter"}), 0.4, _propose)
