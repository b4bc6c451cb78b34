"""What is known of the values that flow between steps: the shapes of inputs, outputs, and what refers to them."""

from collections.abc import Iterator, Mapping

import msgspec

from calibrant.model.connector import ConnectorSpec
from calibrant.model.expression import Reference
from calibrant.model.nodes import Hole, Map, Node, Scalar, Seq
from calibrant.model.shape import ANY, BOOLEAN, INTEGER, NUMBER, STRING, Shape, array, part_of
from calibrant.model.workflow import StepBody
from calibrant.rules.uses import FOR_EACH, Use

_LARGEST = 100
"""Parts of a shape that is taken into another one; a chain of steps could make ever larger ones."""


class Flow(msgspec.Struct, frozen=True):
    """One step, the declaration of its connector, its expressions, and the shapes of what these name, by root.

    `looped` are the roots that are steps with a `for_each`.
    """

    body: StepBody
    spec: ConnectorSpec | None
    uses: tuple[Use, ...]
    shapes: Mapping[str, Shape]
    looped: frozenset[str] = frozenset()

    def follow(self, reference: Reference, over: str) -> tuple[Shape, int | None]:
        """Return the shape that a reference leads to; or that which it leaves, and at which element of its path."""
        shape = self._root(reference.root, over)
        for at, part in enumerate(reference.path):
            inner = part_of(shape, part)
            if inner is None:
                return shape, at
            shape = inner
        return shape, None

    def _root(self, root: str, over: str) -> Shape:
        if root == "index":
            return INTEGER
        if root == "item":
            return self._item(over)
        return self.shapes.get(root, ANY)

    def _item(self, over: str) -> Shape:
        if over == FOR_EACH:
            node, above = self.body.for_each, ""
        else:
            given = self.body.parameter(over)
            node, above = given.value if given else None, FOR_EACH
        shape = self.shape_of(node, above) if node is not None else ANY
        return shape.item or ANY if shape.type == "array" else ANY

    def shape_of(self, node: Node, over: str) -> Shape:
        """Return the shape of a value as written; what more than a reference gives is not known."""
        match node:
            case Scalar():
                return self._of_scalar(node, over)
            case Map():
                fields: dict[str, Node] = {}
                for entry in node.entries:
                    fields.setdefault(entry.name, entry.value)
                parts = tuple((name, self.shape_of(value, over)) for name, value in fields.items())
                return Shape("object", fields=parts)
            case Seq():
                shapes = [self.shape_of(item, over) for item in node.items]
                return array(shapes[0] if shapes and all(shape == shapes[0] for shape in shapes) else ANY)
            case Hole():
                return ANY

    def _of_scalar(self, node: Scalar, over: str) -> Shape:
        if node.template is None:
            return _literal(node.value)
        whole = node.template.whole
        if whole is None:
            return STRING
        if not whole.plain or not whole.references:
            return ANY
        shape, stop = self.follow(whole.references[0], over)
        return shape if stop is None and _small(shape) else ANY

    def output(self) -> Shape:
        """Return the shape of the step's output."""
        if self.spec is None:
            return ANY
        shape = self._filled(self.spec.output)
        return shape if self.body.for_each is None else array(shape)

    def _filled(self, shape: Shape) -> Shape:
        """Return a declared shape with those of the parameters that it names."""
        if shape.like:
            given = self._given(shape.like)
            if given.type != "any" and shape.type in ("any", given.type):
                return given
        item = self._filled(shape.item) if shape.item else None
        fields = tuple((name, self._filled(field)) for name, field in shape.fields)
        return Shape(shape.type, item, fields, shape.open)

    def _given(self, name: str) -> Shape:
        given = self.body.parameter(name)
        declared = self.spec.parameter(name) if self.spec else None
        if given is None or declared is None:
            return ANY
        return self.shape_of(given.value, declared.over if declared.role == "per_item" else FOR_EACH)


def _literal(value: object) -> Shape:
    match value:
        case bool():
            return BOOLEAN
        case int():
            return INTEGER
        case float():
            return NUMBER
        case str():
            return STRING
        case _:
            return ANY


def _small(shape: Shape) -> bool:
    waiting = [shape]
    for _ in range(_LARGEST):
        if not waiting:
            return True
        waiting += _parts(waiting.pop())
    return False


def _parts(shape: Shape) -> Iterator[Shape]:
    if shape.item is not None:
        yield shape.item
    for _, field in shape.fields:
        yield field


def borrows(shape: Shape) -> bool:
    """Tell whether a declared shape hangs on that of a parameter."""
    return bool(shape.like) or any(map(borrows, _parts(shape)))
