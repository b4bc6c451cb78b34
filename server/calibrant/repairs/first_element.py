"""A list where one value is wanted: its first element."""

from collections.abc import Iterator

from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.workflow import Workflow
from calibrant.repairs.safety import safety
from calibrant.repairs.shapes import Mismatch, mismatches
from calibrant.repairs.wording import quoted


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    for mismatch in mismatches(workflow, issue.finding):
        if elements_fit(mismatch):
            made = mismatch.source.to(f"{mismatch.source.tight} | first")
            # the alternative is to run the step for each element
            level = safety(issue, workflow, specs, 2)
            yield Proposal(f"Take the first element of {quoted(mismatch.source.text)}", (made,), level)


def elements_fit(mismatch: Mismatch) -> bool:
    """Tell whether a list came where one value is wanted, and its elements are such values as far as is known."""
    if mismatch.found != "array" or mismatch.wanted in ("array", "any"):
        return False
    item = mismatch.finding.evidence.get("item", "any")
    return item == "any" or mismatch.fits(item)


REPAIR = Repair("first-element", frozenset({"shape-mismatch"}), 0.6, _propose)
