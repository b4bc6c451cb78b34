"""Expressions that cannot be read."""

from collections.abc import Iterator

from calibrant.model.expression import Expression
from calibrant.model.issue import Finding, Kind
from calibrant.model.workflow import StepBody
from calibrant.rules.known import Known
from calibrant.rules.loose import loose_expressions
from calibrant.rules.rule import Rule

_PLAIN = "Where braces are to stay as they are, write ‘templating: false’ in the step."


def _check(body: StepBody, known: Known) -> Iterator[Finding]:
    for expression in (*body.expressions, *loose_expressions(body, known)):
        if expression.error is not None:
            yield Finding(
                code="bad-expression",
                kind=Kind.SYNTAX,
                span=expression.error_span or expression.span,
                message=expression.error,
                hint=_PLAIN if _perhaps_no_expression(expression) else "",
                subject=expression.source[:200],
            )


def _perhaps_no_expression(expression: Expression) -> bool:
    """Tell whether the braces look like those of another tool."""
    unclosed = expression.error_span is not None and expression.error_span.start < expression.span.start
    return unclosed or not expression.source[:1].isalnum()


RULE = Rule(("bad-expression",), step=_check)
