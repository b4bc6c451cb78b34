"""Looks for references to names that a workflow must declare before its steps, and for names to which there are none."""

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import chain
from typing import Final

from calibrant.model.closest import closest
from calibrant.model.expression import Reference
from calibrant.model.issue import Finding, Kind
from calibrant.model.text import Span
from calibrant.model.workflow import Step, Workflow
from calibrant.rules.known import Known
from calibrant.rules.loose import loose_expressions
from calibrant.rules.places import unreadable
from calibrant.rules.wording import did_you_mean, listed, quoted

_WRITTEN: Final[Mapping[str, re.Pattern[str]]] = {
    root: re.compile(rf"\b{root}(?:\.(\w+)|\[['\"]([^'\"\n]+)['\"])") for root in ("inputs", "secrets")
}
"""References as they are written, also where expressions are not worked out."""

_SEARCHES: Final = 20
"""Names that are not there for which close ones are looked for; with more of them nothing is said to be unused."""


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


def unused(code: str, root: str, workflow: Workflow, known: Known, names: dict[str, Span]) -> Iterator[Finding]:
    """Yield the findings about declared names to which no step refers; `root` is "inputs" or "secrets"."""
    left = set(names)
    for step in workflow.steps:
        for reference in step.body.references:
            if reference.root == root and reference.path:
                left.discard(str(reference.path[0]))
    if left and workflow.steps and _all_read(workflow):
        left -= _perhaps_meant(root, workflow, known, names)
        yield from (_not_used(code, root, name, span) for name, span in names.items() if name in left)


def _perhaps_meant(root: str, workflow: Workflow, known: Known, names: Collection[str]) -> set[str]:
    """Return the names that are used in a way that is not plain to see, or that may be meant by one that is not there."""
    text = "\n".join(line for line in workflow.text.split("\n") if not line.lstrip().startswith("#"))
    meant = {name for found in _WRITTEN[root].finditer(text) for name in found.groups() if name}
    ids = {step.body.id for step in workflow.steps}
    for step in workflow.steps:
        loose = (expression.references for expression in loose_expressions(step.body, known))
        for reference in chain(step.body.references, *loose):
            if reference.root == root and not reference.path:
                return set(names)  # all of them, or one whose name is made in the run
            if reference.root == root:
                meant.add(str(reference.path[0]))
            elif reference.root not in ids:
                meant.add(reference.root)  # told as an unknown step
    unknown = {name for name in meant if name not in names}
    if len(unknown) > _SEARCHES:
        return set(names)
    return meant | {near for name in unknown for near in closest(name, names)}


def _not_used(code: str, root: str, name: str, span: Span) -> Finding:
    what = root.removesuffix("s")
    reference = f"{root}.{name}" if name.isidentifier() else f'{root}["{name}"]'
    return Finding(
        code=code,
        kind=Kind.DEFINITION,
        span=span,
        message=f"No step uses the {what} {quoted(name)}.",
        hint=f"Refer to it as ‘{{{{ {reference} }}}}’ where its value belongs, or remove it.",
        severity="warning",
        where=(root, name),
        subject=name,
    )


def _all_read(workflow: Workflow) -> bool:
    """Tell whether all of the text could be read: a use may stand in what could not."""
    if any(problem.kind is Kind.SYNTAX for problem in workflow.problems):
        return False
    return not any(
        unreadable(step.body) or any(expression.error for expression in step.body.expressions)
        for step in workflow.steps
    )
