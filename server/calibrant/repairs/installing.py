"""What installs packages before a step: commands that are fit to be written into a workflow, and steps that run one already."""

import re
from collections.abc import Mapping

import msgspec

from calibrant.model.workflow import Step, Workflow
from calibrant.repairs.commanding import commands_in, given_to, program_of
from calibrant.repairs.ordering import downstream, upstream
from calibrant.syntax.shell import Command

_PACKAGE = re.compile(r"@?[A-Za-z0-9][\w.-]{0,120}(?:/[A-Za-z0-9][\w.-]{0,120})?")
_ONE: dict[str, str] = {
    "pip": "python3 -m pip install {}",
    "uv": "uv pip install {}",
    "poetry": "poetry run pip install {}",
    "pdm": "pdm run pip install {}",
    "pipenv": "pipenv run pip install {}",
    "conda": "conda install -y {}",
    "npm": "npm install --no-save {}",
    "pnpm": "pnpm add {}",
    "yarn": "yarn add {}",
    "bun": "bun add {}",
}
_USUAL = {"python": "pip", "node": "npm"}
_INSTALLING: dict[str, dict[str, frozenset[str]]] = {
    "python": {
        "pip": frozenset({"install"}),
        "uv": frozenset({"sync", "install"}),
        **dict.fromkeys(("poetry", "pdm", "pipenv"), frozenset({"install", "sync"})),
        "conda": frozenset({"install"}),
    },
    "node": {
        "npm": frozenset({"ci", "i", "install"}),
        "pnpm": frozenset({"i", "install"}),
        "yarn": frozenset({"", "install"}),
        "bun": frozenset({"i", "install", "ci"}),
    },
}
"""By ecosystem and manager the words that install what is declared or named; "" is the manager's name alone."""
_RUNNING = frozenset({"run", "exec", "test", "dlx", "x"})
"""Words behind which stands what is run."""


class Install(msgspec.Struct, frozen=True):
    """A command that installs: all that the `ecosystem`'s manifest declares, or one `package`."""

    command: str
    ecosystem: str
    package: str = ""


def installs_one(ecosystem: str, manager: str, package: str) -> str:
    """Return the command that installs one package; empty where the name is none that a package has, or no manager is known.

    What a program printed is not to be trusted: a name that the shell would take for more is no name.
    """
    if not _PACKAGE.fullmatch(package):
        return ""
    usual = _ONE.get(manager) or _ONE.get(_USUAL.get(ecosystem, ""), "")
    return usual.format(package)


def serves(step: Step, install: Install) -> bool:
    """Tell whether a step's script installs what is wanted, by the very command or one like it."""
    script = step.body.script
    text = script.value if script is not None and isinstance(script.value, str) else ""
    if re.search(rf"(?<![\w:-]){re.escape(install.command)}(?![\w:-])", text):
        return True
    known = _INSTALLING.get(install.ecosystem, {})
    found = any(_installs(command, known) for command in commands_in(text))
    return found and (not install.package or install.package in text)


def _installs(command: Command, known: Mapping[str, frozenset[str]]) -> bool:
    """Tell whether a command is a manager's that installs; of its options it is not known which take a word."""
    program = program_of(command)
    installing = known.get("pip" if program.startswith("pip") and program[3:].strip(".0123456789") == "" else program)
    if installing is None:
        return False
    given = [word.text or "" for word in given_to(command)]
    given = [word for word in given if not word.startswith("-")] or [""]
    return next((word in installing for word in given if word in installing or word in _RUNNING), False)


def awaitable(workflow: Workflow, step: Step, install: Install) -> Step | None:
    """Return the first step that installs it, and that a step could wait for but does not."""
    apart = downstream(workflow, step) | upstream(workflow, step)
    return next(
        (
            other
            for other in workflow.steps
            if other.index not in apart
            and other.id is not None
            and workflow.step(other.id) is other
            and serves(other, install)
        ),
        None,
    )


def is_installed_before(workflow: Workflow, step: Step, install: Install) -> bool:
    """Tell whether a step that a step waits for, or its own script, installs it."""
    return any(serves(workflow.steps[at], install) for at in upstream(workflow, step))
