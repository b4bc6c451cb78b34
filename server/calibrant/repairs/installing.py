"""What installs packages before a step: commands that are fit to be written into a workflow, and steps that run one already."""

import re

import msgspec

from calibrant.model.workflow import Step, Workflow
from calibrant.repairs.ordering import downstream, upstream

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
_INSTALLS = {
    "python": re.compile(
        r"\b(?:pip3? install|uv (?:sync|pip install)|poetry (?:install|sync)|pdm (?:install|sync)|pipenv (?:install|sync))\b"
    ),
    "node": re.compile(r"\b(?:npm (?:ci|i|install)|pnpm (?:i|install)|yarn(?: install)?|bun (?:i|install))(?![\w:-])"),
}


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
    if install.command in text:
        return True
    known = _INSTALLS.get(install.ecosystem)
    found = known is not None and known.search(text) is not None
    return found and (not install.package or install.package in text)


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
