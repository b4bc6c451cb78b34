"""The toolchains of a folder on the disk: what a survey may see of its files and of the machine. Nothing is started."""

import os
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path

from calibrant.engine.tree import CACHE_NAMES, ENVIRONMENT_MARKS, ENVIRONMENT_NAMES
from calibrant.model.toolchain import Survey
from calibrant.toolchains import is_evidence as is_named_as_evidence
from calibrant.toolchains import survey

MAX_ENTRIES = 200_000
MAX_DEPTH = 64
MAX_FILE = 8_000_000
"""Bytes of a manifest or lock file; a larger one counts as there, and is not read."""
MAX_READ = 64_000_000
"""Bytes that one survey reads in all."""
MAX_FOREIGN = 100_000
"""Bytes of a file of the machine, such as the release file of a JDK."""
MAX_LISTED = 5_000
_CLOSED = CACHE_NAMES | ENVIRONMENT_NAMES | {".git", ".hg", ".svn", ".gradle", ".pnpm-store", ".direnv", ".eggs"}
_CLOSED_BELOW = {".yarn": frozenset({"cache", "unplugged"})}
_ELSEWHERE = ("//", "\\\\", "\\/", "/\\", "/net/")
"""How paths begin that lead to other machines: shares of Windows, and hosts that an automounter asks."""
_MARKS = frozenset(ENVIRONMENT_MARKS)
EVIDENCE_IN_ENVIRONMENTS = frozenset({"pyvenv.cfg", ".modules.yaml", ".package-lock.json", ".yarn-state.yml"})


def survey_of(workspace: Path, environ: Mapping[str, str]) -> Survey:
    """Survey a folder: walks it once, reads manifests, and looks at what is installed. A folder that is not there is empty.

    Takes as long as the disk does (some 20 µs for a file): not for the typing path.
    """
    return survey(DiskFiles(workspace), DiskMachine(environ))


def is_evidence(path: str | os.PathLike[str]) -> bool:
    """Tell by its name whether a file's content is what a survey hangs on; cheap, for a watcher.

    Files that come or go are always of account: `Survey.files` names them all.
    """
    name = os.path.basename(os.fspath(path))  # noqa: PTH119 - no Path is made for each of a thousand events
    return name in EVIDENCE_IN_ENVIRONMENTS or is_named_as_evidence(name)


class DiskFiles:
    """The files of a folder, as `model.toolchain.Files` says, found in one walk, nearer ones first."""

    def __init__(self, folder: Path) -> None:
        self.folder = os.path.abspath(folder)  # noqa: PTH100 - Path.absolute leaves dots in
        self._real = os.path.realpath(folder)
        self._names: list[str] = []
        self._closed: list[str] = []
        self._plain: set[str] = set()
        self._left = MAX_READ
        self._whole = self._walk()

    def names(self) -> Sequence[str]:
        """Return all files and folders, these with a slash at the end."""
        return self._names

    def closed(self) -> Sequence[str]:
        """Return the folders that were not entered."""
        return self._closed

    def whole(self) -> bool:
        """Tell whether the walk came to its end."""
        return self._whole

    def read(self, path: str) -> str:
        """Return a file's text; empty where it is none, too large, or more than enough was read already."""
        full = self._inside(path)
        data = _bytes(full, min(MAX_FILE, self._left), follow=path not in self._plain) if full else b""
        self._left -= len(data)
        return _text(data)

    def newer(self, one: str, other: str) -> bool:
        """Tell whether a file was changed after another one."""
        first, second = self._changed(one), self._changed(other)
        return first is not None and second is not None and first > second

    def holds(self, path: str) -> bool:
        """Tell whether a file or folder is there; a link counts whatever it leads to."""
        full = self._inside(os.path.dirname(path) or ".")  # noqa: PTH120
        return bool(full) and os.path.lexists(os.path.join(full, os.path.basename(path)))  # noqa: PTH118, PTH119

    def listed(self, folder: str) -> Sequence[str]:
        """Return the names in one folder, sorted."""
        full = self._inside(folder)
        return _listed(full) if full else ()

    def _changed(self, path: str) -> int | None:
        try:
            return os.stat(full).st_mtime_ns if (full := self._inside(path)) else None  # noqa: PTH116
        except OSError:  # gone meanwhile
            return None

    def _inside(self, path: str) -> str:
        """Return where something is on the disk; empty where that is outside of the folder."""
        if "\0" in path:
            return ""
        full = os.path.normpath(os.path.join(self._real, path))  # noqa: PTH118
        if path in self._plain:
            return full
        real = os.path.realpath(full)
        return real if real == self._real or real.startswith(self._real.rstrip(os.sep) + os.sep) else ""

    def _walk(self) -> bool:
        waiting = [("", 0)]
        for folder, depth in waiting:  # grows while it is gone through: the nearer folders come first
            entries = _entries(os.path.join(self._real, folder))  # noqa: PTH118
            if entries is None or (folder and any(entry.name in _MARKS for entry in entries)):
                self._closed.append(f"{folder}/")
                continue
            if len(self._names) + len(entries) > MAX_ENTRIES:
                return False
            closed = _CLOSED | _CLOSED_BELOW.get(folder.rpartition("/")[2], frozenset())
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                if not _is_folder(entry):
                    self._names.append(path)
                    if entry.is_file(follow_symlinks=False):
                        self._plain.add(path)
                    continue
                self._names.append(f"{path}/")
                if entry.name in closed or entry.is_symlink() or depth >= MAX_DEPTH:
                    self._closed.append(f"{path}/")
                else:
                    waiting.append((path, depth + 1))
        return True


