"""What may be typed at a place of a workflow."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from calibrant import dialects
from calibrant.ide import completing_data, completing_keys, completing_values
from calibrant.ide.about import connector_page, parameter_page, word_page
from calibrant.ide.around import Around
from calibrant.ide.completing_expressions import expressions
from calibrant.ide.completing_values import listed_already
from calibrant.ide.cursor import Cursor, cursor_at
from calibrant.ide.expression_cursor import Typing, typing_at
from calibrant.ide.item import NONE, Item, Offered, offered
from calibrant.ide.page import Code, Page, Text
from calibrant.ide.view import View
from calibrant.model.connector import Choice, ConnectorSpec, ParameterSpec, Specs
from calibrant.model.expression import Path
from calibrant.model.nodes import plain
from calibrant.model.slot import Slot
from calibrant.model.text import Span
from calibrant.model.workflow import Workflow

_WORD: Final = re.compile(r"\w*")


class Place(msgspec.Struct, frozen=True):
    """Where a cursor is, and what may stand there: `typing` in an expression, `declared` is the parameter that it is in."""

    cursor: Cursor
    slot: Slot
    typing: Typing | None = None
    spec: ConnectorSpec | None = None
    declared: ParameterSpec | None = None

    @property
    def wanted(self) -> Path | None:
        """The place in the parameters whose choices the connector can tell, if it can: its name and the path below."""
        cursor, declared = self.cursor, self.declared
        if self.typing is not None or declared is None or "{{" in cursor.value or not self.slot.parameter:
            return None
        path = (declared.name, *cursor.path[_below(cursor, self.slot) :])
        if cursor.role == "key":
            return (*path, "") if declared.choices else None
        if declared.choices == "word" or len(path) > 1:
            return path if declared.choices else None
        return path if declared.choices or declared.type == "path" else None

    @property
    def soon(self) -> tuple[Path, ...]:
        """The places in the parameters that are most likely written next, whose choices the connector can tell."""
        if not self.slot.parameters or self.spec is None:
            return ()
        there = self.cursor.siblings
        if not any(one.type == "path" or one.choices for one in self.spec.parameters if one.name in there):
            return ()  # no target is named yet
        return tuple(
            (one.name,)
            for one in self.spec.parameters
            if one.choices and one.type == "string" and one.name not in there
        )

    def key(self, name: str, wanted: Path) -> tuple[str, ...]:
        """Return what tells a place in the parameters from others whose choices may be others; `name` is the file's."""
        cursor, body = self.cursor, self.cursor.body
        if body is None:
            return ()
        others = [
            repr((one.name, plain(one.value)))
            for one in body.parameters
            if one.name != wanted[0] and cursor.marker not in one.name
        ]
        # a reference to an input stands for its default
        around = cursor.excerpt[: cursor.excerpt.find(body.text)] if any("{{" in one for one in others) else ""
        typed, listed = cursor.value[: cursor.at], bool(self.declared) and not (self.declared and self.declared.choices)
        folder, _, begun = typed.rpartition("/") if listed else ("", "", "")
        return (name, body.action or "", repr(wanted), *others, around, folder, str(begun.startswith(".")))


def _below(cursor: Cursor, slot: Slot) -> int:
    """Return how many parts of the cursor's path name the parameter itself."""
    given = cursor.body.parameter(slot.parameter) if cursor.body else None
    return len(given.path) if given is not None else len(cursor.path)


def place_at(workflow: Workflow, specs: Specs, name: str, offset: int) -> Place | None:
    """Return where a cursor is, None where nothing makes sense. `name` is the file's. Never raises, whatever the text."""
    cursor = cursor_at(workflow, name, offset)
    if cursor is None:
        return None
    slot = dialects.slot(workflow.language.name, cursor.path, cursor.body)
    body = cursor.body
    spec = specs.get(body.action) if body is not None and body.action else None
    spec = None if spec is None or spec.broken else spec
    declared = spec.parameter(slot.parameter) if spec is not None and slot.parameter else None
    return Place(cursor, slot, _typing(cursor, slot, declared), spec, declared)


def _typing(cursor: Cursor, slot: Slot, declared: ParameterSpec | None) -> Typing | None:
    templating = cursor.body is None or cursor.body.templating
    if not slot.templated or not templating or cursor.role == "key" or not isinstance(cursor.scalar.value, str):
        return None
    per_item = declared is not None and declared.role == "per_item" and declared.name in ("where", "by")
    whole = slot.expression or (per_item and len(cursor.path) == 2)
    return typing_at(cursor.value, cursor.at, whole=whole)


