"""Workspace folders, and the editor's word of what happens to the files in them."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from calibrant.lsp.convert import to_path
from calibrant.workspace.locate import find_workflows, is_workflow_file

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer

_WORKFLOWS = ("**/*.workflow.{yaml,yml,json}", "**/.github/workflows/*.{yml,yaml}", "**/action.{yml,yaml}")
_GLOBS = (*_WORKFLOWS, "**/calibrant.toml", "**/pyproject.toml")

FOLDERS = types.FileOperationRegistrationOptions(
    [types.FileOperationFilter(types.FileOperationPattern("**/*", types.FileOperationPatternKind.Folder), "file")]
)
"""Of a folder that is renamed or deleted, an editor's watchers may not tell the files."""

RENAMED = types.FileOperationRegistrationOptions(
    [
        *FOLDERS.filters,
        *(types.FileOperationFilter(types.FileOperationPattern(glob), "file") for glob in _WORKFLOWS),
    ]
)
"""Of a workflow that is renamed, what is remembered goes along."""


def folders_of(params: types.InitializeParams) -> list[Path]:
    """Return the folders that the client starts with."""
    uris = [folder.uri for folder in params.workspace_folders or ()]
    if not uris and params.root_uri:
        uris = [params.root_uri]
    folders = [path for uri in uris if (path := to_path(uri))]
    return folders or ([Path(params.root_path)] if params.root_path else [])


def watchers(capabilities: types.ClientCapabilities) -> list[types.Registration]:
    """Return what to ask of a client that offers to watch files; nothing of one that does not."""
    workspace = capabilities.workspace
    offered = workspace.did_change_watched_files if workspace else None
    if not (offered and offered.dynamic_registration):
        return []
    options = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(glob) for glob in _GLOBS])
    return [types.Registration("calibrant-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)]


async def watch_evidence(ls: "CalibrantServer") -> None:
    """Ask to be told also of the files that toolchains are known by, and of all that come and go; where the client watches."""
    if not watchers(ls.client_capabilities):
        return
    names = await asyncio.to_thread(_evidence)
    kinds = types.WatchKind
    options = types.DidChangeWatchedFilesRegistrationOptions(
        [
            *(types.FileSystemWatcher("**/*", kind) for kind in (kinds.Create, kinds.Delete)),
            *(types.FileSystemWatcher(f"**/{name}", kinds.Change) for name in names),
        ]
    )
    method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
    ls.client_register_capability(types.RegistrationParams([types.Registration("calibrant-evidence", method, options)]))


def _evidence() -> list[str]:
    from calibrant.workspace.evidence import PATTERNS

    return sorted(PATTERNS)


def did_change_watched_files(ls: "CalibrantServer", params: types.DidChangeWatchedFilesParams) -> None:
    """Handle `workspace/didChangeWatchedFiles`: of more files than the tree's own it is told for the sake of surveys."""
    changes = [(path, change.type) for change in params.changes if (path := to_path(change.uri))]
    ls.surveys.changed(
        path
        for path, kind in changes
        if ls.surveys.concerns(str(path), came_or_went=kind is not types.FileChangeType.Changed)
    )
    ls.tree.changed(path for path, _ in changes if ls.tree.concerns(path))


def did_rename_files(ls: "CalibrantServer", params: types.RenameFilesParams) -> None:
    """Handle `workspace/didRenameFiles`."""
    _changed(ls, *(uri for file in params.files for uri in (file.old_uri, file.new_uri)))
    for file in params.files:
        old, new = to_path(file.old_uri), to_path(file.new_uri)
        if old and new:
            ls.spawn(_moved(ls, old, new))


async def _moved(ls: "CalibrantServer", old: Path, new: Path) -> None:
    """Take along what is remembered of a workflow that was renamed, or of all in a folder that was."""
    if is_workflow_file(new):
        if is_workflow_file(old):
            await ls.inputs.moved(old, new)
        return
    for path in await asyncio.to_thread(lambda: list(find_workflows(new))):
        await ls.inputs.moved(old / path.relative_to(new), path)


def did_delete_files(ls: "CalibrantServer", params: types.DeleteFilesParams) -> None:
    """Handle `workspace/didDeleteFiles`."""
    _changed(ls, *(file.uri for file in params.files))


def _changed(ls: "CalibrantServer", *uris: str) -> None:
    paths = [path for uri in uris if (path := to_path(uri))]
    ls.surveys.changed(paths)
    ls.tree.changed(paths)


def did_change_workspace_folders(ls: "CalibrantServer", params: types.DidChangeWorkspaceFoldersParams) -> None:
    """Handle `workspace/didChangeWorkspaceFolders`."""
    ls.configuration.forget()
    added, removed = (
        [path for one in uris if (path := to_path(one.uri))] for uris in (params.event.added, params.event.removed)
    )
    ls.tree.change(added, removed)
