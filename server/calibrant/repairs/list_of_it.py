"""A single value where a list is wanted: a list of it."""

from collections.abc import Iterator

from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.workflow import Workflow
from calibrant.repairs.safety import safety
from calibrant.repairs.shapes import mismatches
from calibrant.repairs.wording import quoted


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    for mismatch in mismatches(workflow, issue.finding):
        if mismatch.wanted != "array" or mismatch.found == "array":
            continue
        evidence = issue.finding.evidence
        others = len(issue.finding.candidates) + ("json" in evidence)
        made = mismatch.source.to(f"{mismatch.source.tight} | as_list")
        level = safety(issue, workflow, specs, 1 + others)
        yield Proposal(f"Make a list of {quoted(mismatch.source.text)}", (made,), "review" if others else level)


REPAIR = Repair("list-of-it", frozenset({"shape-mismatch"}), 0.55, _propose)
