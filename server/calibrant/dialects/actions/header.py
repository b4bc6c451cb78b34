"""What stands around the jobs: the inputs and secrets of a workflow or an action."""

from collections.abc import Iterator

from calibrant.dialects.saying import readable, text_at
from calibrant.model.nodes import Entry, Map, Node, Scalar, Seq, plain
from calibrant.model.workflow import Input, Secret

CALLERS = ("workflow_call", "workflow_dispatch")
"""The events that give a workflow inputs."""


def inputs_of(root: Node) -> tuple[Input, ...]:
    """Return the inputs that are declared: those of an action, or those of each event that has some.

    One that two events have is there twice.
    """
    declared = [root.get("inputs") if isinstance(root, Map) else None]
    declared += [event.get("inputs") for name in CALLERS if (event := _event(root, name)) is not None]
    return tuple(_input(entry) for node in declared if isinstance(node, Map) for entry in node.entries)


def secrets_of(root: Node) -> tuple[Secret, ...]:
    """Return the secrets that a reusable workflow is given."""
    return tuple(_secrets(root))


def _secrets(root: Node) -> Iterator[Secret]:
    called = _event(root, "workflow_call")
    declared = called.get("secrets") if called is not None else None
    if isinstance(declared, Map):
        for entry in declared.entries:
            yield Secret(entry.name, entry.key.span)


def _event(root: Node, name: str) -> Map | None:
    events = root.get("on") if isinstance(root, Map) else None
    event = events.get(name) if isinstance(events, Map) else None
    return event if isinstance(event, Map) else None


def _input(entry: Entry) -> Input:
    node = entry.value
    if not isinstance(node, Map):
        return Input(entry.name, entry.key.span, node)
    required = node.get("required")
    options = node.get("options")
    return Input(
        name=entry.name,
        name_span=entry.key.span,
        node=node,
        type=text_at(node, "type") or "string",
        required=isinstance(required, Scalar) and required.value is True,
        description=text_at(node, "description") or "",
        default=readable(node.get("default")),
        enum=tuple(plain(item) for item in options.items) if isinstance(options, Seq) else (),
    )
