"""What there is to validate in a workspace, for a workflow to begin with."""

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from calibrant.model.toolchain import HERE, Ecosystem, Purpose, Survey, Tasks, Toolchain, Validation, upwards
from calibrant.workspace.equipping import brought, in_a_run

_LEAST = 0.5
"""How sure a toolchain must be for its commands to be taken."""
_ORDER: tuple[Purpose, ...] = ("format", "lint", "typecheck", "test", "build")
_CHECKS_FORMAT = re.compile(
    r"(?<![\w-])(?:--check|--diff|-c|--list-different|--dry-run|--verify-no-changes|\S*[:-]check|\S*Check)(?![\w-])"
)
"""Words by which a formatter looks and does not write: to validate is not to change."""
_LOOKING = (
    (re.compile(r"(?<![\w-])ruff format\Z"), "ruff format --check"),
    (re.compile(r"(?<![\w-])black \.\Z"), "black --check ."),
    (re.compile(r"(?<![\w-])prettier --write (?=\S{1,200}\Z)"), "prettier --check "),
    (re.compile(r"\Acargo fmt\Z"), "cargo fmt --check"),
)
"""How formatters that write are told only to look, where nothing but the formatter itself is called."""
_TOGETHER = frozenset({"rust", "java", "dotnet"})
"""Ecosystems in which the command of a folder goes through the projects below it."""
_ASIDE = frozenset(
    (
        *("example", "examples", "sample", "samples", "demo", "demos", "playground", "playgrounds", "sandbox"),
        *("fixture", "fixtures", "__fixtures__", "testdata", "test-data", "test_data", "testing-data", "golden"),
        *("template", "templates", "vendor", "_vendor", "vendored", "third_party", "third-party", "thirdparty"),
    )
)
_TESTS = frozenset({"test", "tests", "__tests__", "spec", "specs"})
_DOCS = frozenset({"doc", "docs"})


def validations(survey: Survey, within: str = HERE) -> tuple[Validation, ...]:
    """Return what there is to validate in a folder of the survey, by folder.

    What a folder above validates along with its own is not said twice, and what stands aside (`aside`) is left out.
    """
    sure = _sure(survey)
    found = [_validation(one, sure, within, survey.tasks_of("tox", one.root)) for one in _inside(sure, within)]
    own = [one for one in found if one.steps and not _is_aside(one, within)]
    return tuple(own or (one for one in found if one.steps))


def aside(survey: Survey, within: str = HERE) -> tuple[str, ...]:
    """Return the folders of projects that are left out since they are examples, test data, templates or another's code."""
    own = {one.root for one in validations(survey, within)}
    every = {one.root for one in _inside(_sure(survey), within) if _is_aside(one, within)}
    return tuple(sorted(every - own))


def seen_from(folder: str, found: Sequence[Validation]) -> tuple[Validation, ...]:
    """Return validations with the folders that their commands run in as they are called from a folder."""
    return tuple(
        msgspec.structs.replace(one, root=posixpath.relpath(one.root, folder), home=posixpath.relpath(one.home, folder))
        for one in found
    )


_Sure = Mapping[tuple[str, Ecosystem], Toolchain]


def _sure(survey: Survey) -> _Sure:
    return {(one.root, one.ecosystem): one for one in reversed(survey.toolchains) if one.confidence >= _LEAST}


def _inside(sure: _Sure, within: str) -> list[Toolchain]:
    """Return the toolchains in a folder, itself first."""
    inner = (one for one in sure.values() if within in upwards(one.root))
    return sorted(inner, key=lambda one: (one.root != within, one.root))


def _is_aside(one: Toolchain | Validation, within: str) -> bool:
    """Tell whether a project lies where those lie that only serve another one, by the names of folders."""
    if one.root == within:
        return False
    parts = posixpath.relpath(one.root, within).split("/")
    if any(part in _ASIDE or "{" in part or _is_hidden(part) for part in parts):
        return True
    return not _TESTS.isdisjoint(parts[:-1]) or (one.ecosystem != "node" and not _DOCS.isdisjoint(parts))


def _is_hidden(part: str) -> bool:
    return part.startswith(".") and part != ".github"


def _validation(one: Toolchain, sure: _Sure, within: str, tox: Tasks | None) -> Validation:
    above = list(_leading(one, sure))
    home = next((other for other in reversed(above) if other.commands.install), one)
    steps = tuple(
        (purpose, in_a_run(command, one, tox))
        for purpose, command in _commands(one)
        if not any(getattr(other.commands, purpose) for other in above if within in upwards(other.root))
    )
    pin = next((piece for other in (one, *above) for piece in other.evidence if "packageManager" in piece.says), None)
    return Validation(
        root=one.root,
        ecosystem=one.ecosystem,
        manager=one.manager,
        versions=one.versions,
        steps=steps,
        install=brought(home, [command for _, command in steps]),
        installed=bool(home.environment),
        home=home.root,
        lock=one.lock,
        pinned=pin.path if pin else "",
    )


def _commands(one: Toolchain) -> Iterator[tuple[Purpose, str]]:
    """Yield what validates and writes nothing."""
    commands: dict[str, str] = msgspec.structs.asdict(one.commands)
    for purpose in _ORDER:
        command = commands[purpose]
        if purpose == "format":
            command = next((how.sub(to, command) for how, to in _LOOKING if how.search(command)), command)
            command = command if _CHECKS_FORMAT.search(command) else ""
        if purpose == "typecheck" and command == "cargo check" and commands["lint"] == "cargo clippy":
            continue  # Clippy does all of it
        if command:
            yield purpose, command


def _leading(one: Toolchain, sure: _Sure) -> Iterator[Toolchain]:
    """Yield the toolchains above that a folder belongs to: of one lock file, or of an ecosystem that goes through folders."""
    for root in upwards(one.root):
        other = sure.get((root, one.ecosystem)) if root != one.root else None
        if other is not None and (one.ecosystem in _TOGETHER or (one.lock and one.lock == other.lock)):
            yield other
