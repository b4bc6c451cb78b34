"""Whether what a connector gives is of the shape that it declares."""

from collections.abc import Collection, Iterator, Mapping

from calibrant.model.shape import ANY, Shape, accepts
from calibrant.model.value import UNKNOWN, type_name

SOMETIMES = {"data.pick": {"items", "value"}}
"""Fields of an output that are there only for some calls, by connector."""


def misfits(name: str, shape: Shape, output: object) -> list[str]:
    """Return what in a connector's output is not as declared: a place and a reason each."""
    return list(_misfits(name, shape, output, SOMETIMES.get(name, set())))


def _misfits(place: str, shape: Shape, value: object, sometimes: Collection[str] = ()) -> Iterator[str]:
    if value is UNKNOWN or shape.type == "any":
        return
    if value is None and shape.type not in ("object", "array"):
        return  # a text or a number may be missing
    if not accepts(shape.type, type_name(value)):
        yield f"{place} is {type_name(value)}, declared {shape.type}"
    elif isinstance(value, Mapping):
        for name, part in value.items():
            if shape.field(name) is None and shape.fields and not shape.open:
                yield f"{place}.{name} is not declared"
            yield from _misfits(f"{place}.{name}", shape.field(name) or ANY, part)
        yield from (f"{place}.{name} is not there" for name, _ in shape.fields if name not in {*value, *sometimes})
    elif isinstance(value, list) and shape.item is not None:
        for at, item in enumerate(value):
            yield from _misfits(f"{place}[{at}]", shape.item, item)
