"""A Python that the project excludes: another one that is here and fits."""

import re
from collections.abc import Iterator

from calibrant.model.change import Change
from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.workflow import Workflow
from calibrant.repairs.commanding import Scripted, is_python, program_of, scripted
from calibrant.repairs.sites import step_at
from calibrant.repairs.wording import quoted
from calibrant.syntax.shell import Command

_INTERPRETER = re.compile(r"python3(?:\.\d{1,2})?")
_MODULES = frozenset({"pytest", "mypy", "ruff", "tox", "nox", "build", "coverage", "flake8", "pylint", "black"})
_UV = frozenset({"run", "sync", "venv"})


def _propose(issue: Issue, workflow: Workflow, _specs: Specs) -> Iterator[Proposal]:
    step, python = step_at(workflow, issue.finding), issue.finding.evidence.get("interpreter", "")
    script = scripted(workflow, step) if step is not None else None
    if script is None or not _INTERPRETER.fullmatch(python):
        return
    changes = [made for command in script.commands if (made := _made(script, command, python)) is not None]
    if changes:
        yield Proposal(f"Run it with {quoted(python)}, which is here", tuple(changes), "review")


def _made(script: Scripted, command: Command, python: str) -> Change | None:
    """Return the change that lets a command use a Python; None where it uses none, or that one already."""
    words = command.plain.words
    if not words or "/" in (words[0].text or "/"):
        return None
    first = words[0]
    if is_python(command):
        as_module = command.plain.name.startswith("pip")
        other = f"{python} -m pip" if as_module else python
        return script.replace(first.span, other) if first.text != other else None
    if command.plain.name == "uv":
        return _of_uv(script, command, python)
    if command.plain.name == "poetry" and len(words) > 1 and words[1].text == "install":
        return script.insert(command.span.start, f"poetry env use {python} && ")
    return script.insert(first.span.start, f"{python} -m ") if program_of(command) in _MODULES else None


def _of_uv(script: Scripted, command: Command, python: str) -> Change | None:
    words = command.plain.words
    texts = [word.text or "" for word in words]
    if len(words) < 2 or texts[1] not in _UV:
        return None
    version = python.removeprefix("python")
    if "." not in version:
        return None
    for at, text in enumerate(texts[:-1]):
        if text in ("--python", "-p"):
            return script.replace(words[at + 1].span, version)
    return script.insert(words[1].span.end, f" --python {version}")


REPAIR = Repair("other-interpreter", frozenset({"version-mismatch"}), 0.6, _propose)
