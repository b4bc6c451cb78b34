"""Toolchains: with which tools a folder is built, how that is known, and what there is to be called."""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, Protocol

import msgspec

Ecosystem = Literal["python", "node", "go", "rust", "java", "dotnet", "ruby"]
Purpose = Literal["install", "test", "lint", "typecheck", "build", "format"]
HERE = "."


class Evidence(msgspec.Struct, frozen=True):
    """One thing that speaks for a toolchain, or with a negative `weight` against it; `weight` is from -1 to 1.

    `path` is the file or folder that says so, `says` what it says, in words: "lock file of pnpm".
    """

    path: str
    says: str
    weight: float


class Versions(msgspec.Struct, frozen=True):
    """The version of the language that is asked for (as written, such as ">=3.11") and the one found; empty where unknown.

    `source` is the file that asks. `fits` is the program of another version that is here and fits ("python3.12"), where the one
    that was found does not.
    """

    asked: str = ""
    found: str = ""
    source: str = ""
    fits: str = ""


class Commands(msgspec.Struct, frozen=True):
    """What to call for each purpose in the toolchain's folder, as shell text; empty where the folder says nothing of it."""

    install: str = ""
    test: str = ""
    lint: str = ""
    typecheck: str = ""
    build: str = ""
    format: str = ""


class Toolchain(msgspec.Struct, frozen=True):
    """With which tools a folder is built. Paths are relative to the surveyed folder, with slashes; `root` is "." for itself.

    `confidence` is from 0 to 1. `manifest` and `lock` are the files that declare and pin dependencies, empty where there is
    none. `environment` is the folder that packages are installed in (absolute where it lies outside), `search` are the folders of
    programs that a command in `root` finds first, the first one first, and `variables` what else it has in its environment.
    `packages` are the names of what is declared to be needed, as the ecosystem compares them. `outdated` says, in words, what
    the lock file lacks of the manifest; empty where it is up to date, or nothing can be told. `conflicts` say what
    contradicts what.
    """

    ecosystem: Ecosystem
    manager: str
    root: str
    confidence: float
    evidence: tuple[Evidence, ...]
    versions: Versions = Versions()
    environment: str = ""
    commands: Commands = Commands()
    manifest: str = ""
    lock: str = ""
    search: tuple[str, ...] = ()
    variables: dict[str, str] = {}
    packages: frozenset[str] = frozenset()
    outdated: str = ""
    conflicts: tuple[str, ...] = ()


class Tasks(msgspec.Struct, frozen=True):
    """What a runner can be asked for in a folder: the scripts of a package.json, the targets of a Makefile.

    `runner` is the program ("make", "just", "tox", "nox", "gradle", "cargo", …), "npm" for the scripts of any Node manager.
    `whole`: there are no others but what a runner makes of names by rules of its own: `asking.lacks` says what cannot be
    called. `path` is the file that names them.
    """

    runner: str
    root: str
    path: str
    names: tuple[str, ...]
    whole: bool = True


class Survey(msgspec.Struct, frozen=True):
    """What was found in a folder, which is absolute.

    `files` are all files in it and its folders (these with a slash at the end); environments, caches and linked folders are
    not entered: they are `closed` (with a slash at the end). `whole`: there are no others. `toolchains` are sorted by root,
    the surest of a root first.
    """

    folder: str
    toolchains: tuple[Toolchain, ...] = ()
    tasks: tuple[Tasks, ...] = ()
    files: frozenset[str] = frozenset()
    whole: bool = False
    closed: frozenset[str] = frozenset()

    def lacks(self, path: str) -> bool:
        """Tell whether a file or folder (relative, no slash at the end) is surely not there: what is closed may hold anything."""
        if not self.whole or path in self.files or f"{path}/" in self.files or path == HERE:
            return False
        return not any(f"{above}/" in self.closed for above in upwards(posixpath.dirname(path)))

    def holding(self, folder: str) -> Iterator[Toolchain]:
        """Yield what holds in a folder (relative, "." for the surveyed one): of each ecosystem the nearest upwards."""
        seen: set[str] = set()
        for above in upwards(folder):
            for one in self.toolchains:
                if one.root == above and one.ecosystem not in seen:
                    seen.add(one.ecosystem)
                    yield one

    def tasks_of(self, runner: str, folder: str) -> Tasks | None:
        """Return what a runner can be asked for in exactly this folder."""
        return next((one for one in self.tasks if one.runner == runner and one.root == folder), None)


class Ground(msgspec.Struct, frozen=True):
    """Where a workflow's commands run: what was found there, and the folder that relative paths start at, relative to that."""

    survey: Survey
    folder: str = HERE

    def at(self, cwd: str) -> str | None:
        """Return a folder as the workflow writes it, relative to the surveyed one; None where it leads out of that."""
        joined = posixpath.normpath(posixpath.join(self.folder, cwd))
        return None if joined.startswith(("../", "/")) or joined == ".." else joined


class Validation(msgspec.Struct, frozen=True):
    """What there is to validate in one folder, for a workflow to begin with: each purpose with its command, in this order.

    `install` is what a fresh checkout needs first, once for all folders of one `home`; `installed`: here it was done already.
    `lock` is the lock file, empty where there is none, `pinned` the file in which the project says itself which version of the
    manager it takes.
    """

    root: str
    ecosystem: Ecosystem
    manager: str
    versions: Versions
    steps: tuple[tuple[Purpose, str], ...]
    install: str = ""
    installed: bool = False
    home: str = HERE
    lock: str = ""
    pinned: str = ""


class Files(Protocol):
    """The files of a folder, as far as a survey may see them. Paths are relative to it, with slashes."""

    folder: str
    """The folder itself, absolute."""

    def names(self) -> Sequence[str]:
        """Return all files, and folders with a slash at the end; what environments and caches hold is left out."""

    def closed(self) -> Sequence[str]:
        """Return the folders (with a slash at the end) that were not looked into; they are among `names`."""

    def whole(self) -> bool:
        """Tell whether `names` are all there are: a very large folder is not gone through to its end."""

    def read(self, path: str) -> str:
        """Return a file's text; empty where it is not there, not text, too large, or leads out of the folder."""

    def newer(self, one: str, other: str) -> bool:
        """Tell whether a file was changed after another one; False where one of them is not there."""

    def holds(self, path: str) -> bool:
        """Tell whether a file or folder is there, also one inside an environment."""

    def listed(self, folder: str) -> Sequence[str]:
        """Return the names in one folder, also one inside an environment; none where it is not there."""


class Machine(Protocol):
    """What is installed on this machine, found without starting anything. Paths are absolute."""

    environ: Mapping[str, str]
    """The environment, as far as it says where programs are."""

    def program(self, name: str) -> str:
        """Return where the program that PATH names really is, links resolved; empty where there is none."""

    def read(self, path: str) -> str:
        """Return the text of a small file; empty where there is none."""

    def listed(self, folder: str) -> Sequence[str]:
        """Return the names in a folder, sorted; none where there is none."""


def upwards(folder: str) -> Iterator[str]:
    """Yield a folder and those above it, down to "."; all relative, with slashes."""
    here = posixpath.normpath(folder)
    while here not in (HERE, "/", ""):
        yield here
        here = posixpath.dirname(here)
    yield HERE
