"""What is known of what a name or a reference stands for, before and after it existed: see `ide.value.Typed`."""

from collections.abc import Iterator

from calibrant.ide.borrowed import kept_elements, list_of, object_of, without_lengths
from calibrant.ide.value import Field, Typed, element, fields, part, words
from calibrant.ide.view import View
from calibrant.ide.wording import output_words
from calibrant.ide.written import given_input, written
from calibrant.model.connector import ConnectorSpec
from calibrant.model.expression import Expression, Reference
from calibrant.model.nodes import Hole, Map, Node, Scalar, Seq
from calibrant.model.observed import Observed
from calibrant.model.preview import NOTHING
from calibrant.model.shape import INTEGER, STRING, Shape
from calibrant.model.workflow import Input, Step
from calibrant.rules.flow import Flow
from calibrant.rules.known import Known
from calibrant.rules.uses import FOR_EACH

__all__ = ["Field", "Typed", "element", "fields", "follow", "output", "output_words", "part", "root", "words"]

_DEEPEST = 8
"""Steps that never ran, one behind the other, through which it is looked what the first of them is given."""


def root(view: View, step: Step | None, name: str, over: str = "") -> Typed | None:
    """Return what is known of a name in the expressions of a step; None where there is nothing of that name.

    `over` is what `item` goes through there, as `rules.uses.Use.over` says it. Without a step there is no `item`.
    """
    return _Tracing(view, _DEEPEST).root(step, name, over)


def output(view: View, step: Step) -> Typed:
    """Return what is known of the output of a step."""
    return _Tracing(view, _DEEPEST).output(step)


def follow(view: View, step: Step | None, reference: Reference, over: str, upto: int | None = None) -> Typed | None:
    """Return what is known of what a reference leads to, or its first `upto` parts; None where it leads to nothing."""
    return _Tracing(view, _DEEPEST).follow(step, reference, over, upto)


