"""A single value where a list is wanted: the list that it was taken from, or a list of it."""

import re
from collections.abc import Iterator

from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.workflow import Workflow
from calibrant.repairs.safety import safety
from calibrant.repairs.shapes import mismatches
from calibrant.repairs.wording import quoted

_FROM_LIST = re.compile(r"(?P<list>.+?)\s*\[\s*-?\d+\s*\]")
"""One element of a list, by its position."""


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    for mismatch in mismatches(workflow, issue.finding):
        if mismatch.wanted != "array" or mismatch.found == "array":
            continue
        evidence = issue.finding.evidence
        others = len(issue.finding.candidates) + ("json" in evidence)
        source = mismatch.source
        taken = _FROM_LIST.fullmatch(source.text) if source.expression.plain else None
        if taken:
            title = f"Use {quoted(taken['list'])}, the whole list"
            yield Proposal(title, (source.to(taken["list"]),), safety(issue, workflow, specs, 2 + others))
        level = safety(issue, workflow, specs, 1 + others)
        made = source.to(f"{source.tight} | as_list")
        alone = not others and not taken
        yield Proposal(f"Make a list of {quoted(source.text)}", (made,), level if alone else "review", int(bool(taken)))


REPAIR = Repair("list-of-it", frozenset({"shape-mismatch"}), 0.55, _propose)
