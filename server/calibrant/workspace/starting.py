"""What there is to validate in a workspace, for a workflow to begin with."""

import re
from collections.abc import Iterator, Mapping

import msgspec

from calibrant.model.toolchain import Ecosystem, Purpose, Survey, Toolchain, Validation, upwards

_LEAST = 0.5
"""How sure a toolchain must be for its commands to be taken."""
_ORDER: tuple[Purpose, ...] = ("format", "lint", "typecheck", "test", "build")
_CHECKS_FORMAT = re.compile(
    r"(?<![\w-])(?:--check|--diff|-c|--list-different|--dry-run|--verify-no-changes|\S*[:-]check|\S*Check)(?![\w-])"
)
"""Words by which a formatter looks and does not write: to validate is not to change."""
_TOGETHER = frozenset({"rust", "java", "dotnet"})
"""Ecosystems in which the command of a folder goes through the projects below it."""


def validations(survey: Survey) -> tuple[Validation, ...]:
    """Return what there is to validate, by folder; what a folder above validates along with its own is not said twice."""
    sure = {(one.root, one.ecosystem): one for one in reversed(survey.toolchains) if one.confidence >= _LEAST}
    found = (_validation(one, sure) for one in sorted(sure.values(), key=lambda one: (one.root != ".", one.root)))
    return tuple(one for one in found if one.steps)


def _validation(one: Toolchain, sure: Mapping[tuple[str, Ecosystem], Toolchain]) -> Validation:
    above = list(_leading(one, sure))
    home = next((other for other in reversed(above) if other.commands.install), one)
    commands: dict[str, str] = msgspec.structs.asdict(one.commands)
    steps = tuple(
        (purpose, commands[purpose])
        for purpose in _ORDER
        if commands[purpose]
        and (purpose != "format" or _CHECKS_FORMAT.search(commands[purpose]))
        and not any(getattr(other.commands, purpose) for other in above)
    )
    return Validation(
        root=one.root,
        ecosystem=one.ecosystem,
        manager=one.manager,
        versions=one.versions,
        steps=steps,
        install=home.commands.install,
        installed=bool(home.environment),
        home=home.root,
        lock=one.lock,
        pinned=any("packageManager" in piece.says for piece in one.evidence),
    )


def _leading(one: Toolchain, sure: Mapping[tuple[str, Ecosystem], Toolchain]) -> Iterator[Toolchain]:
    """Yield the toolchains above that a folder belongs to: of one lock file, or of an ecosystem that goes through folders."""
    for root in upwards(one.root):
        other = sure.get((root, one.ecosystem)) if root != one.root else None
        if other is not None and (one.ecosystem in _TOGETHER or (one.lock and one.lock == other.lock)):
            yield other
