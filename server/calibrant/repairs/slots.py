"""The values of a step in which templates are read: where a reference may stand."""

from collections.abc import Iterator
from math import isfinite

import msgspec

from calibrant.model.connector import ParameterSpec, Specs
from calibrant.model.expression import Path
from calibrant.model.language import OWN
from calibrant.model.nodes import Entry, Hole, Map, Node, Scalar, Seq
from calibrant.model.workflow import Step


class Slot(msgspec.Struct, frozen=True):
    """A value of a step that may be a template: `name` is the key that names it, `declared` the parameter it is (part of)."""

    step: Step
    path: Path
    node: Node
    name: str
    declared: ParameterSpec | None

    @property
    def is_parameter(self) -> bool:
        """Tell whether it is all of the parameter, and not a part of a list or object."""
        return len(self.path) == (4 if self.path[2] == "with" else 3)

    @property
    def is_script(self) -> bool:
        """Tell whether it is a shell script."""
        return self.declared is not None and self.declared.role == "script"

    @property
    def is_code(self) -> bool:
        """Tell whether it is an expression that stands without braces."""
        return self.declared is not None and self.declared.takes_expression and self.is_parameter


def slots(step: Step, specs: Specs) -> Iterator[Slot]:
    """Yield the values of a step in which templates are read, collections and what is in them; nothing behind an alias."""
    body = step.body
    if not body.templating or not isinstance(body.node, Map) or body.node.aliased:
        return
    spec = specs.get(body.action or "")
    for entry in _in_force(body.node):
        path: Path = ("steps", step.index, entry.name)
        if entry.name == "with" and isinstance(entry.value, Map) and not entry.value.aliased:
            for given in _in_force(entry.value):
                if not given.name.startswith(OWN) and given.name != "shell":
                    declared = spec.parameter(given.name) if spec else None
                    yield from _below(Slot(step, (*path, given.name), given.value, given.name, declared))
        elif entry.name in ("run", "cwd", "env"):
            declared = spec.parameter("command" if entry.name == "run" else entry.name) if spec and body.short else None
            if declared is not None:
                yield from _below(Slot(step, path, entry.value, entry.name, declared))
        elif entry.name == "for_each":
            yield from _below(Slot(step, path, entry.value, entry.name, None))


def _in_force(node: Map) -> Iterator[Entry]:
    seen: set[str] = set()
    for entry in node.entries:
        if entry.name not in seen and not entry.key.aliased:
            yield entry
        seen.add(entry.name)


def _below(slot: Slot) -> Iterator[Slot]:
    node = slot.node
    if node.aliased or isinstance(node, Hole):
        return
    yield slot
    if isinstance(node, Map):
        for entry in _in_force(node):
            yield from _below(Slot(slot.step, (*slot.path, entry.name), entry.value, entry.name, slot.declared))
    elif isinstance(node, Seq):
        for at, item in enumerate(node.items):
            yield from _below(Slot(slot.step, (*slot.path, at), item, slot.name, slot.declared))


def is_data(node: Node) -> bool:
    """Tell whether a node is plain data, without expressions, holes, aliases or keys that stand twice."""
    match node:
        case Scalar():
            number = not isinstance(node.value, float) or isfinite(node.value)
            return node.template is None and not node.aliased and number
        case Map():
            own = all(is_data(entry.value) and not entry.key.aliased for entry in node.entries)
            return own and not node.aliased and len({entry.name for entry in node.entries}) == len(node.entries)
        case Seq():
            return not node.aliased and all(map(is_data, node.items))
        case Hole():
            return False
