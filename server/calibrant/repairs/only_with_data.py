"""A step that was given nothing to work on: it runs only when there is something."""

from collections.abc import Iterator

from calibrant.model.change import AddKey, EditExpression
from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.nodes import Map
from calibrant.model.workflow import Workflow
from calibrant.repairs.sites import whole_at
from calibrant.repairs.wording import quoted


def _propose(issue: Issue, workflow: Workflow, _specs: Specs) -> Iterator[Proposal]:
    source = whole_at(workflow, issue.finding)
    if source is None:
        return
    if any(reference.root in ("item", "index") for reference in source.expression.references):
        return  # a condition is looked at once, before any element
    step, node = source.step, source.step.body.node
    title = f"Run the step only when there is something in {quoted(source.text)}"
    path = ("steps", step.index)
    condition = step.body.condition
    if isinstance(node, Map) and node.entry("if") is None:
        yield Proposal(title, (AddKey(path, "if", f"{{{{ {source.text} }}}}"),))
    elif condition is not None and condition.error is None and source.text not in condition.source:
        before = condition.source if condition.plain else f"({condition.source})"
        yield Proposal(title, (EditExpression((*path, "if"), 0, f"{before} and {source.tight}"),))


REPAIR = Repair("only-with-data", frozenset({"empty-data"}), 0.6, _propose)
