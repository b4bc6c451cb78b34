"""A field that stands one level deeper, or one level higher, than a reference says; or the value itself, that has no fields."""

import json
from collections.abc import Iterator

from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.workflow import Workflow
from calibrant.repairs.paths import cut
from calibrant.repairs.safety import safety
from calibrant.repairs.sites import source_at
from calibrant.repairs.wording import field_of, quoted

_MOST = 3
_EXPLAINED = frozenset({"each", "json"})
"""What tells why a value has no such field: it is in the elements of a list, or in what a text stands for."""


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    evidence = issue.finding.evidence
    source = source_at(workflow, issue.finding)
    part = cut(source, issue.finding) if source else None
    if source is not None and part is not None and issue.finding.code == "shape-mismatch":
        if "found_in" in evidence and not _EXPLAINED & evidence.keys():
            shown = part.container + _path(part.after)
            yield Proposal(f"Use {quoted(shown)}", (source.to(part.before + part.container + part.after),), rank=2)
        return
    if source is None or part is None or not ("deeper" in evidence or "higher" in evidence):
        return
    made = [
        field_of(part.container, name, source.quote) + part.rest
        for name in json.loads(evidence.get("deeper", "[]"))[:_MOST]
    ]
    if "higher" in evidence:
        made.append(part.container + part.after)
    for rank, text in enumerate(made):
        whole = part.before + text
        level = safety(issue, workflow, specs, len(made))
        shown = whole if part.whole else text[: len(text) - len(part.after)] + _path(part.after)
        yield Proposal(f"Use {quoted(shown)}", (source.to(whole),), level if rank == 0 else "review", rank)


def _path(after: str) -> str:
    """Return what still belongs to the reference."""
    end = next((at for at, char in enumerate(after) if not (char.isalnum() or char in "._[]'\"")), len(after))
    return after[:end]


REPAIR = Repair("nesting", frozenset({"missing-field", "shape-mismatch"}), 0.9, _propose)
