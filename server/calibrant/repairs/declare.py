"""An input or a secret that is used and not declared: its declaration."""

from collections.abc import Iterator

from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.workflow import Workflow
from calibrant.repairs.declaring import declare_input, declare_secret
from calibrant.repairs.wording import is_name, quoted


def _propose(issue: Issue, workflow: Workflow, _specs: Specs) -> Iterator[Proposal]:
    name = issue.finding.subject
    secret = issue.finding.code == "unknown-secret"
    if not is_name(name):
        return
    made = declare_secret(workflow, name) if secret else declare_input(workflow, name, {"type": "string"})
    if made is not None:
        yield Proposal(f"Declare the {'secret' if secret else 'input'} {quoted(name)}", (made,))


REPAIR = Repair("declare", frozenset({"unknown-input", "unknown-secret"}), 0.5, _propose)
