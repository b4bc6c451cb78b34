"""Where a Python project's packages are installed, and which Python is found for it."""

import base64
import hashlib
import posixpath
import re
from collections.abc import Iterator

import msgspec

from calibrant.model.toolchain import Evidence, Machine
from calibrant.toolchains.ecosystem import Folder
from calibrant.toolchains.parsing import text
from calibrant.toolchains.python.declared import CONDA, PYPROJECT, pins
from calibrant.toolchains.versions import as_numbers, excludes, newest, number_in

_NAMES = (".venv", "venv", "env", ".env", ".conda")
_CONFIGURED = re.compile(r"^(version|version_info|home)[ \t]{0,5}=[ \t]{0,5}(\S[^\n]{0,400})$", re.MULTILINE)
_CONDA_PYTHON = re.compile(r"python-(\d+(?:\.\d+){1,3})-[^-]{1,60}\.json")
_NEWEST, _OLDEST = 20, 8
"""Minor versions of Python 3 that are looked for by name."""

_CONDA_HOMES = ("miniconda3", "anaconda3", "miniforge3", "mambaforge", "micromamba", ".conda")


class Environment(msgspec.Struct, frozen=True):
    """An environment: its folder (relative to the survey, absolute outside), the Python in it, and whether it is conda's.

    `broken` says in words why it cannot work.
    """

    path: str
    version: str = ""
    conda: bool = False
    broken: str = ""
    windows: bool = False

    @property
    def programs(self) -> str:
        """The folder of its programs."""
        return f"{self.path}/{'Scripts' if self.windows else 'bin'}"

    def evidence(self) -> Evidence:
        """Return what it tells of the folder."""
        kind = "environment of conda" if self.conda else "virtual environment"
        return Evidence(self.path, f"{kind} with Python {self.version}" if self.version else kind, 0.4)


def environment(folder: Folder, manager: str, workspace: Folder | None) -> Environment | None:
    """Return the environment that a project's packages are in; None where none is found."""
    homes = [folder] if workspace is None else [workspace]
    for home in homes:
        if found := _inside(home):
            return found
    machine = folder.machine
    outside: Iterator[Environment | None] = iter(())
    if manager == "poetry":
        outside = _of_poetry(folder, machine)
    elif manager == "pipenv":
        outside = _of_pipenv(folder, machine)
    elif manager == "conda":
        outside = _of_conda(folder, machine)
    elif manager == "pip" and workspace is None:
        outside = (_inside(above) for above in folder.above())
    return next((one for one in outside if one), None)


def _inside(folder: Folder) -> Environment | None:
    names = [name for name in _NAMES if folder.has(name)]
    names += [name for name in sorted(folder.closed) if name not in names]
    for name in names:
        path = folder.path(name)
        if folder.files.holds(f"{path}/pyvenv.cfg"):
            windows = folder.files.holds(f"{path}/Scripts")
            return _venv(path, folder.read_closed(f"{name}/pyvenv.cfg"), folder.machine, windows=windows)
        if folder.files.holds(f"{path}/conda-meta"):
            return Environment(path, _conda_version(folder.files.listed(f"{path}/conda-meta")), conda=True)
    return None


def _venv(path: str, configured: str, machine: Machine, *, windows: bool = False) -> Environment:
    said = {found[1]: found[2].strip() for found in _CONFIGURED.finditer(configured[:10_000])}
    version = number_in(said.get("version", "") or said.get("version_info", ""), 1)
    home = said.get("home", "")
    gone = home and not machine.listed(home)
    return Environment(path, version, broken=f"its Python is no longer in {home}" if gone else "", windows=windows)


def _of_poetry(folder: Folder, machine: Machine) -> Iterator[Environment | None]:
    """Yield Poetry's own: <cache>/virtualenvs/<name>-<hash of the folder>-py<version>."""
    project = folder.toml(PYPROJECT)
    name = text(project, "project", "name") or text(project, "tool", "poetry", "name") or "virtualenv"
    clean = re.sub(r"[ $`!*@\"\\\r\n\t/]", "_", name.lower())[:42]
    here = posixpath.normpath(posixpath.join(folder.files.folder, folder.root))
    mark = base64.urlsafe_b64encode(hashlib.sha256(here.encode("utf-8", "replace")).digest()).decode()[:8]
    home = machine.environ.get("HOME", "")
    for cache in (
        machine.environ.get("POETRY_VIRTUALENVS_PATH", ""),
        f"{home}/.cache/pypoetry/virtualenvs" if home else "",
        f"{home}/Library/Caches/pypoetry/virtualenvs" if home else "",
    ):
        names = [one for one in machine.listed(cache) if one.startswith(f"{clean}-{mark}-py")] if cache else []
        for one in sorted(names, key=as_numbers, reverse=True):
            yield _venv(f"{cache}/{one}", machine.read(f"{cache}/{one}/pyvenv.cfg"), machine)


