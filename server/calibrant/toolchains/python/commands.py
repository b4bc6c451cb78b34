"""What to call in a Python project for each purpose, as it is configured there."""

import re
from collections.abc import Container, Iterator

import msgspec

from calibrant.model.toolchain import HERE, Commands
from calibrant.toolchains.calls import general_task, quoted
from calibrant.toolchains.ecosystem import Folder
from calibrant.toolchains.parsing import as_ini, table, text
from calibrant.toolchains.python.declared import CONDA, PYPROJECT, extras, groups
from calibrant.toolchains.python.requirements import files_in

_RUN = {"uv": "uv run ", "poetry": "poetry run ", "pdm": "pdm run ", "pipenv": "pipenv run "}
_SCRIPTS = {"pdm": "pdm run", "poe": "poe", "task": "task", "hatch": "hatch run", "rye": "rye run"}
_TEST = ("test", "tests", "unit", "pytest", "unittest", "check")
_LINT = ("lint", "ruff", "flake8", "linting")
_TYPES = ("typecheck", "type-check", "typing", "types", "mypy", "pyright")
_BUILD = ("build", "dist", "package")
_FORMAT = ("format", "fmt", "black", "style")
_DEVELOPMENT = ("dev", "develop", "development", "test", "tests", "testing")


_TEST_FILES = ("test_*.py", "*_test.py", "*/test_*.py")
_TEST_FUNCTION = re.compile(r"^(?:async )?def test_", re.MULTILINE)
_LOOKED_AT = 10


class Project(msgspec.Struct, frozen=True):
    """A project whose commands are looked for: its folder, manager, `packages` declared, and the name of `python` there."""

    folder: Folder
    manager: str
    packages: frozenset[str]
    python: str = "python"

    @property
    def run(self) -> str:
        """What stands before a program that is to be run in the environment."""
        if self.manager == "conda":
            name = text(self.folder.yaml(self.folder.first(*CONDA)), "name")
            return f"conda run --name {quoted(name)} " if name else ""
        return _RUN.get(self.manager, "")

    def tool(self, name: str) -> bool:
        """Tell whether pyproject.toml has settings of a tool."""
        return name in table(self.folder.toml(PYPROJECT), "tool")

    def section(self, name: str) -> bool:
        """Tell whether setup.cfg or tox.ini has a section of settings."""
        return any(name in self.folder.made(file, as_ini) for file in ("setup.cfg", "tox.ini"))

    def module(self, name: str) -> str:
        """Return the call of a tool as a module of the environment's Python, or by the manager."""
        return f"{self.run}{name}" if self.run else f"{self.python} -m {name}"


def commands(project: Project) -> Commands:
    """Return what to call: scripts, recipes and targets of the project first, then the tools that it has settings for.

    A folder below that lists packages and has no code (requirements of documentation, environments) has nothing to validate.
    """
    if _only_lists(project.folder):
        return Commands(install=_install(project))
    return Commands(
        install=_install(project),
        test=_script(project, _TEST) or _test(project),
        lint=_script(project, _LINT) or _lint(project),
        typecheck=_script(project, _TYPES) or _typecheck(project),
        build=_script(project, _BUILD) or _build(project),
        format=_script(project, _FORMAT) or _format(project),
    )


def _only_lists(folder: Folder) -> bool:
    if folder.root == HERE or folder.first(
        PYPROJECT, "setup.py", "setup.cfg", "tox.ini", "noxfile.py", "Makefile", "justfile", "Pipfile"
    ):
        return False
    return not any(folder.below(pattern) for pattern in ("*.py", "*/*.py", "*/*/*.py", "*.ipynb"))


def _script(project: Project, names: tuple[str, ...]) -> str:
    """Return the call of a task: of the project's own scripts, else of a justfile, a Makefile, tox or nox."""
    folder = project.folder
    for runner, call in _SCRIPTS.items():
        if name := folder.task(runner, *names):
            own = project.run if runner in ("poe", "task") else ""
            return f"{own}{call} {quoted(name)}"
    scripts = table(folder.toml("Pipfile"), "scripts") if project.manager == "pipenv" else {}
    if name := next((name for name in names if name in scripts), ""):
        return f"pipenv run {name}"
    return general_task(folder, *names) or _isolated(project, names)


