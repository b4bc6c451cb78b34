"""Ids that more than one step has."""

from collections.abc import Iterator

from calibrant.model.issue import Finding, Kind, Place
from calibrant.model.workflow import Step, Workflow
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule


def _check(workflow: Workflow, _known: Known) -> Iterator[Finding]:
    first: dict[str, Step] = {}
    for step in workflow.steps:
        body = step.body
        if body.id is None or body.id_node is None:
            continue
        before = first.setdefault(body.id, step)
        if before is not step:
            yield Finding(
                code="duplicate-id",
                kind=Kind.DEFINITION,
                span=step.at(body.id_node.span),
                message=f"Another step has the id ‘{body.id}’ already. References to it mean the first one.",
                hint="Give this step another id.",
                step=step.label,
                where=("id",),
                subject=body.id,
                related=(Place(before.head, "The first step with this id.", step=before.label),),
            )


RULE = Rule(("duplicate-id",), workflow=_check)
