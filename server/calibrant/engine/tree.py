"""Trees of files: which parts are environments, how large they are, and how they are copied."""

import errno
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

ENVIRONMENT_NAMES = frozenset({".venv", "venv", ".tox", ".nox", ".conda", "node_modules"})
ENVIRONMENT_MARKS = ("pyvenv.cfg", "conda-meta")
CACHE_NAMES = frozenset({"__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"})


class Entry(msgspec.Struct, frozen=True):
    """One thing below a folder. `relative` is its path from there; `environment`: a folder that is not entered."""

    relative: str
    status: os.stat_result
    environment: bool = False

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder, not a link to one."""
        return stat.S_ISDIR(self.status.st_mode)

    @property
    def is_link(self) -> bool:
        """Whether it is a symbolic link."""
        return stat.S_ISLNK(self.status.st_mode)

    @property
    def is_file(self) -> bool:
        """Whether it is an ordinary file; sockets, pipes and devices are not."""
        return stat.S_ISREG(self.status.st_mode)


def uppermost(environment: Path) -> list[Entry]:
    """Return what stands uppermost in a folder of installed packages, and in its folders of Python packages."""
    places = [environment, *environment.glob("lib*/python*/site-packages")]
    found: list[Entry] = []
    for place in places:
        for path in _inside(place):
            status = _status(path)
            if status is not None and not stat.S_ISLNK(status.st_mode):
                found.append(Entry(path.relative_to(environment).as_posix(), status))
    return found


def _inside(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:  # no folder, gone, or not ours to look into
        return []


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except OSError:  # gone since we looked
        return None


def is_environment(path: Path) -> bool:
    """Tell whether a folder holds installed packages: it is then used from where it is and never copied."""
    return path.name in ENVIRONMENT_NAMES or any((path / mark).exists() for mark in ENVIRONMENT_MARKS)


def walk(
    root: Path, start: str = "", leave_out: Callable[[Path], bool] = lambda _path: False, *, enter: bool = False
) -> Iterator[Entry]:
    """Yield everything below `root`/`start`, parents first, links not followed, environments named but not entered.

    With `enter`, environments are folders like others. `leave_out` is asked for every folder. What vanishes or cannot be read
    while we look is passed over.
    """
    waiting = [start]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(root / folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            relative = f"{folder}/{entry.name}" if folder else entry.name
            try:
                status = entry.stat(follow_symlinks=False)
            except OSError:
                continue
            if not stat.S_ISDIR(status.st_mode):
                yield Entry(relative, status)
                continue
            path = root / relative
            if leave_out(path):
                continue
            environment = not enter and is_environment(path)
            yield Entry(relative, status, environment)
            if not environment:
                waiting.append(relative)


def copy_file(source: Path, target: Path) -> None:
    """Copy a file's content, mode and times, sharing blocks where the file system can; `target` must not be there.

    A file that we may not read becomes an empty one that nobody may read. A link in the place of `source` is refused.

    Raises:
        OSError: `source` is gone, or `target` cannot be written.
    """
    try:
        reading = os.open(source, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except PermissionError:
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0))
        return
    try:
        if not stat.S_ISREG(os.fstat(reading).st_mode):
            raise OSError(errno.EINVAL, "not an ordinary file", str(source))
        with target.open("xb") as copy:
            _copy_bytes(reading, copy.fileno())
    finally:
        os.close(reading)
    shutil.copystat(source, target, follow_symlinks=False)


def _copy_bytes(reading: int, writing: int) -> None:
    if hasattr(os, "copy_file_range"):
        try:
            while os.copy_file_range(reading, writing, 1 << 30):
                pass
        except OSError as error:
            if error.errno not in (errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM):
                raise
    # What the kernel did not copy by itself (another file system, a file without a size as in /proc) is read on.
    while block := os.read(reading, 1 << 20):
        view = memoryview(block)
        while view:
            view = view[os.write(writing, view) :]


class Scanned(msgspec.Struct, frozen=True, gc=False):
    """What a file or folder was like: `content` when its content was changed last, in ns, and its size; `mode`, and `changed`:
    when anything about it was changed last, in ns. Of a folder the mode alone counts.
    """

    content: tuple[int, int]
    mode: int
    changed: int

    @property
    def is_link(self) -> bool:
        """Whether it is a symbolic link."""
        return stat.S_ISLNK(self.mode)


def scan(
    root: Path, limit: int, leave_out: Callable[[Path], bool], environments: list[str] | None = None
) -> dict[str, Scanned] | None:
    """Return what each file below `root` is like, or None where there are more than `limit`.

    Folders are there too, their names with a slash at the end. Environments and caches of tools are not looked into; the
    names of the former are added to `environments`.
    """

    def skipped(path: Path) -> bool:
        return path.name in CACHE_NAMES or leave_out(path)

    found: dict[str, Scanned] = {}
    for entry in walk(root, leave_out=skipped):
        if len(found) >= limit:
            return None
        if entry.environment and environments is not None:
            environments.append(entry.relative)
        if entry.is_folder:
            found[f"{entry.relative}/"] = Scanned((0, 0), entry.status.st_mode, 0)
            continue
        status = entry.status
        found[entry.relative] = Scanned((status.st_mtime_ns, status.st_size), status.st_mode, status.st_ctime_ns)
    return found
