"""A step, an input or a secret called something else, everywhere in its workflow."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from calibrant import dialects
from calibrant.ide.index import Index
from calibrant.ide.naming import named_at
from calibrant.ide.new_names import Named, refusal
from calibrant.ide.occurrences import Occurrence, definition_of, occurrences
from calibrant.ide.renamed import is_renamed
from calibrant.ide.shared import alias_at
from calibrant.ide.sites import part_in_value, references, scalars
from calibrant.ide.symbols import (
    INPUTS,
    SECRETS,
    FieldSymbol,
    InputSymbol,
    LoopSymbol,
    SecretSymbol,
    StepSymbol,
    Symbol,
)
from calibrant.ide.things import step_at, thing_at
from calibrant.model.change import CannotChange, Change, EditText, RenameKey
from calibrant.model.expression import Path
from calibrant.model.issue import Kind
from calibrant.model.nodes import Map, Node, at_path
from calibrant.model.text import Span, TextEdit
from calibrant.model.workflow import Step, Workflow
from calibrant.rules.places import unreadable
from calibrant.syntax.scalar_text import is_plain

_DOTTED = re.compile(r"[^\W\d]\w*")
_ONLY = "Only steps, inputs and secrets can be renamed. Put the cursor on the name of one."
_GIVEN = "‘{name}’ is what {of} gives, so it cannot be renamed here. " + _ONLY
_WORD = "‘{name}’ is a word of the language. " + _ONLY
_NOT_THERE = "There is no {what} called ‘{name}’ in this workflow, so there is nothing to rename."
_ALIAS = "‘{alias}’ stands for what is written at its anchor. Rename it there, or where it is defined."
_TWICE = (
    "‘{name}’ also stands where it cannot be told from another: behind an alias, or in a key that stands there twice."
)
_UNWRITABLE = "‘{name}’ cannot be written as ‘{new}’ everywhere without changing something else. Change it by hand."


class CannotRename(Exception):  # noqa: N818 - it is an answer: what was asked for cannot be done
    """Nothing can be renamed like this; the message says why and what to do, in words for the user."""


class Renamable(msgspec.Struct, frozen=True):
    """What can be renamed at a place: the symbol, and where in the document its name stands there."""

    symbol: Named
    span: Span


def renamable_at(index: Index, offset: int) -> Renamable | None:
    """Return what can be renamed at an offset, None where nothing stands there that has a name.

    Raises:
        CannotRename: what stands there has no name that could be changed.
    """
    workflow = index.workflow
    alias = alias_at(workflow, offset)
    if alias is not None:
        raise CannotRename(_ALIAS.format(alias=workflow.text[alias.start : alias.end]))
    named = named_at(index, offset)
    if named is None:
        if thing_at(workflow, index.specs, offset) is None:
            return None
        raise CannotRename(_ONLY)
    symbol = named.symbol
    if not isinstance(symbol, StepSymbol | InputSymbol | SecretSymbol):
        raise CannotRename(_why_not(symbol))
    if definition_of(workflow, symbol) is None:
        raise CannotRename(_not_there(index, symbol))
    return Renamable(symbol, named.span)


def _why_not(symbol: Symbol) -> str:
    match symbol:
        case LoopSymbol(name=name, path=()):
            return _WORD.format(name=name)
        case LoopSymbol(name=root, path=path) | FieldSymbol(root, path):
            return _GIVEN.format(name=path[-1], of="the environment" if root == "env" else f"‘{root}’")
    return _ONLY


def _not_there(index: Index, symbol: Named) -> str:
    what = {StepSymbol: "step", InputSymbol: "input", SecretSymbol: "secret"}[type(symbol)]
    if isinstance(symbol, StepSymbol) and symbol.name in index.workflow.language.reserved_ids:
        return _WORD.format(name=symbol.name)
    return _NOT_THERE.format(what=what, name=symbol.name)


def renamed(path: str, index: Index, symbol: Named, name: str) -> list[TextEdit]:
    """Return the edits that give a symbol another name everywhere; none where it is called that already.

    `path` decides the language by its ending and is not opened. Read again, the text gives the same workflow but for the name.

    Raises:
        CannotRename: the name does not do, or a place cannot be written.
    """
    if name == symbol.name:
        return []
    why = refusal(index, symbol, name)
    if why:
        raise CannotRename(why)
    found = occurrences(index.workflow, index.specs, symbol, index)
    places = list({one.span: one for one in found}.values())
    edits = _literally(index.workflow, places, symbol, name)
    if edits and is_renamed(path, index, found, edits, symbol, name):
        return edits
    try:
        edits = dialects.write(path, index.workflow, list(_changes(index.workflow, places, symbol, name)))
    except CannotChange as error:
        raise CannotRename(str(error)) from error
    if not is_renamed(path, index, found, edits, symbol, name):
        raise CannotRename(_UNWRITABLE.format(name=symbol.name, new=name))
    return edits


class _Put(NamedTuple):
    """Characters [start, end) of a text that holds a name, and what comes there."""

    start: int
    end: int
    text: str


def _put(one: Occurrence, text: str, place: tuple[int, int], name: str) -> _Put:
    """Return how a name is written at a place of a text: behind a dot, where it can be, or in brackets."""
    start, end = place
    if one.part == 0 or _DOTTED.fullmatch(name):
        return _Put(start, end, name)
    dot = start - 1
    while dot > 0 and text[dot].isspace():
        dot -= 1
    if text[dot] != ".":
        return _Put(start, end, name)
    quote = '"' if one.site and one.site.scalar.style == "single" else "'"
    return _Put(dot, end, f"[{quote}{name}{quote}]")


def _literally(workflow: Workflow, places: Iterable[Occurrence], symbol: Named, name: str) -> list[TextEdit] | None:
    """Return the edits of exactly the characters of the name; None where it is not written as what it is somewhere."""
    edits: list[TextEdit] = []
    text = workflow.text
    for one in places:
        quoted = text[one.span.start - 1 : one.span.start] in ("'", '"')
        if text[one.span.start : one.span.end] != symbol.name:
            return None
        if one.site is None and not (quoted or is_plain(name, flow=True)):
            return None
        if one.site is None:
            edits.append(TextEdit(one.span, name))
            continue
        put = _put(one, text, (one.span.start, one.span.end), name)
        edits.append(TextEdit(Span(put.start, put.end), put.text))
    return edits


def _changes(workflow: Workflow, places: Iterable[Occurrence], symbol: Named, name: str) -> Iterator[Change]:
    """Yield the changes that give the places another name, whatever they are written like.

    Raises:
        CannotChange: a place is one that no change can name.
    """
    for one in places:
        if one.site is not None and one.step is not None and not one.shared:
            path: Path = ("steps", one.step.index, *one.site.path)
            if at_path(one.step.body.node, one.site.path) is not one.site.scalar:
                raise CannotChange(_TWICE.format(name=symbol.name))
            put = _put(one, str(one.site.scalar.value), part_in_value(one.site, one.number, one.part), name)
            yield EditText(path, put.start, put.end, put.text)
        elif isinstance(symbol, InputSymbol) and one.role == "definition":
            yield RenameKey(_key_path(workflow.root, one.span), name, symbol.nth)
        else:
            yield _whole_value(workflow, one, symbol, name)


def _whole_value(workflow: Workflow, one: Occurrence, symbol: Named, name: str) -> Change:
    """Return the change of a name that is all of its value: an id, an entry of `needs`, a secret."""
    node = one.step.body.node if one.step else workflow.root
    origin = one.step.origin if one.step else 0
    above: Path = ("steps", one.step.index) if one.step else ()
    for scalar, path in scalars(node):
        if not scalar.aliased and scalar.span.shift(origin).start <= one.span.start <= scalar.span.shift(origin).end:
            if scalar.value != symbol.name or at_path(node, path) is not scalar:
                break
            return EditText((*above, *path), 0, len(symbol.name), name)
    raise CannotChange(_TWICE.format(name=symbol.name))


def _key_path(node: Node, span: Span, path: Path = ()) -> Path:
    """Return the path of the entry whose key holds a span; an empty one where there is none."""
    if isinstance(node, Map):
        for entry in node.entries:
            if entry.key.span.start <= span.start and span.end <= entry.key.span.end:
                return (*path, entry.name)
            below = _key_path(entry.value, span, (*path, entry.name))
            if below:
                return below
    return ()


def left_behind(index: Index, symbol: Named) -> list[Span]:
    """Return where a symbol may be meant though that cannot be told, so that a rename leaves it as it is.

    That is its name in text that cannot be read, and all inputs or secrets taken together: the name may be made in the run.
    """
    workflow = index.workflow
    if symbol.nth or not symbol.name:
        return []
    word = re.compile(rf"(?<!\w){re.escape(symbol.name)}(?!\w)")
    found = [
        step.at(Span(*match.span()))
        for step in workflow.steps
        if _is_flawed(step)
        for match in word.finditer(step.body.text)
    ]
    if any(problem.kind is Kind.SYNTAX for problem in workflow.problems):
        outside = (Span(*match.span()) for match in word.finditer(workflow.text))
        found += [span for span in outside if step_at(workflow, span.start) is None]
    known = {one.span for one in occurrences(workflow, index.specs, symbol, index)} if found else set()
    return sorted({*(span for span in found if span not in known), *_together(index, symbol)})


def _together(index: Index, symbol: Named) -> Iterator[Span]:
    """Yield where all inputs, or all secrets, are taken together."""
    root = {InputSymbol: INPUTS, SecretSymbol: SECRETS}.get(type(symbol))
    if root is None:
        return
    for one in occurrences(index.workflow, index.specs, FieldSymbol(root, ()), index):
        if one.site is not None and not references(one.site)[one.number].path:
            yield one.span


def _is_flawed(step: Step) -> bool:
    """Tell whether a step has text that could not be read, in which names may stand."""
    return unreadable(step.body) or any(one.error is not None for one in step.body.expressions)
