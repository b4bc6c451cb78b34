"""An input or a secret that no step uses: its declaration goes."""

from collections.abc import Iterator

from calibrant.model.change import Change, RemoveItem, RemoveKey
from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.nodes import Map, Scalar, Seq
from calibrant.model.workflow import Workflow
from calibrant.repairs.sites import node_at, shared
from calibrant.repairs.wording import quoted


def _propose(issue: Issue, workflow: Workflow, _specs: Specs) -> Iterator[Proposal]:
    where = issue.finding.where
    if len(where) != 2 or shared(workflow, where[:1]):
        return
    made = _change(workflow, str(where[0]), str(where[1]))
    if made is not None:
        what = str(where[0]).removesuffix("s")
        # a caller may give it a value
        yield Proposal(f"Remove the {what} {quoted(where[1])}", (made,))


def _change(workflow: Workflow, root: str, name: str) -> Change | None:
    declared = node_at(workflow, (root,))
    if isinstance(declared, Map) and declared.entry(name) is not None:
        return RemoveKey((root, name) if len(declared.entries) > 1 else (root,))
    if isinstance(declared, Seq):
        for at, item in enumerate(declared.items):
            if isinstance(item, Scalar) and item.value == name:
                return RemoveItem((root, at)) if len(declared.items) > 1 else RemoveKey((root,))
    return None


REPAIR = Repair("remove-unused", frozenset({"unused-input", "unused-secret"}), 0.7, _propose)
