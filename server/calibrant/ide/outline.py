"""A workflow as a tree of what it declares: inputs, secrets, and steps with their parameters."""

from collections.abc import Iterator
from typing import Literal

import msgspec

from calibrant.model.nodes import Map, Node, Scalar, Seq
from calibrant.model.text import Span
from calibrant.model.workflow import Input, Secret, Step, Workflow

Sort = Literal["workflow", "input", "secret", "step", "object", "array", "boolean", "number", "string"]

_DEPTH = 4


class Entry(msgspec.Struct, frozen=True):
    """One entry of it: `head` is the name in the `whole`, both in the document."""

    name: str
    sort: Sort
    whole: Span
    head: Span
    detail: str = ""
    below: tuple["Entry", ...] = ()


def outline(workflow: Workflow) -> Iterator[Entry]:
    """Yield inputs, then secrets, then steps, each in the order of the text."""
    yield from map(_input, workflow.inputs)
    yield from map(_secret, workflow.secrets)
    for step in workflow.steps:
        below = (_value(one.name, step.at(one.name_span), one.value, step.origin) for one in step.body.parameters)
        yield _step(step, tuple(below))


def declared(workflow: Workflow) -> Iterator[Entry]:
    """Yield the workflow itself, where it has a name, and what it declares, without what is below that."""
    name = workflow.root.entry("name") if isinstance(workflow.root, Map) else None
    if name is not None and workflow.name:
        yield _entry(workflow.name, "workflow", workflow.root.span, name.value.span, workflow.description)
    yield from map(_input, workflow.inputs)
    yield from map(_secret, workflow.secrets)
    yield from map(_step, workflow.steps)


def _input(one: Input) -> Entry:
    return _entry(one.name, "input", one.name_span.cover(one.node.span), one.name_span, f"input, {one.type}")


def _secret(one: Secret) -> Entry:
    return _entry(one.name, "secret", one.span, one.span)


def _step(step: Step, below: tuple[Entry, ...] = ()) -> Entry:
    return _entry(step.label, "step", step.span, step.head, step.body.name or step.body.action or "", below)


def _value(name: str, name_span: Span, node: Node, origin: int, depth: int = _DEPTH) -> Entry:
    below: tuple[Entry, ...] = ()
    if isinstance(node, Map) and depth and not node.aliased:
        values = ((one.name, one.key.span.shift(origin), one.value) for one in node.entries)
        below = tuple(_value(*one, origin, depth - 1) for one in values)
    whole = name_span if node.aliased else name_span.cover(node.span.shift(origin))
    return _entry(name, _sort(node), whole, name_span, below=below)


def _entry(name: str, sort: Sort, whole: Span, head: Span, detail: str = "", below: tuple[Entry, ...] = ()) -> Entry:
    """Return an entry; an editor refuses one without a name, or whose name lies outside of it."""
    return Entry(name.strip() or "(no name)", sort, whole.cover(head), head, detail, below)


def _sort(node: Node) -> Sort:
    if isinstance(node, Map):
        return "object"
    if isinstance(node, Seq):
        return "array"
    value = node.value if isinstance(node, Scalar) else None
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else "string"
