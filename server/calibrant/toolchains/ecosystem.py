"""What an ecosystem is, and the folder that it looks at: each file is read and parsed once in a survey."""

import posixpath
from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Any, TypeVar

import msgspec

from calibrant.model import toolchain as model
from calibrant.model.toolchain import HERE, Files, Machine, Tasks, Toolchain, upwards
from calibrant.toolchains.globs import fits
from calibrant.toolchains.parsing import Parsed, as_json, as_toml, as_yaml

MAX_BELOW = 10_000
T = TypeVar("T")
_READERS = {"toml": as_toml, "json": as_json, "yaml": as_yaml}


class Ecosystem(msgspec.Struct, frozen=True):
    """One ecosystem: the file names (fnmatch patterns allowed) that make a folder a root of it, and what finds toolchains there.

    `evidence` are names of other files that a survey reads (a watcher looks at them too). `detect` is asked for each folder
    with a mark; it never raises, whatever the files hold, and yields nothing where the marks turn out to mean something else.
    """

    name: model.Ecosystem
    marks: tuple[str, ...]
    detect: Callable[["Folder"], Iterable[Toolchain]]
    evidence: tuple[str, ...] = ()


class Runner(msgspec.Struct, frozen=True):
    """A task runner: the file names (fnmatch patterns allowed) that make a folder one of its, and what finds its tasks there.

    `evidence` are names of other files that it reads.
    """

    name: str
    marks: tuple[str, ...]
    detect: Callable[["Folder"], Iterable[Tasks]]
    evidence: tuple[str, ...] = ()


class Contents:
    """The files of one survey: their names by folder, and what was read and parsed of them, kept for the survey's time."""

    def __init__(self, files: Files, machine: Machine, runners: Sequence[Runner] = ()) -> None:
        self.files = files
        self.machine = machine
        self.runners = runners
        self.inside: dict[str, dict[str, None]] = {HERE: {}}
        for path in files.names():
            folder, _, name = path.removesuffix("/").rpartition("/")
            self.inside.setdefault(folder or HERE, {})[name] = None
            if path.endswith("/"):
                self.inside.setdefault(path[:-1], {})
        self.closed: dict[str, list[str]] = {}
        for path in files.closed():
            folder, _, name = path.removesuffix("/").rpartition("/")
            self.closed.setdefault(folder or HERE, []).append(name)
        self._folders: dict[str, Folder] = {}
        self._texts: dict[str, str] = {}
        self._parsed: dict[tuple[str, str], Parsed] = {}
        self._made: dict[tuple[object, str], Any] = {}

    def files_in(self, root: str) -> list[str]:
        """Return the names of what is in a folder and is no folder itself."""
        before = "" if root == HERE else f"{root}/"
        return [name for name in self.inside[root] if before + name not in self.inside]

    def folder(self, root: str) -> "Folder":
        """Return the folder at a path, the same object each time."""
        if root not in self._folders:
            self._folders[root] = Folder(self, root)
        return self._folders[root]

    def text(self, path: str) -> str:
        """Return a file's text, read once."""
        if path not in self._texts:
            self._texts[path] = self.files.read(path).removeprefix("\ufeff")
        return self._texts[path]

    def parsed(self, path: str, form: str) -> Parsed:
        """Return what could be read of a file as `form` ("toml", "json", "yaml"), parsed once."""
        key = form, path
        if key not in self._parsed:
            self._parsed[key] = _READERS[form](self.text(path))
        return self._parsed[key]

    def made(self, path: str, make: Callable[[str], T]) -> T:
        """Return what a function makes of a file's text, made once."""
        key = make, path
        if key not in self._made:
            self._made[key] = make(self.text(path))
        made: T = self._made[key]
        return made


