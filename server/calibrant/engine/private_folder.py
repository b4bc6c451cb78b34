"""The private folder of one run: fresh, 0700, locked while the run lives, removed at its end or at a later start."""

import os
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from calibrant.connectors.opening import folder

if sys.platform != "win32":
    import fcntl

_PREFIX = "calibrant-run-"
_OWNER = "owner"
_UNMARKED_SECONDS = 600.0


class PrivateFolder:
    """A temporary folder with `files/` (the private copy), `home/` and `tmp/` of one run.

    Its `owner` file holds our process id for people, and a lock that the system drops when we die, for us.
    """

    def __init__(self) -> None:
        remove_leftovers(Path(tempfile.gettempdir()))
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX)).resolve()
        self._owner = os.open(self.path / _OWNER, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        if sys.platform != "win32":
            fcntl.flock(self._owner, fcntl.LOCK_EX)
        os.write(self._owner, f"{os.getpid()}\n".encode())
        for name in ("files", "home", "tmp"):
            (self.path / name).mkdir(mode=0o700)

    def close(self) -> None:
        """Remove the folder with all that is in it; what a still dying process puts back is left to a later start."""
        if self._owner >= 0:
            _remove(self.path)
            os.close(self._owner)
            self._owner = -1


def remove_leftovers(folder: Path) -> None:
    """Remove the private folders in `folder` that belong to us and whose runs are dead."""
    for path in folder.glob(_PREFIX + "*"):
        try:
            if _is_left_over(path):
                _remove(path)
        except OSError:  # another run removes it at the same moment, or it is not ours to look into
            continue


def _is_left_over(path: Path) -> bool:
    status = path.lstat()
    if path.is_symlink() or not path.is_dir() or (sys.platform != "win32" and status.st_uid != os.getuid()):
        return False
    try:
        owner = os.open(path / _OWNER, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError:  # killed before the marker was written, or just being made
        return time.time() - status.st_mtime > _UNMARKED_SECONDS
    try:
        if sys.platform == "win32":
            return False
        fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(owner)
    # A run takes its lock right after making the marker: one that was made this moment may not have come to it.
    return time.time() - status.st_mtime > 1.0


def _remove(path: Path) -> None:
    """Remove a private folder, its marker last: a removal that is cut short is taken up by a later start."""
    for child in path.iterdir():
        if child.name != _OWNER:
            remove_tree(child)
    remove_tree(path)


def remove_tree(path: Path) -> None:
    """Remove a folder with all that is in it, read-only folders too; links are removed, not followed, also `path` itself."""
    if path.is_symlink() or path.is_file():
        path.unlink(missing_ok=True)
        return
    for here, folders, _ in os.walk(path):
        for name in folders:
            folder = os.path.join(here, name)  # noqa: PTH118 - one of many thousands
            if not os.path.islink(folder):  # noqa: PTH114
                _open_folder(folder)
    shutil.rmtree(path, ignore_errors=True)


def put_in_place(made: Path, target: Path) -> bool:
    """Move a folder or link to where commands see it, in the place of what is there, which is removed.

    Both lie on one file system, `made` out of the commands' reach. Returns False, and leaves `made` where it is, where a link
    stands in the path of the folder that `target` is in, or that is not there: commands may do with their folders as they like,
    and nothing outside of the copy is to be changed for that.
    """
    gone = made.with_name(f"{made.name}.gone")
    try:
        with folder(target.parent) as inside:
            if inside is None:
                return _exchange(made, target, gone, None)
            return _exchange(made, target.name, gone, inside)
    except OSError:  # no such folder, or a link in its path
        return False


def _exchange(made: Path, target: Path | str, gone: Path, inside: int | None) -> bool:
    with suppress(FileNotFoundError):
        os.rename(target, gone, src_dir_fd=inside)  # first out of the commands' reach: what is in it may be links
        remove_tree(gone)
    os.rename(made, target, dst_dir_fd=inside)
    return True


def _open_folder(folder: str) -> None:
    try:
        os.chmod(folder, 0o700)  # noqa: PTH101
    except OSError:  # gone meanwhile, or another user's; rmtree then leaves what it must
        return
