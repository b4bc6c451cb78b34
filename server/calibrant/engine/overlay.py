"""Where the files of a run are: the workspace, overlaid by the run's private copy.

Paths are resolved in the workspace's own coordinates, component by component, each looked up where a step would see it:
in the private copy where that holds it, else in the workspace. So a link that a command left in the copy is judged as
what it means there, and neither a link nor `..` leads out.
"""

import os
import posixpath
import threading
from collections.abc import Iterable
from pathlib import Path

from calibrant.engine import refusals, tree
from calibrant.engine.private_folder import PrivateFolder
from calibrant.engine.resolve import resolve
from calibrant.model.failure import NotRun, StepError


class Overlay:
    """The places of one run. Used from several threads at once; who changes what the copy holds takes `lock`.

    `complete` tells that the copy holds the whole workspace, but for `environments` (paths from its root) and `links_out`.
    """

    def __init__(
        self, workspace: Path, folder: Path, *, live: bool, open_paths: Iterable[Path], hidden: Iterable[Path]
    ) -> None:
        self.workspace = workspace.resolve()
        self.folder = folder.resolve()
        self.live = live
        self.open_paths = tuple(path.expanduser().resolve() for path in open_paths)
        self.hidden = tuple(path.resolve() for path in hidden)
        self.environments: tuple[str, ...] = ()
        self.links_out: set[Path] = set()
        self.complete = False
        self.closed = False
        self.lock = threading.RLock()
        self._private: PrivateFolder | None = None

    @property
    def private(self) -> Path:
        """The run's private folder, 0700, with `files/`, `home/` and `tmp/`; made when first asked for."""
        private = self._private
        if private is None:  # else without the lock, which a copying under way may hold for long
            with self.lock:
                if self.closed:
                    raise NotRun("The run has ended.")
                private = self._private = self._private or PrivateFolder()
        return private.path

    @property
    def root(self) -> Path:
        """Where the workspace's files are for a process without a sandbox: the copy's root, or when live, themselves."""
        return self.workspace if self.live else self.private / "files"

    def close(self) -> None:
        """Remove the private copy; may be called twice."""
        self.closed = True  # a copying under way in a thread gives up
        with self.lock:
            if self._private is not None:
                self._private.close()
                self._private = None

    def place(self, path: str, parameter: str, *, untouched: bool = False) -> Path:
        """Return what a path of the workflow means, in the workspace's own coordinates, all links resolved.

        `untouched`: apart from what steps of this run did.

        Raises:
            StepError: that is neither in the workspace nor in an open path, or no path at all (code `path-outside`).
        """
        try:
            place = resolve(path, self.folder, _itself if untouched else self.seen)
        except (OSError, ValueError) as error:
            raise StepError(refusals.no_path(path, parameter)) from error
        if not self.is_inside(place):
            raise StepError(refusals.outside(path, parameter))
        if any(place.is_relative_to(kept) and not self.workspace.is_relative_to(kept) for kept in self.hidden):
            raise StepError(refusals.kept_from(path, parameter))
        return place

    def in_root(self, place: Path) -> Path:
        """Return where a place of the workspace is for a process without a sandbox."""
        return place if self.live or not place.is_relative_to(self.workspace) else self.root / self._relative(place)

    def seen(self, place: Path) -> Path:
        """Return where a place is read from."""
        if self.live or not self.may_hold(place):
            return place
        overlaid = self.target(place)
        if self.complete and place.is_relative_to(self.workspace):
            elsewhere = self.environment_above(place) or (place in self.links_out and not os.path.lexists(overlaid))
            return place if elsewhere else overlaid
        return overlaid if os.path.lexists(overlaid) else place

    def may_hold(self, place: Path) -> bool:
        """Tell whether the copy may hold a place: nothing above the workspace, and nothing before there is a copy."""
        return self._private is not None and self.is_inside(place)

    def is_inside(self, place: Path) -> bool:
        """Tell whether a place is one that the workflow may name."""
        return any(place.is_relative_to(root) for root in (self.workspace, *self.open_paths))

    def target(self, place: Path) -> Path:
        """Return where a place is written to."""
        if place.is_relative_to(self.workspace):
            return self.private / "files" / self._relative(place)
        return self.private / "open" / place.relative_to(place.anchor)

    def _relative(self, place: Path) -> Path:
        return place.relative_to(self.workspace)

    def environment_above(self, place: Path) -> str:
        """Return the environment that a place lies in, from the workspace's root, or an empty text."""
        if not place.is_relative_to(self.workspace):
            return ""
        parts = self._relative(place).parts
        for end in range(1, len(parts) + 1):
            relative = posixpath.join(*parts[:end])
            if self.complete:
                if relative in self.environments:
                    return relative
            elif tree.is_environment(self.workspace / relative) and (self.workspace / relative).is_dir():
                return relative
        return ""

    def as_written(self, relative: str) -> str:
        """Return how the workflow would write a path that is given from the workspace's root."""
        return posixpath.relpath((self.workspace / relative).as_posix(), self.folder.as_posix())

    def written_like(self, path: str, place: Path) -> str:
        """Return how the workflow would write a place, in the manner of `path`: a whole path, or one from its folder."""
        if Path(path).is_absolute() or not place.is_relative_to(self.workspace):
            return place.as_posix()
        return self.as_written(self._relative(place).as_posix())

    def name(self, place: Path) -> str:
        """Return what a place is called in a message."""
        return str(self._relative(place) if place.is_relative_to(self.workspace) else place)

    def left_out(self, path: Path) -> bool:
        """Tell whether a file or folder is neither copied nor listed."""
        private = self._private.path if self._private is not None else None
        return path == private or path in self.hidden


def _itself(place: Path) -> Path:
    return place
