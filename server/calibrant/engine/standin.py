"""What a step passes on when it has no output of its own: so that what lies behind a failure is looked at all the same."""

from calibrant.engine.outputs import Records
from calibrant.model.nodes import plain
from calibrant.model.shape import Shape
from calibrant.model.value import UNKNOWN
from calibrant.model.workflow import StepBody


def stand_in(body: StepBody, shape: Shape | None, records: Records) -> object:
    """Return the step's last good recorded output, else its sample, else its declared shape with unknown leaves.

    `shape` is None where the connector is not known.
    """
    if body.id is not None:
        found, output = records.last_good(body.id)
        if found:
            return output
    if body.sample is not None:
        return plain(body.sample)
    if body.for_each is not None or shape is None:
        return UNKNOWN
    return unknown_of(shape)


def unknown_of(shape: Shape) -> object:
    """Return a value of that shape whose leaves are unknown.

    An object keeps its fields, so that a name it cannot have is seen. An array's items, their number included, are
    unknown, and so is an object that may have further fields: both are unknown as a whole.
    """
    if shape.type != "object" or shape.open:
        return UNKNOWN
    return {name: unknown_of(field) for name, field in shape.fields}
