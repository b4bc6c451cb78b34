"""References and `needs` that name a step that is not there."""

from collections.abc import Iterator

from calibrant.model.expression import Path, Reference
from calibrant.model.issue import Finding, Kind
from calibrant.model.nodes import Map
from calibrant.model.text import Span
from calibrant.model.workflow import Step, Workflow
from calibrant.rules.known import Known
from calibrant.rules.places import unreadable
from calibrant.rules.rule import Rule
from calibrant.rules.wording import did_you_mean, listed, quoted

_NAMESPACES = ("inputs", "secrets", "env", "item", "index")
_SEARCHES = 10
"""Names for which close ones are looked for in one check; in a file with more unknown names that would take too long."""


class _Names:
    """What can be named in a workflow, and what may have been meant by names that cannot."""

    def __init__(self, workflow: Workflow) -> None:
        self.ids = {step.body.id: None for step in workflow.steps if step.body.id is not None}
        self.declared = {item.name: f"inputs.{item.name}" for item in workflow.inputs}
        self.declared |= {secret.name: f"secrets.{secret.name}" for secret in workflow.secrets}
        self._near: dict[str, tuple[str, tuple[str, ...]]] = {}

    def near(self, name: str) -> tuple[str, tuple[str, ...]]:
        """Return a hint and the names that may have been meant."""
        if name not in self._near and len(self._near) < _SEARCHES:
            hint, near = did_you_mean(name, (*self.ids, *_NAMESPACES))
            meant = self.declared.get(name)
            self._near[name] = (f"Did you mean ‘{meant}’?", (meant, *near)) if meant else (hint, near)
        return self._near.get(name, ("", ()))


def _check(workflow: Workflow, _known: Known) -> Iterator[Finding]:
    if any(step.body.id is None and _may_have_id(step) for step in workflow.steps):
        return  # the id may be in what could not be read
    names = _Names(workflow)
    for step in workflow.steps:
        body = step.body
        for reference in body.references:
            if reference.root not in names.ids and reference.root not in _NAMESPACES:
                yield _unknown_root(names, step, reference)
        for index, need in enumerate(body.needs):
            if need.id not in names.ids:
                yield _unknown(names, step, need.id, need.span, where=("needs", index))


def _may_have_id(step: Step) -> bool:
    return unreadable(step.body) or not isinstance(step.body.node, Map)


def _unknown_root(names: _Names, step: Step, reference: Reference) -> Finding:
    hint = ""
    if reference.root == "steps" and reference.path and reference.path[0] in names.ids:
        hint = f"Steps are named without ‘steps.’ before them: write ‘{str(reference).partition('.')[2]}’."
    return _unknown(names, step, reference.root, reference.parts[0], hint=hint)


def _unknown(names: _Names, step: Step, name: str, span: Span, *, where: Path = (), hint: str = "") -> Finding:
    near_hint, near = names.near(name)
    there_are = f" The steps are: {listed(names.ids)}." if names.ids and not near else ""
    return Finding(
        code="unknown-step",
        kind=Kind.DEFINITION,
        span=step.at(span),
        message=f"There is no step called {quoted(name)}.{there_are}",
        hint=hint or near_hint or "Use the id of a step that is there, or add a step with this one.",
        step=step.label,
        where=where,
        subject=name,
        candidates=tuple(other for other in near if other != step.body.id),
    )


RULE = Rule(("unknown-step",), workflow=_check)
