"""Steps that use a connector that is not there."""

from collections.abc import Iterator

from calibrant.model.issue import Finding, Kind
from calibrant.model.workflow import StepBody
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule
from calibrant.rules.wording import did_you_mean, listed, quoted


def _check(body: StepBody, known: Known) -> Iterator[Finding]:
    name, node = body.action, body.action_node
    if name is None or node is None or body.short or name in known.specs:
        return
    hint, near = did_you_mean(name, known.specs)
    family = [other for other in known.specs if other.partition(".")[0] == name.partition(".")[0]]
    if "{{" in name:
        hint = "The name of a connector is written out; expressions are not worked out here."
    yield Finding(
        code="unknown-connector",
        kind=Kind.DEFINITION,
        span=node.span,
        message=f"There is no connector called {quoted(name)}. There are: {listed(near or family or sorted(known.specs))}.",
        hint=hint,
        where=("uses",),
        subject=name,
        candidates=near or tuple(family),
    )


RULE = Rule(("unknown-connector",), step=_check)
