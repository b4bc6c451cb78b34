"""Shapes as GitHub's expressions see them: names without their case, filters, and what several values have in common."""

import json
from collections.abc import Sequence
from typing import Final

import msgspec

from calibrant.model.shape import ANY, BOOLEAN, NUMBER, STRING, Shape, array

NULL: Final = Shape("null")
_DEEPEST: Final = 20


class Seen(msgspec.Struct, frozen=True, gc=False):
    """What is known of a value. `filtered`: an object filter gave it. `path` is how it was reached, as far as by names."""

    shape: Shape
    filtered: bool = False
    path: tuple[str, ...] = ()


def strict(fields: Sequence[tuple[str, Shape]]) -> Shape:
    """Return the shape of an object that has these fields and no others."""
    return Shape("object", fields=tuple(fields))


def open_object(fields: Sequence[tuple[str, Shape]] = (), values: Shape = ANY) -> Shape:
    """Return the shape of an object that has these fields and perhaps others, whose values are of one shape."""
    return Shape("object", item=values, fields=tuple(fields), open=True)


def fields(shape: Shape) -> tuple[str, ...]:
    """Return the names of the fields that are known."""
    return tuple(name for name, _ in shape.fields)


def field_of(shape: Shape, name: str) -> Shape | None:
    """Return the shape of an object's field, whatever its case; None where there can be none."""
    found = shape.field(name)
    if found is None:
        wanted = name.lower()
        found = next((field for key, field in shape.fields if key.lower() == wanted), None)
    return found or ((shape.item or ANY) if shape.open else None)


def element(shape: Shape) -> Shape:
    """Return the shape of what a list's elements, or an object's values, have in common."""
    if shape.type == "array":
        return shape.item or ANY
    if shape.type == "object" and (shape.fields or shape.open):
        values = [field for _, field in shape.fields]
        return joined([*values, shape.item or ANY] if shape.open else values)
    return ANY


def joined(shapes: Sequence[Shape]) -> Shape:
    """Return the shape of a value that has one of several."""
    first = shapes[0] if shapes else ANY
    if all(shape == first for shape in shapes):
        return first
    if all(shape.type == "object" for shape in shapes):
        return _any_of(shapes)
    if all(shape.type == "array" for shape in shapes):
        return array(joined([shape.item or ANY for shape in shapes]))
    return ANY


def _any_of(objects: Sequence[Shape]) -> Shape:
    """Return an object that has the fields of any of these: a field that only some have is not known to be missing."""
    names: dict[str, tuple[str, list[Shape]]] = {}
    for one in objects:
        for name, shape in one.fields:
            names.setdefault(name.lower(), (name, []))[1].append(shape)
    parts = [(name, joined(found)) for name, found in names.values()]
    return open_object(parts) if any(one.open for one in objects) else strict(parts)


def of_json(source: str) -> Shape | None:
    """Return the shape of the value that a JSON text stands for; None where it is no JSON."""
    try:
        return of_value(json.loads(source))
    except (ValueError, RecursionError):
        return None


def of_value(value: object, depth: int = 0) -> Shape:
    """Return the shape of plain data."""
    if depth > _DEEPEST:
        return ANY
    match value:
        case None:
            return NULL
        case bool():
            return BOOLEAN
        case int() | float():
            return NUMBER
        case str():
            return STRING
        case list():
            return array(joined([of_value(item, depth + 1) for item in value]))
        case dict():
            return strict([(str(name), of_value(item, depth + 1)) for name, item in value.items()])
        case _:
            return ANY
