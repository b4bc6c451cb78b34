"""A list where one value is wanted: the step runs for each of its elements."""

from collections.abc import Iterator

from calibrant.model.change import AddKey
from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.nodes import Map
from calibrant.model.workflow import Workflow
from calibrant.repairs.first_element import elements_fit
from calibrant.repairs.shapes import mismatches
from calibrant.repairs.sites import sources
from calibrant.repairs.wording import quoted


def _propose(issue: Issue, workflow: Workflow, _specs: Specs) -> Iterator[Proposal]:
    for mismatch in mismatches(workflow, issue.finding):
        source = mismatch.source
        body = source.step.body
        looped = not isinstance(body.node, Map) or body.node.entry("for_each") is not None
        if looped or not elements_fit(mismatch) or _has_item(source.expression.references):
            continue
        if any(other.path[2:3] == ("if",) and _has_item(other.expression.references) for other in sources(source.step)):
            continue
        list_of = AddKey(("steps", source.step.index), "for_each", f"{{{{ {source.text} }}}}")
        yield Proposal(f"Run the step for each element of {quoted(source.text)}", (list_of, source.to("item")))


def _has_item(references: tuple[object, ...]) -> bool:
    return any(getattr(reference, "root", "") in ("item", "index") for reference in references)


REPAIR = Repair("for-each", frozenset({"shape-mismatch"}), 0.5, _propose)
