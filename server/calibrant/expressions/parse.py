"""Reads scalars into templates and expressions. Only parses; never raises, whatever the text."""

from typing import Final

from calibrant.expressions.full import parse_full
from calibrant.expressions.reference import Locate, plain_reference
from calibrant.expressions.scan import Braces, find_braces
from calibrant.expressions.words import SOURCE_LIMIT
from calibrant.model.expression import Expression, Template
from calibrant.model.nodes import Scalar

_NOT_CLOSED: Final = "This ‘{{’ is never closed. Add ‘}}’ where the expression ends."
_EMPTY: Final = "There is nothing between these braces. Write a name or an expression, such as ‘{{ inputs.name }}’."
_NO_EXPRESSION: Final = "There is no expression here. Write one, such as ‘inputs.count > 0’."
_BRACES_INSIDE: Final = "Put the braces around the whole expression, or leave them out: not around a part of it."


def parse_template(scalar: Scalar) -> Template | None:
    """Return what a text with `{{ … }}` in it consists of, or None where it has none.

    Spans are relative to the scalar's piece. Faults are told by `Expression.error`.
    """
    text = scalar.value
    if not isinstance(text, str) or "{{" not in text:
        return None
    parts: list[str | Expression] = []
    at = 0
    for braces in find_braces(text):
        if braces.start > at:
            parts.append(text[at : braces.start])
        parts.append(_between(text, braces, scalar.locate))
        at = braces.end
    if at < len(text):
        parts.append(text[at:])
    return Template(tuple(parts))


def parse_expression(scalar: Scalar) -> Expression:
    """Return the one expression that a scalar is, with or without braces around it. Faults are told by `Expression.error`."""
    text = scalar.value
    if text is None:
        return Expression("", scalar.span, error=_NO_EXPRESSION, error_span=scalar.span)
    if not isinstance(text, str):
        source = str(text).lower() if isinstance(text, bool) else str(text)
        return Expression(source, scalar.span)
    start, end = _trim(text, 0, len(text))
    if start == end:
        return Expression("", scalar.span, error=_NO_EXPRESSION, error_span=scalar.span)
    if not text.startswith("{{", start):
        parsed = _parse(text, start, end, scalar.locate)
        return (
            parsed if parsed.error is None or "{{" not in text else _fault(text, (start, end), scalar, _BRACES_INSIDE)
        )
    braces = find_braces(text)
    if braces[0].end < end and braces[0].closed:
        return _fault(text, (start, end), scalar, _BRACES_INSIDE)
    return _between(text, braces[0], scalar.locate)


def _between(text: str, braces: Braces, locate: Locate) -> Expression:
    start, end = _trim(text, braces.inner, braces.inner_end)
    if not braces.closed:
        span = locate(braces.start, braces.end)
        return Expression(text[start:end], locate(start, end), error=_NOT_CLOSED, error_span=span)
    if start == end:
        span = locate(braces.start, braces.end)
        return Expression("", span, error=_EMPTY, error_span=span)
    return _parse(text, start, end, locate)


def _parse(text: str, start: int, end: int, locate: Locate) -> Expression:
    source, span = text[start:end], locate(start, end)
    if end - start > SOURCE_LIMIT:
        message = f"This expression has {end - start:,} characters; {SOURCE_LIMIT:,} is the most. Split it over several steps."
        return Expression(source, span, error=message, error_span=locate(start, start + 1))
    reference = plain_reference(text, start, end, locate)
    if reference is not None:
        return Expression(source, span, (reference,), plain=True)
    return parse_full(source, span, lambda a, b: locate(start + a, start + b))


def _fault(text: str, at: tuple[int, int], scalar: Scalar, message: str) -> Expression:
    span = scalar.locate(*at)
    return Expression(text[at[0] : at[1]], span, error=message, error_span=span)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
