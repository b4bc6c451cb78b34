"""Changing files of the workspace: whole or not at all, and one step at a time."""

import os
import secrets
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from calibrant.connectors import opening
from calibrant.connectors.files import unusable

if sys.platform != "win32":
    import fcntl


@contextmanager
def alone(path: Path, name: str, parameter: str) -> Iterator[None]:
    """Keep other steps and runs from changing files of that folder meanwhile; the folder is made where there is none.

    Without it, two steps that add to one file at the same time would lose what one of them added. The lock is the
    folder's, as the file itself is replaced by another; it ends with the process, and leaves nothing behind.

    Raises:
        StepError: the folder cannot be made.
    """
    try:
        path.resolve().parent.mkdir(parents=True, exist_ok=True)
        folder = _locked(path.resolve().parent)
    except OSError as error:
        raise unusable(error, name, parameter) from error
    try:
        yield
    finally:
        if folder is not None:
            os.close(folder)


def _locked(folder: Path) -> int | None:
    """Return a descriptor that holds the lock on a folder; None where the system or its file system has no such locks."""
    if sys.platform == "win32":
        return None
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def replace(path: Path, data: bytes, name: str, parameter: str) -> None:
    """Write a file whole or not at all; its mode is kept where there is one. All links in `path` are resolved.

    Raises:
        StepError: it cannot be written (codes `unreadable-file`, `not-a-file`, `disk-full`).
    """
    try:
        _replace(path, data)
    except OSError as error:
        raise unusable(error, name, parameter) from error


def _replace(path: Path, data: bytes) -> None:
    with opening.folder(path.parent) as inside:
        if inside is None:
            _replace_by_name(path, data)
            return
        temporary = f".calibrant-{secrets.token_hex(8)}"
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666, dir_fd=inside)
            with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor is no Path
                file.write(data)
                _take_mode(path.name, descriptor, inside)
                file.flush()
                os.fsync(descriptor)
            os.replace(temporary, path.name, src_dir_fd=inside, dst_dir_fd=inside)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(temporary, dir_fd=inside)


def _take_mode(name: str, descriptor: int, inside: int) -> None:
    with suppress(FileNotFoundError):
        os.fchmod(descriptor, stat.S_IMODE(os.stat(name, dir_fd=inside, follow_symlinks=False).st_mode))


def _replace_by_name(path: Path, data: bytes) -> None:
    temporary = path.with_name(f".calibrant-{secrets.token_hex(8)}")
    try:
        with temporary.open("xb") as file:
            file.write(data)
        settle(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def settle(temporary: Path, target: Path) -> None:
    """Put a finished file in the place of another one beside it, whose mode is kept.

    Raises:
        OSError: the system does not let us.
    """
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    if target.exists():
        shutil.copymode(target, temporary)
    temporary.replace(target)
