"""What is known of a value before and after it existed: what is declared of it, and what it was in the last runs."""

from collections.abc import Iterator, Mapping
from typing import Final, cast, get_args

import msgspec

from calibrant.ide.view import View
from calibrant.ide.wording import output_words, type_words
from calibrant.model.expression import Reference
from calibrant.model.nodes import Hole, Map, Node, Scalar, Seq, plain
from calibrant.model.observed import Observed, observe
from calibrant.model.preview import NOTHING, REST, More
from calibrant.model.preview import preview as cut_short
from calibrant.model.shape import ANY, INTEGER, OBJECT, STRING, Shape, TypeName, array, part_of
from calibrant.model.workflow import Input, Step
from calibrant.rules.flow import Flow
from calibrant.rules.known import Known
from calibrant.rules.uses import FOR_EACH

__all__ = ["Field", "Typed", "element", "fields", "follow", "output", "output_words", "part", "root", "words"]

_OF_TYPE: Final[Mapping[str, Shape]] = {"array": array(), "object": OBJECT}


class Typed(msgspec.Struct, frozen=True):
    """What is known of a value. `shape` is declared; `observed` is of the last runs, `latest` and `preview` of the newest one.

    `secret`: its value is never known here.
    """

    shape: Shape = ANY
    observed: Observed | None = None
    latest: Observed | None = None
    preview: object = NOTHING
    secret: bool = False


class Field(msgspec.Struct, frozen=True):
    """A field that an object may have. `optional`: some did not have it. `declared`: it is known without any run."""

    name: str
    typed: Typed
    optional: bool = False
    declared: bool = False


def root(view: View, step: Step | None, name: str, over: str = "") -> Typed | None:
    """Return what is known of a name in the expressions of a step; None where there is nothing of that name.

    `over` is what `item` goes through there, as `rules.uses.Use.over` says it. Without a step there is no `item`.
    """
    match name:
        case "inputs":
            return _inputs(view)
        case "secrets":
            declared = tuple((secret.name, STRING) for secret in view.workflow.secrets)
            return Typed(Shape("object", fields=declared, open=not declared), secret=True)
        case "env":
            return Typed(Shape("object", fields=tuple((used, STRING) for used in _variables(view)), open=True))
        case "index":
            return Typed(INTEGER) if step is not None else None
        case "item":
            return _item(view, step, over) if step is not None else None
    found = view.workflow.step(name)
    return output(view, found) if found is not None else None


def _variables(view: View) -> Iterator[str]:
    """Yield the environment variables that the steps name."""
    references = (reference for step in view.workflow.steps for reference in step.body.references)
    yield from dict.fromkeys(str(one.path[0]) for one in references if one.root == "env" and one.path)


def output(view: View, step: Step) -> Typed:
    """Return what is known of the output of a step."""
    shape = view.checked.reached[step.index].output
    ran = view.steps.get(step.label)
    if ran is not None and ran.observed is not None:
        return Typed(shape, ran.observed, ran.latest, ran.preview)
    return _written(view, shape, step.body.sample)


def part(typed: Typed, name: str | int) -> Typed | None:
    """Return what is known of a field or an element; None where the value is known to have none of that name or position."""
    shape = part_of(typed.shape, name)
    observed, latest = _observed_part(typed.observed, name), _observed_part(typed.latest, name)
    if shape is None and observed is None:
        return None
    return Typed(shape or ANY, observed, latest, _preview_part(typed.preview, name), typed.secret)


def element(typed: Typed) -> Typed | None:
    """Return what is known of each element of a list; its preview is the first one. None for what is no list."""
    if typed.shape.type not in ("array", "any") and not (typed.observed and typed.observed.lists):
        return None
    shape = (typed.shape.item or ANY) if typed.shape.type == "array" else ANY
    observed = typed.observed.item if typed.observed else None
    latest = typed.latest.item if typed.latest else None
    return Typed(shape, observed, latest, _preview_part(typed.preview, 0), typed.secret)


def fields(typed: Typed) -> tuple[Field, ...]:
    """Return the fields that an object may have: those declared first, then those that were seen, in their order."""
    seen = typed.observed
    declared = [name for name, _ in typed.shape.fields] if typed.shape.type == "object" else []
    names = dict.fromkeys([*declared, *(name for name, _ in seen.fields)] if seen else declared)
    return tuple(_fields(typed, names, frozenset(declared)))


