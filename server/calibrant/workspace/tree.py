"""The folders that an editor works in: their workflow files that are not open are read too, and watched."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from calibrant.model.settings import Settings
from calibrant.workspace.documents import Documents, Snapshot
from calibrant.workspace.files import Loaded, load
from calibrant.workspace.locate import (
    MARKS,
    MAX_ENTRIES,
    find_workflows,
    is_at_the_top,
    is_excluded,
    is_workflow_file,
    too_wide,
)
from calibrant.workspace.pipeline import Pipeline
from calibrant.workspace.watching import Concerns, watch

GATHER = 0.05
"""Seconds for which changes on disk are gathered before they are taken in: they come in bursts, and some of them twice."""


class Hooks(msgspec.Struct, frozen=True):
    """What a tree needs from its owner.

    `settings(path)` are those in force; `reload()` loads the settings files anew when next asked; `uri_of(path)` names a
    document; `gone(key)` is called when a document is let go; `spawn(work)` does something beside all else; `say(message)`
    tells the user; `touched(path)` is called when an open document's file was changed on disk. `concerned(path, came_or_went)`
    tells which other files it wants to be told of as well (`changed`).
    """

    settings: Callable[[Path], Settings]
    reload: Callable[[], None]
    uri_of: Callable[[Path], str]
    gone: Callable[[str], None]
    spawn: Callable[[Coroutine[Any, Any, None]], object]
    say: Callable[[str], None]
    touched: Callable[[Path], None]
    concerned: Concerns
    changed: Callable[[Iterable[Path]], None]


_WIDE = (
    "‘{folder}’ is {what}, which is not looked through: only the workflows that you open are checked. "
    "Open the folder of a project for all of its workflows, or put a ‘calibrant.toml’ into this one."
)
_MANY = (
    "‘{folder}’ holds more than {limit:,} files and folders, so not all of its workflows were found. Those that you open are "
    "checked. Open a smaller folder, or leave folders out with the setting ‘exclude’."
)
_UNWATCHED = (
    "Changes on disk are not noticed until you save a workflow or open its folder anew: watching failed ({error})."
)


class Tree:
    """The folders, and what lies in them."""

    def __init__(self, documents: Documents, pipeline: Pipeline, hooks: Hooks) -> None:
        self._documents = documents
        self._pipeline = pipeline
        self._hooks = hooks
        self.folders: list[Path] = []
        self._reading: dict[str, int] = {}
        self._turn = 0
        self._changes: dict[Path, None] = {}
        self._mine: set[str] = set()
        self._taking_in = False
        self._scans = 0
        self._above: set[str] = set()
        self._stop = threading.Event()
        self._stop_watching: asyncio.Event | None = None
        self._others_watch = False
        self._told: set[str] = set()
        self._widths: dict[Path, str] = {}

    @property
    def places(self) -> list[Path]:
        """The folders that are looked through and watched: all but those that nobody means to be."""
        return [folder for folder in self.folders if not self._width(folder)]

    def start(self, *, others_watch: bool = False) -> None:
        """Look through all folders and begin to watch them, unless others do that and call `changed`."""
        self._others_watch = others_watch
        self.rescan()
        self._watch()

    def rescan(self) -> None:
        """Look through all folders again; files that are left out now are cleared."""
        self._widths.clear()
        for snapshot in self._documents:
            if not snapshot.is_open and not (snapshot.path and self.holds(snapshot.path)):
                self.let_go(snapshot.key)
        self._scans += 1
        for folder in self.folders:
            if what := self._width(folder):
                self._say(_WIDE.format(folder=folder, what=what))
        for folder in self.places:
            self._hooks.spawn(self._scan(folder, self._hooks.settings(folder / "x").exclude, self._scans))

    def change(self, added: Sequence[Path], removed: Sequence[Path]) -> None:
        """Take up and let go of folders."""
        self.folders = [folder for folder in self.folders if folder not in removed]
        self.folders += [path for path in added if path not in self.folders]
        self.rescan()
        self._watch()

    def holds(self, path: Path) -> bool:
        """Tell whether a file lies in a folder and is not left out by the settings, nor by where it lies."""
        settings = self._hooks.settings(path)
        return any(
            path.is_relative_to(folder)
            and not is_excluded(path, folder, settings.exclude)
            and is_at_the_top(path.parent, folder)
            for folder in self.places
        )

    def settings_changed(self) -> None:
        """Load settings files anew and show everything by them."""
        self._hooks.reload()
        self._pipeline.again()
        self.rescan()

    def concerns(self, path: Path) -> bool:
        """Tell whether it matters here that something was made, changed or deleted on disk."""
        return self._concerns(str(path), came_or_went=True)

    def changed(self, paths: Iterable[Path]) -> None:
        """Take in files and folders that were made, changed or deleted, soon and each once, however often they are told."""
        self._changes.update(dict.fromkeys(paths))
        if self._changes and not self._taking_in:
            self._taking_in = True
            self._hooks.spawn(self._take_in_changes())

    async def _take_in_changes(self) -> None:
        try:
            while self._changes:
                await asyncio.sleep(GATHER)
                paths, self._changes = list(self._changes), {}
                if any(path.name in MARKS for path in paths):
                    self.settings_changed()
                await self._folders_changed([path for path in paths if not is_workflow_file(path)])
                for path in paths:
                    if is_workflow_file(path) and self.holds(path):
                        await self._changed_on_disk(path)
        finally:
            self._taking_in = False

    async def _changed_on_disk(self, path: Path) -> None:
        if self._is_open(str(path)):
            self._hooks.touched(path)
        await self.refresh(path)

    async def refresh(self, path: Path) -> None:
        """Check a file that is not open as it now is on disk; clear it where it is gone."""
        key = str(path)
        if self._is_open(key):
            return
        turn = self.outdate(key)
        try:
            loaded: Loaded | None = await asyncio.to_thread(load, path)
        except OSError:  # deleted, or not ours to read: nothing to show
            loaded = None
        if self._reading.get(key) != turn or self._is_open(key):
            return
        del self._reading[key]
        if loaded is None:
            self.let_go(key)
            return
        snapshot = self._take_in(path, loaded)
        if not self._pipeline.is_shown(snapshot):
            await self._pipeline.read_first(snapshot)

    def read(self, path: Path) -> Snapshot | None:
        """Return a file's text now, for a command; None where it cannot be read."""
        try:
            return self._take_in(path, load(path))
        except OSError:
            return None

    def let_go(self, key: str) -> None:
        """Forget a document, and all that was found in it."""
        self._documents.remove(key)
        self._pipeline.forget(key)
        self._hooks.gone(key)

    def outdate(self, key: str) -> int:
        """Make every reading of the file that is under way come too late; returns the turn of the next one."""
        self._turn += 1
        self._reading[key] = self._turn
        return self._turn

    def close(self) -> None:
        """End what goes on in threads."""
        self._stop.set()
        if self._stop_watching:
            self._stop_watching.set()

    def _take_in(self, path: Path, loaded: Loaded) -> Snapshot:
        key = str(path)
        self._above.update(str(folder) for folder in path.parents)
        before = self._documents.get(key)
        if before and before.text == loaded.text and before.problem == loaded.problem:
            return before
        return self._documents.put(key, self._hooks.uri_of(path), path, loaded.text, None, loaded.problem)

    def _is_open(self, key: str) -> bool:
        snapshot = self._documents.get(key)
        return snapshot is not None and snapshot.is_open

    async def _folders_changed(self, folders: Sequence[Path]) -> None:
        """Take in folders that came or went: of the files in them nobody tells one by one."""
        changed = set(folders)
        outermost = [folder for folder in folders if changed.isdisjoint(folder.parents)]
        for snapshot in self._documents:
            path = snapshot.path
            if path and not changed.isdisjoint(path.parents) and self.holds(path):
                await self.refresh(path)
        for folder in outermost:
            if self.holds(folder / "x"):
                anywhere = [glob for glob in self._hooks.settings(folder / "x").exclude if glob.startswith("**/")]
                await self._scan(folder, anywhere, self._scans)

    async def _scan(self, folder: Path, exclude: Sequence[str], scans: int) -> None:
        """Look through a folder, unless all folders are looked through anew meanwhile."""
        paths, whole = await asyncio.to_thread(self._list, folder, exclude)
        if not whole:
            self._say(_MANY.format(folder=folder, limit=MAX_ENTRIES))
        for path in paths:
            if scans != self._scans:
                return
            if self.holds(path):
                await self.refresh(path)

    def _list(self, folder: Path, exclude: Sequence[str]) -> tuple[list[Path], bool]:
        """Return the workflows below a folder, and whether these are all.

        Runs in a thread, which must come to its end when the process does.
        """
        found: list[Path] = []
        ended: list[bool] = []
        for path in find_workflows(folder, exclude, on_limit=lambda: ended.append(True)):
            if self._stop.is_set():
                break
            found.append(path)
        return found, not ended

    def _width(self, folder: Path) -> str:
        if folder not in self._widths:
            self._widths[folder] = too_wide(folder)
        return self._widths[folder]

    def _say(self, message: str) -> None:
        """Tell the user, the same only once."""
        if message not in self._told:
            self._told.add(message)
            self._hooks.say(message)

    def _watch(self) -> None:
        if self._others_watch:
            return
        if self._stop_watching:
            self._stop_watching.set()
        self._stop_watching = asyncio.Event()
        self._hooks.spawn(self._follow(self.places, self._stop_watching))

    async def _follow(self, folders: list[Path], stop: asyncio.Event) -> None:
        try:
            async for paths in watch(folders, self._wants, stop):
                mine, self._mine = self._mine, set()
                self._hooks.changed(paths)
                self.changed(sorted(path for path in paths if str(path) in mine))
        except OSError as error:
            self._say(_UNWATCHED.format(error=error.strerror or error))

    def _wants(self, path: str, *, came_or_went: bool) -> bool:
        if self._concerns(path, came_or_went=came_or_went):
            self._mine.add(path)
            return True
        return self._hooks.concerned(path, came_or_went=came_or_went)

    def _concerns(self, path: str, *, came_or_went: bool) -> bool:
        """Tell whether a change on disk matters: of a workflow, of settings, or of a folder that may hold workflows."""
        name = Path(path).name
        if is_workflow_file(path) or name in MARKS[:2]:
            return True
        return came_or_went and (path in self._above or Path(path).is_dir())