def complete(place: Place, view: View, choices: Sequence[Choice] | None = ()) -> Offered:
    """Return what is on offer at a place. `choices` are those of its target; None where they are not known yet."""
    cursor = place.cursor
    if place.typing is not None:
        around = Around(cursor, place.typing, place.slot, place.declared, view)
        return offered(expressions(around), place.typing.typed)
    if (
        not cursor.typed
        and cursor.role == "value"
        and view.workflow.text[cursor.offset : cursor.offset + 1] in ("[", "{")
    ):
        return NONE  # a list or map stands there already
    items = [*_keys(place, view), *_values(place, view, choices or ())]
    typed = cursor.typed if cursor.role != "value" or place.declared is None else cursor.typed.rpartition("/")[2]
    return offered(items, typed, incomplete=choices is None) if items or choices is None else NONE


def _keys(place: Place, view: View) -> Iterator[Item]:
    cursor, slot, text = place.cursor, place.slot, view.workflow.text
    if cursor.role == "value":
        return
    if slot.keys:
        wanted = {"with"} if place.spec and any(one.required for one in place.spec.parameters) else set[str]()
        yield from completing_keys.keys(cursor, text, slot.keys, frozenset(wanted))
    if slot.names == "new input":
        yield from completing_values.undeclared(cursor, text, view.workflow, slot.names)
    if slot.parameters and place.spec is not None:
        yield from completing_keys.parameters(cursor, text, place.spec)


def _values(place: Place, view: View, choices: Sequence[Choice]) -> Iterator[Item]:
    cursor, slot, text = place.cursor, place.slot, view.workflow.text
    if place.wanted is not None and choices:
        yield from completing_values.chosen(cursor, text, choices, word=_word(place, text))
    if cursor.role == "key":
        return
    match slot.names:
        case "connector":
            yield from completing_values.connectors(cursor, text, view.specs)
        case "step":
            there = listed_already(cursor)
            yield from (one for one in completing_values.steps(cursor, text, view.workflow) if one.label not in there)
        case "new step" | "new secret":
            yield from completing_values.undeclared(cursor, text, view.workflow, slot.names)
    declared = place.declared
    if declared is not None and declared.fields_of and (declared.type != "array" or isinstance(cursor.path[-1], int)):
        yield from completing_data.field_names(cursor, view, declared)
    whole = not slot.parameter or _below(cursor, slot) == len(cursor.path)
    if whole and "{{" not in cursor.value and not (cursor.role == "either" and slot.keys):
        yield from completing_values.fixed(cursor, text, slot, declared)
        if slot.templated and not slot.expression and (declared is None or _takes_data(declared)):
            wanted = declared.type if declared is not None else next(iter(slot.types), "")
            yield from completing_data.references(cursor, view, wanted)


def _takes_data(declared: ParameterSpec) -> bool:
    return declared.role == "value" and not declared.enum and not declared.fields_of


def _word(place: Place, text: str) -> Span | None:
    """Return the word at the cursor, where choices are words in the value."""
    if place.declared is None or place.declared.choices != "word":
        return None
    offset = place.cursor.offset
    start = offset
    while start > place.cursor.span.start and (text[start - 1].isalnum() or text[start - 1] == "_"):
        start -= 1
    found = _WORD.match(text, offset)
    return Span(start, found.end() if found else offset)


def documentation(item: Item, specs: Specs) -> Page:
    """Return what is to be said of an item; see `about_page` for what it is about."""
    if item.about:
        return about_page(item.about, specs)
    return (*((Text(item.doc),) if item.doc else ()), *((Code(item.code, "yaml"),) if item.code else ()))


def about_page(about: Sequence[str], specs: Specs) -> Page:
    """Return what is to be said of what an item is about, without its name; nothing where that is not known."""
    match tuple(about):
        case ("connector", str(name)) if name in specs:
            return connector_page(specs[name])[1:]
        case ("parameter", str(connector), str(name)) if connector in specs:
            declared = specs[connector].parameter(name)
            return parameter_page(declared)[1:] if declared is not None else ()
        case ("filter" | "test" as kind, str(name)):
            return word_page(name, test=kind == "test")[1:]
    return ()
