"""A small editor that drives the real server over stdio and remembers what it was told."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Union

from cattrs import Converter
from lsprotocol import types
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient, client_capabilities
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES, register_lsp_features

COMMAND = (sys.executable, "-P", "-m", "calibrant", "serve")
VSCODE, NEOVIM = "visual-studio-code", "neovim"


class Editor(LanguageClient):
    """Keeps every publication, message, registration and ended session, in order."""

    def __init__(self) -> None:
        super().__init__(converter_factory=_converter)
        self.published: list[types.PublishDiagnosticsParams] = []
        self.published_at: list[float] = []
        self.sessions: list[Any] = []
        self.registered: list[types.Registration] = []
        self.statuses: list[Any] = []
        self.lens_refreshes = 0
        self.hint_refreshes = 0
        self.edit: Callable[[types.WorkspaceEdit], bool] = lambda _: False
        """Makes an edit that the server asks for, and tells whether it did."""
        self.refusal = ""
        """Why it did not, where the editor says so."""
        self.asked: list[types.ShowMessageRequestParams] = []
        self.choose: Callable[[types.ShowMessageRequestParams], str] = lambda _: ""
        """Answers a question with one of its choices; empty: the user closes it."""

    async def until(self, done: Callable[[], Any], what: str, within: float = 15.0) -> Any:
        """Wait until `done` gives something true and return it."""
        end = time.monotonic() + within
        while not (found := done()):
            assert time.monotonic() < end, f"{what} did not come within {within} s"
            await asyncio.sleep(0.01)
        return found

    def shown(self, uri: str) -> Sequence[types.Diagnostic]:
        """Return what is shown for a document now."""
        return self.diagnostics.get(uri, ())

    def codes(self, uri: str) -> list[str]:
        """Return the codes shown for a document now, sorted."""
        return sorted(str(one.code) for one in self.shown(uri))

    def publications(self, uri: str) -> list[types.PublishDiagnosticsParams]:
        """Return all that was published for a document."""
        return [one for one in self.published if one.uri == uri]

    def open(self, uri: str, text: str, version: int = 1, language: str = "yaml") -> None:
        """Open a document."""
        item = types.TextDocumentItem(uri, language, version, text)
        self.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def change(self, uri: str, text: str, version: int) -> None:
        """Replace a document's text."""
        identifier = types.VersionedTextDocumentIdentifier(version, uri)
        change = types.TextDocumentContentChangeWholeDocument(text)
        self.text_document_did_change(types.DidChangeTextDocumentParams(identifier, [change]))

    def save(self, uri: str) -> None:
        """Say that a document was saved."""
        self.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(uri)))

    def close(self, uri: str) -> None:
        """Close a document."""
        self.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))

    async def command(self, name: str, **argument: Any) -> Any:
        """Call a command with its one object."""
        params = types.ExecuteCommandParams(f"calibrant.{name}", [argument])
        return await asyncio.wait_for(self.workspace_execute_command_async(params), 10)

    async def checked(self, uri: str, version: int) -> Sequence[types.Diagnostic]:
        """Wait for the diagnostics of a version and return them."""
        await self.until(
            lambda: any(one.version == version for one in self.publications(uri)), f"diagnostics of version {version}"
        )
        return self.shown(uri)

    async def session(self, session: str, within: float = 30.0) -> Any:
        """Wait for the end of a session and return its object."""
        return await self.until(
            lambda: next((one for one in self.sessions if one.session == session), None), f"session {session}", within
        )


def _converter() -> Converter:
    """Return the library's converter, which takes an action that carries a command for a bare command."""
    converter: Converter = default_converter()  # type: ignore[no-untyped-call]

    def action(given: Any, _: type) -> types.Command | types.CodeAction:
        if isinstance(given.get("command"), str):
            return converter.structure(given, types.Command)
        return converter.structure(given, types.CodeAction)

    converter.register_structure_hook(types.Command | types.CodeAction, action)  # as the library writes it, too
    converter.register_structure_hook(Union[types.Command, types.CodeAction], action)  # noqa: UP007
    return converter


