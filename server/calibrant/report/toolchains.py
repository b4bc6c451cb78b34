"""The toolchains of a folder as JSON objects and as text for a terminal."""

from collections.abc import Iterator, Sequence

import msgspec

from calibrant.model.toolchain import Survey, Tasks, Toolchain
from calibrant.model.words import counted
from calibrant.report.json_report import Object
from calibrant.report.text import PLAIN, Style
from calibrant.report.visible import one_line

_TASKS_SHOWN = 12
_WIDTH = 13
_LONGEST = 300
NOTHING = (
    "No toolchain was found: there is no manifest to read, such as pyproject.toml, package.json, go.mod or pom.xml."
)


def survey_objects(survey: Survey) -> list[Object]:
    """Return what `toolchains --format json` prints, and editors get: one object for each toolchain, sorted by root."""
    return [toolchain_object(one, survey.tasks) for one in survey.toolchains]


def toolchain_object(one: Toolchain, tasks: Sequence[Tasks] = ()) -> Object:
    """Return a toolchain as an object; what is unknown is null. Of `tasks` those of its root are told with it."""
    return {
        "ecosystem": one.ecosystem,
        "manager": one.manager,
        "root": one.root,
        "confidence": one.confidence,
        "evidence": [f"{evidence.path}: {evidence.says}" for evidence in one.evidence],
        "versions": {"asked": one.versions.asked or None, "found": one.versions.found or None},
        "environment": one.environment or None,
        "commands": {name: command or None for name, command in msgspec.structs.asdict(one.commands).items()},
        "conflicts": list(one.conflicts),
        "manifest": one.manifest or None,
        "lock": one.lock or None,
        "outdated": one.outdated or None,
        "tasks": [
            {"runner": of.runner, "path": of.path, "names": list(of.names)} for of in tasks if of.root == one.root
        ],
    }


def survey_text(survey: Survey, style: Style = PLAIN) -> Iterator[str]:
    """Yield what `toolchains` prints: each toolchain with its evidence, then one line that sums them up."""
    for one in survey.toolchains:
        yield "\n".join(toolchain_lines(one, survey.tasks, style)) + "\n"
    if not survey.whole:
        yield "The folder is too large to be looked through: there may be more.\n"
    roots = len({one.root for one in survey.toolchains})
    found = f"{counted(len(survey.toolchains), 'toolchain')} in {counted(roots, 'folder')}." if roots else NOTHING
    yield style.paint(found, "1")


def toolchain_lines(one: Toolchain, tasks: Sequence[Tasks] = (), style: Style = PLAIN) -> Iterator[str]:
    """Yield the lines about one toolchain: what it is, its commands, why, and what speaks against it."""
    yield f"{style.paint(_shown(one.root), '1')}  {one.ecosystem}, {one.manager} · confidence {one.confidence:.2f}"
    for name, said in _facts(one):
        yield _line(name, said, style)
    for of in tasks:
        if of.root == one.root and of.names:
            more = len(of.names) - _TASKS_SHOWN
            names = ", ".join(of.names[:_TASKS_SHOWN]) + (f" and {more} more" if more > 0 else "")
            yield _line(of.runner, f"{names} ({of.path})", style)
    for number, evidence in enumerate(one.evidence):
        weight = f"{evidence.weight:+.2f}"
        yield _line("" if number else "because", f"{weight}  {evidence.path}: {evidence.says}", style)
    for number, conflict in enumerate(one.conflicts):
        yield _line("" if number else "but", style.paint(_shown(conflict), "33"), style, clean=False)


def _facts(one: Toolchain) -> Iterator[tuple[str, str]]:
    if one.versions.asked or one.versions.found:
        source = f" ({one.versions.source})" if one.versions.asked and one.versions.source else ""
        asked = f"{one.versions.asked}{source} is asked for" if one.versions.asked else "none is asked for"
        yield "version", f"{asked}, {one.versions.found or 'none'} found"
    for name, said in (("manifest", one.manifest), ("lock", one.lock), ("environment", one.environment)):
        if said:
            yield name, said
    for purpose, command in msgspec.structs.asdict(one.commands).items():
        if command:
            yield purpose, command
    if one.outdated:
        yield "out of date", one.outdated


def _line(name: str, said: str, style: Style, *, clean: bool = True) -> str:
    return f"  {style.paint(f'{name:{_WIDTH}}', '2')}{_shown(said) if clean else said}"


def _shown(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
