"""Whether a fix may be applied without being looked at."""

from calibrant.model.connector import Effect, Specs
from calibrant.model.fix import Safety
from calibrant.model.issue import Issue
from calibrant.model.workflow import Step, Workflow
from calibrant.repairs.sites import step_at

_CHANGING = frozenset({Effect.WRITE, Effect.WRITE_LOCAL, Effect.EXECUTE})


def safety(issue: Issue, workflow: Workflow, specs: Specs, choices: int) -> Safety:
    """Return how safe a change is that touches only what the issue is about, one of so many possible ones.

    A step with an error does not work, so that changing it changes nothing that works; one that is only warned of does.
    Where the step writes, a person chooses among several.
    """
    if issue.finding.severity != "error":
        return "review"
    step = step_at(workflow, issue.finding)
    return "review" if choices > 1 and (step is None or writes(step, specs)) else "safe"


def writes(step: Step, specs: Specs) -> bool:
    """Tell whether a step may change something; of a connector that is not known, everything may be true."""
    spec = specs.get(step.body.action or "")
    return spec is None or bool(spec.broken) or not _CHANGING.isdisjoint(spec.effects)
