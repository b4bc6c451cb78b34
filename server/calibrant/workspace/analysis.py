"""One workflow text, read and checked: what the editor shows while typing and what a run starts from."""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from calibrant import dialects, failures, rules
from calibrant.model.connector import ConnectorSpec, Specs
from calibrant.model.issue import Finding, Kind
from calibrant.model.settings import Settings
from calibrant.model.toolchain import Ground
from calibrant.model.workflow import Workflow

_UNCALLABLE = (Kind.SYNTAX, Kind.DEFINITION)


class Analysis(msgspec.Struct, frozen=True):
    """A workflow with what its static checks found; `findings` has the settings applied, `checked` is raw."""

    path: str
    workflow: Workflow
    checked: rules.Checked
    findings: tuple[Finding, ...]


Around = Callable[[str, Workflow], tuple[Mapping[str, ConnectorSpec], tuple[str, ...]]]
"""Returns what the workflow of a path calls of its own repository, by name, as far as that is known, and what else there is."""


def nothing_around(_path: str, _workflow: Workflow) -> tuple[Mapping[str, ConnectorSpec], tuple[str, ...]]:
    """Know nothing of a workflow's repository."""
    return {}, ()


def around_on_disk(path: str, workflow: Workflow) -> tuple[Mapping[str, ConnectorSpec], tuple[str, ...]]:
    """Read what a workflow calls of its own repository, where that has such names; see `workspace.called`."""
    if workflow.language.runs:
        return {}, ()
    from calibrant.workspace.called import on_disk

    found, near = on_disk(Path(path), workflow)
    return {name: one.spec for name, one in found.items() if one.spec}, near


GroundOf = Callable[[str], Ground | None]
"""Returns where the commands of the workflow of a path run, as far as that is known."""


def nowhere(_path: str) -> Ground | None:
    """Know nothing of where commands run."""
    return None


def standing_on(ground: Ground | None) -> GroundOf:
    """Return what knows of one place: texts that are compared are checked by the same."""
    return lambda _path: ground


def analyse(
    path: str,
    text: str,
    specs: Specs,
    settings: Settings,
    previous: Analysis | None = None,
    around: Around = nothing_around,
    ground_of: GroundOf = nowhere,
) -> Analysis | None:
    """Read and check a text; `previous` lends what has not changed. Returns None for a file that is no workflow by name.

    `path` decides the language and is not opened; `around` tells of other files, those of a language that calls them, and
    `ground_of`, asked only where there are commands, of the tools that they find.
    """
    workflow = dialects.read(path, text, previous.workflow if previous else None)
    if workflow is None:
        return None
    if not workflow.language.runs:
        from calibrant.github.specs import ActionSpecs  # who has no such files pays nothing for them

        specs = ActionSpecs(*around(path, workflow))
        if previous is not None and previous.checked.specs == specs:
            specs = previous.checked.specs
    ground = ground_of(path) if any(step.body.script for step in workflow.steps) else None
    checked = rules.check(workflow, specs, previous.checked if previous else None, ground)
    return Analysis(path, workflow, checked, tuple(failures.apply(checked.findings, settings)))


def broken_steps(analysis: Analysis) -> tuple[int, ...]:
    """Return the positions of the steps that a static error keeps from being called."""
    steps = analysis.workflow.steps
    origins = [step.origin for step in steps]
    broken: set[int] = set()
    for finding in analysis.checked.findings:
        if finding.kind in _UNCALLABLE and finding.severity == "error":
            at = bisect_right(origins, finding.span.start) - 1
            if at >= 0 and finding.span.start <= origins[at] + len(steps[at].body.text):
                broken.add(at)
    return tuple(sorted(broken))
