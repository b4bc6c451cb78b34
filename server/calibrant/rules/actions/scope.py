"""What the expressions of a step may refer to."""

from collections.abc import Mapping, Sequence

import msgspec

from calibrant.model.issue import Finding
from calibrant.model.workflow import Workflow
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule


class Scoped(msgspec.Struct, frozen=True, gc=False):
    """What is known of a step by what it refers to; findings are relative to the step."""

    findings: tuple[Finding, ...] = ()


def reach(
    _rules: Sequence[Rule], workflow: Workflow, _known: Known, _previous: Mapping[int, Scoped]
) -> tuple[Scoped, ...]:
    """Return what is known of each step."""
    return tuple(Scoped() for _ in workflow.steps)
