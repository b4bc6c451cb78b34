"""References in scripts at places where no variable can stand for them."""

from collections.abc import Iterator

from calibrant.expressions.shell import Quoting, quotings, variable
from calibrant.model.expression import Expression, Template
from calibrant.model.issue import Finding, Kind
from calibrant.model.nodes import Scalar
from calibrant.model.workflow import StepBody
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule
from calibrant.rules.wording import quoted

_SHELLS = ("sh", "bash")
_BY_ENV = 'Hand the value over by ‘env: {{VALUE: "{{{{ {} }}}}"}}’, and write the variable where the shell replaces it.'
_ALONE = (
    "Leave that character out: a reference needs no sign before it. For the character itself, put it in single quotes."
)


def _check(body: StepBody, known: Known) -> Iterator[Finding]:
    spec = known.spec(body)
    for given in body.parameters:
        declared = spec.parameter(given.name) if spec else None
        if declared is None or declared.role != "script" or not isinstance(given.value, Scalar):
            continue
        if given.value.template is not None and given.value.template.expressions:
            yield from _in_script(body, given.value.template)


def _in_script(body: StepBody, template: Template) -> Iterator[Finding]:
    shell = _other_shell(body)
    if shell is not None:
        why = f"cannot stand in a script for {quoted(shell)}: how it quotes values is not known"
        for expression in template.expressions:
            yield _finding(expression, why)
        return
    parts = (part if isinstance(part, str) else None for part in template.parts)
    for expression, quoting in zip(template.expressions, quotings(parts, bash=_is_bash(body)), strict=True):
        if quoting is Quoting.ESCAPED:
            yield _finding(
                expression, "stands behind a backslash or ‘$’, which would change what the shell puts there", _ALONE
            )
        elif variable("X", quoting) is None:
            yield _finding(expression, "stands in single quotes, in which the shell replaces nothing")


def _other_shell(body: StepBody) -> str | None:
    """Return the step's shell where it is written out and neither sh nor bash."""
    given = body.parameter("shell")
    value = given.value if given else None
    if not isinstance(value, Scalar) or value.template is not None or not isinstance(value.value, str):
        return None
    words = value.value.split()
    return value.value if words and words[0].rpartition("/")[2] not in _SHELLS else None


def _is_bash(body: StepBody) -> bool:
    given = body.parameter("shell")
    value = given.value.value if given and isinstance(given.value, Scalar) else None
    return isinstance(value, str) and value.split()[:1] != [] and value.split()[0].rpartition("/")[2] == "bash"


def _finding(expression: Expression, why: str, hint: str = "") -> Finding:
    return Finding(
        code="unsafe-interpolation",
        kind=Kind.DEFINITION,
        span=expression.span,
        message=f"The value of {quoted(expression.source)} {why}.",
        hint=hint or _BY_ENV.format(expression.source[:60]),
        subject=expression.source[:200],
    )


RULE = Rule(("unsafe-interpolation",), step=_check)
