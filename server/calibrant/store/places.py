"""Where a workspace's state lies in the state directory, readable by its user alone."""

import os
import re
from hashlib import blake2b
from pathlib import Path

from calibrant.model.ports import StoreError

DATABASE = "calibrant.db"
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")


def folder_of(state: Path, workspace: Path) -> Path:
    """Return the folder that a workspace's state lies in; it need not exist. Links to one workspace lead to one folder."""
    path = workspace.resolve()
    name = _NOT_IN_NAMES.sub("-", path.name).strip("-.")[:40] or "workspace"
    return state / "workspaces" / f"{name}-{blake2b(os.fsencode(path), digest_size=8).hexdigest()}"


def prepare(state: Path, workspace: Path) -> Path:
    """Make the workspace's folder with an empty database file, where they are not there, and return the file's path.

    Raises:
        StoreError: the state directory cannot be written.
    """
    folder = folder_of(state, workspace)
    try:
        _make_folders(folder)
        _make_file(folder / "workspace", os.fsencode(workspace.resolve()) + b"\n")
        _make_file(folder / DATABASE, b"")
    except OSError as error:
        raise unwritable(state, error) from error
    return folder / DATABASE


def unwritable(state: Path, error: OSError) -> StoreError:
    """Return what to tell a user whose state directory cannot be used."""
    reason = (error.strerror or "unknown reason").lower()
    return StoreError(
        f"The state directory ‘{state}’ cannot be written ({reason}). "
        "Give yourself the right to write there, free some space, or set CALIBRANT_STATE to another folder."
    )


def _make_folders(folder: Path) -> None:
    if not folder.parent.is_dir():
        _make_folders(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)


def _make_file(path: Path, content: bytes) -> None:
    """Write a new file; one that is there already, also by another process just now, stays as it is."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
