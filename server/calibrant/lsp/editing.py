"""Edits that the server asks the editor to make, and questions that it asks the user."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from calibrant.model.text import TextEdit
from calibrant.workspace.documents import Snapshot

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer

NO_EDITS = "This editor takes no edits from a language server."
CHANGED = "‘{name}’ was changed meanwhile, and was left as it is. Try again."
_NOT_TAKEN = "The editor did not take the edit{why}. Nothing was changed."
_NO_WHY = ", and does not say why: the document may be read-only there"
_SILENT = 10.0
"""Seconds in which a client has to answer that does not say whether it makes edits; it may never."""


def can_edit(ls: "CalibrantServer") -> bool:
    """Tell whether the client says that it makes edits which it is asked for."""
    workspace = ls.client_capabilities.workspace
    return bool(workspace and workspace.apply_edit)


def may_edit(ls: "CalibrantServer") -> bool:
    """Tell whether the client may make edits: some do, and do not say so."""
    workspace = ls.client_capabilities.workspace
    return not workspace or workspace.apply_edit is not False


def can_confirm(ls: "CalibrantServer") -> bool:
    """Tell whether the client can let the user confirm single edits."""
    workspace = ls.client_capabilities.workspace
    can = workspace.workspace_edit if workspace else None
    return bool(can and can.document_changes and can.change_annotation_support)


def workspace_edit(
    ls: "CalibrantServer",
    edits: Sequence[tuple[Snapshot, Sequence[TextEdit]]],
    annotations: Mapping[TextEdit, str] | None = None,
    described: Mapping[str, types.ChangeAnnotation] | None = None,
) -> types.WorkspaceEdit:
    """Return edits of open documents: of these very versions, where the client heeds that.

    `annotations` name for an edit the annotation in `described` that it belongs to; for clients that can confirm.
    """
    workspace = ls.client_capabilities.workspace
    if not (workspace and (can := workspace.workspace_edit) and can.document_changes):
        return types.WorkspaceEdit(changes={one.uri: ls.positions(one).edits(its) for one, its in edits})
    changes = [
        types.TextDocumentEdit(
            types.OptionalVersionedTextDocumentIdentifier(one.uri, one.version),
            [_annotated(ls, one, edit, (annotations or {}).get(edit)) for edit in its],
        )
        for one, its in edits
    ]
    return types.WorkspaceEdit(document_changes=changes, change_annotations=dict(described) if described else None)


async def apply_edit(ls: "CalibrantServer", edit: types.WorkspaceEdit, label: str) -> str:
    """Let the editor make an edit; returns why it did not, empty where it did."""
    if not may_edit(ls):
        return NO_EDITS
    asked = asyncio.ensure_future(ls.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit, label)))
    done, _ = await asyncio.wait({asked}, timeout=None if can_edit(ls) else _SILENT)
    if not done:
        return NO_EDITS
    try:
        result = asked.result()
    except JsonRpcException as error:
        return _NOT_TAKEN.format(why=f": {error.message}") if can_edit(ls) else NO_EDITS
    if result is not None and result.applied:
        return ""
    why = result.failure_reason if result is not None else ""
    return _NOT_TAKEN.format(why=f": {why.rstrip('.')}" if why else _NO_WHY)


def can_ask(ls: "CalibrantServer") -> bool:
    """Tell whether the client shows messages with choices."""
    window = ls.client_capabilities.window
    return bool(window and window.show_message)


async def ask(
    ls: "CalibrantServer",
    message: str,
    choices: Sequence[str],
    otherwise: str = "",
    kind: types.MessageType = types.MessageType.Warning,
) -> str:
    """Ask the user; returns the choice, empty where none was made.

    A client that cannot ask shows the message, with `otherwise` after it, which says how to choose without being asked.
    """
    if not can_ask(ls):
        ls.say(f"{message} {otherwise}".rstrip(), kind)
        return ""
    actions = [types.MessageActionItem(choice) for choice in choices]
    params = types.ShowMessageRequestParams(kind, message, actions)
    try:
        chosen = await ls.window_show_message_request_async(params)
    except JsonRpcException:  # it cannot after all; the user must learn of it all the same
        ls.say(f"{message} {otherwise}".rstrip(), kind)
        return ""
    return chosen.title if chosen is not None else ""


def _annotated(
    ls: "CalibrantServer", snapshot: Snapshot, edit: TextEdit, annotation: str | None
) -> types.TextEdit | types.AnnotatedTextEdit:
    (plain,) = ls.positions(snapshot).edits([edit])
    if annotation is None:
        return plain
    return types.AnnotatedTextEdit(annotation, plain.range, plain.new_text)
