"""Parameters whose written value cannot be what the connector takes."""

from collections.abc import Iterator

from calibrant.model.closest import ranked
from calibrant.model.connector import ParameterSpec
from calibrant.model.issue import Finding, Kind
from calibrant.model.nodes import Hole, Scalar, Seq
from calibrant.model.shape import accepts
from calibrant.model.words import in_words
from calibrant.model.workflow import Parameter, StepBody
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule
from calibrant.rules.wording import KEEPS_TYPE, did_you_mean, listed, type_of


def _check(body: StepBody, known: Known) -> Iterator[Finding]:
    spec = known.spec(body)
    if spec is None:
        return
    for given in body.parameters:
        declared = spec.parameter(given.name)
        # keys of the short form have the language's own types, which another rule looks at
        if declared is None or declared.role == "per_item" or isinstance(given.value, Hole) or body.short:
            continue
        found = type_of(given.value)
        if not accepts(declared.type, found):
            yield _mismatch(declared, given, found)
        elif declared.enum and isinstance(given.value, Scalar) and given.value.template is None:
            yield from _not_allowed(declared, given, given.value)


def _mismatch(declared: ParameterSpec, given: Parameter, found: str) -> Finding:
    hint = ""
    if declared.type in ("string", "path") and isinstance(given.value, Scalar):
        hint = (
            "Put it in quotes to make it text."
            if given.value.value is not None
            else "Write a value, or remove the key."
        )
    elif isinstance(given.value, Scalar) and given.value.template is not None:
        hint = KEEPS_TYPE
    elif declared.type == "array" and not isinstance(given.value, Seq):
        hint = "Put it in brackets to make a list of it: ‘[…]’."
    elif found == "string" and declared.type in ("number", "integer", "boolean"):
        hint = "Write it without quotes."
    return Finding(
        code="wrong-parameter-type",
        kind=Kind.PARAMETER,
        span=given.value.span,
        message=f"‘{declared.name}’ takes {in_words(declared.type)}, but this is {in_words(found)}.",
        hint=hint,
        where=given.path,
        subject=declared.name,
        evidence={"wanted": declared.type, "found": found},
    )


def _not_allowed(declared: ParameterSpec, given: Parameter, node: Scalar) -> Iterator[Finding]:
    value = node.value
    if not isinstance(value, str) or value in declared.enum:
        return
    yield Finding(
        code="invalid-value",
        kind=Kind.PARAMETER,
        span=node.span,
        message=f"‘{declared.name}’ cannot be ‘{value[:60]}’. It takes: {listed(declared.enum)}.",
        hint=did_you_mean(value, declared.enum)[0],
        where=given.path,
        subject=value,
        candidates=ranked(value, declared.enum),
    )


RULE = Rule(("wrong-parameter-type", "invalid-value"), step=_check)