def _features() -> dict[str, Any]:
    def published(ls: Editor, params: types.PublishDiagnosticsParams) -> None:
        ls.published.append(params)
        ls.published_at.append(time.perf_counter())
        ls.diagnostics[params.uri] = params.diagnostics

    def ended(ls: Editor, params: Any) -> None:
        ls.sessions.append(params)

    def told(ls: Editor, params: Any) -> None:
        ls.statuses.append(params)

    def registered(ls: Editor, params: types.RegistrationParams) -> None:
        ls.registered += params.registrations

    def refreshed(ls: Editor, params: None) -> None:
        del params
        ls.lens_refreshes += 1

    def hinted(ls: Editor, params: None) -> None:
        del params
        ls.hint_refreshes += 1

    def edited(ls: Editor, params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        made = ls.edit(params.edit)
        return types.ApplyWorkspaceEditResult(made, None if made else ls.refusal or None)

    def asked(ls: Editor, params: types.ShowMessageRequestParams) -> types.MessageActionItem | None:
        ls.asked.append(params)
        chosen = ls.choose(params)
        return types.MessageActionItem(chosen) if chosen else None

    return {
        **DEFAULT_CLIENT_FEATURES,
        types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: published,
        types.CLIENT_REGISTER_CAPABILITY: registered,
        types.WORKSPACE_CODE_LENS_REFRESH: refreshed,
        types.WORKSPACE_INLAY_HINT_REFRESH: hinted,
        types.WORKSPACE_APPLY_EDIT: edited,
        types.WINDOW_SHOW_MESSAGE_REQUEST: asked,
        "calibrant/session": ended,
        "calibrant/status": told,
    }


def with_status() -> types.ClientCapabilities:
    """Return what an editor can do that wants to be told how it stands with its workflows."""
    capabilities = capabilities_of(VSCODE)
    capabilities.experimental = {"calibrant": {"status": True}}
    return capabilities


def capabilities_of(editor: str, encodings: Sequence[str] | None = None) -> types.ClientCapabilities:
    """Return what an editor can do, with the position encodings it offers where they matter."""
    capabilities = client_capabilities(editor)
    if encodings is not None:
        general = capabilities.general or types.GeneralClientCapabilities()
        general.position_encodings = [types.PositionEncodingKind(one) for one in encodings]
        capabilities.general = general
    return capabilities


@asynccontextmanager
async def editing(
    *folders: Path,
    state: Path,
    capabilities: types.ClientCapabilities | None = None,
    options: dict[str, Any] | None = None,
    settings: dict[str, dict[str, Any]] | None = None,
    environ: dict[str, str] | None = None,
    confined: Sequence[str] = (),
    name: str = "",
) -> AsyncIterator[Editor]:
    """Start the server with its state in `state`, the folders open, and the editor's own settings by scope.

    `confined`: what is written before the command, to take rights away from it. `name`: what the editor says it is called.
    """
    editor = Editor()
    register_lsp_features(editor, _features())
    for scope, values in (settings or {}).items():
        editor.set_configuration({"calibrant": values}, scope_uri=scope)
    env = {**os.environ, "CALIBRANT_STATE": str(state), "CALIBRANT_CONFIG": str(state / "none.toml"), **(environ or {})}
    await editor.start_io(*confined, *COMMAND, env=env)
    params = types.InitializeParams(
        capabilities=capabilities or capabilities_of(VSCODE),
        workspace_folders=[types.WorkspaceFolder(folder.as_uri(), folder.name) for folder in folders],
        initialization_options=options,
        client_info=types.ClientInfo(name) if name else None,
    )
    try:
        await asyncio.wait_for(editor.initialize_session(params), 20)
        yield editor
    finally:
        if editor._server and editor._server.returncode is None:
            await asyncio.wait_for(editor.shutdown_session(), 20)
        await editor.stop()  # type: ignore[no-untyped-call]


def children(process: int) -> list[int]:
    """Return the living children of a process, all the way down."""
    found, waiting = [], [process]
    while waiting:
        parent = waiting.pop()
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and _parent_of(entry) == parent:
                found.append(int(entry.name))
                waiting.append(int(entry.name))
    return found


def _parent_of(entry: Path) -> int | None:
    try:
        return int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None
