"""Forgetting everything of a workspace, or of all, when the user says so."""

import os
import shutil
from pathlib import Path

import msgspec

from calibrant.model.ports import StoreError
from calibrant.store.changes import unsettled_sessions
from calibrant.store.db import Database
from calibrant.store.locks import held_sessions
from calibrant.store.migrations import LATEST
from calibrant.store.places import DATABASE, folder_of, unwritable


class Cleaned(msgspec.Struct, frozen=True):
    """What `clean` did: the workspaces' folders it removed, the bytes that freed, and the sessions that still run.

    The state of a workspace with a running session is left alone; so is that of one in which a change of its files was
    interrupted (`unsettled`), as long as its folder is there: what was there before is needed to settle it.
    """

    removed: tuple[Path, ...] = ()
    freed: int = 0
    running: tuple[str, ...] = ()
    unsettled: tuple[str, ...] = ()


def clean(state: Path, workspace: Path | None = None) -> Cleaned:
    """Remove all that is remembered of a workspace, trust included, or of all workspaces. Damaged databases go too.

    Raises:
        StoreError: something could not be removed.
    """
    folders = _folders(state) if workspace is None else [folder_of(state, workspace)]
    removed: list[Path] = []
    running: list[str] = []
    unsettled: list[str] = []
    freed = 0
    for folder in folders:
        if folder.is_symlink() or not folder.is_dir():
            continue
        sessions, interrupted = _busy(folder / DATABASE)
        if sessions:
            running += sorted(sessions)
            continue
        if interrupted and _is_there(folder / "workspace"):
            unsettled += sorted(interrupted)
            continue
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        try:
            shutil.rmtree(folder)
        except OSError as error:
            raise unwritable(state, error) from error
        removed.append(folder)
        freed += size
    return Cleaned(tuple(removed), freed, tuple(running), tuple(unsettled))


def _folders(state: Path) -> list[Path]:
    root = state / "workspaces"
    return sorted(root.iterdir()) if root.is_dir() else []


def _is_there(note: Path) -> bool:
    """Tell whether the workspace that a folder of state belongs to is still there."""
    try:
        return Path(os.fsdecode(note.read_bytes().removesuffix(b"\n"))).is_dir()
    except OSError:
        return False


def _busy(path: Path) -> tuple[frozenset[str], frozenset[str]]:
    """Return the sessions that run now and those whose changes are not settled; a database that cannot be read has none."""
    nothing: frozenset[str] = frozenset()
    if not path.is_file() or not path.stat().st_size:
        return nothing, nothing
    try:
        database = Database(path, read_only=True)
    except StoreError:
        return nothing, nothing
    try:
        held = held_sessions(database) if database.version else nothing
        return held, unsettled_sessions(database) if database.version == LATEST else nothing
    except StoreError:
        return nothing, nothing
    finally:
        database.close()
