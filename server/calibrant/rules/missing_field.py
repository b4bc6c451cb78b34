"""References into what a step, an input or an element of a list is known not to have."""

import re
from collections.abc import Iterator, Mapping

import msgspec

from calibrant.expressions.follow import Stop, explain_stop, there_is
from calibrant.model.expression import Expression, Reference
from calibrant.model.failure import Failure
from calibrant.model.issue import Finding, Kind
from calibrant.model.shape import ANY, Shape, part_of
from calibrant.rules.flow import Flow
from calibrant.rules.known import Known
from calibrant.rules.rule import Rule

_ASKS = re.compile(r"\bis\s+(?:not\s+)?(?:un)?defined\b|\|\s*(?:default|d)\b")
"""Expressions that reckon with a value that is not there."""

_SAMPLES: Mapping[str, object] = {"string": "", "path": "", "integer": 0, "number": 0.0, "boolean": False}
_METHODS: Mapping[str, type] = {"array": list, "object": dict, "string": str, "path": str}


def _check(flow: Flow, _known: Known) -> Iterator[Finding]:
    for use in flow.uses:
        for reference in use.expression.references:
            shape, stop = flow.follow(reference, use.over)
            if stop is None or not (use.expression.plain or _certain(use.expression, reference.path[stop], shape)):
                continue
            failure = explain_stop(reference, Stop(stop, _sample(shape)))
            if stop == 0 and shape.type == "array" and reference.root not in ("item", "index"):
                failure = _of_each(reference, failure, shape.item or ANY)
            yield Finding(
                code=failure.code,
                kind=failure.kind or Kind.MISSING_DATA,
                span=failure.span or reference.span,
                message=failure.message,
                hint=failure.hint,
                where=use.where,
                subject=failure.subject,
                candidates=failure.candidates,
                evidence=failure.evidence,
            )


def _certain(expression: Expression, part: str | int, shape: Shape) -> bool:
    """Tell whether a part that is not there is missed in an expression of more than a reference."""
    if expression.error is not None or _ASKS.search(expression.source):
        return False
    if isinstance(part, str) and hasattr(_METHODS.get(shape.type, object), part):
        return False
    return not re.search(rf"['\"]{re.escape(str(part))}['\"]\s+(?:not\s+)?in\b", expression.source)


def _sample(shape: Shape) -> object:
    """Return a value of the shape, as deep as words about it look."""
    if shape.type == "object":
        return {name: None for name, _ in shape.fields}
    if shape.type == "array":
        return [_sample(shape.item)] if shape.item and shape.item.type != "any" else []
    return _SAMPLES.get(shape.type)


def _of_each(reference: Reference, failure: Failure, item: Shape) -> Failure:
    """Return the failure for a step that runs for each element and is taken for one that runs once."""
    step, part = reference.root, failure.subject
    message = f"‘{step}’ runs for each element, so it gives a list, which has no field called ‘{part}’."
    if part_of(item, part) is None:
        hint = there_is("Each element of it has", part, tuple(name for name, _ in item.fields))
    else:
        hint = f"Write ‘{step}[0].{part}’ for the first element, ‘{step} | map(attribute='{part}') | list’ for all of them."
    return msgspec.structs.replace(failure, message=message, hint=hint)


RULE = Rule(("missing-field", "shape-mismatch"), flow=_check)
