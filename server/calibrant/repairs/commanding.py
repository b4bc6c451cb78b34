"""Commands in a step's script, and the changes of single words of them."""

import re
from collections.abc import Iterable

import msgspec

from calibrant.model.change import EditText
from calibrant.model.expression import Path
from calibrant.model.text import Span
from calibrant.model.workflow import Step, Workflow
from calibrant.repairs.sites import scalar_at
from calibrant.syntax.shell import Command, Word, commands

_REFERENCE = re.compile(r"\$?\{\{[^{}\n]{0,2000}\}\}")
_PYTHON = re.compile(r"(?:python|pip|py)\d?(?:\.\d{1,2})?")


class Scripted(msgspec.Struct, frozen=True):
    """A step's script: where it stands, its text, and the commands in it."""

    path: Path
    text: str
    commands: tuple[Command, ...]

    def replace(self, span: Span, text: str) -> EditText:
        """Return the change that puts a text in the place of some characters."""
        return EditText(self.path, span.start, span.end, text)

    def remove(self, word: Word) -> EditText:
        """Return the change that takes a word out, with the blanks before it."""
        start = len(self.text[: word.span.start].rstrip(" \t"))
        return EditText(self.path, start, word.span.end, "")

    def insert(self, at: int, text: str) -> EditText:
        """Return the change that puts a text before a character."""
        return EditText(self.path, at, at, text)


def scripted(workflow: Workflow, step: Step) -> Scripted | None:
    """Return a step's script where it can be changed; None where it has none, or that is written elsewhere."""
    given = step.body.parameter("command")
    if step.body.script is None:
        return None
    path = (*workflow.path_of(step), *(given.path if given is not None else ("run",)))
    scalar = scalar_at(workflow, path)
    if scalar is None or not isinstance(scalar.value, str) or not scalar.marks:
        return None
    return Scripted(path, scalar.value, commands_in(scalar.value, templating=step.body.templating))


def commands_in(script: str, *, templating: bool = True) -> tuple[Command, ...]:
    """Return the commands of a script; what expressions in it come to is left open, where it has some."""
    found = _REFERENCE.finditer(script) if templating else ()
    return commands(script, [Span(one.start(), one.end()) for one in found])


def running(found: Iterable[Command], *programs: str) -> list[Command]:
    """Return the commands that run one of some programs: by its name, as a module of Python, or by a manager's runner."""
    return [one for one in found if program_of(one) in programs]


def program_of(command: Command) -> str:
    """Return the program that a command runs in the end: the module, where Python runs one."""
    inner = command.unwrapped
    texts = [word.text for word in inner.words]
    if _PYTHON.fullmatch(inner.name) and "-m" in texts[:-1]:
        return texts[texts.index("-m") + 1] or ""
    return inner.name


def given_to(command: Command) -> tuple[Word, ...]:
    """Return the words that the program which a command runs in the end is given."""
    words = command.unwrapped.words
    texts = [word.text for word in words]
    if _PYTHON.fullmatch(command.unwrapped.name) and "-m" in texts[:-1]:
        return words[texts.index("-m") + 2 :]
    return words[1:]


def is_python(command: Command) -> bool:
    """Tell whether a command calls Python, or its installer, by name."""
    return _PYTHON.fullmatch(command.plain.name) is not None
