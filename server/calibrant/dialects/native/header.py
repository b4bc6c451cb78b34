"""What stands around the steps: inputs and secrets."""

from calibrant.dialects.saying import readable, text_at
from calibrant.model.language import OWN
from calibrant.model.nodes import Entry, Map, Scalar, Seq, plain
from calibrant.model.workflow import Input, Secret


def inputs_of(root: Map | None) -> tuple[Input, ...]:
    """Return the inputs that the root declares."""
    declared = root.get("inputs") if root else None
    entries = declared.entries if isinstance(declared, Map) else ()
    return tuple(_input(entry) for entry in entries if not entry.name.startswith(OWN))


def _input(entry: Entry) -> Input:
    node = entry.value
    if not isinstance(node, Map):
        return Input(entry.name, entry.key.span, node)
    required = node.get("required")
    enum = node.get("enum")
    return Input(
        name=entry.name,
        name_span=entry.key.span,
        node=node,
        type=text_at(node, "type") or "string",
        required=isinstance(required, Scalar) and required.value is True,
        description=text_at(node, "description") or "",
        default=readable(node.get("default")),
        sample=readable(node.get("sample")),
        enum=tuple(plain(item) for item in enum.items) if isinstance(enum, Seq) else (),
    )


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
