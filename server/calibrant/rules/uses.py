"""Where the expressions of a step stand, and over what `item` goes there."""

from collections.abc import Iterator

import msgspec

from calibrant.model.expression import Expression, Path
from calibrant.model.nodes import Hole, Map, Node, Scalar, Seq
from calibrant.model.workflow import Parameter, StepBody
from calibrant.rules.known import Known
from calibrant.rules.loose import loose_expressions

FOR_EACH = "for_each"


class Use(msgspec.Struct, frozen=True, gc=False):
    """An expression in its place below the step's map.

    `over` is what `item` goes through there: the step's `for_each`, a parameter of that name, or nothing that is known ("").
    """

    expression: Expression
    where: Path
    over: str = ""


def uses(body: StepBody, known: Known) -> Iterator[Use]:
    """Yield all expressions of a step."""
    if body.condition is not None:
        yield Use(body.condition, ("if",))
    if body.for_each is not None:
        for expression, where in _inside(body.for_each, (FOR_EACH,)):
            yield Use(expression, where)
    for given in body.parameters:
        over = _over(body, given, known)
        for expression, where in _inside(given.value, given.path):
            yield Use(expression, where, over)
        for expression in _whole(body, given, known):
            yield Use(expression, given.path, over)


def over_at(body: StepBody, where: Path, known: Known) -> str:
    """Return what `item` goes through in a value at a path below the step's map, as `Use.over` has it."""
    for given in body.parameters:
        if where[: len(given.path)] == given.path:
            return _over(body, given, known)
    return ""


def _over(body: StepBody, given: Parameter, known: Known) -> str:
    spec = known.spec(body)
    declared = spec.parameter(given.name) if spec else None
    if declared is None:
        return ""
    if declared.role == "per_item":
        return declared.over
    return FOR_EACH if body.for_each is not None else ""


def _inside(node: Node, where: Path) -> Iterator[tuple[Expression, Path]]:
    match node:
        case Scalar():
            if node.template is not None:
                for expression in node.template.expressions:
                    yield expression, where
        case Map():
            for entry in node.entries:
                yield from _inside(entry.value, (*where, entry.name))
        case Seq():
            for at, item in enumerate(node.items):
                yield from _inside(item, (*where, at))
        case Hole():
            return


def _whole(body: StepBody, given: Parameter, known: Known) -> Iterator[Expression]:
    """Yield the expression that a parameter is without braces around it."""
    if isinstance(given.value, Scalar) and given.value.template is None:
        for expression in body.expressions:
            if expression is not body.condition and _holds(given.value, expression):
                yield expression
        for expression in loose_expressions(body, known):
            if _holds(given.value, expression):
                yield expression


def _holds(node: Scalar, expression: Expression) -> bool:
    return node.span.start <= expression.span.start and expression.span.end <= node.span.end