def _isolated(project: Project, names: tuple[str, ...]) -> str:
    """Return the call of tox or nox, which make environments of their own."""
    if name := project.folder.task("nox", *names):
        return f"{project.run}nox -s {quoted(name)}"
    if name := project.folder.task("tox", *(one for one in names if one != "check")):
        return f"{project.run}tox -e {quoted(name)}"
    return ""


def _install(project: Project) -> str:
    folder, manager = project.folder, project.manager
    if manager in ("uv", "poetry", "pdm"):
        return {"uv": "uv sync", "poetry": "poetry install", "pdm": "pdm install"}[manager] + _optional(project)
    if manager == "pipenv":
        verb = "sync" if folder.has("Pipfile.lock") else "install"
        return f"pipenv {verb}{' --dev' if 'dev-packages' in folder.toml('Pipfile') else ''}"
    if manager == "conda":
        return f"conda env update --file {folder.first(*CONDA)}"
    wanted = [f"-r {quoted(name)}" for name in files_in(folder)] + list(_itself(project))
    return f"{project.python} -m pip install {' '.join(wanted)}" if wanted else ""


def _itself(project: Project) -> Iterator[str]:
    """Yield what pip is told to install the project itself, with what its development needs.

    pip takes setuptools where a project says nothing of how it is built.
    """
    needs = table(project.folder.toml(PYPROJECT), "project").keys() & {"dependencies", "optional-dependencies"}
    if not is_built(project) and (not needs or project.folder.has("requirements.txt")):
        return  # where nothing says how it is built, a file that lists all that it needs will be what people install
    extra, group = _development(extras(project.folder)), _development(groups(project.folder))
    yield f"-e '.[{extra}]'" if extra else "-e ."
    if group:
        yield f"--group {group}"


def _development(names: Container[str]) -> str:
    return next((name for name in _DEVELOPMENT if name in names), "")


def _optional(project: Project) -> str:
    """Return what a manager is told for what the development needs and it would not install unasked."""
    extra = _development(extras(project.folder))
    if project.manager == "pdm":
        return f" -G {extra}" if extra else ""  # all groups of the development come unasked
    if project.manager == "poetry":
        return f" --extras {extra}" if extra else ""
    settings = table(project.folder.toml(PYPROJECT), "tool", "uv")
    group = _development(groups(project.folder)) if "default-groups" not in settings else ""
    asked = f" --group {group}" if group not in ("", "dev") else ""
    return f" --extra {extra}{asked}" if extra else asked


def is_built(project: Project) -> bool:
    """Tell whether the project can be built and installed itself, beside its dependencies."""
    folder = project.folder
    declared = folder.toml(PYPROJECT)
    if (
        table(declared, "tool", "poetry").get("package-mode") is False
        or table(declared, "tool", "uv").get("package") is False
    ):
        return False
    if table(declared, "tool", "pdm").get("distribution") is False:
        return False
    if "build-system" in declared:
        return True
    setup = folder.read("setup.cfg")
    return (folder.has("setup.py") and "setup(" in folder.read("setup.py")) or "[options]" in setup


def _test(project: Project) -> str:
    folder = project.folder
    if any(tasks.runner == "tox" for tasks in folder.tasks()) and "testenv" in folder.read("tox.ini"):
        return f"{project.run}tox"
    configured = project.tool("pytest") or folder.first("pytest.ini", ".pytest.ini", "pytest.toml", "conftest.py")
    if configured or "pytest" in project.packages or folder.has("tests/conftest.py"):
        return project.module("pytest")
    if project.section("tool:pytest") or project.section("pytest"):
        return project.module("pytest")
    if folder.has("manage.py") and "django" in folder.read("manage.py"):
        return f"{project.run}{project.python} manage.py test"
    return _unittest(project)


