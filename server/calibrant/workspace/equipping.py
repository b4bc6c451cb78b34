"""What a fresh checkout installs for a project's commands: what they call, too, where the project does not declare it."""

import re
from collections.abc import Iterable, Iterator
from types import MappingProxyType

from calibrant.model.toolchain import Tasks, Toolchain

_PACKAGES = MappingProxyType(
    {
        **{
            name: name
            for name in ("build", "pytest", "mypy", "flake8", "black", "pylint", "yapf", "ruff", "tox", "nox")
        },
        **{name: name for name in ("pyright", "basedpyright", "ty", "pyrefly", "pre-commit", "hatch")},
        "poe": "poethepoet",
        "task": "taskipy",
    }
)
"""Programs of Python, and the packages that bring them."""
_MODULE = re.compile(r"python[\d.]{0,5} -m ([\w-]{1,40})(?![\w-])")
_PROGRAM = re.compile(r"([\w-]{1,40})(?![\w-])")
_UV_RUN = re.compile(r"uv run (?=([\w-]{1,40})(?:\s|\Z))")
_TOX = re.compile(r"(?:\w{1,20} run )?tox")
_A_PYTHON = re.compile(r"py(?:\d[.\d]{0,6})?")
_PIP = re.compile(r"python[\d.]{0,5} -m pip install ")
_BY_ITSELF = re.compile(r"(?:mvn|\S{0,200}mvnw)\s.{0,100}dependency:resolve", re.DOTALL)
"""What Maven fetches when it builds; fetched before, it lacks what the modules of a build are to each other."""


def in_a_run(command: str, one: Toolchain, tox: Tasks | None) -> str:
    """Return a command as it can be called after a fresh install: uv brings what the project does not declare.

    tox is asked for the Python that is there; all that it knows are hardly installed together.
    """
    if _TOX.fullmatch(command) and tox is not None and any(_A_PYTHON.fullmatch(name) for name in tox.names):
        command += " -e py"
    called = _UV_RUN.match(command)
    package = _PACKAGES.get(called[1], "") if called else ""
    if not called or not package or package in one.packages:
        return command
    return f"uv run --with {package} {command[called.end() :]}"


def brought(home: Toolchain, commands: Iterable[str]) -> str:
    """Return what installs for the commands of a project; with pip also what they call and nothing declares."""
    install = home.commands.install
    if _BY_ITSELF.match(install):
        return ""
    if home.ecosystem != "python" or home.manager != "pip" or (install and not _PIP.match(install)):
        return install
    missing = list(dict.fromkeys(package for package in _called(commands) if package not in home.packages))
    if not missing:
        return install
    return " ".join((install or "python -m pip install", *missing))


def _called(commands: Iterable[str]) -> Iterator[str]:
    for command in commands:
        found = _MODULE.match(command) or _PROGRAM.match(command)
        if found and found[1] in _PACKAGES:
            yield _PACKAGES[found[1]]
