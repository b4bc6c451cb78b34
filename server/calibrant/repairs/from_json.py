"""A JSON text where what it stands for is wanted: the text read as JSON."""

from collections.abc import Iterator

from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.workflow import Workflow
from calibrant.repairs.paths import cut
from calibrant.repairs.safety import safety
from calibrant.repairs.shapes import mismatches
from calibrant.repairs.sites import source_at
from calibrant.repairs.wording import quoted


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    inside = issue.finding.evidence.get("json")
    if inside is None:
        return
    level = safety(issue, workflow, specs, 1)
    for mismatch in mismatches(workflow, issue.finding):
        if mismatch.found == "string" and mismatch.fits(inside):
            made = mismatch.source.to(f"{mismatch.source.tight} | from_json")
            yield Proposal(f"Read {quoted(mismatch.source.text)} as JSON", (made,), level)
            return
    source = source_at(workflow, issue.finding)
    part = cut(source, issue.finding) if source else None
    if source is not None and part is not None:
        made = source.to(f"{part.before}({part.container} | from_json){part.rest}")
        yield Proposal(f"Read {quoted(part.container)} as JSON", (made,), level)


REPAIR = Repair("from-json", frozenset({"shape-mismatch"}), 0.9, _propose)
