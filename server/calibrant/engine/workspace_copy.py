"""A run's private copy of the workspace: what steps read and write, confined to what the workflow may name."""

import os
import posixpath
import stat
from pathlib import Path
from typing import Self

from calibrant.engine import refusals
from calibrant.engine.copying import Copying
from calibrant.engine.listing import Listing
from calibrant.engine.overlay import Overlay
from calibrant.engine.private_folder import put_in_place, remove_tree
from calibrant.model.failure import StepError

_LARGEST_SCRIPT = 1 << 20
_MADE = "made-"
"""How a folder is called that is put together out of the reach of commands."""


class PrivateCopy:
    """The files of one run.

    `folder` is the workflow file's folder, from which its paths start; `limit` is in bytes, for all that is copied;
    `open_paths` may be read besides the workspace; `hidden` is never copied. When `live`, everything is the real thing.
    Used from several threads at once. `overlay` tells where things are.
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
        self.overlay = Overlay(workspace, folder, live=live, open_paths=open_paths, hidden=hidden)
        self._listing = Listing(self.overlay)
        self._copying = Copying(self.overlay, limit)
        self._linked = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove the private copy; may be called twice."""
        self.overlay.close()

    def read_path(self, path: str, parameter: str) -> Path:
        """Return where to read the file or folder of that name.

        Raises:
            StepError: the path leaves the workspace (code `path-outside`), or a folder written to is too large to complete.
        """
        overlay = self.overlay
        place = overlay.place(path, parameter)
        if not overlay.live and not overlay.complete and overlay.may_hold(place):
            with overlay.lock:
                if not overlay.complete and overlay.target(place).is_dir():
                    self._copying.folder(place)
        return overlay.seen(place)

    def write_path(self, path: str, parameter: str) -> Path:
        """Return where to write the file of that name: in the private copy (holding what is there now), or when live, itself.

        Raises:
            StepError: the path leaves the workspace, or leads into an environment, which runs do not change
                (code `path-outside`); what is there now is too large to copy (code `workspace-too-large`).
        """
        place = self.overlay.place(path, parameter)
        if self.overlay.live:
            return place
        if environment := self.overlay.environment_above(place):
            raise StepError(refusals.in_environment(path, parameter, environment))
        with self.overlay.lock:
            self._copying.file(place)
        return self.overlay.target(place)

    def list_files(self, path: str, parameter: str, most: int | None = None) -> list[str]:
        """Return the files below a folder, as the workflow would write them, sorted; see `Listing.files`."""
        return self._listing.files(path, parameter, most)

    def folder_path(self, path: str, parameter: str) -> Path:
        """Return the folder of that name in the workspace's own coordinates, for a command to run in.

        Raises:
            StepError: the path leaves the workspace (code `path-outside`), or there is no such folder (code `missing-folder`).
        """
        return self._listing.folder(path, parameter)

    def materialise(self) -> None:
        """Copy the whole workspace into the private copy, once; what steps wrote before stays. Blocks; call it in a thread.

        Raises:
            StepError: the workspace is larger than the limit (code `workspace-too-large`).
        """
        if not self.overlay.live:
            with self.overlay.lock:
                self._copying.everything()

    def link_environments(self) -> None:
        """Put links to the workspace's environments in the copy, for processes without a sandbox that mounts them."""
        overlay = self.overlay
        with overlay.lock:
            if overlay.live or self._linked:
                return
            for relative in overlay.environments:
                if posixpath.basename(relative) != ".git":
                    (overlay.root / relative).rmdir()
                    (overlay.root / relative).symlink_to(overlay.workspace / relative)
            self._linked = True

    def take_environment(self, relative: str, *, empty: bool) -> bool:
        """Put a private copy of one of the workspace's environments in its place, with nothing in it where it is to be `empty`.

        Returns whether there is one now; one that is too large to be copied, or for the disk, stays what it is, and so does one
        whose folder a command moved away or made a link of. Blocks; call it in a thread.
        """
        overlay = self.overlay
        with overlay.lock:
            if relative not in overlay.environments:
                return False
            made = overlay.private / f"{_MADE}{len(overlay.environments)}"
            try:
                taken = self._made(made, relative, empty=empty) and put_in_place(made, overlay.root / relative)
            except OSError:  # the disk is full
                taken = False
            if not taken:
                remove_tree(made)
                return False
            overlay.environments = tuple(one for one in overlay.environments if one != relative)
            return True

    def _made(self, made: Path, relative: str, *, empty: bool) -> bool:
        if empty:
            made.mkdir(mode=0o700)
        elif not self._copying.environment(relative, made):
            return False
        if self._linked:
            _rename_within(made, str(self.overlay.workspace / relative), str(self.overlay.root / relative))
        return True

    def give_back(self, relative: str) -> None:
        """Put the workspace's own environment back in the place of its private copy. Blocks; call it in a thread.

        Nothing is done where a command moved its folder away, or made a link of it: that would be another folder.
        """
        overlay = self.overlay
        with overlay.lock:
            if relative in overlay.environments:
                return
            made = overlay.private / f"{_MADE}{len(overlay.environments)}"
            if self._linked:
                made.symlink_to(overlay.workspace / relative)
            else:
                made.mkdir(mode=0o700)
            if put_in_place(made, overlay.root / relative):
                overlay.environments = (*overlay.environments, relative)
            else:
                remove_tree(made)


def _rename_within(environment: Path, path: str, by: str) -> None:
    """Let the programs of a copied environment call that one: their first lines name the Python of the one they came with."""
    programs = environment / "bin"
    for file in sorted(programs.glob("*")) if not programs.is_symlink() else ():  # which would be no copy
        if file.is_symlink() or not file.is_file() or file.stat().st_size > _LARGEST_SCRIPT:
            continue
        data = file.read_bytes()
        if os.fsencode(path) in data and b"\0" not in data:
            file.chmod(file.stat().st_mode | stat.S_IWUSR)
            file.write_bytes(data.replace(os.fsencode(path), os.fsencode(by)))
