"""Files on disk: reading them with care, and replacing several so that each is whole and all or none are changed."""

import errno
import os
import shutil
import stat
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from calibrant.change import words
from calibrant.change.site import Site, target_of
from calibrant.change.words import Refused
from calibrant.model.ports import StoreError

TEMPORARY = ".calibrant-"
"""How the names of new contents begin until they take the place of the old; the session's id follows."""


class Move(msgspec.Struct, frozen=True):
    """One file's content is to become `new`, where it is `old` now (None: no such file). `mode` is for a new file."""

    key: str
    old: bytes | None
    new: bytes
    mode: int = 0o644


class Found(msgspec.Struct, frozen=True):
    """A file's bytes and mode."""

    data: bytes
    mode: int


def read(path: Path, name: str) -> Found | None:
    """Return a file's bytes; None where there is no file.

    Raises:
        Refused: it is no ordinary file, or may not be read.
    """
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise IsADirectoryError(errno.EISDIR, "Is a directory")
        if not stat.S_ISREG(found.st_mode):
            raise Refused(words.NOT_A_FILE.format(name=name))
        return Found(path.read_bytes(), stat.S_IMODE(found.st_mode))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise words.refused(error, name) from error


def replace_all(site: Site, session: str, moves: Sequence[Move]) -> tuple[str, ...]:
    """Replace all files or none, each at one moment; return a note for each, for the user.

    Raises:
        Refused: nothing is changed.
        StoreError: some could not be put back; the next `settle` does that.
    """
    staged = [target_of(site, move.key).with_name(f"{TEMPORARY}{session}-{n}") for n, move in enumerate(moves)]
    try:
        notes = tuple(_stage(site, move, path) for move, path in zip(moves, staged, strict=True))
        site.at("staged")
        for number, (move, path) in enumerate(zip(moves, staged, strict=True)):
            try:
                _replace(site, move, path)
            except Refused:
                put_back(site, session, moves[:number])
                raise
            site.at(f"replaced {number}")
    finally:
        for path in staged:
            with suppress(OSError):  # a left-over is removed when the session is settled
                path.unlink(missing_ok=True)
    return notes


def remove_left_overs(site: Site, session: str, keys: Sequence[str]) -> None:
    """Remove what an interrupted session wrote and did not use."""
    for folder in {(site.workspace.resolve() / key).parent for key in keys}:
        for path in folder.glob(f"{TEMPORARY}{session}-*") if folder.is_dir() else ():
            with suppress(OSError):  # it harms no one
                path.unlink()


def put_back(site: Site, session: str, moves: Sequence[Move]) -> None:
    """Undo moves that were made.

    Raises:
        StoreError: that could not be done; the next `settle` does it.
    """
    back = [Move(move.key, move.new, move.old, move.mode) for move in moves if move.old is not None]
    try:
        for move in moves:
            if move.old is None:
                target_of(site, move.key).unlink(missing_ok=True)
        if back:
            replace_all(site, f"{session}-back", back)
    except (Refused, OSError) as error:
        raise StoreError(
            f"A change of several files could not be completed, nor taken back yet ({error}). "
            "It is taken back when Calibrant next starts in this workspace."
        ) from error


def _stage(site: Site, move: Move, path: Path) -> str:
    """Write the new content beside the file, with the file's mode, owner and attributes, and wait for the disk."""
    target = target_of(site, move.key)
    try:
        if move.old is None:
            target.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(move.new)
            file.flush()
            if move.old is None:
                path.chmod(move.mode)
                note = ""
            else:
                _check_writable(target, move.key)
                note = _dress(target, path)
            os.fsync(file.fileno())
    except OSError as error:
        raise words.refused(error, move.key) from error
    return note


def _check_writable(target: Path, name: str) -> None:
    """Refuse a file that its owner made read-only: that its folder can be written does not make it ours to replace."""
    if not target.stat().st_mode & 0o222 or not os.access(target, os.W_OK):
        raise Refused(words.NOT_WRITABLE.format(name=name))


def _dress(target: Path, path: Path) -> str:
    """Give the new file what the old one has besides its content; return what could not be kept."""
    notes: list[str] = []
    found = target.stat()
    if found.st_nlink > 1:
        notes.append(words.HARD_LINKED)
    ours = path.stat()
    if (found.st_uid, found.st_gid) != (ours.st_uid, ours.st_gid) and sys.platform != "win32":
        try:
            os.chown(path, found.st_uid, found.st_gid)
        except OSError:
            notes.append(words.OWNER)
    if sys.platform == "linux":
        for name in os.listxattr(target):
            with suppress(OSError):  # some belong to the system, or to file systems of another kind
                os.setxattr(path, name, os.getxattr(target, name))
    shutil.copymode(target, path)
    return " ".join(notes)


def _replace(site: Site, move: Move, path: Path) -> None:
    target = target_of(site, move.key)
    now = read(target, move.key)
    if (None if now is None else now.data) != move.old:
        raise Refused((words.GONE if now is None else words.CHANGED).format(name=move.key))
    try:
        path.replace(target)
    except OSError as error:
        raise words.refused(error, move.key) from error
    if os.name != "nt":
        with suppress(OSError):  # it is done already, and not every file system can wait for it
            _sync(target.parent)


def _sync(folder: Path) -> None:
    """Make the folder's names durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
