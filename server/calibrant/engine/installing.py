"""Private installs: what a script installs goes into copies of the workspace's environments, or into the run's private home.

Neither the workspace's environments nor the user's are changed. A copy stays for the steps behind: they find what was installed.
"""

import os
import posixpath
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from calibrant.engine.environment import Setting
from calibrant.engine.installs import Installs, installs
from calibrant.engine.private_folder import put_in_place
from calibrant.engine.sandbox import NO_HOME, home_of, shims
from calibrant.engine.workspace_copy import PrivateCopy
from calibrant.model.toolchain import Toolchain, upwards

SHELLS = frozenset({"sh", "bash", "dash", "ash", "ksh", "zsh"})
_PYTHON_HOME, _NODE_HOME = ".python", ".node"
"""Folders of the private home for what is installed into no environment."""
_NODE_MODULES = "node_modules"
_NODE_LOCKS = ("package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock", "bun.lockb")
_OWN_PLACE = ("--target", "--prefix", "--root", "--user", "venv", "activate", "conda", " -t ")
"""What in a script says that it has a place of its own for Python packages."""

OFFLINE: dict[str, str] = {
    "PIP_RETRIES": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "NPM_CONFIG_FETCH_RETRIES": "0",
    "NPM_CONFIG_UPDATE_NOTIFIER": "false",
    "UV_HTTP_RETRIES": "0",
    "CARGO_NET_RETRY": "0",
    "BUNDLE_RETRY": "0",
}
"""Without a network nothing comes of trying again, and a minute of it would look as if a step took too long."""


class Taken(msgspec.Struct, frozen=True):
    """What was done for a command that installs: the environments that it has a private copy of, and what else it is given."""

    copies: tuple[str, ...] = ()
    setting: Setting = Setting()
    installs: Installs = Installs()


class Installing:
    """Private installs of one run. `environ` says where the user's home is: Python packages in it stay in sight."""

    def __init__(self, copy: PrivateCopy, environ: Mapping[str, str]) -> None:
        self._copy = copy
        self._environ = environ
        self._python = False
        self._node = False

    def replaces(self, argv: Sequence[str]) -> bool:
        """Tell whether a command may have an environment replaced, which others that are at work would see half made."""
        overlay = self._copy.overlay
        others = any(posixpath.basename(one) != ".git" for one in overlay.environments)
        return others and not overlay.live and bool(installs(_script(argv)))

    def take(
        self, argv: Sequence[str], place: Path, toolchains: Iterable[Toolchain], home: Path, *, walled: bool
    ) -> Taken:
        """Make room for what a command in a folder installs, and return what it is given; it sees its home at `home`. Blocks."""
        script = _script(argv)
        found = installs(script)
        if not found:
            return Taken(setting=self._setting(home))
        python = next((one for one in toolchains if one.ecosystem == "python" and one.environment), None)
        copies = [
            relative
            for relative in self._environments(found, script, place, python.environment if python else "")
            if self._copy.take_environment(relative, empty=found.clean and relative.endswith(_NODE_MODULES))
        ]
        setting = self._setting(home)
        if found.python and (python is None or self._is_elsewhere(script, python.environment)):
            self._begin_python()
            setting = self._setting(home)
            if not (walled or any(word in script for word in _OWN_PLACE)):
                setting = Setting(setting.search, {**setting.variables, "PIP_USER": "1"})
        if found.globally:
            self._node = True
            setting = self._setting(home)
            setting = Setting(setting.search, {**setting.variables, "NPM_CONFIG_PREFIX": str(home / _NODE_HOME)})
        return Taken(tuple(copies), setting, found)

    def settle(self, taken: Taken, *, worked: bool) -> None:
        """Give back what a command has not installed into: it was kept from it, or left nothing. Blocks."""
        for relative in taken.copies:
            if not worked or not _holds_anything(self._copy.overlay.root / relative):
                self._copy.give_back(relative)

    def _environments(self, found: Installs, script: str, place: Path, of_python: str) -> Iterator[str]:
        """Yield those of the workspace's environments that a script may install into."""
        overlay = self._copy.overlay
        here = place.relative_to(overlay.workspace).as_posix() if place.is_relative_to(overlay.workspace) else ""
        homes = {self._node_home(here, folder) for folder in found.node}
        for relative in overlay.environments:
            folder, name = posixpath.split(relative)
            if name == ".git":
                continue
            if name == _NODE_MODULES:
                wanted = any(_is_below(folder, home) for home in homes)
            elif name in (".tox", ".nox"):
                wanted = name in found.folders
            else:
                wanted = found.python and (relative == of_python or folder == here.strip(".") or name in script)
            if wanted:
                yield relative

    def _node_home(self, here: str, folder: str | None) -> str:
        """Return the folder that a Node manager installs for: the nearest with a lock file or packages, from where it works."""
        named = "." if folder is None else posixpath.normpath(posixpath.join(here or ".", folder))
        if named.startswith(("/", "..")):
            return "."
        overlay = self._copy.overlay
        for above in upwards(named):
            place = overlay.workspace / above
            if any(os.path.lexists(overlay.seen(place / name)) for name in (*_NODE_LOCKS, _NODE_MODULES)):
                return above
        return named

    def _is_elsewhere(self, script: str, environment: str) -> bool:
        """Tell whether the pip that a script calls is not an environment's, which may have none (as uv makes them)."""
        folder = self._copy.overlay.workspace / environment
        return "pip" in script and "uv " not in script and folder.is_dir() and not (folder / "bin" / "pip").exists()

    def _setting(self, home: Path) -> Setting:
        search: list[str] = []
        variables: dict[str, str] = {}
        if self._python:
            search.append(str(home / _PYTHON_HOME / "bin"))
            variables["PYTHONUSERBASE"] = str(home / _PYTHON_HOME)
        if self._node:
            search.append(str(home / _NODE_HOME / "bin"))
        return Setting(tuple(search), variables)

    def _begin_python(self) -> None:
        """Have Python look for a user's packages in the private home, and behind them for the real one's."""
        if self._python:
            return
        self._python = True
        for real, own in shims(self._environ, self._copy.overlay.private):
            shutil.copytree(real, own, symlinks=True, dirs_exist_ok=True)  # after each install they are made anew
        made = self._copy.overlay.private / "made-python"
        for real in (home_of(self._environ) or NO_HOME).glob(".local/lib/python3*/site-packages"):
            folder = made / "lib" / real.parent.name / "site-packages"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "home.pth").write_text(f"{real}\n", encoding="utf-8")
        if made.is_dir():  # moved as a whole: a command may have put a link in its place
            put_in_place(made, self._copy.overlay.private / "home" / _PYTHON_HOME)


def _script(argv: Sequence[str]) -> str:
    return argv[-1] if posixpath.basename(argv[0]) in SHELLS else ""


def _holds_anything(folder: Path) -> bool:
    try:
        return any(folder.iterdir())
    except OSError:  # gone, no folder any more, or closed to us
        return False


def _is_below(folder: str, above: str) -> bool:
    above = above.strip(".")
    return not above or folder == above or folder.startswith(f"{above}/")


def joined(first: Setting, second: Setting) -> Setting:
    """Return two settings as one: what the first finds is found before what the second does, and its variables win."""
    return Setting((*first.search, *second.search), {**second.variables, **first.variables})
