"""Forgetting everything of a workspace, or of all, when the user says so."""

import shutil
from pathlib import Path

import msgspec

from calibrant.model.ports import StoreError
from calibrant.store.db import Database
from calibrant.store.locks import held_sessions
from calibrant.store.places import DATABASE, folder_of, unwritable


class Cleaned(msgspec.Struct, frozen=True):
    """What `clean` did: the workspaces' folders it removed, the bytes that freed, and the sessions that still run.

    The state of a workspace with a running session is left alone.
    """

    removed: tuple[Path, ...] = ()
    freed: int = 0
    running: tuple[str, ...] = ()


def clean(state: Path, workspace: Path | None = None) -> Cleaned:
    """Remove all that is remembered of a workspace, trust included, or of all workspaces. Damaged databases go too.

    Raises:
        StoreError: something could not be removed.
    """
    folders = _folders(state) if workspace is None else [folder_of(state, workspace)]
    removed: list[Path] = []
    running: list[str] = []
    freed = 0
    for folder in folders:
        if folder.is_symlink() or not folder.is_dir():
            continue
        sessions = _running(folder / DATABASE)
        if sessions:
            running += sorted(sessions)
            continue
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        try:
            shutil.rmtree(folder)
        except OSError as error:
            raise unwritable(state, error) from error
        removed.append(folder)
        freed += size
    return Cleaned(tuple(removed), freed, tuple(running))


def _folders(state: Path) -> list[Path]:
    root = state / "workspaces"
    return sorted(root.iterdir()) if root.is_dir() else []


def _running(path: Path) -> frozenset[str]:
    """Return the sessions that run now; a database that cannot be read has none."""
    if not path.is_file() or not path.stat().st_size:
        return frozenset()
    try:
        database = Database(path, read_only=True)
    except StoreError:
        return frozenset()
    try:
        return held_sessions(database) if database.version else frozenset()
    except StoreError:
        return frozenset()
    finally:
        database.close()