def _fields(typed: Typed, names: Mapping[str, None], declared: frozenset[str]) -> Iterator[Field]:
    for name in names:
        inner = part(typed, name)
        if inner is not None:
            optional = typed.observed is not None and typed.observed.objects > 0 and typed.observed.optional(name)
            yield Field(name, inner, optional, name in declared)


def follow(view: View, step: Step | None, reference: Reference, over: str, upto: int | None = None) -> Typed | None:
    """Return what is known of what a reference leads to, or its first `upto` parts; None where it leads to nothing."""
    typed = root(view, step, reference.root, over)
    for name in reference.path[:upto]:
        if typed is None:
            return None
        typed = part(typed, name)
    return typed


def words(typed: Typed) -> str:
    """Return a value's type as people say it: "list of 12 objects", "string or null"; empty where nothing is known."""
    return type_words(typed.shape, typed.observed, typed.latest)


def _observed_part(observed: Observed | None, name: str | int) -> Observed | None:
    if observed is None:
        return None
    found = observed.field(str(name)) if observed.objects else None
    return found or (observed.item if observed.lists and isinstance(name, int) else None)


def _preview_part(value: object, name: str | int) -> object:
    found: object = NOTHING
    if isinstance(value, Mapping) and name != REST:
        found = value.get(str(name), NOTHING)
    elif isinstance(value, list) and isinstance(name, int):
        whole = not (value and isinstance(value[-1], More))
        if (0 <= name < len(value)) or (whole and -len(value) <= name < 0):
            found = value[name]
    return NOTHING if isinstance(found, More) else found


def _item(view: View, step: Step, over: str) -> Typed | None:
    """Return what is known of the elements that a step, or a parameter of it, goes through."""
    body = step.body
    if over in ("", FOR_EACH):
        return element(_value(view, step, body.for_each, "")) if body.for_each is not None else None
    given = body.parameter(over)
    above = FOR_EACH if body.for_each is not None else ""
    return element(_value(view, step, given.value, above)) if given else Typed()


def _value(view: View, step: Step, node: Node, over: str) -> Typed:
    """Return what is known of a value as a step writes it."""
    if isinstance(node, Scalar) and node.template is not None and node.template.whole is not None:
        whole = node.template.whole
        if whole.plain and whole.references:
            # What `item` is of a `for_each` cannot hang on that: it is what the list would be made of.
            reference = whole.references[0]
            if reference.root == "item" and not over:
                return Typed()
            return follow(view, step, reference, over) or Typed()
        return Typed()
    reached = view.checked.reached[step.index]
    shapes = dict(zip(reached.roots, reached.given or (), strict=False))
    flow = Flow(step.body, Known(view.workflow.language, view.specs).spec(step.body), reached.uses, shapes)
    shape = flow.shape_of(node, over)
    return Typed(shape) if _holds_templates(node) else _written(view, shape, node)


def _holds_templates(node: Node) -> bool:
    match node:
        case Scalar():
            return node.template is not None
        case Map():
            return any(_holds_templates(entry.value) for entry in node.entries)
        case Seq():
            return any(map(_holds_templates, node.items))
    return False


def _written(view: View, shape: Shape, node: Node | None) -> Typed:
    """Return what a value that stands in the text gives away beside its shape."""
    if node is None or isinstance(node, Hole):
        return Typed(shape)
    return _given(view, shape, plain(node))


def _given(view: View, shape: Shape, value: object) -> Typed:
    seen = observe(value)
    return Typed(shape, seen, seen, cut_short(value) if view.previews else NOTHING)


def _inputs(view: View) -> Typed:
    known = {item.name: _input(view, item) for item in view.workflow.inputs}
    seen = tuple((name, typed.observed) for name, typed in known.items() if typed.observed is not None)
    values = {name: typed.preview for name, typed in known.items() if typed.preview is not NOTHING}
    observed = Observed(("object",), (1,), seen, open=True) if seen else None
    shape = Shape("object", fields=tuple((name, typed.shape) for name, typed in known.items()), open=not known)
    return Typed(shape, observed, observed, values or NOTHING)


def _input(view: View, item: Input) -> Typed:
    """Return what is known of an input: its type, and what the last run was given, else its default or its sample."""
    wanted = cast("TypeName", item.type) if item.type in get_args(TypeName) else "any"
    shape = _OF_TYPE.get(wanted) or Shape(wanted)
    if item.name in view.inputs:
        return _given(view, shape, view.inputs[item.name])
    own = (node for node in (item.default, item.sample) if node is not None and not isinstance(node, Hole))
    return _written(view, shape, next(own, None))
