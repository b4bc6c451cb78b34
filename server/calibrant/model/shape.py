"""Shapes: what is known of a value's type before it exists."""

from typing import Literal

import msgspec

TypeName = Literal["string", "number", "integer", "boolean", "path", "array", "object", "null", "any"]


class Shape(msgspec.Struct, frozen=True, gc=False):
    """A type, with the shape of an array's items or an object's fields as far as known.

    An object is `open` where it may have fields beyond those named, then of the shape `item`. `like` names a parameter of the
    connector that declares the shape: it is the shape of the value given there, as far as that is known (the kept items of
    a list).
    """

    type: TypeName = "any"
    item: "Shape | None" = None
    fields: tuple[tuple[str, "Shape"], ...] = ()
    open: bool = False
    like: str = ""

    def field(self, name: str) -> "Shape | None":
        """Return the shape of a declared field."""
        for key, shape in self.fields:
            if key == name:
                return shape
        return None


ANY = Shape()
STRING = Shape("string")
NUMBER = Shape("number")
INTEGER = Shape("integer")
BOOLEAN = Shape("boolean")
OBJECT = Shape("object", open=True)


def array(item: Shape = ANY) -> Shape:
    """Return the shape of an array of `item`."""
    return Shape("array", item=item)


def object_of(**fields: Shape) -> Shape:
    """Return the shape of an object with exactly these fields."""
    return Shape("object", fields=tuple(fields.items()))


def like(parameter: str, type: TypeName = "any") -> Shape:  # noqa: A002 - the field's own name
    """Return the shape of what is given for a parameter; `type` is all that is known where nothing is known of that."""
    return Shape(type, like=parameter)


def part_of(shape: Shape, part: str | int) -> Shape | None:
    """Return the shape of a field or an element, None where a value of this shape has none of that name or position.

    How many elements there are is not known. An object without any declared field may have every field.
    """
    match shape.type:
        case "any":
            return ANY
        case "object":
            return shape.field(str(part)) or (ANY if shape.open or not shape.fields else None)
        case "array":
            return (shape.item or ANY) if isinstance(part, int) else None
        case "string" | "path":
            return STRING if isinstance(part, int) else None
        case _:
            return None


def accepts(wanted: TypeName, found: str) -> bool:
    """Tell whether a value of type `found` (see `value.type_name`) fits a parameter of type `wanted`.

    An integer fits number; a path is written as a string; null fits nothing but any, a missing value being left out.
    """
    if wanted == "any" or found == "unknown":
        return True
    if wanted == "number":
        return found in ("number", "integer", "decimal")
    if wanted == "path":
        return found == "string"
    return wanted == found
