"""A step, an input or a secret called something else, everywhere in its workflow."""

from collections.abc import Iterator

import msgspec

from calibrant import dialects
from calibrant.ide.cannot import CannotRename
from calibrant.ide.index import Index
from calibrant.ide.lexical.names import NameSymbol
from calibrant.ide.lexical.names import symbol_of as spoken_symbol
from calibrant.ide.lexical.renaming import edits_of, renamable
from calibrant.ide.name_edits import changes, literal_edits
from calibrant.ide.naming import named_at
from calibrant.ide.new_names import NamedSymbol, refusal
from calibrant.ide.occurrences import definition_of, occurrences
from calibrant.ide.renamed import is_renamed
from calibrant.ide.shared import alias_at
from calibrant.ide.symbols import (
    FieldSymbol,
    InputSymbol,
    LoopSymbol,
    SecretSymbol,
    StepSymbol,
    Symbol,
)
from calibrant.ide.things import thing_at
from calibrant.model.change import CannotChange
from calibrant.model.issue import Kind
from calibrant.model.text import Span, TextEdit
from calibrant.model.workflow import Workflow

__all__ = ["CannotRename", "Renamable", "renamable_at", "renamed"]

_ONLY = "Only steps, inputs and secrets can be renamed. Put the cursor on the name of one."
_GIVEN = "‘{name}’ is what {of} gives, so it cannot be renamed here. " + _ONLY
_WORD = "‘{name}’ is a word of the language. " + _ONLY
_NOT_THERE = "There is no {what} called ‘{name}’ in this workflow, so there is nothing to rename."
_ALIAS = "‘{alias}’ stands for what is written at its anchor. Rename it there, or where it is defined."
_UNWRITABLE = "‘{name}’ cannot be written as ‘{new}’ everywhere without changing something else. Change it by hand."


class Renamable(msgspec.Struct, frozen=True):
    """What can be renamed at a place: the symbol, and where in the document its name stands there."""

    symbol: NamedSymbol | NameSymbol
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
    if index.spoken is not None:
        stands = renamable(index.spoken, offset)
        return Renamable(spoken_symbol(stands.piece, stands.mention), stands.span) if stands is not None else None
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


def _not_there(index: Index, symbol: NamedSymbol) -> str:
    what = {StepSymbol: "step", InputSymbol: "input", SecretSymbol: "secret"}[type(symbol)]
    if isinstance(symbol, StepSymbol) and symbol.name in index.workflow.language.reserved_ids:
        return _WORD.format(name=symbol.name)
    return _NOT_THERE.format(what=what, name=symbol.name)


def renamed(path: str, index: Index, symbol: NamedSymbol | NameSymbol, name: str) -> list[TextEdit]:
    """Return the edits that give a symbol another name everywhere; none where it is called that already.

    `path` decides the language by its ending and is not opened. Read again, the text gives the same workflow but for the name.

    Raises:
        CannotRename: the name does not do, or a place cannot be written.
    """
    if isinstance(symbol, NameSymbol):
        return edits_of(path, index.spoken, symbol, name) if index.spoken is not None else []
    if name == symbol.name:
        return []
    why = refusal(index, symbol, name)
    if why:
        raise CannotRename(why)
    found = occurrences(index.workflow, index.specs, symbol, index)
    places = list({one.span: one for one in found}.values())
    edits = literal_edits(index.workflow, places, symbol, name)
    if edits and is_renamed(path, index, found, edits, symbol, name):
        return edits
    if any(_touch(one.span, broken) for one in places for broken in _unread(index.workflow)):
        raise CannotRename(_UNWRITABLE.format(name=symbol.name, new=name))  # written anew it would be mended too
    try:
        edits = dialects.write(path, index.workflow, list(changes(index.workflow, places, symbol, name)))
    except CannotChange as error:
        raise CannotRename(str(error)) from error
    if not is_renamed(path, index, found, edits, symbol, name):
        raise CannotRename(_UNWRITABLE.format(name=symbol.name, new=name))
    return edits


def _unread(workflow: Workflow) -> Iterator[Span]:
    """Yield the places of a document that cannot be read."""
    yield from (one.span for one in workflow.problems if one.kind is Kind.SYNTAX)
    for step in workflow.steps:
        yield from (step.at(one.span) for one in step.body.problems if one.kind is Kind.SYNTAX)


def _touch(one: Span, other: Span) -> bool:
    return one.start <= other.end and other.start <= one.end
