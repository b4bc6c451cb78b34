"""An expression written as it was most likely meant, where the check could tell."""

from collections.abc import Iterator

from calibrant.model.connector import Specs
from calibrant.model.expression import Expression
from calibrant.model.fix import Proposal, Repair, Safety
from calibrant.model.issue import Finding, Issue
from calibrant.model.text import Span
from calibrant.model.workflow import Workflow
from calibrant.repairs.actions.parts import part_at
from calibrant.repairs.safety import safety
from calibrant.repairs.wording import quoted


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    finding = issue.finding
    meant = finding.evidence.get("mended")
    found = _expression(workflow, finding)
    if meant is None or found is None:
        return
    part = part_at(workflow, finding, found)
    if part is None or part.text == meant:
        return
    level: Safety = safety(issue, workflow, specs, 1) if finding.code == "bad-expression" else "review"
    yield Proposal(f"Write {quoted(meant)}", (part.to(meant),), level)


def _expression(workflow: Workflow, finding: Finding) -> Span | None:
    """Return where the expression stands that a finding is about, in the document."""
    for step in workflow.steps:
        if step.origin <= finding.span.start <= step.origin + len(step.body.text):
            found = _covering(step.body.expressions, finding.span.shift(-step.origin))
            if found is not None:
                return found.shift(step.origin)
    for job in workflow.jobs:
        found = _covering(job.body.expressions, finding.span.shift(-job.origin))
        if found is not None:
            return found.shift(job.origin)
    return _covering(workflow.expressions, finding.span)


def _covering(expressions: tuple[Expression, ...], span: Span) -> Span | None:
    return next((one.span for one in expressions if one.span.start <= span.start and span.end <= one.span.end), None)


REPAIR = Repair("mend-expression", frozenset({"bad-expression", "unknown-context", "never-holds"}), 0.7, _propose)
