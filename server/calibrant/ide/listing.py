"""Types and values in a few lines: what an object has, and what it held."""

import json
import math
from collections.abc import Iterator
from typing import Final

from calibrant.ide.page import sayable
from calibrant.ide.typed import Field, Typed, element, fields, words
from calibrant.model.preview import REST, More
from calibrant.model.shape import accepts
from calibrant.model.words import shortened

_DEEPEST: Final = 4
_LINES: Final = 40
_NAME: Final = 60
_WIDEST: Final = 120
_EMPTY: Final = {dict: "{}", list: "[]"}


def listing(typed: Typed) -> str:
    """Return what a value has, a field to a line with its type, in what it holds too; empty where it has no fields."""
    return _cut(list(_fields(_inner(typed), 0)))


def sample(value: object) -> str:
    """Return a value, cut short already, as lines of YAML; what was left out is told in them."""
    return _cut(list(_lines(value, "")))


def _cut(lines: list[str]) -> str:
    if len(lines) > _LINES:
        lines = [*lines[: _LINES - 1], f"… {len(lines) - _LINES + 1:,} more lines"]
    return "\n".join(lines)


def _fields(typed: Typed, depth: int) -> Iterator[str]:
    seen = typed.observed is not None and typed.observed.objects > 0
    for field in fields(typed):
        notes = ", ".join(_notes(field, seen=seen))
        yield "  " * depth + _field(field) + (f"  # {notes}" if notes else "")
        if depth + 1 < _DEEPEST:
            yield from _fields(_inner(field.typed), depth + 1)


def _inner(typed: Typed) -> Typed:
    """Return what has the fields: a value itself, or what its lists hold."""
    for _ in range(_DEEPEST):
        inner = element(typed) if is_list(typed) else None
        if inner is None:
            break
        typed = inner
    return typed


def is_list(typed: Typed) -> bool:
    """Tell whether a value is a list, as far as is known, and no object."""
    if typed.observed is not None and typed.observed.types:
        return bool(typed.observed.lists) and not typed.observed.objects
    return typed.shape.type == "array"


def _field(field: Field) -> str:
    name = shortened(sayable(field.name), _NAME) or '""'
    return f"{name}: {words(field.typed) or 'anything'}"


def _notes(field: Field, *, seen: bool) -> Iterator[str]:
    """Yield what is to be said of a field; `seen`: objects that could have it were seen."""
    observed, shape = field.typed.observed, field.typed.shape
    if observed is None:
        if seen:
            yield "declared, not seen"
        return
    if field.optional:
        yield "not always there"
    if field.declared and not all(one == "null" or accepts(shape.type, one) for one in observed.types):
        yield f"declared: {words(Typed(shape))}"


def _lines(value: object, indent: str) -> Iterator[str]:
    """Yield a value's lines; the first one stands behind a name or a dash where there is one."""
    match value:
        case dict() if value:
            for name, part in value.items():
                yield from (
                    _entry(f"{_name(name)}:", part, indent)
                    if name != REST or not isinstance(part, More)
                    else [f"{indent}… {part.count:,} more"]
                )
        case list() if value:
            for part in value:
                yield from [f"{indent}… {part.count:,} more"] if isinstance(part, More) else _entry("-", part, indent)
        case _:
            yield indent + _scalar(value)


def _entry(head: str, part: object, indent: str) -> Iterator[str]:
    if isinstance(part, dict | list) and part:
        inner = indent + "  "
        lines = _lines(part, inner)
        if head == "-":
            yield f"{indent}- {next(lines)[len(inner) :]}"
        else:
            yield indent + head
        yield from lines
    else:
        yield f"{indent}{head} {_scalar(part)}"


def _scalar(value: object) -> str:
    if isinstance(value, More):
        return f"… {value.count:,} more"
    if isinstance(value, dict | list):
        return _EMPTY[type(value)]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return _line(json.dumps(value, ensure_ascii=False))


def _name(name: str) -> str:
    simple = name.replace("_", "a").replace("-", "a").isalnum()
    return _line(name if simple else json.dumps(name, ensure_ascii=False))


def _line(written: str) -> str:
    line = sayable(written)
    return line if len(line) <= _WIDEST else f"{line[: _WIDEST - 1]}…"
