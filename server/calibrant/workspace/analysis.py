"""One workflow text, read and checked: what the editor shows while typing and what a run starts from."""

from bisect import bisect_right

import msgspec

from calibrant import dialects, failures, rules
from calibrant.model.connector import Specs
from calibrant.model.issue import Finding, Kind
from calibrant.model.settings import Settings
from calibrant.model.workflow import Workflow

_UNCALLABLE = (Kind.SYNTAX, Kind.DEFINITION)


class Analysis(msgspec.Struct, frozen=True):
    """A workflow with what its static checks found; `findings` has the settings applied, `checked` is raw."""

    path: str
    workflow: Workflow
    checked: rules.Checked
    findings: tuple[Finding, ...]


def analyse(
    path: str, text: str, specs: Specs, settings: Settings, previous: Analysis | None = None
) -> Analysis | None:
    """Read and check a text; `previous` lends what has not changed. Returns None for a file that is no workflow by name.

    `path` decides the language by its ending and is not opened.
    """
    workflow = dialects.read(path, text, previous.workflow if previous else None)
    if workflow is None:
        return None
    checked = rules.check(workflow, specs, previous.checked if previous else None)
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