class Folder:
    """One folder of a survey. Names are of files in it, or of paths below it with slashes; nothing raises.

    `root` is its path in the survey, "." for the surveyed folder itself.
    """

    def __init__(self, contents: Contents, root: str) -> None:
        self.root = root
        self._contents = contents
        self._tasks: tuple[Tasks, ...] | None = None

    @property
    def machine(self) -> Machine:
        """The machine that the survey is made on."""
        return self._contents.machine

    @property
    def files(self) -> Files:
        """The files of the whole survey, for what is asked for seldom: which of two is newer, what environments hold."""
        return self._contents.files

    @property
    def names(self) -> Iterable[str]:
        """The names of all files and folders in it, without those below."""
        return self._contents.inside.get(self.root, {}).keys()

    @property
    def closed(self) -> Sequence[str]:
        """The names of folders in it that were not looked into: environments, caches, links."""
        return self._contents.closed.get(self.root, ())

    def path(self, name: str) -> str:
        """Return the path in the survey of something in this folder."""
        return name if self.root == HERE else f"{self.root}/{name}"

    def has(self, name: str) -> bool:
        """Tell whether a file or folder of this name is in it."""
        if "/" not in name:
            return name in self._contents.inside.get(self.root, {})
        folder, _, last = self.path(name).rpartition("/")
        return last in self._contents.inside.get(folder, {})

    def first(self, *names: str) -> str:
        """Return the first of the names that is in it; empty where none is."""
        return next((name for name in names if self.has(name)), "")

    def named(self, glob: str) -> list[str]:
        """Return the names in it that fit an fnmatch pattern, sorted."""
        return sorted(name for name in self.names if fnmatchcase(name, glob))

    def read(self, name: str) -> str:
        """Return a file's text without a byte order mark; empty where there is none that can be read."""
        return self._contents.text(self.path(name)) if self.has(name) else ""

    def read_closed(self, name: str) -> str:
        """Return the text of a file in a folder that was not looked into (`.venv/pyvenv.cfg`); empty where there is none."""
        return self._contents.text(self.path(name))

    def toml(self, name: str) -> dict[str, Any]:
        """Return what can be read of a TOML file; empty where it is not there or is no table."""
        return self._table(name, "toml")

    def json(self, name: str) -> dict[str, Any]:
        """Return what can be read of a JSON file; empty where it is not there or is no object."""
        return self._table(name, "json")

    def yaml(self, name: str) -> dict[str, Any]:
        """Return what can be read of a YAML file; empty where it is not there or is no map."""
        return self._table(name, "yaml")

    def parsed(self, name: str, form: str) -> Parsed:
        """Return what can be read of a file in a form ("toml", "json", "yaml"), whatever value it is."""
        return self._contents.parsed(self.path(name), form) if self.has(name) else Parsed({})

    def made(self, name: str, make: Callable[[str], T]) -> T:
        """Return what a function makes of a file's text, made once in a survey; of an empty text where there is none."""
        return self._contents.made(self.path(name), make) if self.has(name) else make("")

    def fault(self, name: str, form: str) -> int:
        """Return the line (from 1) from which on a manifest cannot be read; 0 where all of it can."""
        return self.parsed(name, form).fault

    def above(self) -> Iterator["Folder"]:
        """Yield the folders above it, the nearest first, up to the surveyed one."""
        for root in upwards(self.root):
            if root != self.root:
                yield self._contents.folder(root)

    def at(self, relative: str) -> "Folder | None":
        """Return the folder at a path from here (".." allowed); None where it leads out of the survey, or nothing is there."""
        joined = posixpath.normpath(posixpath.join(self.root, relative))
        return self._contents.folder(joined) if joined in self._contents.inside else None

    def below(self, glob: str) -> list[str]:
        """Return the paths from here of files and folders below that fit a pattern (`**` is any number of folders), sorted.

        At most so many are looked at (`MAX_BELOW`). A pattern without `**` costs only the folders that it leads through.
        """
        parts = tuple(part for part in glob.split("/") if part not in ("", "."))
        if "**" not in parts:
            return sorted(self._walk("", parts))
        return sorted(path for path in self._all() if fits(path, glob))

    def tasks(self) -> tuple[Tasks, ...]:
        """Return what task runners can be asked for in it."""
        if self._tasks is None:
            self._tasks = tuple(
                tasks
                for runner in self._contents.runners
                if any(self._marked(mark) for mark in runner.marks)
                for tasks in runner.detect(self)
            )
        return self._tasks

    def task(self, runner: str, *names: str) -> str:
        """Return the first of the names that a runner can be asked for here; empty where it knows none of them."""
        known = [tasks.names for tasks in self.tasks() if tasks.runner == runner]
        return next((name for name in names if any(name in of for of in known)), "") if known else ""

    def relative(self, other: "Folder") -> str:
        """Return the path of a folder as seen from this one: ".", "lib/one", "../one"."""
        return posixpath.relpath(other.root, self.root)

    def _marked(self, mark: str) -> bool:
        return bool(self.named(mark)) if any(sign in mark for sign in "*?[") else self.has(mark)

    def _table(self, name: str, form: str) -> dict[str, Any]:
        value = self.parsed(name, form).value
        return value if isinstance(value, dict) else {}

    def _walk(self, start: str, parts: tuple[str, ...]) -> Iterator[str]:
        names = self._contents.inside.get(self.path(start) if start else self.root, {})
        for name in names if any(sign in parts[0] for sign in "*?[") else [parts[0]] if parts else []:
            if name not in names or not fnmatchcase(name, parts[0]):
                continue
            path = f"{start}/{name}" if start else name
            if len(parts) == 1:
                yield path
            else:
                yield from self._walk(path, parts[1:])

    def _all(self) -> Iterator[str]:
        waiting, seen = [""], 0
        while waiting and seen < MAX_BELOW:
            start = waiting.pop()
            for name in self._contents.inside.get(self.path(start) if start else self.root, {}):
                path = f"{start}/{name}" if start else name
                seen += 1
                yield path
                if self.path(path) in self._contents.inside:
                    waiting.append(path)
