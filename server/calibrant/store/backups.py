"""Backups: contents in files of their own, each under its digest, once, readable by the user alone, and on the disk for good."""

import os
import secrets
import time
from pathlib import Path

from calibrant.model.applied import digest_of
from calibrant.model.ports import StoreError
from calibrant.store.db import Database
from calibrant.store.places import unwritable

FRESH_SECONDS = 3600.0
"""A content that no session names yet is left alone for so long: whoever kept it may be about to name it."""

_TOUCH = "INSERT INTO backups (digest, size, stored) VALUES (?, ?, ?) ON CONFLICT (digest) DO UPDATE SET stored = excluded.stored"
_UNUSED = "SELECT digest FROM backups WHERE stored < ? AND digest NOT IN (SELECT digest FROM change_contents)"


class Backups:
    """The contents kept for one workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._folder = database.path.parent / "backups"

    def keep(self, data: bytes) -> str:
        """Keep bytes under their digest; they are on the disk when it is returned.

        Raises:
            StoreError: the state directory cannot be written.
        """
        digest = digest_of(data)
        with self._database.write() as connection:  # from here on no one drops it as unused
            connection.execute(_TOUCH, (digest, len(data), time.time()))
        path = self.path(digest)
        try:
            if not (path.is_file() and path.read_bytes() == data):
                _write(path, data)
        except OSError as error:
            raise unwritable(path.parent, error) from error
        return digest

    def kept(self, digest: str) -> bytes:
        """Return the bytes of a digest.

        Raises:
            StoreError: they are not there any longer, or damaged.
        """
        path = self.path(digest)
        try:
            data = path.read_bytes()
        except FileNotFoundError as error:
            raise StoreError(f"The backup ‘{path}’ is not there any longer.") from error
        except OSError as error:
            raise StoreError(f"The backup ‘{path}’ cannot be read ({error.strerror}).") from error
        if digest_of(data) != digest:
            raise StoreError(f"The backup ‘{path}’ is damaged and was not used.")
        return data

    def path(self, digest: str) -> Path:
        """Return the file for a digest."""
        return self._folder / digest[:2] / digest

    def drop_unused(self) -> int:
        """Remove the contents that no session needs; return the bytes freed.

        Raises:
            StoreError: the state directory cannot be written.
        """
        freed = 0
        # Within the transaction, so that nobody can begin to keep a content while its file goes.
        with self._database.write() as connection:
            for (digest,) in connection.execute(_UNUSED, (time.time() - FRESH_SECONDS,)).fetchall():
                freed += _remove(self.path(digest))
                connection.execute("DELETE FROM backups WHERE digest = ?", (digest,))
        return freed


def _write(path: Path, data: bytes) -> None:
    for folder in (path.parent.parent, path.parent):
        if not folder.is_dir():
            folder.mkdir(mode=0o700, exist_ok=True)
            _sync_folder(folder.parent)
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make names in a folder durable, where the system knows of such a thing."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(path: Path) -> int:
    try:
        size = path.stat().st_size
        path.unlink()
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise unwritable(path.parent, error) from error
    return size
