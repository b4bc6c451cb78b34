"""What a command calls: a program that is understood, in which folder it works, and what it is given."""

import re
from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from calibrant.model.text import Span
from calibrant.rules.commands.arguments import Arguments, Given, arguments, within
from calibrant.rules.commands.programs import PROGRAMS
from calibrant.syntax.shell import Command, Word

_ALIASES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("pip3", "pip2"), "pip"),
        **dict.fromkeys(("python3", "python2", "py"), "python"),
        **dict.fromkeys(("gmake", "gnumake"), "make"),
        **dict.fromkeys(("gradlew", "gradlew.bat"), "gradle"),
        **dict.fromkeys(("mvnw", "mvnw.cmd"), "mvn"),
        **dict.fromkeys(("sh", "dash"), "bash"),
        "nodejs": "node",
        "yarnpkg": "yarn",
    }
)
_VERSIONED = re.compile(r"(python|pip)(\d+(?:\.\d+)?)")
_MODULES = frozenset({"pip", "tox", "nox", "poetry", "pdm", "pipenv", "uv"})


class Call(msgspec.Struct, frozen=True):
    """A command that is understood.

    `program` is the name it has in `PROGRAMS`, `sub` the first thing that it is given where that is a command of its own,
    `given` what stands behind that. `cwd` is where it works (see `Command.cwd`), its own options looked at; `folder` is what
    names that in the script. `head` covers the program and its `sub`. `version` is the one that
    the program's name says (`python3.8`).
    """

    program: str
    command: Command
    sub: str
    head: Span
    arguments: Arguments
    given: tuple[Given, ...]
    cwd: str | None
    folder: Given | None = None
    version: Given | None = None

    @property
    def sure(self) -> bool:
        """Whether all that it is given is known."""
        return self.arguments.sure


def call(command: Command) -> Call | None:
    """Return what a command calls, None where that is not understood."""
    plain = command.plain
    found = _VERSIONED.fullmatch(plain.name)
    name = _ALIASES.get(plain.name) or (found[1] if found else plain.name)
    spec = PROGRAMS.get(name)
    if spec is None:
        return None
    words = plain.words
    version = Given(found[2], words[0].span) if found and "." in found[2] else None
    if name == "python" and (module := _module(words)):
        at = next(at for at, word in enumerate(words) if word.text == "-m") + 2
        inner = _made(module, plain, words[:at], words[at:])
        return msgspec.structs.replace(inner, version=version)
    return msgspec.structs.replace(_made(name, plain, words[:1], words[1:]), version=version)


def _module(words: tuple[Word, ...]) -> str:
    """Return the program that is called as a module: `python -m pip`."""
    for at, word in enumerate(words[1:-1], 1):
        if word.text is None or not word.text.startswith("-"):
            return ""
        if word.text == "-m":
            module = words[at + 1].text
            return module if module in _MODULES else ""
    return ""


_WITH_SUB = frozenset(
    {"pip", "uv", "poetry", "pdm", "pipenv", "npm", "pnpm", "yarn", "bun", "cargo", "go", "dotnet", "bundle"}
)


def _made(name: str, command: Command, head: tuple[Word, ...], rest: tuple[Word, ...]) -> Call:
    read = arguments(rest, PROGRAMS[name])
    given, span = read.given, head[0].span.cover(head[-1].span)
    sub = ""
    if name in _WITH_SUB and given:
        sub, span, given = given[0].text, span.cover(given[0].span), given[1:]
    if name == "uv" and sub == "pip" and given:
        name, sub, span, given = "pip", given[0].text, span.cover(given[0].span), given[1:]
    cwd, folder = command.cwd, None
    spec = PROGRAMS[name] if name != "pip" else PROGRAMS["uv"] if head[0].text == "uv" else PROGRAMS["pip"]
    for option, value in read.options:
        if option in spec.folder:
            cwd, folder = (within(cwd, value.text), value) if value is not None else (None, None)
    return Call(name, command, sub, span, read, given, cwd, folder)