class _Tracing:
    """One look at what is known; `left` says through how many more steps that never ran it may go."""

    def __init__(self, view: View, left: int) -> None:
        self._view = view
        self._left = left

    def follow(self, step: Step | None, reference: Reference, over: str, upto: int | None = None) -> Typed | None:
        path = reference.path[:upto]
        item = self._input(path[0]) if reference.root == "inputs" and path else None
        typed = given_input(self._view, item) if item else self.root(step, reference.root, over)
        for name in path[1:] if item else path:
            if typed is None:
                return None
            typed = part(typed, name)
        return typed

    def _input(self, name: str | int) -> Input | None:
        return next((one for one in self._view.workflow.inputs if one.name == name), None)

    def root(self, step: Step | None, name: str, over: str) -> Typed | None:
        match name:
            case "inputs":
                return _inputs(self._view)
            case "secrets":
                declared = tuple((secret.name, STRING) for secret in self._view.workflow.secrets)
                return Typed(Shape("object", fields=declared, open=not declared), secret=True)
            case "env":
                named = tuple((used, STRING) for used in _variables(self._view))
                return Typed(Shape("object", fields=named, open=True))
            case "index":
                return Typed(INTEGER) if step is not None else None
            case "item":
                return self._item(step, over) if step is not None else None
        found = self._view.workflow.step(name)
        return self.output(found) if found is not None else None

    def output(self, step: Step) -> Typed:
        shape = self._view.checked.reached[step.index].output
        ran = self._view.steps.get(step.label)
        if ran is not None and ran.observed is not None:
            return Typed(shape, ran.observed, ran.latest, ran.preview, earlier=ran.earlier)
        if step.body.sample is not None:
            return written(self._view, shape, step.body.sample)
        spec = self._spec(step)
        if spec is None or self._left <= 0:
            return Typed(shape)
        given = _Tracing(self._view, self._left - 1)
        lent = given._lent(step, spec.output)
        if lent is not None and step.body.for_each is not None:
            lent = list_of(lent)
        return Typed(shape, lent, lent)

    def _lent(self, step: Step, shape: Shape) -> Observed | None:
        """Return what is known of a part of a step's output that is like what it is given."""
        if shape.like:
            found = self._parameter(step, shape.like).observed
            return without_lengths(found) if found and shape.type in ("any", *found.types) else None
        if shape.type == "array":
            item = self._lent(step, shape.item) if shape.item else None
            return list_of(item) if item else None
        return object_of([(name, self._lent(step, field)) for name, field in shape.fields])

    def _parameter(self, step: Step, name: str) -> Typed:
        """Return what is known of what is given for a parameter, or made of each element by it."""
        given, spec = step.body.parameter(name), self._spec(step)
        if given is not None and _is_elsewhere(given.value):
            given = self._view.workflow.steps[step.index].body.parameter(name)
        declared = spec.parameter(name) if spec else None
        if given is None or declared is None:
            return Typed()
        above = FOR_EACH if step.body.for_each is not None else ""
        return self._value(step, given.value, declared.over if declared.role == "per_item" else above)

    def _item(self, step: Step, over: str) -> Typed | None:
        """Return what is known of the elements that a step, or a parameter of it, goes through."""
        if over in ("", FOR_EACH):
            node = step.body.for_each
            if node is None or _is_elsewhere(node):
                node = self._view.workflow.steps[step.index].body.for_each
            return element(self._value(step, node, "")) if node is not None else None
        return element(self._parameter(step, over))

    def _value(self, step: Step, node: Node, over: str) -> Typed:
        """Return what is known of a value as a step writes it."""
        if isinstance(node, Scalar) and node.template is not None:
            whole = node.template.whole
            return self._expression(step, whole, over) if whole is not None else Typed(STRING)
        if not _holds_templates(node):
            return written(self._view, self._shape(step, node, over), node)
        made: Observed | None = None
        if isinstance(node, Map):
            made = object_of(
                [(entry.name, self._value(step, entry.value, over).observed) for entry in node.entries],
            )
        return Typed(self._shape(step, node, over), made, made)

    def _expression(self, step: Step, expression: Expression, over: str) -> Typed:
        if not expression.references:
            return Typed()
        reference = expression.references[0]
        # What `item` is of a `for_each` cannot hang on that: it is what the list would be made of.
        if reference.root == "item" and not over:
            return Typed()
        if expression.plain:
            return self.follow(step, reference, over) or Typed()
        if kept_elements(expression):
            found = self.follow(step, reference, over) or Typed()
            return Typed(found.shape, without_lengths(found.observed), without_lengths(found.latest))
        return Typed()

    def _shape(self, step: Step, node: Node, over: str) -> Shape:
        reached = self._view.checked.reached[step.index]
        shapes = dict(zip(reached.roots, reached.given or (), strict=False))
        return Flow(step.body, self._spec(step), reached.uses, shapes).shape_of(node, over)

    def _spec(self, step: Step) -> ConnectorSpec | None:
        return Known(self._view.workflow.language, self._view.specs).spec(step.body)


def _is_elsewhere(node: Node) -> bool:
    """Tell whether a value is an alias of what a step alone does not show: its anchor is in another one."""
    return isinstance(node, Hole) and node.aliased


def _variables(view: View) -> Iterator[str]:
    """Yield the environment variables that the steps name."""
    references = (reference for step in view.workflow.steps for reference in step.body.references)
    yield from dict.fromkeys(str(one.path[0]) for one in references if one.root == "env" and one.path)


def _inputs(view: View) -> Typed:
    known = {item.name: given_input(view, item) for item in view.workflow.inputs}
    values = {name: typed.preview for name, typed in known.items() if typed.preview is not NOTHING}
    observed = object_of([(name, typed.observed) for name, typed in known.items()])
    shape = Shape("object", fields=tuple((name, typed.shape) for name, typed in known.items()), open=not known)
    return Typed(shape, observed, observed, values or NOTHING, written=not any(name in view.inputs for name in known))


def _holds_templates(node: Node) -> bool:
    match node:
        case Scalar():
            return node.template is not None
        case Map():
            return any(_holds_templates(entry.value) for entry in node.entries)
        case Seq():
            return any(map(_holds_templates, node.items))
        case Hole():
            return False
