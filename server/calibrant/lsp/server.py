"""Makes the language server: which message goes to which feature."""

from collections.abc import Callable
from typing import Any

from lsprotocol import types

from calibrant.ide.triggers import CHARACTERS
from calibrant.lsp import (
    applying,
    code_action,
    commands,
    configuration,
    editor_trust,
    folders,
    progress,
    sync,
    text_memory,
)
from calibrant.lsp.core import CalibrantServer
from calibrant.lsp.later import later
from calibrant.lsp.parent import watch_parent
from calibrant.lsp.services import Services

__all__ = ["CalibrantServer", "Services", "create_server"]

COMMANDS = {
    "calibrant.calibrate": later("calibrating", "calibrate"),
    "calibrant.calibrateWorkspace": later("calibrating", "calibrate_workspace"),
    "calibrant.cancel": commands.cancel,
    "calibrant.trust": later("commands", "trust"),
    "calibrant.applyFixes": applying.apply_fixes,
    "calibrant.applied": applying.applied,
    "calibrant.inputs": later("inputs", "inputs"),
    "calibrant.history": later("history", "history"),
    "calibrant.result": later("last_result", "result"),
    "calibrant.rollback": later("rolling_back", "rollback"),
    "calibrant.status": later("status", "status"),
    "calibrant.toolchains": later("toolchains", "toolchains"),
}

ON_TYPE = types.DocumentOnTypeFormattingOptions("{", ["\n"])
COMPLETION = types.CompletionOptions(
    trigger_characters=CHARACTERS,
    resolve_provider=True,
    completion_item=types.ServerCompletionItemOptions(label_details_support=True),
)


def create_server(services: Services) -> CalibrantServer:
    """Return a server that serves one client; see `stdio.serve`."""
    server = CalibrantServer(services)
    for name, command in COMMANDS.items():
        server.command(name)(command)
    handlers: dict[str, Callable[..., Any]] = {
        types.INITIALIZE: _initialize,
        types.INITIALIZED: configuration.initialized,
        types.EXIT: _exit,
        types.TEXT_DOCUMENT_DID_OPEN: sync.did_open,
        types.TEXT_DOCUMENT_DID_CHANGE: sync.did_change,
        types.TEXT_DOCUMENT_DID_CLOSE: sync.did_close,
        types.TEXT_DOCUMENT_CODE_LENS: later("code_lens", "code_lens"),
        types.CODE_ACTION_RESOLVE: code_action.resolve,
        types.TEXT_DOCUMENT_HOVER: later("hover", "hover"),
        types.INLAY_HINT_RESOLVE: later("inlay_hints", "resolve"),
        types.TEXT_DOCUMENT_DOCUMENT_SYMBOL: later("symbols", "document_symbols"),
        types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA: later("semantic_tokens", "delta"),
        types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE: later("semantic_tokens", "ranged"),
        types.WORKSPACE_SYMBOL: later("symbols", "workspace_symbols"),
        types.TEXT_DOCUMENT_DEFINITION: later("navigation", "definition"),
        types.TEXT_DOCUMENT_DECLARATION: later("navigation", "declaration"),
        types.TEXT_DOCUMENT_REFERENCES: later("navigation", "references"),
        types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT: later("navigation", "highlights"),
        types.TEXT_DOCUMENT_PREPARE_RENAME: later("rename", "prepare"),
        types.TEXT_DOCUMENT_RENAME: later("rename", "rename"),
        types.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY: later("call_hierarchy", "prepare"),
        types.CALL_HIERARCHY_INCOMING_CALLS: later("call_hierarchy", "incoming"),
        types.CALL_HIERARCHY_OUTGOING_CALLS: later("call_hierarchy", "outgoing"),
        types.COMPLETION_ITEM_RESOLVE: later("completion", "resolve"),
        types.TEXT_DOCUMENT_DOCUMENT_LINK: later("document_link", "document_links"),
        types.DOCUMENT_LINK_RESOLVE: later("document_link", "resolve"),
        types.TEXT_DOCUMENT_FOLDING_RANGE: later("folding", "folding_ranges"),
        types.TEXT_DOCUMENT_SELECTION_RANGE: later("selection", "selection_ranges"),
        types.WORKSPACE_DID_CHANGE_CONFIGURATION: configuration.did_change_configuration,
        types.WORKSPACE_DID_CHANGE_WATCHED_FILES: folders.did_change_watched_files,
        types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: folders.did_change_workspace_folders,
        types.WINDOW_WORK_DONE_PROGRESS_CANCEL: progress.did_cancel,
    }
    handlers[editor_trust.METHOD] = editor_trust.did_change
    for method, handler in handlers.items():
        server.feature(method)(handler)
    server.feature(types.TEXT_DOCUMENT_CODE_ACTION, code_action.OPTIONS)(code_action.code_action)
    server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, text_memory.LEGEND)(later("semantic_tokens", "full"))
    server.feature(types.TEXT_DOCUMENT_COMPLETION, COMPLETION)(later("completion", "completion"))
    hinting = types.InlayHintOptions(resolve_provider=True)
    server.feature(types.TEXT_DOCUMENT_INLAY_HINT, hinting)(later("inlay_hints", "inlay_hints"))
    server.feature(types.TEXT_DOCUMENT_ON_TYPE_FORMATTING, ON_TYPE)(later("on_type", "on_type"))
    server.feature(types.WORKSPACE_DID_RENAME_FILES, folders.RENAMED)(folders.did_rename_files)
    server.feature(types.WORKSPACE_DID_DELETE_FILES, folders.FOLDERS)(folders.did_delete_files)
    server.feature(types.TEXT_DOCUMENT_DID_SAVE, types.SaveOptions(include_text=False))(sync.did_save)
    return server


def _initialize(ls: CalibrantServer, params: types.InitializeParams) -> None:
    editor_trust.start(ls, params.initialization_options)
    ls.configuration.start(params.initialization_options)
    ls.tree.folders = folders.folders_of(params)
    ls.client_name = params.client_info.name if params.client_info else ""
    if params.process_id:
        ls.spawn(watch_parent(ls, params.process_id))


def _exit(ls: CalibrantServer, _params: None) -> None:
    ls.end()
