"""What stands around the jobs: the inputs and secrets of a workflow or an action."""

from collections.abc import Iterator

from calibrant.dialects.saying import input_of
from calibrant.model.nodes import Map, Node
from calibrant.model.workflow import Input, Secret

CALLERS = ("workflow_call", "workflow_dispatch")
"""The events that give a workflow inputs."""


def inputs_of(root: Node) -> tuple[Input, ...]:
    """Return the inputs that are declared: those of an action, or those of each event that has some.

    One that two events have is there twice.
    """
    declared = [root.get("inputs") if isinstance(root, Map) else None]
    declared += [event.get("inputs") for name in CALLERS if (event := _event(root, name)) is not None]
    return tuple(input_of(entry, "options") for node in declared if isinstance(node, Map) for entry in node.entries)


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
