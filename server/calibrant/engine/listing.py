"""What folders hold, as a run sees them: the workspace's files and those of the private copy, listed together."""

import os
import posixpath
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from time import monotonic

from calibrant.engine import refusals, tree
from calibrant.engine.overlay import Overlay
from calibrant.model.closest import closest
from calibrant.model.failure import StepError

_GLANCE = 1.0
"""Seconds for which a glance at a folder holds."""


class Listing:
    """Lists folders of one run, and remembers glances at them."""

    def __init__(self, overlay: Overlay) -> None:
        self._overlay = overlay
        self._glances: dict[str, tuple[float, list[str] | StepError | None]] = {}

    def folder(self, path: str, parameter: str) -> Path:
        """Return the folder of that name in the workspace's own coordinates.

        Raises:
            StepError: the path leaves the workspace (code `path-outside`), or there is no such folder (code `missing-folder`).
        """
        place = self._overlay.place(path, parameter)
        seen = self._overlay.seen(place)
        if not seen.is_dir():
            near = () if seen.exists() else self._folders_near(path)
            raise StepError(refusals.no_folder(path, parameter, near, exists=seen.exists()))
        return place

    def files(self, path: str, parameter: str, most: int | None) -> list[str]:
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
        place = self.folder(path, parameter)
        seen = self._overlay.seen(place)
        found = set(islice(self._files_below(place, seen), most))
        if seen != place and not self._overlay.complete:  # the copy's folder holds no more than what was written in it
            found.update(islice(self._files_below(place, place), most))
        return sorted(self._overlay.written_like(path, place / relative) for relative in found)

    def _files_below(self, place: Path, seen: Path) -> Iterable[str]:
        for entry in tree.walk(seen, leave_out=self._not_listed):
            if entry.is_file or (entry.is_link and self._leads_to_file(place / entry.relative)):
                yield entry.relative

    def _not_listed(self, folder: Path) -> bool:
        return folder.name in tree.CACHE_NAMES or folder.name == ".git" or self._overlay.left_out(folder)

    def _leads_to_file(self, link: Path) -> bool:
        try:
            return self._overlay.seen(self._overlay.place(str(link), "")).is_file()
        except StepError:  # it leads out: for the workflow there is no file
            return False

    def _folders_near(self, path: str) -> tuple[str, ...]:
        above, _, name = path.rstrip("/").rpartition("/")
        try:
            with os.scandir(self._overlay.seen(self._overlay.place(above or ".", ""))) as found:
                names = [entry.name for entry in found if entry.is_dir()]
        except (OSError, StepError):  # what it lies in is not there either
            return ()
        return tuple(posixpath.join(above, other) for other in closest(name, names))
