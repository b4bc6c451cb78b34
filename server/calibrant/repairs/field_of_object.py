"""An object where one of its fields is wanted: that field."""

from collections.abc import Iterator

from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.workflow import Workflow
from calibrant.repairs.safety import safety
from calibrant.repairs.shapes import Mismatch, mismatches
from calibrant.repairs.wording import field_of, quoted

_MOST = 4


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    for mismatch in mismatches(workflow, issue.finding):
        if mismatch.found != "object":
            continue
        made = _fields(mismatch)
        for rank, source in enumerate(made[:_MOST]):
            level = safety(issue, workflow, specs, len(made))
            title = f"Use {quoted(source)}"
            yield Proposal(title, (mismatch.source.to(source),), level if rank == 0 else "review", rank)


def _fields(mismatch: Mismatch) -> list[str]:
    source = mismatch.source
    told = mismatch.finding.candidates or tuple(filter(None, (mismatch.finding.evidence.get("field"),)))
    written = (name if name.startswith((f"{source.text}.", f"{source.text}[")) else "" for name in told)
    return [whole or field_of(source.tight, name, source.quote) for whole, name in zip(written, told, strict=True)]


REPAIR = Repair("field-of-object", frozenset({"shape-mismatch"}), 0.9, _propose)
