"""A command to the runner that is read no more: the file that takes its place."""

from collections.abc import Iterator

from calibrant.model.change import EditText
from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.workflow import Workflow
from calibrant.repairs.actions.parts import parts_of
from calibrant.repairs.safety import safety
from calibrant.repairs.wording import quoted


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    evidence = issue.finding.evidence
    old, new, file = evidence.get("old", ""), evidence.get("new", ""), evidence.get("file", "")
    edits: list[EditText] = []
    for part in parts_of(workflow, issue.finding):
        start = part.value.rfind(old, 0, part.start + len(old))
        if not old or not start <= part.start < start + len(old):
            return  # another one that prints the same name is written in a way that cannot be made anew
        edits.append(EditText(part.path, start, start + len(old), new))
    if edits:
        yield Proposal(f"Write it to the file of {quoted('$' + file)}", tuple(edits), safety(issue, workflow, specs, 1))


REPAIR = Repair("new-command", frozenset({"deprecated-command"}), 0.9, _propose)
