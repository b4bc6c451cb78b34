"""Steps, inputs and secrets called something else everywhere in their workflow."""

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified, JsonRpcInvalidParams

from calibrant.ide.left_behind import left_behind
from calibrant.ide.lexical.names import NameSymbol
from calibrant.ide.rename import CannotRename, renamable_at, renamed
from calibrant.ide.symbols import InputSymbol, SecretSymbol
from calibrant.lsp.editing import can_confirm, workspace_edit
from calibrant.lsp.navigation import asked_at
from calibrant.model.text import TextEdit

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer

_NOTHING = "There is nothing here that can be renamed. Put the cursor on the name of a step, an input or a secret."
_CHANGED = "The workflow was changed meanwhile, and nothing was renamed. Try again."
_VARIABLE = "It comes from the environment variable of the same name: set ‘{new}’ where ‘{old}’ is set now."
_LABEL = "Rename the secret ‘{old}’ to ‘{new}’"
_LEFT = "‘{old}’ may also be meant in {where}, where that cannot be told from the text. Look there by hand."
_GIVEN = "Whoever gives this input has to call it ‘{new}’ now: files that call this one still say ‘{old}’."
_SHOWN = 3


async def prepare(ls: "CalibrantServer", params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
    """Handle `textDocument/prepareRename`.

    Raises:
        JsonRpcInvalidParams: what stands there cannot be renamed; says why.
    """
    place = await asked_at(ls, params.text_document.uri, params.position)
    try:
        found = renamable_at(place.index, place.offset) if place else None
    except CannotRename as error:
        raise JsonRpcInvalidParams(str(error)) from error
    if place is None or found is None:
        return None
    return types.PrepareRenamePlaceholder(place.positions.range(found.span), found.symbol.name)


async def rename(ls: "CalibrantServer", params: types.RenameParams) -> types.WorkspaceEdit:
    """Handle `textDocument/rename`. A text with very many uses is read again in a thread.

    Raises:
        JsonRpcInvalidParams: the name does not do, or there is nothing to rename; says why, and what to do.
        JsonRpcContentModified: the text was changed meanwhile.
    """
    place = await asked_at(ls, params.text_document.uri, params.position)
    try:
        found = renamable_at(place.index, place.offset) if place else None
        if place is None or found is None:
            raise CannotRename(_NOTHING)
        symbol, new = found.symbol, params.new_name
        edits = await asyncio.to_thread(renamed, place.snapshot.name, place.index, symbol, new)
    except CannotRename as error:
        raise JsonRpcInvalidParams(str(error)) from error
    if not ls.documents.is_newest(place.snapshot):
        raise JsonRpcContentModified(_CHANGED)
    if edits and (left := left_behind(place.index, symbol)):
        ls.say(_LEFT.format(old=symbol.name, where=_listed(place.positions.position(one.start).line for one in left)))
    if edits and isinstance(symbol, NameSymbol) and symbol.sort == "input":
        ls.say(_GIVEN.format(new=new, old=symbol.name), types.MessageType.Info)
    path, workflow = place.snapshot.path, place.index.workflow
    if isinstance(symbol, InputSymbol) and edits and path is not None:
        item = next(one for one in workflow.inputs if one.name == symbol.name)
        ls.spawn(ls.inputs.also_called(path, item, workflow, new))
    if not isinstance(symbol, SecretSymbol) or not edits:
        return workspace_edit(ls, [(place.snapshot, edits)])
    words = _VARIABLE.format(old=symbol.name, new=new)
    ls.say(words, types.MessageType.Info)
    if not can_confirm(ls):
        return workspace_edit(ls, [(place.snapshot, edits)])
    label = _LABEL.format(old=symbol.name, new=new)
    annotation = types.ChangeAnnotation(label, needs_confirmation=False, description=words)
    return workspace_edit(ls, [(place.snapshot, edits)], _all(edits, label), {label: annotation})


def _all(edits: list[TextEdit], label: str) -> dict[TextEdit, str]:
    return dict.fromkeys(edits, label)


def _listed(lines: Iterable[int]) -> str:
    """Return lines, counted from 0, as a sentence names them."""
    numbers = [str(line + 1) for line in dict.fromkeys(lines)]
    more = f" and {len(numbers) - _SHOWN} more" if len(numbers) > _SHOWN else ""
    return f"line{'s' if len(numbers) > 1 else ''} {', '.join(numbers[:_SHOWN])}{more}"
