"""Keys that stand beside the key that they belong below: told once, at the key that is left without a value."""

from bisect import bisect_right
from collections.abc import Sequence

import msgspec

from calibrant.model.issue import Finding, Place
from calibrant.model.nodes import Map, Node, at_path
from calibrant.model.workflow import Workflow
from calibrant.rules.actions.walking import missing
from calibrant.rules.wording import quoted

_SHOWN = 3


def told_above(workflow: Workflow, findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings, those of unknown keys right behind a key without a value told with that."""
    strays = {
        (one.span.start, one.subject): one for one in findings if one.code == "unknown-key" and not one.candidates
    }
    taken: set[int] = set()
    changed: dict[int, Finding] = {}
    for finding in findings if strays else ():
        if finding.code == "missing-key":
            below = [strays[place] for place in _behind(workflow, finding, strays)]
            if below:
                taken |= {id(one) for one in below}
                changed[id(finding)] = _with(finding, below)
    return [changed.get(id(one), one) for one in findings if id(one) not in taken]


def _behind(workflow: Workflow, finding: Finding, strays: dict[tuple[int, str], Finding]) -> list[tuple[int, str]]:
    """Return the places of the unknown keys that follow a key which has no value, none of another between."""
    origin, node, path = _owner(workflow, finding)
    around = at_path(node, path[:-1]) if path else None
    if not isinstance(around, Map):
        return []
    names = [entry.name for entry in around.entries]
    at = names.index(str(path[-1])) if path[-1] in names else len(names)
    found: list[tuple[int, str]] = []
    if at < len(names) and missing(around.entries[at].value):
        for entry in around.entries[at + 1 :]:
            place = (origin + entry.key.span.start, entry.name)
            if place not in strays:
                break
            found.append(place)
    return found


def _owner(workflow: Workflow, finding: Finding) -> tuple[int, Node, tuple[str | int, ...]]:
    """Return the part of the file that a finding is of: where it begins, its node, and the path in it."""
    start = finding.span.start
    at = bisect_right([step.origin for step in workflow.steps], start) - 1
    if at >= 0 and start < workflow.steps[at].origin + len(workflow.steps[at].body.text):
        step = workflow.steps[at]
        return step.origin, step.body.node, finding.where
    at = bisect_right([job.origin for job in workflow.jobs], start) - 1
    if at >= 0 and start < workflow.jobs[at].origin + len(workflow.jobs[at].body.text):
        job = workflow.jobs[at]
        return job.origin, job.body.node, finding.where[len(job.path) :]
    return 0, workflow.root, finding.where


def _with(finding: Finding, below: Sequence[Finding]) -> Finding:
    names = ", ".join(quoted(one.subject) for one in below[:_SHOWN]) + (" …" if len(below) > _SHOWN else "")
    several = len(below) > 1
    hint = (
        f"{names} {'stand' if several else 'stands'} beside it: if {'they belong' if several else 'it belongs'} to it, "
    )
    hint += "indent by two more spaces."
    places = tuple(Place(one.span, f"‘{one.subject}’") for one in below)
    return msgspec.structs.replace(finding, hint=hint, related=(*finding.related, *places))
