"""What may be typed at a place of a workflow."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from calibrant.ide import completing_data, completing_keys, completing_tasks, completing_values
from calibrant.ide.about import connector_page, parameter_page, word_page
from calibrant.ide.around import Around
from calibrant.ide.completing_expressions import expressions
from calibrant.ide.completing_values import listed_already
from calibrant.ide.hiding import hidden_items
from calibrant.ide.item import NONE, Item, Offered, offered
from calibrant.ide.lexical.completing import complete_by
from calibrant.ide.page import Code, Page, Text
from calibrant.ide.place import Place, below, parameters_key
from calibrant.ide.view import View
from calibrant.model.connector import Choice, ParameterSpec, Specs
from calibrant.model.text import Span

_WORD: Final = re.compile(r"\w*")


def complete(place: Place, view: View, choices: Sequence[Choice] | None = ()) -> Offered:
    """Return what is on offer at a place. `choices` are those of its target; None where they are not known yet.

    Where something of the same repository may be called, they are that.
    """
    cursor = place.cursor
    if place.lexicon is not None:
        found = complete_by(place.lexicon, place, view, tuple(one.value for one in choices or ()))
        return hidden_items(found, view.checked.confidential)
    if place.typing is not None:
        around = Around(cursor, place.typing, place.slot, place.declared, view)
        return offered(expressions(around), place.typing.typed)
    if (
        not cursor.typed
        and cursor.role == "value"
        and view.workflow.text[cursor.offset : cursor.offset + 1] in ("[", "{")
    ):
        return NONE  # a list or map stands there already
    items = [*_keys(place, view), *_values(place, view, choices or ()), *_of_workspace(place, view)]
    return (
        offered(items, _typed(place, view.workflow.text), incomplete=choices is None)
        if items or choices is None
        else NONE
    )


def _of_workspace(place: Place, view: View) -> Iterator[Item]:
    """Yield what the workspace has: tasks for a script to ask for, projects to run it in."""
    yield from completing_tasks.tasks(place.cursor, view)
    yield from completing_tasks.folders(place, view)


def _typed(place: Place, text: str) -> str:
    """Return what was typed of what is meant: of a longer text the word, of a path the name."""
    cursor = place.cursor
    if (asked := completing_tasks.asked_at(cursor)) is not None:
        return asked.typed
    if (word := _word(place, text)) is not None:
        return text[word.start : cursor.offset]
    return cursor.typed if cursor.role != "value" or place.declared is None else cursor.typed.rpartition("/")[2]


def _keys(place: Place, view: View) -> Iterator[Item]:
    cursor, slot, text = place.cursor, place.slot, view.workflow.text
    if cursor.role == "value":
        return
    if slot.keys:
        yield from completing_keys.keys(cursor, text, slot.keys)
    if slot.names == "new input":
        yield from completing_values.undeclared(cursor, text, view.workflow, slot.names)
    if slot.parameters and place.spec is not None:
        yield from completing_keys.parameters(cursor, text, place.spec)


def _values(place: Place, view: View, choices: Sequence[Choice]) -> Iterator[Item]:
    cursor, slot, text = place.cursor, place.slot, view.workflow.text
    word = _word(place, text)
    if place.question is not None and choices and (cursor.alone or word is not None):
        suffixes = place.declared.suffixes if place.declared is not None else ()
        yield from completing_values.chosen(cursor, text, choices, suffixes, word=word)
    if cursor.role == "key" or not cursor.alone:
        return  # what is offered is the whole value, of which a part is on other lines
    match slot.names:
        case "connector":
            key = parameters_key(view.workflow.language.name, cursor)
            yield from completing_values.connectors(cursor, text, view.specs, key)
        case "step":
            there = listed_already(cursor)
            yield from (one for one in completing_values.steps(cursor, text, view.workflow) if one.label not in there)
        case "new step" | "new secret":
            yield from completing_values.undeclared(cursor, text, view.workflow, slot.names)
    declared = place.declared
    if declared is not None and declared.fields_of and (declared.type != "array" or isinstance(cursor.path[-1], int)):
        yield from completing_data.field_names(cursor, view, declared)
    whole = not slot.parameter or below(cursor, slot) == len(cursor.path)
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
