"""Expressions that cannot be read."""

from collections.abc import Iterator

from calibrant.model.issue import Finding, Kind
from calibrant.model.workflow import StepBody
from calibrant.rules.loose import loose_expressions
from calibrant.rules.rule import Known, Rule


def _check(body: StepBody, known: Known) -> Iterator[Finding]:
    for expression in (*body.expressions, *loose_expressions(body, known)):
        if expression.error is not None:
            yield Finding(
                code="bad-expression",
                kind=Kind.SYNTAX,
                span=expression.error_span or expression.span,
                message=expression.error,
                hint="Where braces are to stay as they are, write ‘templating: false’ in the step.",
                subject=expression.source[:200],
            )


RULE = Rule(("bad-expression",), step=_check)
