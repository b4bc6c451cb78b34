"""A run's private copy of the workspace: what steps read and write, confined to what the workflow may name.

Paths are resolved in the workspace's own coordinates, component by component, each looked up where a step would see it:
in the private copy where that holds it, else in the workspace. So a link that a command left in the copy is judged as
what it means there, and neither a link nor `..` leads out.
"""

import errno
import os
import posixpath
import threading
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import Self

from calibrant.engine import refusals, tree
from calibrant.engine.private_folder import PrivateFolder
from calibrant.engine.resolve import resolve
from calibrant.model.closest import closest
from calibrant.model.failure import Failure, NotRun, StepError

_GIT_SHARE = 4
_GLANCE = 1.0
"""Seconds for which a glance at a folder holds."""


class PrivateCopy:
    """The files of one run.

    `folder` is the workflow file's folder, from which its paths start; `limit` is in bytes, for all that is copied;
    `open_paths` may be read besides the workspace; `hidden` is never copied. When `live`, everything is the real thing.
    Used from several threads at once.
    """

    def __init__(
        self,
        workspace: Path,
        folder: Path,
        *,
        live: bool,
        limit: int,
        open_paths: tuple[Path, ...] = (),
        hidden: tuple[Path, ...] = (),
    ) -> None:
        self.workspace = workspace.resolve()
        self.folder = folder.resolve()
        self.live = live
        self.open_paths = tuple(path.expanduser().resolve() for path in open_paths)
        self.environments: tuple[str, ...] = ()
        self.hidden = tuple(path.resolve() for path in hidden)
        self._limit = limit
        self._copied = 0
        self._private: PrivateFolder | None = None
        self._complete = False
        self._links_out: set[Path] = set()
        self._linked = False
        self._closed = False
        self._refusal: Failure | None = None
        self._glances: dict[str, tuple[float, list[str] | StepError | None]] = {}
        self._lock = threading.RLock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    @property
    def private(self) -> Path:
        """The run's private folder, 0700, with `files/`, `home/` and `tmp/`; made when first asked for."""
        private = self._private
        if private is None:  # else without the lock, which a copying under way may hold for long
            with self._lock:
                if self._closed:
                    raise NotRun("The run has ended.")
                private = self._private = self._private or PrivateFolder()
        return private.path

    @property
    def root(self) -> Path:
        """Where the workspace's files are for a process without a sandbox: the copy's root, or when live, themselves."""
        return self.workspace if self.live else self.private / "files"

    def close(self) -> None:
        """Remove the private copy; may be called twice."""
        self._closed = True  # a copying under way in a thread gives up
        with self._lock:
            if self._private is not None:
                self._private.close()
                self._private = None

    def read_path(self, path: str, parameter: str) -> Path:
        """Return where to read the file or folder of that name.

        Raises:
            StepError: the path leaves the workspace (code `path-outside`), or a folder written to is too large to complete.
        """
        place = self.place(path, parameter)
        if not self.live and not self._complete and self._in_copy(place):
            with self._lock:
                overlaid = self._target(place)
                if not self._complete and overlaid.is_dir():
                    self._complete_folder(place)
        return self._seen(place)

    def write_path(self, path: str, parameter: str) -> Path:
        """Return where to write the file of that name: in the private copy (holding what is there now), or when live, itself.

        Raises:
            StepError: the path leaves the workspace, or leads into an environment, which runs do not change
                (code `path-outside`); what is there now is too large to copy (code `workspace-too-large`).
        """
        place = self.place(path, parameter)
        if self.live:
            return place
        if environment := self._environment_above(place):
            raise StepError(refusals.in_environment(path, parameter, environment))
        with self._lock:
            self._copy_up(place)
        return self._target(place)

    def list_files(self, path: str, parameter: str, most: int | None = None) -> list[str]:
        """Return the files below a folder, as the workflow would write them, sorted.

        With `most`, about so many are looked for, and what was seen a moment ago is good enough: thousands of elements may
        ask for what stands near a missing file. Environments (`.venv`, `node_modules` …), `.git` and caches of tools are
        listed only where `path` leads into them.

        Raises:
            StepError: the path leaves the workspace (code `path-outside`), or there is no such folder (code `missing-folder`).
        """
        if most is None:
            return self._listed(path, parameter, None)
        since, found = self._glances.get(path, (-_GLANCE, None))
        if monotonic() - since >= _GLANCE or found is None:
            try:
                found = self._listed(path, parameter, most)
            except StepError as error:
                found = error
            self._glances[path] = (monotonic(), found)
        if isinstance(found, StepError):
            raise StepError(found.failure)
        return list(found)

    def _listed(self, path: str, parameter: str, most: int | None) -> list[str]:
        place = self.place(path, parameter)
        seen = self._seen(place)
        if not seen.is_dir():
            near = () if seen.exists() else self._folders_near(path)
            raise StepError(refusals.no_folder(path, parameter, near, exists=seen.exists()))
        found = set(islice(self._files_below(place, seen), most))
        if seen != place and not self._complete:  # the copy's folder holds no more than what was written in it
            found.update(islice(self._files_below(place, place), most))
        return sorted(self._as_written(place / relative, path) for relative in found)

    def _files_below(self, place: Path, seen: Path) -> Iterable[str]:
        for entry in tree.walk(seen, leave_out=self._not_listed):
            if entry.is_file or (entry.is_link and self._leads_to_file(place / entry.relative)):
                yield entry.relative

    def _not_listed(self, folder: Path) -> bool:
        return folder.name in tree.CACHE_NAMES or folder.name == ".git" or self._left_out(folder)

    def _leads_to_file(self, link: Path) -> bool:
        try:
            return self._seen(self.place(str(link), "")).is_file()
        except StepError:  # it leads out: for the workflow there is no file
            return False

    def folder_path(self, path: str, parameter: str) -> Path:
        """Return the folder of that name in the workspace's own coordinates, for a command to run in.

        Raises:
            StepError: the path leaves the workspace (code `path-outside`), or there is no such folder (code `missing-folder`).
        """
        place = self.place(path, parameter)
        seen = self._seen(place)
        if not seen.is_dir():
            near = () if seen.exists() else self._folders_near(path)
            raise StepError(refusals.no_folder(path, parameter, near, exists=seen.exists()))
        return place

    def in_root(self, place: Path) -> Path:
        """Return where a place of the workspace is for a process without a sandbox."""
        return place if self.live or not place.is_relative_to(self.workspace) else self.root / self._relative(place)

    def materialise(self) -> None:
        """Copy the whole workspace into the private copy, once; what steps wrote before stays. Blocks; call it in a thread.

        Raises:
            StepError: the workspace is larger than the limit (code `workspace-too-large`).
        """
        if self.live:
            return
        with self._lock:
            if self._refusal is not None:
                raise StepError(self._refusal)
            if not self._complete:
                self._copy_all()
                self._complete = True

    def link_environments(self) -> None:
        """Put links to the workspace's environments in the copy, for processes without a sandbox that mounts them."""
        with self._lock:
            if self.live or self._linked:
                return
            for relative in self.environments:
                if posixpath.basename(relative) != ".git":
                    (self.root / relative).rmdir()
                    (self.root / relative).symlink_to(self.workspace / relative)
            self._linked = True

    # Where things are

    def place(self, path: str, parameter: str) -> Path:
        """Return what a path of the workflow means, in the workspace's own coordinates, all links resolved.

        Raises:
            StepError: that is neither in the workspace nor in an open path, or no path at all (code `path-outside`).
        """
        try:
            place = resolve(path, self.folder, self._seen)
        except (OSError, ValueError) as error:
            raise StepError(refusals.no_path(path, parameter)) from error
        if not self._is_inside(place):
            raise StepError(refusals.outside(path, parameter))
        if any(place.is_relative_to(kept) and not self.workspace.is_relative_to(kept) for kept in self.hidden):
            raise StepError(refusals.kept_from(path, parameter))
        return place

    def _folders_near(self, path: str) -> tuple[str, ...]:
        above, _, name = path.rstrip("/").rpartition("/")
        try:
            with os.scandir(self._seen(self.place(above or ".", ""))) as found:
                names = [entry.name for entry in found if entry.is_dir()]
        except (OSError, StepError):  # what it lies in is not there either
            return ()
        return tuple(posixpath.join(above, other) for other in closest(name, names))

    def _seen(self, place: Path) -> Path:
        """Return where a place is read from."""
        if self.live or not self._in_copy(place):
            return place
        overlaid = self._target(place)
        if self._complete and place.is_relative_to(self.workspace):
            elsewhere = self._environment_above(place) or (place in self._links_out and not os.path.lexists(overlaid))
            return place if elsewhere else overlaid
        return overlaid if os.path.lexists(overlaid) else place

    def _in_copy(self, place: Path) -> bool:
        """Tell whether the copy may hold a place: nothing above the workspace, and nothing before there is a copy."""
        return self._private is not None and self._is_inside(place)

    def _is_inside(self, place: Path) -> bool:
        return any(place.is_relative_to(root) for root in (self.workspace, *self.open_paths))

    def _target(self, place: Path) -> Path:
        """Return where a place is written to."""
        if place.is_relative_to(self.workspace):
            return self.private / "files" / self._relative(place)
        return self.private / "open" / place.relative_to(place.anchor)

    def _relative(self, place: Path) -> Path:
        return place.relative_to(self.workspace)

    def _environment_above(self, place: Path) -> str:
        """Return the environment that a place lies in, from the workspace's root, or an empty text."""
        if not place.is_relative_to(self.workspace):
            return ""
        parts = self._relative(place).parts
        for end in range(1, len(parts) + 1):
            relative = posixpath.join(*parts[:end])
            if self._complete:
                if relative in self.environments:
                    return relative
            elif tree.is_environment(self.workspace / relative) and (self.workspace / relative).is_dir():
                return relative
        return ""

    def as_written(self, relative: str) -> str:
        """Return how the workflow would write a path that is given from the workspace's root."""
        return posixpath.relpath((self.workspace / relative).as_posix(), self.folder.as_posix())

    def _as_written(self, place: Path, path: str) -> str:
        if Path(path).is_absolute() or not place.is_relative_to(self.workspace):
            return place.as_posix()
        return self.as_written(self._relative(place).as_posix())

    # Copying

    def _copy_up(self, place: Path) -> None:
        target = self._target(place)
        if os.path.lexists(target):
            return
        source = self._seen(place)
        for parent in reversed(place.parents):
            if self._is_inside(parent) and self._seen(parent).is_dir():
                self._target(parent).mkdir(mode=0o700, parents=True, exist_ok=True)
        if source == target:
            return
        try:
            if source.is_dir():
                target.mkdir(mode=0o700)
            elif source.is_file():
                self._copy_file(source, target, source.stat().st_size)
        except OSError as error:
            raise StepError(refusals.not_copied(self._name(source), error)) from error

    def _copy_file(self, source: Path, target: Path, size: int) -> None:
        self._copied += size
        if self._copied > self._limit:
            raise StepError(refusals.too_large(self.workspace.name, self._copied, self._limit))
        part = target.with_name(target.name + ".calibrant-part")
        tree.copy_file(source, part)
        part.replace(target)

    def _complete_folder(self, place: Path) -> None:
        """Copy what a folder of the copy, made for a file written in it, does not hold yet."""
        self._copy_entries(place, tuple(tree.walk(place, leave_out=self._left_out)))

    def _copy_all(self) -> None:
        entries = list(tree.walk(self.workspace, leave_out=self._left_out))
        git = [entry for entry in entries if _in_git(entry.relative)]
        if sum(entry.status.st_size for entry in git if entry.is_file) > self._limit // _GIT_SHARE:
            entries = [entry for entry in entries if not _in_git(entry.relative)]
            entries += [
                tree.Entry(entry.relative, entry.status, environment=True) for entry in git if entry.relative == ".git"
            ]
        size = sum(entry.status.st_size for entry in entries if entry.is_file)
        if self._copied + size > self._limit:
            self._refusal = refusals.too_large(self.workspace.name, size, self._limit)
            raise StepError(self._refusal)
        self._copy_entries(self.workspace, entries)
        self.environments = tuple(entry.relative for entry in entries if entry.environment)

    def _copy_entries(self, place: Path, entries: Iterable[tree.Entry]) -> None:
        modes: list[tuple[Path, int]] = []
        for entry in entries:
            if self._closed:
                raise NotRun("The run has ended.")
            target = self._target(place / entry.relative)
            if entry.is_folder:
                if not target.is_dir():
                    target.mkdir(mode=0o700)
                    modes.append((target, entry.status.st_mode & 0o777))
            elif not os.path.lexists(target):
                self._copy_entry(place / entry.relative, target, entry)
        for folder, mode in modes:  # last: a read-only folder takes no files
            folder.chmod(mode)

    def _copy_entry(self, source: Path, target: Path, entry: tree.Entry) -> None:
        try:
            if entry.is_link:
                self._copy_link(source, target)
            elif entry.is_file:
                self._copy_file(source, target, entry.status.st_size)
        except (FileNotFoundError, NotADirectoryError):  # gone since we looked: the copy does not have it either
            return
        except OSError as error:
            if error.errno not in (errno.ELOOP, errno.EINVAL):  # another thing since we looked: a link, a pipe
                raise StepError(refusals.not_copied(self._name(source), error)) from error

    def _copy_link(self, source: Path, target: Path) -> None:
        """Copy a link that stays in the workspace, as a relative one; one that leads out is left out, but still judged."""
        try:
            end = resolve(str(source), self.folder, self._seen)
        except OSError:  # it leads in circles
            self._links_out.add(source)
            return
        if not end.is_relative_to(self.workspace):
            self._links_out.add(source)
            return
        written = source.readlink()
        if written.is_absolute() or not Path(os.path.normpath(source.parent / written)).is_relative_to(self.workspace):
            written = Path(os.path.relpath(end, source.parent))
        target.symlink_to(written)

    def _name(self, place: Path) -> str:
        return str(self._relative(place) if place.is_relative_to(self.workspace) else place)

    def _left_out(self, path: Path) -> bool:
        private = self._private.path if self._private is not None else None
        return path == private or path in self.hidden


def _in_git(relative: str) -> bool:
    return relative == ".git" or relative.startswith(".git/")
