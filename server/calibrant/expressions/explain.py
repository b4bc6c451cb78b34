"""Turns what went wrong while an expression ran into words, with the characters at fault where they can be told."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from calibrant.expressions.follow import explain_stop, hint_for, there_is, walk
from calibrant.expressions.words import TEXT_LIMIT
from calibrant.model.closest import closest, ranked
from calibrant.model.expression import Expression
from calibrant.model.failure import Failure
from calibrant.model.issue import Kind
from calibrant.model.text import Span
from calibrant.model.value import type_name
from calibrant.model.words import in_words

_PYTHON_WORDS: Final[Mapping[str, str]] = {
    "str": "text",
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "NoneType": "nothing (null)",
    "list": "a list",
    "tuple": "a list",
    "dict": "an object",
    "bytes": "binary data",
}
_CONVERT: Final = "Turn one of them into what the other is, with ‘| int’, ‘| float’ or ‘| string’."
_TYPE_ERRORS: Final[tuple[tuple[str, str, str], ...]] = (
    (
        r"unsupported operand type\(s\) for (\S+?):? '(\w+)' and '(\w+)'",
        "‘{0}’ does not work on {1} and {2}.",
        _CONVERT,
    ),
    (
        r'can only concatenate (\w+) \(not "(\w+)"\) to',
        "‘+’ does not work on {0} and {1}.",
        "To join texts, write ‘~’.",
    ),
    (r"'(\S+)' not supported between instances of '(\w+)' and '(\w+)'", "‘{0}’ cannot compare {1} with {2}.", _CONVERT),
    (r"argument of type '(\w+)' is not", "‘in’ looks into a text, a list or an object, but this is {0}.", ""),
    (
        r"'in <string>' requires .*, not (\w+)",
        "A text holds only texts, and this is {0}.",
        "Write ‘| string’ behind it.",
    ),
    (r"'(\w+)' object is not iterable", "A list is needed here, but this is {0}.", ""),
    (r"object of type '(\w+)' has no len\(\)", "Only texts, lists and objects have a length, but this is {0}.", ""),
    (r"'(\w+)' object is not callable", "Only functions can be called, but this is {0}.", "Take the ‘()’ out."),
    (r"bad operand type for unary (\S+): '(\w+)'", "‘{0}’ does not work on {1}.", ""),
)
"""How Python words its type errors, and how we do, with a hint."""


def explain_missing(expression: Expression, scope: Mapping[str, object], container: object, name: object) -> Failure:
    """Return the failure for the use of `name`, which is not in `container` (None: which is no name at all)."""
    for reference in expression.references:
        _, stop = walk(reference, scope)
        if stop is None:
            continue
        wanted = reference.root if stop.at < 0 else reference.path[stop.at]
        if wanted == name and (stop.value is container or stop.at < 0):
            return explain_stop(reference, stop)
    names = tuple(map(str, container)) if isinstance(container, Mapping) else ()
    near = closest(str(name), names)
    what = in_words(type_name(container))
    shape = f"{what[0].upper()}{what[1:]} here has no field or element ‘{name}’."
    return Failure(
        code="missing-field",
        kind=Kind.MISSING_DATA,
        message=f"{shape} {there_is('It has', str(name), names)}".strip(),
        hint=hint_for(near, names),
        subject=str(name),
        candidates=ranked(str(name), names)[:20],
        span=_literal(expression, str(name)) or expression.span,
    )


def _literal(expression: Expression, name: str) -> Span | None:
    """Return where the name stands in quotes, as in `map(attribute='name')`, if it does so once and unescaped."""
    found = list(re.finditer(rf"(?<=['\"]){re.escape(name)}(?=['\"])", expression.source))
    if len(found) != 1 or expression.span.end - expression.span.start != len(expression.source):
        return None
    return Span(expression.span.start + found[0].start(), expression.span.start + found[0].end())


def explain_error(expression: Expression, scope: Mapping[str, object], error: Exception) -> Failure:
    """Return the failure for an error that an expression raised while it ran."""
    for failure in _methods_for_fields(expression, scope):
        return failure
    kind, message, hint = _words(error)
    return Failure(
        code="bad-evaluation",
        kind=kind,
        message=f"‘{_shorten(expression.source)}’ cannot be worked out. {message}".strip(),
        hint=hint,
        details=f"{type(error).__name__}: {_shorten(str(error), 500)}",
        subject=expression.source,
        span=expression.span,
    )


def _methods_for_fields(expression: Expression, scope: Mapping[str, object]) -> Iterator[Failure]:
    """Yield failures for fields that are not there but have a method's name: `fetch.items` without any `items`."""
    for reference in expression.references:
        _, stop = walk(reference, scope)
        if stop is not None and stop.at >= 0 and hasattr(stop.value, str(reference.path[stop.at])):
            yield explain_stop(reference, stop)


def _words(error: Exception) -> tuple[Kind, str, str]:
    match error:
        case ZeroDivisionError():
            return Kind.LOGIC, "It divides by zero.", "Divide only where the divisor is not 0: ‘a / b if b else 0’."
        case json.JSONDecodeError():
            place = f"line {error.lineno}, column {error.colno}"
            return Kind.DATA_SHAPE, f"The text is not JSON; it stops making sense at {place}.", ""
        case RecursionError() | MemoryError() | OverflowError():
            return Kind.LOGIC, "It is too large to work out.", "Split it over several steps."
        case TypeError():
            return _type_words(str(error))
        case ValueError():
            return Kind.DATA_SHAPE, "A value in it has the wrong form.", ""
        case _:
            return Kind.LOGIC, "", ""


def _type_words(text: str) -> tuple[Kind, str, str]:
    for pattern, message, hint in _TYPE_ERRORS:
        found = re.search(pattern, text)
        if found:
            return Kind.DATA_SHAPE, message.format(*(_PYTHON_WORDS.get(word, word) for word in found.groups())), hint
    return Kind.DATA_SHAPE, "A value in it has the wrong type.", ""


def too_large(expression: Expression) -> Failure:
    """Return the failure for an expression that would make too large a value."""
    message = f"‘{_shorten(expression.source)}’ would make a value of more than {TEXT_LIMIT:,} characters or elements."
    return _bound("expression-too-large", message, expression)


def too_slow(expression: Expression, seconds: float) -> Failure:
    """Return the failure for an expression that took too long."""
    message = f"‘{_shorten(expression.source)}’ took longer than {seconds:g} seconds, so it was stopped."
    return _bound("expression-too-slow", message, expression)


def _bound(code: str, message: str, expression: Expression) -> Failure:
    hint = "Do the work in a step of its own, such as data.map or python.call."
    return Failure(code, message, Kind.LOGIC, hint, subject=expression.source, span=expression.span)


def unsafe(expression: Expression, what: str) -> Failure:
    """Return the failure for an expression that reaches for what expressions must not touch (`type.attribute`)."""
    owner, _, name = what.rpartition(".")
    changes = not name.startswith("_") and owner in ("list", "dict", "set", "bytearray")
    message = f"An expression may only read values, and ‘{name}’ would change one." if changes else ""
    return Failure(
        code="unsafe-expression",
        kind=Kind.SECURITY,
        message=message or f"An expression may not use ‘{name or what}’: it does not belong to the value's data.",
        hint="Use fields, elements and filters only.",
        subject=expression.source,
        span=expression.span,
    )


def _shorten(text: str, most: int = 80) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
