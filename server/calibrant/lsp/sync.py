"""Documents as the editor holds them: open, change, save, close."""

from typing import TYPE_CHECKING

from lsprotocol import types

from calibrant.lsp.by_itself import run_options
from calibrant.lsp.convert import Positions, key_of, to_path
from calibrant.model.text import LineIndex
from calibrant.workspace.documents import Snapshot
from calibrant.workspace.locate import MARKS, is_run

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer

_UNSAVED = 0
"""The version of a document whose editor gives none."""


def did_open(ls: "CalibrantServer", params: types.DidOpenTextDocumentParams) -> None:
    """Handle `textDocument/didOpen`. What is no workflow by its name is not kept; the language id says nothing to us."""
    document = params.text_document
    key, path = key_of(document.uri), to_path(document.uri)
    ls.tree.outdate(key)
    snapshot = ls.documents.put(key, document.uri, path, document.text, document.version or _UNSAVED)
    if ls.pipeline.is_workflow(snapshot):
        ls.applications.opened(snapshot)
        ls.knowledge.opened(snapshot)
        ls.pipeline.touch(key)
    else:
        ls.documents.remove(key)


def did_change(ls: "CalibrantServer", params: types.DidChangeTextDocumentParams) -> None:
    """Handle `textDocument/didChange`."""
    snapshot = ls.snapshot(params.text_document.uri)
    if snapshot is None or not snapshot.is_open:
        return
    text = snapshot.text
    for change in params.content_changes:
        text = _changed(text, change, ls)
    version = params.text_document.version
    changed = ls.documents.put(snapshot.key, snapshot.uri, snapshot.path, text, version or _UNSAVED)
    ls.trying.give_way(snapshot.key)
    ls.applications.changed(changed, ls.runs.baseline(snapshot.key, snapshot.text), ls.runs.inputs(snapshot.key))
    ls.runs.recall(snapshot.key, text)
    ls.pipeline.touch(snapshot.key)


def _changed(text: str, change: types.TextDocumentContentChangeEvent, ls: "CalibrantServer") -> str:
    """Return the text after one change: a whole new text as we ask for, or a part from a client that does otherwise."""
    if isinstance(change, types.TextDocumentContentChangePartial):
        span = Positions(LineIndex(text), ls.encoding).span(change.range)
        return text[: span.start] + change.text + text[max(span.start, span.end) :]
    return change.text


def did_save(ls: "CalibrantServer", params: types.DidSaveTextDocumentParams) -> None:
    """Handle `textDocument/didSave`: run the workflow, where the settings say so; take in saved settings."""
    path = to_path(params.text_document.uri)
    if path and path.name in MARKS:
        ls.tree.settings_changed()
    if path:
        ls.surveys.changed([path])  # some editors tell of every file, and watch none
    snapshot = ls.snapshot(params.text_document.uri)
    if snapshot is None:
        return
    if snapshot.path and ls.pipeline.is_workflow(snapshot):
        ls.applications.refresh(snapshot.path)
        ls.knowledge.refresh(snapshot)
    if snapshot.path:
        ls.neighbours.saved(snapshot.path)
        ls.surveys.saved(snapshot.path)
    if _runs_on_save(ls, snapshot):
        if ls.verifying.covers(snapshot):
            return
        ls.verifying.outdated(snapshot.key)
        ls.runs.start(snapshot, run_options(ls, snapshot), asked=False)
    elif ls.pipeline.is_workflow(snapshot):
        ls.looks.forget(snapshot.key)
        ls.pipeline.touch(snapshot.key)


def _runs_on_save(ls: "CalibrantServer", snapshot: Snapshot) -> bool:
    if snapshot.path is None or not snapshot.is_open or not is_run(snapshot.path):
        return False
    return ls.configuration.settings(snapshot.path).run == "onSave"


def did_close(ls: "CalibrantServer", params: types.DidCloseTextDocumentParams) -> None:
    """Handle `textDocument/didClose`: from here on the file on disk counts, where it is ours to watch."""
    snapshot = ls.snapshot(params.text_document.uri)
    if snapshot is None:
        return
    ls.quick_fixes.forget(snapshot.key)
    ls.texts.forget(snapshot.key)
    ls.applications.forget(snapshot.key)
    ls.statuses.forget(snapshot.key)
    ls.knowledge.forget(snapshot.key)
    ls.indexes.forget(snapshot.key)
    ls.declared.forget(snapshot.key)
    ls.tidying.soon()
    if snapshot.path is None or not ls.tree.holds(snapshot.path):
        ls.tree.let_go(snapshot.key)
        return
    ls.documents.remove(snapshot.key)
    ls.pipeline.forget(snapshot.key)
    ls.looks.forget(snapshot.key)
    ls.runs.settle(snapshot.key)
    ls.spawn(ls.tree.refresh(snapshot.path))
