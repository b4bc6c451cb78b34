"""Steps that use a connector of another package which cannot be loaded."""

from collections.abc import Iterator

from calibrant.model.issue import Finding, Kind
from calibrant.model.workflow import StepBody
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule
from calibrant.rules.wording import quoted


def _check(body: StepBody, known: Known) -> Iterator[Finding]:
    spec = known.specs.get(body.action) if body.action is not None else None
    if spec is None or not spec.broken or body.action_node is None:
        return
    yield Finding(
        code="broken-connector",
        kind=Kind.DEFINITION,
        span=body.action_node.span,
        message=f"The connector {quoted(spec.name)} is installed, but cannot be loaded.",
        hint="‘calibrant doctor’ says which package it comes from; update it, or ask its author.",
        details=spec.broken,
        where=("uses",),
        subject=spec.name,
    )


RULE = Rule(("broken-connector",), step=_check)
