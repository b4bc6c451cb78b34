"""What stands around the steps: inputs and secrets."""

from calibrant.dialects.saying import input_of
from calibrant.model.language import OWN
from calibrant.model.nodes import Map, Scalar, Seq
from calibrant.model.workflow import Input, Secret


def inputs_of(root: Map | None) -> tuple[Input, ...]:
    """Return the inputs that the root declares."""
    declared = root.get("inputs") if root else None
    entries = declared.entries if isinstance(declared, Map) else ()
    return tuple(input_of(entry, "enum") for entry in entries if not entry.name.startswith(OWN))


def secrets_of(root: Map | None) -> tuple[Secret, ...]:
    """Return the secrets that the root declares."""
    declared = root.get("secrets") if root else None
    if not isinstance(declared, Seq):
        return ()
    return tuple(
        Secret(item.value, item.span)
        for item in declared.items
        if isinstance(item, Scalar) and isinstance(item.value, str)
    )
