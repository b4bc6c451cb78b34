"""Which package manager a Python project is worked on with, and what says so."""

from collections.abc import Iterator
from typing import Any

from calibrant.model.toolchain import Evidence
from calibrant.toolchains.ecosystem import Folder
from calibrant.toolchains.globs import named
from calibrant.toolchains.parsing import table, text, texts
from calibrant.toolchains.python.declared import CONDA, PYPROJECT
from calibrant.toolchains.python.requirements import files_in, lines_of, name_of

Claims = dict[str, list[Evidence]]
MANAGERS = ("uv", "poetry", "pdm", "pipenv", "conda", "pip")
LOCKS = {
    "uv.lock": "uv",
    "poetry.lock": "poetry",
    "pdm.lock": "pdm",
    "Pipfile.lock": "pipenv",
    "conda-lock.yml": "conda",
}
_TABLES = {"uv": 0.6, "poetry": 0.8, "pdm": 0.7}
_BACKEND = 0.3
_OF_BACKEND = {
    "pdm": frozenset({"version", "build", "distribution"}),
    "poetry": frozenset({"packages", "include", "exclude", "version", "build", "requires-poetry"}),
}
"""What build backends read of their managers' tables: https://backend.pdm-project.org and https://python-poetry.org/docs/pyproject."""
_BACKENDS = {"uv_build": "uv", "poetry.core": "poetry", "poetry.masonry": "poetry", "pdm.": "pdm"}
_TOOLS = frozenset(
    (
        *("black", "ruff", "mypy", "pytest", "isort", "pyright", "basedpyright", "pylint", "flake8", "coverage", "tox"),
        *("hatch", "setuptools", "setuptools_scm", "flit", "poe", "taskipy", "nox", "bandit", "ty", "pyrefly", "yapf"),
        *("cibuildwheel", "maturin", "scikit-build", "commitizen", "bumpversion", "towncrier", "pixi", "rye"),
    )
)


def claims(folder: Folder, above: Folder | None) -> Claims:
    """Return what speaks for each manager; `above` is the root of the uv workspace that the folder is a member of."""
    found: Claims = {name: [] for name in MANAGERS}
    project = folder.toml(PYPROJECT)
    for name, manager in LOCKS.items():
        if folder.has(name):
            found[manager].append(Evidence(folder.path(name), f"lock file of {manager}", 0.9))
    if above is not None:
        says = "lists this folder as a member of its uv workspace"
        found["uv"].append(Evidence(above.path(PYPROJECT), says, 0.85))
    for manager, weight in _TABLES.items():
        if table(project, "tool").get(manager) is not None:
            says = f"has settings of {manager} ([tool.{manager}])"
            if _is_of_backend(project, manager):
                says, weight = f"says how {manager}'s backend builds it ([tool.{manager}])", _BACKEND  # noqa: PLW2901
            found[manager].append(Evidence(folder.path(PYPROJECT), says, weight))
    backend = text(project, "build-system", "build-backend")
    for start, manager in _BACKENDS.items():
        if backend.startswith(start):
            found[manager].append(Evidence(folder.path(PYPROJECT), f"is built by {backend[:60]}", 0.3))
    if folder.has("Pipfile"):
        found["pipenv"].append(Evidence(folder.path("Pipfile"), "manifest of Pipenv", 0.8))
    conda = folder.first(*CONDA)
    if conda and "dependencies" in folder.yaml(conda):
        found["conda"].append(Evidence(folder.path(conda), "environment of conda", 0.6))
    found["pip"] += _of_pip(folder)
    return found


def _is_of_backend(project: dict[str, Any], manager: str) -> bool:
    """Tell whether a manager's settings are only those of its build backend, which other managers build with too."""
    keys = table(project, "tool", manager).keys()
    return "project" in project and bool(keys) and keys <= _OF_BACKEND.get(manager, frozenset())


def _of_pip(folder: Folder) -> Iterator[Evidence]:
    """Yield what speaks for pip, weakly: other managers leave such files too."""
    for name in files_in(folder)[:3]:
        asks = any(name_of(line) for line in lines_of(folder, (name,)))
        yield Evidence(folder.path(name), "requirements for pip", 0.45 if asks else 0.2)
    if folder.has("setup.py") and "setup(" in folder.read("setup.py"):
        yield Evidence(folder.path("setup.py"), "build script that pip runs", 0.4)
    if folder.has("requirements.in"):
        yield Evidence(folder.path("requirements.in"), "requirements that pip-compile pins", 0.3)


def of_python(folder: Folder) -> Iterator[Evidence]:
    """Yield what speaks for Python, whichever the manager."""
    project = folder.toml(PYPROJECT)
    path = folder.path(PYPROJECT)
    if "project" in project or "build-system" in project:
        yield Evidence(path, "declares a Python project", 0.7)
    elif "dependency-groups" in project or "poetry" in table(project, "tool"):
        yield Evidence(path, "declares dependencies of Python", 0.5)
    elif tools := sorted(_TOOLS.intersection(table(project, "tool"))):
        yield Evidence(path, f"has settings of {', '.join(tools[:3])}", 0.4)
    elif folder.has(PYPROJECT) and not project:
        yield Evidence(path, "is there, and says nothing yet", 0.2)
    setup = folder.read("setup.cfg")
    if "[metadata]" in setup or "[options]" in setup:
        yield Evidence(folder.path("setup.cfg"), "declares a Python project", 0.6)
    for name in (".python-version", "runtime.txt", "tox.ini", "noxfile.py", "pytest.ini", "manage.py"):
        if folder.has(name):
            yield Evidence(folder.path(name), _HINTS[name], 0.2)


_HINTS = {
    ".python-version": "pins a version of Python",
    "runtime.txt": "pins a version of Python",
    "tox.ini": "settings of tox",
    "noxfile.py": "sessions of nox",
    "pytest.ini": "settings of pytest",
    "manage.py": "commands of Django",
}


def workspace_above(folder: Folder) -> Folder | None:
    """Return the root of the uv workspace that a folder is a member of (https://docs.astral.sh/uv/concepts/projects/workspaces/)."""
    if not folder.has(PYPROJECT):
        return None
    for above in folder.above():
        settings = table(above.toml(PYPROJECT), "tool", "uv", "workspace")
        if settings:
            member = named(above.relative(folder), texts(settings, "members"), texts(settings, "exclude"))
            return above if member else None
    return None