def _of_pipenv(folder: Folder, machine: Machine) -> Iterator[Environment | None]:
    """Yield Pipenv's own: <data>/virtualenvs/<folder's name>-<hash of the Pipfile's path>."""
    here = posixpath.normpath(posixpath.join(folder.files.folder, folder.root))
    clean = re.sub(r"[ &$`!*@\"()\[\]\\\r\n\t]", "_", posixpath.basename(here))[:42]
    mark = base64.urlsafe_b64encode(hashlib.sha256(f"{here}/Pipfile".encode("utf-8", "replace")).digest()[:6]).decode()[
        :8
    ]
    home = machine.environ.get("HOME", "")
    for data in (machine.environ.get("WORKON_HOME", ""), f"{home}/.local/share/virtualenvs" if home else ""):
        path = f"{data}/{clean}-{mark}"
        if data and machine.listed(path):
            yield _venv(path, machine.read(f"{path}/pyvenv.cfg"), machine)


def _of_conda(folder: Folder, machine: Machine) -> Iterator[Environment | None]:
    """Yield conda's environment of the name that environment.yml gives, in the usual homes of conda."""
    name = folder.yaml(folder.first(*CONDA)).get("name")
    if not isinstance(name, str) or not re.fullmatch(r"[\w.-]{1,100}", name) or name in (".", ".."):
        return
    home, roots = machine.environ.get("HOME", ""), [machine.environ.get("MAMBA_ROOT_PREFIX", "")]
    roots += [f"{home}/{one}" for one in _CONDA_HOMES] if home else []
    for root in (*roots, "/opt/conda"):
        path = f"{root}/envs/{name}"
        if root and (packages := machine.listed(f"{path}/conda-meta")):
            yield Environment(path, _conda_version(packages), conda=True)


def _conda_version(packages: Iterator[str] | object) -> str:
    listed = packages if isinstance(packages, list | tuple) else ()
    return next((found[1] for one in listed if (found := _CONDA_PYTHON.fullmatch(one))), "")


def found_version(folder: Folder, own: Environment | None) -> str:
    """Return the version of Python that a command in the folder gets: of its environment, else of what is installed."""
    if own is not None and own.version:
        return own.version
    machine = folder.machine
    pinned = next((number_in(version) for _, version in pins(folder) if version), "")
    if pinned and (installed := _installed(pinned, machine)):
        return installed
    for name in ("python3", "python"):
        program = machine.program(name)
        if version := _managed(program, machine) or _of_program(program):
            return version
    return ""


def _managed(program: str, machine: Machine) -> str:
    """Return the version that a program of pyenv stands for, which is a script: the one that is chosen for the user."""
    root, shim, _ = program.partition("/shims/")
    if not shim:
        return ""
    chosen = machine.environ.get("PYENV_VERSION", "") or machine.read(f"{root}/version")
    return number_in(chosen, 1) or (_installed(chosen, machine) if number_in(chosen) else "")


def _installed(pinned: str, machine: Machine) -> str:
    """Return the installed Python that a pin such as "3.12" chooses, of version managers and PATH."""
    wanted = as_numbers(pinned)
    home = machine.environ.get("HOME", "")
    pyenv = machine.environ.get("PYENV_ROOT", "") or (f"{home}/.pyenv" if home else "")
    names = list(machine.listed(f"{pyenv}/versions")) if pyenv else []
    names += machine.listed(f"{home}/.local/share/uv/python") if home else []
    found = {number_in(name, 1) for name in names}
    found.add(_of_program(machine.program(f"python{'.'.join(map(str, wanted[:2]))}")))
    return newest(version for version in found if as_numbers(version)[: len(wanted)] == wanted)


def fitting(machine: Machine, asked: str) -> str:
    """Return the newest program of PATH, named by its version, that fits what is asked for; empty where there is none."""
    names = [f"3.{minor}" for minor in range(_NEWEST, _OLDEST - 1, -1)]
    return next((f"python{one}" for one in names if not excludes(asked, one) and _works(f"python{one}", machine)), "")


def _works(name: str, machine: Machine) -> bool:
    """Tell whether a program is there; a script of pyenv works only where its version is one of those chosen."""
    root, shim, _ = machine.program(name).partition("/shims/")
    if not shim:
        return bool(root)
    chosen = machine.environ.get("PYENV_VERSION", "") or machine.read(f"{root}/version")
    return any(f"python{number_in(one)}".startswith(name) for one in chosen.replace(":", " ").split())


def _of_program(path: str) -> str:
    """Return the version that a program's real path tells: /usr/bin/python3.11, …/cpython-3.12.4-linux…/bin/python3.12."""
    if not path:
        return ""
    versions = [number_in(part, 1) for part in path.split("/") if "python" in part or "pyenv" in path]
    return max((one for one in versions if one), key=lambda one: one.count("."), default="")
