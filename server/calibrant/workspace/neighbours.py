"""What files of GitHub Actions call of their own repository, as it is now: unsaved texts before those on disk."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

import msgspec

from calibrant.model.connector import ConnectorSpec
from calibrant.model.workflow import Workflow
from calibrant.workspace.documents import Snapshot
from calibrant.workspace.locate import LOCAL, repository_of

if TYPE_CHECKING:
    from calibrant.workspace.analysis import Analysis
    from calibrant.workspace.called import Found

_Name = tuple[Path, str]
"""A repository's folder, and how something in it is called there."""


class _User(msgspec.Struct, frozen=True):
    """A document that calls something of its repository."""

    root: Path
    names: tuple[str, ...]


class Neighbours:
    """What is known of what documents call. Lives on the event loop's thread, but for what is read ahead in another.

    `outdate(key)` has a document read and shown anew; `spawn(work)` does something beside all else.
    """

    def __init__(self, *, outdate: Callable[[str], None], spawn: Callable[[Coroutine[Any, Any, None]], object]) -> None:
        self._outdate = outdate
        self._spawn = spawn
        self._roots: dict[Path, Path | None] = {}
        self._found: dict[_Name, Found] = {}
        self._files: dict[_Name, tuple[str, ...]] = {}
        self._near: dict[Path, tuple[str, ...]] = {}
        self._own: dict[str, ConnectorSpec | None] = {}
        self._users: dict[str, _User] = {}
        self._finding: set[_Name] = set()
        self._ahead: SimpleQueue[tuple[_Name, Found]] = SimpleQueue()

    def around(self, path: str, workflow: Workflow) -> tuple[Mapping[str, ConnectorSpec], tuple[str, ...]]:
        """Return what is known of what a workflow calls; nothing is read."""
        root, names = self._called(path, workflow)
        return self._known(root, names) if root else ({}, ())

    def around_aside(self, path: str, workflow: Workflow) -> tuple[Mapping[str, ConnectorSpec], tuple[str, ...]]:
        """Return what a workflow calls, read where it is not known; for another thread than the loop's."""
        from calibrant.workspace.called import find, with_calls

        root, names = self._called(path, workflow)
        if root is None:
            return {}, ()
        read: dict[str, Found] = {}

        def look_up(name: str) -> "Found":
            known = self._known_of(root, name)
            return known or read.setdefault(name, find(root, name))

        specs = {name: found.spec for name, found in with_calls(names, look_up).items() if found.spec}
        for name, found in read.items():
            self._ahead.put(((root, name), found))
        return specs, self._known(root, names)[1]

    def seen(self, snapshot: Snapshot, analysis: "Analysis | None") -> None:
        """Take what a document that was read says: what it takes itself, and what it calls."""
        self._take_ahead()
        if analysis is None or snapshot.path is None or analysis.workflow.language.runs:
            return
        self._say(snapshot.path, analysis.workflow)
        root, names = self._called(str(snapshot.path), analysis.workflow)
        if root is None:
            self._users.pop(snapshot.key, None)
            return
        reached = self._reached(root, names)
        self._users[snapshot.key] = _User(root, reached)
        self._look(root, (name for name in reached if (root, name) not in self._found))
        if not self._fits(analysis, root, names):
            self._outdate(snapshot.key)

    async def near(self, path: Path) -> tuple[str, ...]:
        """Return what there is to call in the repository of a file, as it is on disk now, but for the file itself."""
        from calibrant.workspace.called import callables, find

        root = self._root(path)
        if root is None:
            return ()
        names = await asyncio.to_thread(lambda: [one for one in callables(root) if find(root, one).path != path])
        return tuple(names)

    async def takes(self, path: Path, name: str) -> ConnectorSpec | None:
        """Return what something takes that the file at `path` calls of its repository, read where it is not known yet."""
        from calibrant.workspace.called import find

        root = self._root(path)
        if root is None:
            return None
        known = self._found.get((root, name))
        spec = self._spec(root, known, name) if known else (await asyncio.to_thread(find, root, name)).spec
        return None if spec is None or spec.broken else spec

    def saved(self, path: Path) -> None:
        """Look again at what is on disk alone, where files may not be watched."""
        root = self._root(path)
        if root:
            unread = (name for at, name in self._found if at == root and self._live(root, name) is None)
            self._look(root, list(unread))

    def gone(self, key: str) -> None:
        """Forget a document, and look for what was called there."""
        self._users.pop(key, None)
        if key in self._own:
            del self._own[key]
            named = [name for name in self._found if key in self._places(*name)]
            self._tell(named)
            self._look_again(named)

    def _fits(self, analysis: "Analysis", root: Path, names: tuple[str, ...]) -> bool:
        """Tell whether an analysis goes by what is known now."""
        from calibrant.github.specs import ActionSpecs

        return analysis.checked.specs == ActionSpecs(*self._known(root, names))

    def _say(self, path: Path, workflow: Workflow) -> None:
        """Take what a document takes and gives; who calls it is read anew where that changed."""
        from calibrant.workspace.called import interface_in

        key, spec = str(path), interface_in(workflow, "")
        if key not in self._own or self._own[key] != spec:
            self._own[key] = spec
            self._tell([name for name in self._found if key in self._places(*name)])

    def _called(self, path: str, workflow: Workflow) -> tuple[Path | None, tuple[str, ...]]:
        if workflow.language.runs:
            return None, ()
        from calibrant.workspace.called import called

        names = called(workflow)
        return (self._root(Path(path)) if names else None), names

    def _root(self, path: Path) -> Path | None:
        folder = path.parent
        if folder not in self._roots:
            self._roots[folder] = repository_of(path)
        return self._roots[folder]

    def _known(self, root: Path, names: tuple[str, ...]) -> tuple[Mapping[str, ConnectorSpec], tuple[str, ...]]:
        """Return what is known of names and of what these call in turn."""
        from calibrant.workspace.called import lost_of, with_calls

        found = with_calls(names, lambda name: self._known_of(root, name))
        specs = {name: one.spec for name, one in found.items() if one.spec}
        return specs, self._near.get(root, ()) if lost_of(found) else ()

    def _known_of(self, root: Path, name: str) -> "Found | None":
        found = self._found.get((root, name))
        return msgspec.structs.replace(found, spec=self._spec(root, found, name)) if found else None

    def _reached(self, root: Path, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return names with all that is called by way of them, known or not."""
        specs, _ = self._known(root, names)
        called = (name for spec in specs.values() for name in spec.calls if name.startswith(LOCAL))
        return tuple(dict.fromkeys((*names, *called)))

    def _spec(self, root: Path, found: "Found", name: str) -> ConnectorSpec | None:
        live = self._live(root, name)
        if live is None:
            return found.spec
        own = self._own[live]
        return msgspec.structs.replace(own, name=name) if own else None

    def _live(self, root: Path, name: str) -> str | None:
        """Return the document that says what something takes, saved or not; None where none is held."""
        return next((place for place in self._places(root, name) if place in self._own), None)

    def _places(self, root: Path, name: str) -> tuple[str, ...]:
        if (root, name) not in self._files:
            from calibrant.workspace.called import places

            self._files[root, name] = tuple(map(str, places(root, name)))
        return self._files[root, name]

    def _take_ahead(self) -> None:
        while True:
            try:
                name, found = self._ahead.get_nowait()
            except Empty:
                return
            self._found.setdefault(name, found)
            if found.path is None and found.spec:
                self._look(name[0], [name[1]])  # what else there is to call is not known yet

    def _look_again(self, names: Iterable[_Name]) -> None:
        by_root: dict[Path, list[str]] = {}
        for root, name in names:
            by_root.setdefault(root, []).append(name)
        for root, wanted in by_root.items():
            self._look(root, wanted)

    def _look(self, root: Path, names: Iterable[str]) -> None:
        wanted = [name for name in names if (root, name) not in self._finding]
        if wanted:
            self._finding.update((root, name) for name in wanted)
            self._spawn(self._find(root, wanted))

    async def _find(self, root: Path, names: list[str]) -> None:
        try:
            found, near = await asyncio.to_thread(_look_up, root, names)
        finally:
            self._finding.difference_update((root, name) for name in names)
        changed = [name for name in names if self._found.get((root, name)) != found[name]]
        self._found.update({(root, name): one for name, one in found.items()})
        if near is not None and near != self._near.get(root, ()):
            self._near[root] = near
            changed = names
        self._tell([(root, name) for name in changed])

    def _tell(self, names: list[_Name]) -> None:
        for key, user in list(self._users.items()):
            if any((user.root, name) in names for name in user.names):
                self._outdate(key)


def _look_up(root: Path, names: list[str]) -> "tuple[dict[str, Found], tuple[str, ...] | None]":
    """Find what names stand for, and where some is missing, what else there is to call (else None)."""
    from calibrant.workspace.called import callables, find, lost_of

    found = {name: find(root, name) for name in names}
    return found, callables(root, lost) if (lost := lost_of(found)) else None
