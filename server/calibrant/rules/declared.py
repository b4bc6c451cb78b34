"""Looks for references to names that a workflow must declare before its steps."""

from collections.abc import Iterator

from calibrant.model.expression import Reference
from calibrant.model.issue import Finding, Kind
from calibrant.model.workflow import Step, Workflow
from calibrant.rules.wording import did_you_mean, listed, quoted


def undeclared(workflow: Workflow, root: str, names: list[str]) -> Iterator[tuple[Step, Reference, str]]:
    """Yield the references `root.name` of each step whose name is none of `names`."""
    if any(problem.kind is Kind.SYNTAX for problem in workflow.problems):
        return  # the declaration may be in what could not be read
    for step in workflow.steps:
        for reference in step.body.references:
            if reference.root == root and reference.path:
                name = reference.path[0]
                if isinstance(name, str) and name not in names:
                    yield step, reference, name


def not_declared(code: str, what: str, names: list[str], found: tuple[Step, Reference, str], add: str) -> Finding:
    """Return the finding about a name that is not declared; `what` is "input" or "secret"."""
    step, reference, name = found
    hint, near = did_you_mean(name, names)
    others = f" The {what}s are: {listed(names)}." if names and not near else ""
    return Finding(
        code=code,
        kind=Kind.DEFINITION,
        span=step.at(reference.parts[1]),
        message=f"The workflow has no {what} called {quoted(name)}.{others}",
        hint=hint or add,
        step=step.label,
        subject=name,
        candidates=near,
    )
