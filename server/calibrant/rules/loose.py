"""Expressions that stand without braces where braces are optional: the conditions of connectors over lists."""

from collections.abc import Iterator

from calibrant.expressions import parse_expression
from calibrant.model.expression import Expression
from calibrant.model.nodes import Scalar
from calibrant.model.workflow import StepBody
from calibrant.rules.known import Known


def loose_expressions(body: StepBody, known: Known) -> Iterator[Expression]:
    """Yield the expressions of a step that its reader could not tell from plain text."""
    spec = known.spec(body)
    if spec is None or not body.templating:
        return
    known_spans = {expression.span for expression in body.expressions}
    for given in body.parameters:
        declared = spec.parameter(given.name)
        value = given.value
        if declared is not None and declared.takes_expression and isinstance(value, Scalar) and value.template is None:
            expression = parse_expression(value)
            if expression.span not in known_spans:
                yield expression
