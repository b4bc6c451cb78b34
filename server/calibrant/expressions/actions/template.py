"""Reads scalars into templates and conditions. Only parses; never raises, whatever the text."""

from typing import Final

from calibrant.expressions.actions.names import find_references
from calibrant.expressions.actions.parse import parse
from calibrant.expressions.actions.scan import OPEN, Braces, find_braces
from calibrant.model.expression import Expression, Reference, Template
from calibrant.model.nodes import Scalar

_NOT_CLOSED: Final = "This ‘${{’ is never closed. Add ‘}}’ where the expression ends."
_EMPTY: Final = "There is nothing between these braces. Write an expression, such as ‘${{ github.ref }}’."
_NO_CONDITION: Final = "There is no condition here. Write one, such as ‘github.ref == 'refs/heads/main'’."
_STRAIGHT: Final = ((0, 0),)


def parse_template(scalar: Scalar) -> Template | None:
    """Return what a text with `${{ … }}` in it consists of, or None where it has none.

    Spans are relative to the scalar's piece. Faults are told by `Expression.error`.
    """
    text = scalar.value
    if not isinstance(text, str) or OPEN not in text:
        return None
    parts: list[str | Expression] = []
    at = 0
    for braces in find_braces(text):
        if braces.start > at:
            parts.append(text[at : braces.start])
        parts.append(_between(scalar, text, braces))
        at = braces.end
    if at < len(text):
        parts.append(text[at:])
    return Template(tuple(parts))


def parse_condition(scalar: Scalar) -> Expression:
    """Return the expression that an `if:` is, with or without braces around it. Faults are told by `Expression.error`.

    Anything around braces, be it a blank or a line end, makes a text of the condition, which is always true. Then `source` is
    the whole text with its braces, and `references` are those of all expressions in it.
    """
    text = scalar.value
    if text is None or (isinstance(text, str) and not text.strip()):
        return Expression("", scalar.span, error=_NO_CONDITION, error_span=scalar.span)
    if not isinstance(text, str):
        source = str(text).lower() if isinstance(text, bool) else str(text)
        return Expression(source, scalar.span)
    start, end = _trim(text, 0, len(text))
    if OPEN not in text:
        return _parse(scalar, text, start, end)
    found = find_braces(text)
    if len(found) == 1 and (found[0].start, found[0].end) == (0, len(text)):
        return _between(scalar, text, found[0])
    references: list[Reference] = []
    for expression in (_between(scalar, text, braces) for braces in found):
        if expression.error is not None:
            return expression
        references += expression.references
    return Expression(text[start:end], scalar.locate(start, end), tuple(references), marks=_marks(scalar, start, end))


def _between(scalar: Scalar, text: str, braces: Braces) -> Expression:
    start, end = _trim(text, braces.inner, braces.inner_end)
    if not braces.closed:
        span = scalar.locate(braces.start, braces.end)
        return Expression(text[start:end], scalar.locate(start, end), error=_NOT_CLOSED, error_span=span)
    if start == end:
        span = scalar.locate(braces.start, braces.end)
        return Expression("", span, error=_EMPTY, error_span=span)
    return _parse(scalar, text, start, end)


def _parse(scalar: Scalar, text: str, start: int, end: int) -> Expression:
    source, span, marks = text[start:end], scalar.locate(start, end), _marks(scalar, start, end)
    parsed = parse(source)
    if parsed.tree is None:
        at = scalar.locate(start + parsed.error_start, start + parsed.error_end)
        return Expression(source, span, error=parsed.error, error_span=at, marks=marks)
    references = tuple(find_references(parsed.tree, lambda a, b: scalar.locate(start + a, start + b)))
    plain = len(references) == 1 and references[0].span == span and bool(marks)
    return Expression(source, span, references, plain, marks=marks)


def _marks(scalar: Scalar, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Return where the characters [start, end) of the scalar's text stand, counted from the first of them."""
    if scalar.aliased or not scalar.marks:
        return ()
    first = scalar.locate(start, start).start
    later = [(at - start, place - first) for at, place in scalar.marks if start < at <= end]
    return (*_STRAIGHT, *later) if later else _STRAIGHT


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
