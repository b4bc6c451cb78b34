"""Parameters that a connector does not take."""

from collections.abc import Iterator

from calibrant.model.issue import Finding, Kind
from calibrant.model.workflow import StepBody
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule
from calibrant.rules.wording import did_you_mean, listed


def _check(body: StepBody, known: Known) -> Iterator[Finding]:
    spec = known.spec(body)
    if spec is None or body.short:
        return
    names = [parameter.name for parameter in spec.parameters]
    given = {parameter.name for parameter in body.parameters}
    for parameter in body.parameters:
        if parameter.name in names:
            continue
        hint, near = did_you_mean(parameter.name, [name for name in names if name not in given])
        yield Finding(
            code="unknown-parameter",
            kind=Kind.DEFINITION,
            span=parameter.name_span,
            message=f"{spec.name} has no parameter called ‘{parameter.name}’. It takes: {listed(names)}.",
            hint=hint or "Remove it.",
            where=parameter.path,
            subject=parameter.name,
            candidates=near,
        )


RULE = Rule(("unknown-parameter",), step=_check)
