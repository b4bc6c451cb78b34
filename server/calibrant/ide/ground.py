"""With which tools the commands of a step work, as said where it says what it runs and where."""

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from calibrant.ide.lexical.places import leaf_at
from calibrant.ide.page import Items, Page, Said
from calibrant.ide.things import step_at
from calibrant.ide.view import View
from calibrant.model.expression import Path
from calibrant.model.nodes import Node, Scalar, at_path
from calibrant.model.programs import ECOSYSTEMS
from calibrant.model.text import Span
from calibrant.model.toolchain import HERE, Ground, Toolchain
from calibrant.model.workflow import Step, StepBody, Workflow
from calibrant.report.toolchain_words import words_of
from calibrant.rules.commands import call
from calibrant.syntax.shell import Command, commands

_TOLD: Final = 4
"""Toolchains of one step that are told."""
_EXPRESSION: Final = re.compile(r"\$?\{\{[^{}]{0,1000}\}\}")


def said_at(view: View, offset: int) -> tuple[Page, Span] | None:
    """Return what is said of the tools that a step's commands find, at an offset of the document; None elsewhere.

    That is the key of its script, the key or text of its folder, and in the script each command of a program that is known.
    """
    ground, step = view.checked.ground, step_at(view.workflow, offset)
    script = step.body.script if step is not None else None
    if ground is None or step is None or script is None or not isinstance(script.value, str):
        return None
    base = _folder_of(view.workflow, step)
    leaf = leaf_at(step.body.node, offset - step.origin)
    if base is None or leaf is None:
        return None
    if leaf.scalar is script:
        command = _command_at(script, offset - step.origin)
        page = _page(_of_command(command, ground, base)) if command is not None else ()
        return (page, step.at(_span(script, command))) if page and command is not None else None
    names_script = leaf.is_key and at_path(step.body.node, leaf.path) is script
    if not names_script and leaf.path != _path_of_folder(view.workflow, step.body):
        return None
    page = _page(_of_script(commands_of(str(script.value)), ground, base))
    return (page, step.at(leaf.span)) if page else None


def _page(found: Iterable[Toolchain]) -> Page:
    """Return what is said of toolchains, each once."""
    told = list(found)
    once = [one for at, one in enumerate(told) if one not in told[:at]]
    return tuple(block for one in once[:_TOLD] for block in _blocks(one))


def _blocks(one: Toolchain) -> Iterator[Said | Items]:
    words = words_of(one)
    yield Said(f"{words.title}: {words.detail}" if words.detail else words.title)
    if words.lines:
        yield Items(words.lines)


def _of_script(found: Sequence[Command], ground: Ground, base: str) -> list[Toolchain]:
    """Return the toolchains that the commands of a script belong to; where none is known, those of the step's folder."""
    own = [one for command in found for one in _of_command(command, ground, base)]
    folder = ground.at(base)
    return own or (list(ground.survey.holding(folder)) if folder is not None else [])


def _of_command(command: Command, ground: Ground, base: str) -> list[Toolchain]:
    """Return the toolchain that a command belongs to, by its program and the folder that it works in."""
    understood = call(command)
    cwd = understood.cwd if understood is not None else command.cwd
    if cwd is None:
        return []
    names = (command.unwrapped.name, command.plain.name, understood.program if understood is not None else "")
    ecosystem = next((ECOSYSTEMS[name] for name in names if name in ECOSYSTEMS), None)
    folder = ground.at(posixpath.join(base, cwd))
    if ecosystem is None or folder is None:
        return []
    return [one for one in ground.survey.holding(folder) if one.ecosystem == ecosystem]


def _command_at(script: Scalar, at: int) -> Command | None:
    """Return the innermost command that stands at an offset of the step's piece."""
    holding = [one for one in commands_of(str(script.value)) if _span(script, one).holds(at)]
    return min(holding, key=lambda one: one.span.end - one.span.start, default=None)


def commands_of(script: str) -> Sequence[Command]:
    """Return the commands of a script, with what stands in expressions left open."""
    return commands(script, [Span(*found.span()) for found in _EXPRESSION.finditer(script)])


def _span(script: Scalar, command: Command) -> Span:
    return script.locate(command.span.start, command.span.end)


def folder_said(workflow: Workflow, body: StepBody, job: Node | None) -> str | None:
    """Return the folder that a step's script runs in, from where the workflow's paths begin; None where only the run knows.

    `job` is what stands around the step's job, where there are jobs.
    """
    language = workflow.language
    node = at_path(body.node, _path_of_folder(workflow, body))
    if node is None and language.cwd_for_all:
        own = at_path(job, language.cwd_for_all) if job is not None else None
        node = own if own is not None else at_path(workflow.root, language.cwd_for_all)
    if node is None:
        return HERE
    text = node.value if isinstance(node, Scalar) else None
    return text if isinstance(text, str) and "{{" not in text else None


def _folder_of(workflow: Workflow, step: Step) -> str | None:
    return folder_said(workflow, step.body, workflow.jobs[step.job].body.node if step.job >= 0 else None)


def _path_of_folder(workflow: Workflow, body: StepBody) -> Path:
    given = body.parameter(workflow.language.cwd)
    return given.path if given is not None else (workflow.language.cwd,)