def _unittest(project: Project) -> str:
    """Return what runs the tests of a project that is set up for nothing: pytest where only that can, else unittest."""
    folder = project.folder
    for start in ("tests", "test", ""):
        within = f"{start}/" if start else ""
        for path in [one for pattern in _TEST_FILES for one in folder.below(within + pattern)[:_LOOKED_AT]]:
            content = folder.read(path)
            if "import unittest" in content or "from unittest import TestCase" in content:
                chosen = f" -s {start}" if start and not folder.has(f"{start}/__init__.py") else ""
                return f"{project.run}{project.python} -m unittest discover{chosen}"
            if "import pytest" in content or _TEST_FUNCTION.search(content):
                return project.module("pytest")
    return ""


def hooks(folder: Folder) -> frozenset[str]:
    """Return the ids of the hooks that pre-commit runs."""
    repos = folder.yaml(".pre-commit-config.yaml").get("repos")
    found = (
        [hook for repo in repos if isinstance(repo, dict) for hook in _listed(repo)] if isinstance(repos, list) else []
    )
    return frozenset(text(hook, "id") for hook in found) - {""}


def _listed(repo: dict[str, object]) -> list[object]:
    listed = repo.get("hooks")
    return listed if isinstance(listed, list) else []


def _lint(project: Project) -> str:
    folder = project.folder
    if project.tool("ruff") or folder.first("ruff.toml", ".ruff.toml") or "ruff" in project.packages:
        return f"{project.run}ruff check"
    if folder.has(".flake8") or project.section("flake8") or "flake8" in project.packages:
        return project.module("flake8")
    if project.tool("pylint") or folder.first(".pylintrc", "pylintrc") or "pylint" in project.packages:
        return f"{project.module('pylint')} --recursive=y ."
    return f"{project.run}pre-commit run --all-files" if hooks(folder) else ""


def _typecheck(project: Project) -> str:
    folder = project.folder
    settings = table(folder.toml(PYPROJECT), "tool", "mypy")
    ini = {**folder.made("setup.cfg", as_ini), **folder.made("mypy.ini", as_ini), **folder.made(".mypy.ini", as_ini)}
    if "mypy" in ini or project.tool("mypy") or "mypy" in project.packages:
        chosen = any(
            key in source for source in (settings, ini.get("mypy", {})) for key in ("files", "packages", "modules")
        )
        return project.module("mypy") + ("" if chosen else " .")
    for name, tool, file in (
        ("basedpyright", "basedpyright", ""),
        ("pyright", "pyright", "pyrightconfig.json"),
        ("ty check", "ty", "ty.toml"),
        ("pyrefly check", "pyrefly", "pyrefly.toml"),
    ):
        if project.tool(tool) or (file and folder.has(file)) or tool in project.packages:
            return f"{project.run}{name}"
    return ""


def _build(project: Project) -> str:
    if not is_built(project):
        return ""
    own = {"uv": "uv build", "poetry": "poetry build", "pdm": "pdm build"}
    if project.manager in own:
        return own[project.manager]
    if project.tool("hatch") and project.folder.task("hatch", "build"):
        return "hatch build"
    return f"{project.run}{project.python} -m build"


def _format(project: Project) -> str:
    """Return the formatter that is set up; Ruff's linter being there does not mean that its formatter is used."""
    known = hooks(project.folder)
    ruff = project.folder.toml(project.folder.first("ruff.toml", ".ruff.toml")) or table(
        project.folder.toml(PYPROJECT), "tool", "ruff"
    )
    if "format" in ruff or "ruff-format" in known:
        return f"{project.run}ruff format"
    for name in ("black", "yapf", "autopep8"):
        if project.tool(name) or name in project.packages or name in known:
            arguments = "." if name == "black" else "--in-place --recursive ."
            return f"{project.module(name)} {arguments}"
    return ""
