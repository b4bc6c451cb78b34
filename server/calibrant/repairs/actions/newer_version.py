"""A version of an action that runs no more: the newest one that is known."""

from collections.abc import Iterator

from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.workflow import Workflow
from calibrant.repairs.actions.parts import part_at
from calibrant.repairs.wording import change


def _propose(issue: Issue, workflow: Workflow, _specs: Specs) -> Iterator[Proposal]:
    evidence, part = issue.finding.evidence, part_at(workflow, issue.finding)
    newest = evidence.get("newest", "")
    if part is not None and newest and part.text == evidence.get("version"):
        # what else has changed with it is for a person to see
        yield Proposal(
            change(f"{evidence.get('action')}@{part.text}", f"{evidence.get('action')}@{newest}"), (part.to(newest),)
        )


REPAIR = Repair("newer-version", frozenset({"retired-action"}), 0.7, _propose)
