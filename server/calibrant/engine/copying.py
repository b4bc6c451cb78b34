"""Fills a run's private copy from the workspace: a file that a step writes, a folder, or everything, within a limit."""

import errno
import os
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from pathlib import Path

from calibrant.engine import refusals, tree
from calibrant.engine.overlay import Overlay
from calibrant.engine.resolve import resolve
from calibrant.model.failure import Failure, NotRun, StepError

_GIT_SHARE = 4
"""A `.git` larger than this part of the limit is mounted like an environment, not copied."""

MOST_OF_ENVIRONMENT = 60_000
"""Files and folders of an environment up to which it is copied for a command that installs into it."""
LARGEST_ENVIRONMENT = 512 << 20
"""Bytes of such an environment."""


class Copying:
    """Copies for one run; `limit` is in bytes, for all that is copied. The caller holds the overlay's lock."""

    def __init__(self, overlay: Overlay, limit: int) -> None:
        self._overlay = overlay
        self._limit = limit
        self._copied = 0
        self._refusal: Failure | None = None

    def file(self, place: Path) -> None:
        """Copy what is at a place that is going to be written, with the folders above it."""
        target = self._overlay.target(place)
        if os.path.lexists(target):
            return
        source = self._overlay.seen(place)
        for parent in reversed(place.parents):
            if self._overlay.is_inside(parent) and self._overlay.seen(parent).is_dir():
                self._overlay.target(parent).mkdir(mode=0o700, parents=True, exist_ok=True)
        if source == target:
            return
        try:
            if source.is_dir():
                target.mkdir(mode=0o700)
            elif source.is_file():
                self._copy_file(source, target, source.stat().st_size)
        except OSError as error:
            raise StepError(refusals.not_copied(self._overlay.name(source), error)) from error

    def folder(self, place: Path) -> None:
        """Copy what a folder of the copy, made for a file written in it, does not hold yet."""
        self._copy_entries(place, tuple(tree.walk(place, leave_out=self._overlay.left_out)))

    def everything(self) -> None:
        """Copy the whole workspace, once; what steps wrote before stays.

        Raises:
            StepError: the workspace is larger than the limit (code `workspace-too-large`).
        """
        if self._refusal is not None:
            raise StepError(self._refusal)
        if not self._overlay.complete:
            self._copy_all()
            self._overlay.complete = True

    def environment(self, relative: str, target: Path) -> bool:
        """Copy an environment to a folder that is not there yet, so that a command may install into the copy.

        Returns False, and has done nothing, where it is too large for that. Links in it stay what they are: those to the Python
        that it stands on lead out of the workspace.
        """
        source = self._overlay.workspace / relative
        entries = list(islice(tree.walk(source, enter=True), MOST_OF_ENVIRONMENT + 1))
        size = sum(entry.status.st_size for entry in entries if entry.is_file)
        if len(entries) > MOST_OF_ENVIRONMENT or size > LARGEST_ENVIRONMENT or self._copied + size > self._limit:
            return False
        target.mkdir(mode=0o700)
        for entry in entries:
            if self._overlay.closed:
                raise NotRun("The run has ended.")
            with suppress(FileNotFoundError, NotADirectoryError):  # gone since we looked
                if entry.is_folder:
                    (target / entry.relative).mkdir(mode=0o700)
                elif entry.is_link:
                    (target / entry.relative).symlink_to((source / entry.relative).readlink())
                elif entry.is_file:
                    tree.copy_file(source / entry.relative, target / entry.relative)
        self._copied += size
        return True

    def _copy_all(self) -> None:
        entries = list(tree.walk(self._overlay.workspace, leave_out=self._overlay.left_out))
        git = [entry for entry in entries if _in_git(entry.relative)]
        if sum(entry.status.st_size for entry in git if entry.is_file) > self._limit // _GIT_SHARE:
            entries = [entry for entry in entries if not _in_git(entry.relative)]
            entries += [
                tree.Entry(entry.relative, entry.status, environment=True) for entry in git if entry.relative == ".git"
            ]
        size = sum(entry.status.st_size for entry in entries if entry.is_file)
        if self._copied + size > self._limit:
            self._refusal = refusals.too_large(self._overlay.workspace.name, size, self._limit)
            raise StepError(self._refusal)
        self._copy_entries(self._overlay.workspace, entries)
        self._overlay.environments = tuple(entry.relative for entry in entries if entry.environment)

    def _copy_entries(self, place: Path, entries: Iterable[tree.Entry]) -> None:
        modes: list[tuple[Path, int]] = []
        for entry in entries:
            if self._overlay.closed:
                raise NotRun("The run has ended.")
            target = self._overlay.target(place / entry.relative)
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
                raise StepError(refusals.not_copied(self._overlay.name(source), error)) from error

    def _copy_link(self, source: Path, target: Path) -> None:
        """Copy a link that stays in the workspace, as a relative one; one that leads out is left out, but still judged."""
        try:
            end = resolve(str(source), self._overlay.folder, self._overlay.seen)
        except OSError:  # it leads in circles
            self._overlay.links_out.add(source)
            return
        if not end.is_relative_to(self._overlay.workspace):
            self._overlay.links_out.add(source)
            return
        written = source.readlink()
        if written.is_absolute() or not Path(os.path.normpath(source.parent / written)).is_relative_to(
            self._overlay.workspace
        ):
            written = Path(os.path.relpath(end, source.parent))
        target.symlink_to(written)

    def _copy_file(self, source: Path, target: Path, size: int) -> None:
        self._copied += size
        if self._copied > self._limit:
            raise StepError(refusals.too_large(self._overlay.workspace.name, self._copied, self._limit))
        part = target.with_name(target.name + ".calibrant-part")
        tree.copy_file(source, part)
        part.replace(target)


def _in_git(relative: str) -> bool:
    return relative == ".git" or relative.startswith(".git/")
