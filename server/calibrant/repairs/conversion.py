"""A number where text is wanted, or text that is a number where one is wanted: converted."""

from collections.abc import Iterator

from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.workflow import Workflow
from calibrant.repairs.safety import safety
from calibrant.repairs.shapes import Mismatch, mismatches, numeric
from calibrant.repairs.wording import quoted

_TEXTS = ("string", "path")


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    for mismatch in mismatches(workflow, issue.finding):
        name, title, exact = _filter(mismatch)
        if name:
            made = mismatch.source.to(f"{mismatch.source.tight} | {name}")
            level = safety(issue, workflow, specs, 1) if exact else "review"
            # JSON text is seldom what is meant: what else there is to do with a list or an object comes before
            rank = 3 if name == "to_json" else 0
            yield Proposal(title.format(quoted(mismatch.source.text)), (made,), level, rank)


def _filter(mismatch: Mismatch) -> tuple[str, str, bool]:
    """Return the filter that converts ("" for none), the title, and whether the value is certain to stay the same."""
    wanted, found = mismatch.wanted, mismatch.found
    if wanted in _TEXTS and (numeric(found) or found in ("boolean", "decimal", "date", "datetime")):
        return "string", "Make text of {}", True
    if wanted in _TEXTS and found in ("object", "array"):
        return "to_json", "Write {} as JSON text", False
    if numeric(wanted) and found == "string":
        inside = mismatch.finding.evidence.get("number", "")
        sure = bool(inside) and mismatch.fits(inside)
        # a text that is no number would become 0 without a word
        known = sure or not mismatch.finding.at_run
        name = "int" if wanted == "integer" else "float"
        return (name if known else ""), "Make a number of {}", sure
    if wanted == "integer" and found == "number":
        return "round | int", "Make a whole number of {}", False
    return "", "", False


REPAIR = Repair("conversion", frozenset({"shape-mismatch"}), 0.8, _propose)
