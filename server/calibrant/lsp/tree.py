"""Workspace folders: their workflow files that are not open are checked too, and watched."""

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from calibrant.lsp.convert import to_path, to_uri
from calibrant.workspace.documents import Snapshot
from calibrant.workspace.files import Loaded, load
from calibrant.workspace.locate import MARKS, find_workflows, is_excluded, is_workflow_name
from calibrant.workspace.watching import watch

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer

_GLOBS = ("**/*.workflow.{yaml,yml,json}", "**/calibrant.toml", "**/pyproject.toml")


class Tree:
    """The folders that the editor works in, and what lies in them."""

    def __init__(self, server: "CalibrantServer") -> None:
        self._server = server
        self.folders: list[Path] = []
        self._reading: dict[str, int] = {}
        self._stop = threading.Event()
        self._stop_watching: asyncio.Event | None = None
        self._client_watches = False

    def take(self, params: types.InitializeParams) -> None:
        """Take the folders that the client starts with."""
        uris = [folder.uri for folder in params.workspace_folders or ()]
        if not uris and params.root_uri:
            uris = [params.root_uri]
        self.folders = [path for uri in uris if (path := to_path(uri))]
        if not self.folders and params.root_path:
            self.folders = [Path(params.root_path)]

    def registrations(self) -> list[types.Registration]:
        """Return what to ask of a client that offers to watch files."""
        workspace = self._server.client_capabilities.workspace
        offered = workspace.did_change_watched_files if workspace else None
        if not (offered and offered.dynamic_registration):
            return []
        self._client_watches = True
        watchers = [types.FileSystemWatcher(glob) for glob in _GLOBS]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        return [types.Registration("calibrant-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)]

    def start(self) -> None:
        """Look through all folders and begin to watch them."""
        self.rescan()
        self._watch()

    def rescan(self) -> None:
        """Look through all folders again; files that are left out now are cleared."""
        for snapshot in self._server.documents:
            if not snapshot.is_open and not (snapshot.path and self.holds(snapshot.path)):
                self._drop(snapshot.key)
        for folder in self.folders:
            self._server.spawn(self._scan(folder))

    def change(self, added: Sequence[str], removed: Sequence[str]) -> None:
        """Take up and let go of folders."""
        gone = {path for uri in removed if (path := to_path(uri))}
        new = [path for uri in added if (path := to_path(uri))]
        self.folders = [folder for folder in self.folders if folder not in gone]
        self.folders += [path for path in new if path not in self.folders]
        self.rescan()
        self._watch()

    def holds(self, path: Path) -> bool:
        """Tell whether a file lies in a folder and is not left out by the settings."""
        settings = self._server.configuration.settings(path)
        return any(
            path.is_relative_to(folder) and not is_excluded(path, folder, settings.exclude) for folder in self.folders
        )

    def settings_changed(self) -> None:
        """Load settings files anew and show everything by them."""
        self._server.configuration.forget()
        self._server.pipeline.again()
        self.rescan()

    async def changed(self, paths: Sequence[Path]) -> None:
        """Take in files that were made, changed or deleted."""
        if any(path.name in MARKS for path in paths):
            self.settings_changed()
        for path in paths:
            if is_workflow_name(path.name) and self.holds(path):
                await self.refresh(path)

    async def refresh(self, path: Path) -> None:
        """Check a file that is not open as it now is on disk; clear it where it is gone."""
        key = str(path)
        if self._is_open(key):
            return
        turn = self.outdate(key)
        try:
            loaded: Loaded | None = await asyncio.to_thread(load, path)
        except OSError:  # deleted, or not ours to read: nothing to show
            loaded = None
        if self._reading.get(key) != turn or self._is_open(key):
            return
        del self._reading[key]
        if loaded is None:
            self._drop(key)
        else:
            await self._server.pipeline.read_first(self._take_in(path, loaded))

    def read(self, path: Path) -> Snapshot | None:
        """Return a file's text now, for a command; None where it cannot be read."""
        try:
            return self._take_in(path, load(path))
        except OSError:
            return None

    def outdate(self, key: str) -> int:
        """Make every reading of the file that is under way come too late; returns the turn of the next one."""
        self._reading[key] = self._reading.get(key, 0) + 1
        return self._reading[key]

    def _take_in(self, path: Path, loaded: Loaded) -> Snapshot:
        key = str(path)
        before = self._server.documents.get(key)
        if before and before.text == loaded.text and before.problem == loaded.problem:
            return before
        return self._server.documents.put(key, to_uri(path), path, loaded.text, None, loaded.problem)

    def _is_open(self, key: str) -> bool:
        snapshot = self._server.documents.get(key)
        return snapshot is not None and snapshot.is_open

    def _drop(self, key: str) -> None:
        self._server.documents.remove(key)
        self._server.pipeline.forget(key)
        self._server.runs.forget(key)
        self._server.publisher.clear(key)

    async def _scan(self, folder: Path) -> None:
        exclude = self._server.configuration.settings(folder / "x").exclude
        for path in await asyncio.to_thread(self._list, folder, exclude):
            if self.holds(path):
                await self.refresh(path)

    def _list(self, folder: Path, exclude: Sequence[str]) -> list[Path]:
        """Runs in a thread, which must come to its end when the server does."""
        found = []
        for path in find_workflows(folder, exclude):
            if self._stop.is_set():
                break
            found.append(path)
        return found

    def _watch(self) -> None:
        """Watch the folders ourselves, where the client does not."""
        if self._client_watches:
            return
        if self._stop_watching:
            self._stop_watching.set()
        self._stop_watching = asyncio.Event()
        self._server.spawn(self._follow(list(self.folders), self._stop_watching))

    async def _follow(self, folders: list[Path], stop: asyncio.Event) -> None:
        async for paths in watch(folders, _is_ours, stop):
            await self.changed(sorted(paths))

    def close(self) -> None:
        """End what goes on in threads."""
        self._stop.set()
        if self._stop_watching:
            self._stop_watching.set()


def _is_ours(path: str) -> bool:
    name = Path(path).name
    return is_workflow_name(name) or name in MARKS[:2]


def did_change_watched_files(ls: "CalibrantServer", params: types.DidChangeWatchedFilesParams) -> None:
    """Handle `workspace/didChangeWatchedFiles`."""
    paths = [path for change in params.changes if (path := to_path(change.uri)) and _is_ours(str(path))]
    ls.spawn(ls.tree.changed(paths))


def did_change_workspace_folders(ls: "CalibrantServer", params: types.DidChangeWorkspaceFoldersParams) -> None:
    """Handle `workspace/didChangeWorkspaceFolders`."""
    ls.configuration.forget()
    ls.tree.change([folder.uri for folder in params.event.added], [folder.uri for folder in params.event.removed])