class DiskMachine:
    """What is installed on this machine, as `model.toolchain.Machine` says: by looking, nothing is started."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ: Mapping[str, str] = dict(environ)
        self._folders = tuple(one for one in environ.get("PATH", "").split(os.pathsep) if os.path.isabs(one))  # noqa: PTH117
        self._programs: dict[str, str] = {}

    def program(self, name: str) -> str:
        """Return where a program of PATH really is; relative folders of PATH are passed over."""
        if name not in self._programs:
            self._programs[name] = self._found(name)
        return self._programs[name]

    def read(self, path: str) -> str:
        """Return the text of a small file."""
        return _text(_bytes(path, MAX_FOREIGN, follow=True)) if _is_here(path) else ""

    def listed(self, folder: str) -> Sequence[str]:
        """Return the names in a folder, sorted."""
        return _listed(folder) if _is_here(folder) else ()

    def _found(self, name: str) -> str:
        endings = ("", *self.environ.get("PATHEXT", "").split(os.pathsep)) if os.name == "nt" else ("",)
        if not name or "/" in name or "\0" in name:
            return ""
        for folder in self._folders:
            for ending in endings:
                path = os.path.join(folder, name + ending)  # noqa: PTH118
                if os.path.isfile(path) and os.access(path, os.X_OK):  # noqa: PTH113
                    return os.path.realpath(path)
        return ""


def _is_here(path: str) -> bool:
    """Tell whether a path is one of this machine: files of a workspace name some, and another machine is not called for that."""
    return os.path.isabs(path) and "\0" not in path and not path.startswith(_ELSEWHERE)  # noqa: PTH117


def _entries(folder: str) -> list[os.DirEntry[str]] | None:
    """Return what is in a folder, sorted by name; None where it cannot be read, or is gone meanwhile."""
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda entry: entry.name)
    except OSError:
        return None


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Tell whether it is a folder, or a link to one; a link that leads in circles is none."""
    return os.path.isdir(entry.path) if entry.is_symlink() else entry.is_dir(follow_symlinks=False)  # noqa: PTH112


def _listed(folder: str) -> Sequence[str]:
    return [entry.name for entry in (_entries(folder) or ())[:MAX_LISTED]]


def _bytes(path: str, limit: int, *, follow: bool) -> bytes:
    """Return what an ordinary file holds; nothing of others (a pipe would make us wait), or of more than `limit` bytes."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | (0 if follow else getattr(os, "O_NOFOLLOW", 0))
    try:
        descriptor = os.open(path, flags)
    except OSError:
        return b""
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
            return b""
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(limit)
    except OSError:
        return b""
    finally:
        os.close(descriptor)


def _text(data: bytes) -> str:
    """Return bytes as text: UTF-8, or UTF-16 that says so (PowerShell writes it); empty for what is no text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    return "" if b"\0" in data else data.decode("utf-8", "replace")
