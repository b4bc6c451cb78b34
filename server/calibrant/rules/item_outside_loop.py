"""`item` and `index` where there is no list that is gone through."""

from collections.abc import Iterator

from calibrant.model.expression import Expression
from calibrant.model.issue import Finding, Kind
from calibrant.model.nodes import Hole, Map, Node, Scalar, Seq
from calibrant.model.workflow import StepBody
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule

_NAMES = ("item", "index")


def _check(body: StepBody, known: Known) -> Iterator[Finding]:
    if not any(reference.root in _NAMES for expression in body.expressions for reference in expression.references):
        return
    if body.condition is not None:
        yield from _outside(body.condition, "A step's condition is looked at once, before any list is gone through.")
    if body.for_each is not None:
        for expression in _expressions(body.for_each):
            yield from _outside(expression, "The list itself is made before it is gone through.")
        return
    spec = known.spec(body)
    for given in body.parameters:
        declared = spec.parameter(given.name) if spec else None
        # of what is not known nothing is certain
        if declared is not None and declared.role != "per_item":
            for expression in _expressions(given.value):
                yield from _outside(expression, "Nothing is gone through here: this step has no ‘for_each’.")


def _outside(expression: Expression, why: str) -> Iterator[Finding]:
    for reference in expression.references:
        if reference.root in _NAMES:
            yield Finding(
                code="item-outside-loop",
                kind=Kind.DEFINITION,
                span=reference.parts[0],
                message=f"‘{reference.root}’ has no meaning here. {why}",
                hint="Give the step ‘for_each: …’ with a list, or name the value itself.",
                subject=str(reference),
            )


def _expressions(node: Node) -> Iterator[Expression]:
    match node:
        case Scalar():
            yield from node.template.expressions if node.template else ()
        case Map():
            for entry in node.entries:
                yield from _expressions(entry.value)
        case Seq():
            for item in node.items:
                yield from _expressions(item)
        case Hole():
            return


RULE = Rule(("item-outside-loop",), step=_check)
