"""The environment of steps: the programs and variables that the toolchains of a step's folder give its commands."""

import os
import re
from collections.abc import Callable, Iterator
from hashlib import blake2b
from pathlib import Path

import msgspec

from calibrant.engine.overlay import Overlay
from calibrant.model.toolchain import HERE, Survey, Toolchain

SurveyOf = Callable[[Path], Survey]
"""Tells what a folder is built with, by looking at its files; blocks."""

_INTERPRETERS = ("python", "python3", "node", "ruby", "java")
_INTERPRETER = re.compile(r"(?:python|pypy|graalpy|node|ruby|java)[\d.]{0,10}t?")
_OWN = frozenset({"HOME", "TMPDIR", "PATH"})
_LOADER = ("LD_", "DYLD_")


class Setting(msgspec.Struct, frozen=True):
    """What a command has beside the usual: folders of programs before those of PATH, the first one first, and variables."""

    search: tuple[str, ...] = ()
    variables: dict[str, str] = {}


NOTHING = Setting()


def unknown(folder: Path) -> Survey:
    """Return a survey in which nothing is known of a folder."""
    return Survey(str(folder))


class Environments:
    """What a survey says of each folder of a run, as paths that its commands can use."""

    def __init__(self, survey: Survey, overlay: Overlay) -> None:
        self._survey = survey
        self._overlay = overlay
        self._known: dict[str, Setting] = {}

    def toolchains(self, place: Path) -> tuple[Toolchain, ...]:
        """Return the toolchains that hold in a folder of the workspace."""
        return tuple(self._survey.holding(self._relative(place))) if self._is_inside(place) else ()

    def of(self, place: Path, *, copied: bool) -> Setting:
        """Return what commands in a folder have; `copied`: they see the private copy where it is, not at the workspace's path."""
        key = f"{copied}:{place}"
        if key not in self._known:
            self._known[key] = self._made(place, copied=copied)
        return self._known[key]

    def _made(self, place: Path, *, copied: bool) -> Setting:
        search: dict[str, None] = {}
        variables: dict[str, str] = {}
        for one in self.toolchains(place):
            search |= dict.fromkeys(self._shown(path, copied=copied) for path in one.search)
            for name, value in one.variables.items():
                if name not in _OWN and not name.startswith(_LOADER) and "\0" not in value:
                    variables.setdefault(
                        name, self._shown(value, copied=copied) if Path(value).is_absolute() else value
                    )
        return Setting(tuple(path for path in search if os.pathsep not in path and "\0" not in path), variables)

    def _shown(self, path: str, *, copied: bool) -> str:
        """Return the path at which a command finds what the survey calls `path`."""
        place = self._overlay.workspace / path
        if Path(path).is_relative_to(self._survey.folder):  # the same folder, its links not resolved
            place = self._overlay.workspace / Path(path).relative_to(self._survey.folder)
        return str(self._overlay.in_root(place) if copied else place)

    def programs(self) -> tuple[Path, ...]:
        """Return the folders outside of the workspace that hold what commands use: environments, and where their programs are."""
        return tuple(
            dict.fromkeys(path for one in self._survey.toolchains for path in self._outside(one) if path.is_dir())
        )

    def _outside(self, one: Toolchain) -> Iterator[Path]:
        for path in (one.environment, *one.search):
            if not path:
                continue
            place = self._overlay.workspace / path
            if not self._is_inside(place) and Path(path).is_absolute():
                yield place
        for folder in one.search:
            for name in _INTERPRETERS:
                yield from _home_of(self._overlay.workspace / folder / name)

    def _is_inside(self, place: Path) -> bool:
        return place.is_relative_to(self._overlay.workspace)

    def _relative(self, place: Path) -> str:
        return place.relative_to(self._overlay.workspace).as_posix() or HERE

    def key(self) -> str:
        """Return what stands for all that commands may have of it: outputs hang on that."""
        digest = blake2b(digest_size=16)
        for one in self._survey.toolchains:
            if one.search or one.variables:
                said = (
                    one.root,
                    one.search,
                    sorted(one.variables.items()),
                    [_stamp(path) for path in self._outside(one)],
                )
                digest.update(repr(said).encode("utf-8", "surrogateescape"))
        return digest.hexdigest()


def _home_of(program: Path) -> Iterator[Path]:
    """Yield where an interpreter that an environment links to is installed, with its libraries."""
    try:
        real = program.resolve()
    except (OSError, RuntimeError):  # links in circles
        return
    if not _INTERPRETER.fullmatch(real.name):  # a link to something else would show the folder that this lies in
        return
    if real != program and real.parent.name == "bin" and (real.parent.parent / "lib").is_dir():
        yield real.parent.parent


def _stamp(folder: Path) -> tuple[str, int]:
    """Return what tells whether programs or packages in a folder came or went: when it was changed last."""
    places = [folder, folder / "bin", *sorted(folder.glob("lib/python*/site-packages"))]
    return str(folder), max((_changed(place) for place in places), default=0)


def _changed(place: Path) -> int:
    try:
        return place.stat().st_mtime_ns
    except OSError:  # not there
        return 0
