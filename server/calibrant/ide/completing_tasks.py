"""What a script may ask a task runner for, and the folders that a step may run in, by what the workspace holds."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from calibrant.ide.cursor import Cursor
from calibrant.ide.ground import commands_of, folder_said
from calibrant.ide.item import Item
from calibrant.ide.place import Place
from calibrant.ide.view import View
from calibrant.ide.writing import Writer
from calibrant.model.programs import NODE_MANAGERS
from calibrant.model.text import Span
from calibrant.model.toolchain import HERE, Ground
from calibrant.report.toolchain_words import title_of
from calibrant.syntax.shell import Command

_WORD: Final = re.compile(r"[\w:.@/+-]*\Z")
_REST: Final = re.compile(r"[\w:.@/+-]*")
_RUN: Final = re.compile(r"run(?:-script)?")
_AT_ONCE: Final[Mapping[str, str]] = MappingProxyType(
    {"make": "make", "gmake": "make", "just": "just", "rake": "rake", "poe": "poe", "task": "task"}
    | dict.fromkeys(("gradle", "gradlew"), "gradle")
)
"""Runners that are given the names of tasks directly, by their programs."""
_BY_OPTION: Final[Mapping[str, tuple[str, frozenset[str]]]] = MappingProxyType(
    {
        "tox": ("tox", frozenset({"-e"})),
        "nox": ("nox", frozenset({"-s", "-e", "--session", "--sessions"})),
    }
)
_MANY: Final = 200
"""Folders that are offered at most."""


class Asked(msgspec.Struct, frozen=True):
    """A task that is being written: its runner, the folder that the command runs in, and what of the name is there."""

    runner: str
    cwd: str
    typed: str


def asked_at(cursor: Cursor) -> Asked | None:
    """Return which task is being written in a script at the cursor; None where none is."""
    body = cursor.body
    if body is None or cursor.role == "key" or body.script is not cursor.scalar:
        return None
    before = cursor.value[: cursor.at]
    word = _WORD.search(before)
    typed = word[0] if word else ""
    text = f"{before[: len(before) - len(typed)]}x"  # a word stands there, so that the command goes up to it
    command = next(
        (one for one in reversed(commands_of(text)) if one.words and one.words[-1].span.end == len(text)), None
    )
    if command is None or command.cwd is None:
        return None
    runner = _runner(command)
    return Asked(runner, command.cwd, typed) if runner else None


def _runner(command: Command) -> str:
    """Return the runner of which a task's name may stand in place of a command's last word; empty where none may."""
    plain = command.plain
    name, given = plain.name, [word.text or "" for word in plain.words[1:-1]]
    if name in NODE_MANAGERS:
        return "npm" if given and _RUN.fullmatch(given[-1]) else ""
    if name in _AT_ONCE:
        return _AT_ONCE[name] if not any(one.startswith("-") for one in given[-1:]) else ""
    if name in _BY_OPTION:
        runner, options = _BY_OPTION[name]
        return runner if given and given[-1] in options else ""
    return ""


def tasks(cursor: Cursor, view: View) -> Iterator[Item]:
    """Yield the tasks that a script may ask for at the cursor."""
    ground, asked = view.checked.ground, asked_at(cursor)
    if ground is None or asked is None:
        return
    base = folder_said(view.workflow, cursor.body, cursor.job.node if cursor.job else None) if cursor.body else None
    folder = ground.at(posixpath.join(base, asked.cwd)) if base is not None else None
    known = ground.survey.tasks_of(asked.runner, folder) if folder is not None else None
    text, end = view.workflow.text, cursor.offset
    start = end - len(asked.typed)
    if known is None or text[start:end] != asked.typed:
        return
    rest = _REST.match(text, end)
    span = Span(start, rest.end() if rest else end)
    for rank, name in enumerate(known.names):
        if _REST.fullmatch(name):
            yield Item(name, "value", span, name, detail=known.path, rank=rank)


def folders(place: Place, view: View) -> Iterator[Item]:
    """Yield the folders that a step may run in: those of the workspace's projects, as the workflow writes them."""
    cursor, ground, language = place.cursor, view.checked.ground, view.workflow.language
    if ground is None or cursor.role == "key" or not cursor.alone or cursor.path[-1:] != (language.cwd,):
        return
    if not language.cwd or "{{" in cursor.value:
        return
    writer = Writer(cursor, view.workflow.text)
    for rank, (folder, detail) in enumerate(_projects(ground).items()):
        if folder.isprintable() and rank < _MANY:
            insert, told = writer.value(folder), writer.filter(folder)
            yield Item(folder, "folder", writer.span, insert, filter=told, detail=detail, rank=rank)


def _projects(ground: Ground) -> dict[str, str]:
    """Return the folders that toolchains begin in, with what is built there, as seen from where the workflow's paths begin."""
    found: dict[str, str] = {}
    for one in ground.survey.toolchains:
        folder = posixpath.relpath(one.root, ground.folder)
        if folder != HERE:
            found.setdefault(folder, title_of(msgspec.structs.replace(one, root=HERE)))
    return found
