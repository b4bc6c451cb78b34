"""Data on offer as a value: what other steps gave and what the workflow is given, where it fits; and names of its fields."""

import re
from collections.abc import Iterator
from typing import Final

from calibrant.expressions.words import EXPRESSION_WORDS
from calibrant.ide import typed
from calibrant.ide.completing_fields import can_be_shown
from calibrant.ide.completing_values import listed_already, reachable
from calibrant.ide.cursor import Cursor
from calibrant.ide.item import Item, Kind
from calibrant.ide.view import View
from calibrant.ide.writing import Writer
from calibrant.model.connector import ParameterSpec
from calibrant.model.nodes import Scalar
from calibrant.model.workflow import Step

_NAME: Final = re.compile(r"[^\W\d]\w*")
_NEAR: Final = 60
"""Steps whose outputs are looked through, the nearest first."""
_AFTER: Final = 2_000
_FROM_STEPS: Final = frozenset({"array", "object"})
"""Types of data that steps hand on; of texts and numbers there would be too many."""


def references(cursor: Cursor, view: View, wanted: str) -> Iterator[Item]:
    """Yield what fits a value of a type: inputs of that type, and lists or objects that steps before give."""
    for rank, one in enumerate(view.workflow.inputs):
        if one.type == wanted:
            name = _input(cursor, one.name)
            if name is not None:
                yield _reference(cursor, view, name, "input", one.description or one.type, _AFTER + rank)
    if wanted not in _FROM_STEPS:
        return
    near = sorted(reachable(cursor, view.workflow), key=lambda pair: pair[0])[:_NEAR]
    for rank, (_, step) in enumerate(near):
        for field in _outputs(view, step):
            shape, seen = field.typed.shape, field.typed.observed
            fits = shape.type == wanted or (
                seen is not None and bool(seen.lists if wanted == "array" else seen.objects)
            )
            if fits and field.name.isidentifier() and (step.body.id or "") not in EXPRESSION_WORDS:
                words = typed.words(field.typed)
                yield _reference(cursor, view, f"{step.body.id}.{field.name}", "field", words, _AFTER + 100 + rank)


def _outputs(view: View, step: Step) -> tuple[typed.Field, ...]:
    if step.body.id is None or step.index >= len(view.checked.reached):
        return ()
    return typed.fields(typed.output(view, step))


def _input(cursor: Cursor, name: str) -> str | None:
    """Return how an input is named in an expression; None where its name cannot be written at that place."""
    if _NAME.fullmatch(name):
        return f"inputs.{name}"
    quote = '"' if cursor.style == "single" else "'"
    if not name.isprintable() or any(char in name for char in "'\"\\{}"):
        return None
    return f"inputs[{quote}{name}{quote}]"


def _reference(cursor: Cursor, view: View, name: str, kind: Kind, detail: str, rank: int) -> Item:
    writer = Writer(cursor, view.workflow.text)
    text = f"{{{{ {name} }}}}"
    return Item(text, kind, writer.span, writer.value(text), filter=writer.filter(name), detail=detail, rank=rank)


def field_names(cursor: Cursor, view: View, declared: ParameterSpec) -> Iterator[Item]:
    """Yield the names of the fields that the data has which a parameter speaks of."""
    writer = Writer(cursor, view.workflow.text)
    seen = set(listed_already(cursor))
    rank = 0
    for name in declared.fields_of:
        for field in _fields_given(cursor, view, name):
            if field.name not in seen and can_be_shown(field.name):
                seen.add(field.name)
                rank += 1
                yield Item(
                    field.name,
                    "field",
                    writer.span,
                    writer.value(field.name),
                    filter=writer.filter(field.name),
                    detail=typed.words(field.typed),
                    rank=rank,
                )


def _fields_given(cursor: Cursor, view: View, name: str) -> tuple[typed.Field, ...]:
    """Return the fields of the object, or of the objects of the list, that is given for a parameter by one reference."""
    given = cursor.body.parameter(name) if cursor.body else None
    value = given.value if given is not None else None
    whole = value.template.whole if isinstance(value, Scalar) and value.template is not None else None
    if whole is None or not whole.plain or not whole.references:
        return ()
    found = typed.follow(view, None, whole.references[0], "")
    if found is None:
        return ()
    inner = typed.element(found) if found.shape.type != "object" else None
    return typed.fields(inner or found)
