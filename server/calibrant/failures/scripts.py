"""Which command of a step's script ran a tool, and in which folder: where the tool's complaints stand."""

import posixpath
import re
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise

import msgspec

from calibrant.failures.places import Located, in_step
from calibrant.model.expression import Path
from calibrant.model.nodes import Scalar
from calibrant.model.text import Span
from calibrant.model.workflow import Step
from calibrant.syntax.shell import Command, commands

_REFERENCE = re.compile(r"\{\{[^{}\n]{0,2000}\}\}")
_PYTHON = re.compile(r"python\d{0,2}(?:\.\d{1,3})?")
_CONTROL = frozenset({"", "exit", "return", "trap", "shift", "wait", "true", "false", ":", "test", "["})
_BESIDES = _CONTROL | {"cd", "pushd", "popd", "echo", "printf", "export", "set", "unset", "source", ".", "mkdir"}
"""Commands that print nothing of interest."""
_TO_FOLDER = re.compile(r"(?:-C|--directory|--dir|--cwd|--prefix)(?:=(?P<value>.+))?")
_TO_FILE = re.compile(r"(?:--manifest-path|--file|-f)(?:=(?P<value>.+))?")
_LONGEST = 1_000
_DEEPEST = 20
_TESTS = frozenset({"test", "nextest", "t"})


class Ran(msgspec.Struct, frozen=True):
    """Where a tool was run, and the folder that it ran in, relative to the workspace; None where that cannot be told.

    `sent` are folders that the command's own options may have sent it to (`make -C`, `cargo --manifest-path`), and those above
    them, the deepest first.
    """

    place: Located
    cwd: str | None
    sent: tuple[str, ...] = ()


class Script:
    """The script of a step that failed; `parameter` is where it stands and `cwd` the folder that it began in."""

    def __init__(self, step: Step, parameter: Path, cwd: str) -> None:
        self._step = step
        self._cwd = cwd or "."
        self._whole = in_step(step, parameter, None, ())
        given = step.body.parameter(str(parameter[0])) if parameter else None
        self._node = given.value if given and isinstance(given.value, Scalar) else None
        self._known: dict[tuple[str | bool, ...], Ran] = {}

    @cached_property
    def _commands(self) -> tuple[Command, ...]:
        if self._node is None or not isinstance(self._node.value, str):
            return ()
        references = _REFERENCE.finditer(self._node.value) if self._step.body.templating else ()
        found = commands(self._node.value, [Span(match.start(), match.end()) for match in references])
        return tuple(command for command in found if command.name not in _BESIDES)

    def ran(self, programs: tuple[str, ...], *, tests: bool = False) -> Ran:
        """Return where one of these programs was run: the first such command, else the only one there is, else the script.

        `tests`: tests were run by it, so that one that says so goes before others: `go test` behind `go vet`.
        """
        key: tuple[str | bool, ...] = (tests, *programs)
        if key not in self._known:
            self._known[key] = self._ran(programs, tests=tests)
        return self._known[key]

    def _ran(self, programs: tuple[str, ...], *, tests: bool) -> Ran:
        found = self._commands
        for program in programs:
            if running := [command for command in found if _runs(command, program)]:
                saying = (command for command in running if any(word.text in _TESTS for word in command.words[1:]))
                return self._at(next(saying, running[0]) if tests else running[0])
        if len(found) == 1:
            return self._at(found[0])
        folders = {command.cwd for command in found}
        only = next(iter(folders)) if len(folders) == 1 else None
        return Ran(self._whole, self._folder(only) if found else self._cwd)

    def _at(self, command: Command) -> Ran:
        assert self._node is not None
        span = self._node.locate(command.span.start, command.span.end)
        cwd = self._folder(command.cwd)
        sent = tuple(_with_parents(cwd, folder) for folder in _sent(command)) if cwd is not None else ()
        return Ran(Located(self._step.at(span), self._whole.where), cwd, tuple(one for every in sent for one in every))

    def _folder(self, cwd: str | None) -> str | None:
        return None if cwd is None else posixpath.normpath(posixpath.join(self._cwd, cwd))


def _sent(command: Command) -> Iterator[str]:
    """Yield the folders that a command's options name, as they are written."""
    texts = [word.text or "" for word in command.words]
    for text, following in pairwise([*texts, ""]):
        if len(text) > _LONGEST or len(following) > _LONGEST:
            continue
        if match := _TO_FOLDER.fullmatch(text):
            yield match["value"] or following
        elif match := _TO_FILE.fullmatch(text):
            yield posixpath.dirname(match["value"] or following)


def _with_parents(cwd: str, folder: str) -> tuple[str, ...]:
    named = posixpath.normpath(folder or ".")
    if named.startswith(("/", "..", "~")):
        return (posixpath.normpath(posixpath.join(cwd, named)),)
    parts = [part for part in named.split("/") if part != "."][:_DEEPEST]
    return tuple(posixpath.normpath(posixpath.join(cwd, *parts[:count])) for count in range(len(parts), 0, -1))


def _runs(command: Command, program: str) -> bool:
    """Tell whether a command is a program, by itself or by the runner of a package manager or as a module of Python."""
    name = command.unwrapped.name
    if name == program or (program == "python" and _PYTHON.fullmatch(name)):
        return True
    words = [word.text for word in command.words]
    return any(one == "-m" and other == program for one, other in pairwise(words))
