"""Steps that wait for each other by references: the reference that goes back leads to another step that gives the same."""

from collections.abc import Iterator
from heapq import nsmallest

from calibrant.model.change import Change
from calibrant.model.closest import ranked
from calibrant.model.connector import Specs
from calibrant.model.fix import Proposal, Repair
from calibrant.model.issue import Issue
from calibrant.model.workflow import Step, Workflow
from calibrant.repairs.closest_name import with_name
from calibrant.repairs.ordering import by_id, downstream
from calibrant.repairs.sites import sources
from calibrant.repairs.wording import quoted

_Edge = tuple[Step, str]
_MOST = 2
_NEAR = 200
"""Of very many steps, how many of the nearest are looked at by name."""


def _propose(issue: Issue, workflow: Workflow, specs: Specs) -> Iterator[Proposal]:
    spans = {issue.finding.span, *(place.span for place in issue.finding.related)}
    edges: dict[tuple[int, str], _Edge] = {}
    for step in workflow.steps:
        for reference in step.body.references:
            if step.at(reference.parts[0]) in spans:
                edges.setdefault((step.index, reference.root), (step, reference.root))
    place = {step.id: step.index for step in reversed(workflow.steps) if step.id}
    # a circle goes back at least once: what hangs on a step further down was most likely not meant
    back = sorted(edges.values(), key=lambda edge: edge[0].index - place.get(edge[1], 0))
    rank = 0
    for step, target in back[:_MOST]:
        if target in {need.id for need in step.body.needs}:
            continue  # it would wait for that step all the same
        for name in _others(workflow, specs, step, target)[:_MOST]:
            made = _changes(step, target, name)
            if made:
                which = "itself" if step.id == target else quoted(target)
                why = ", which stands after it" if place.get(target, 0) > step.index else ""
                title = f"Let {quoted(step.label)} take it from {quoted(name)} instead of {which}{why}"
                yield Proposal(title, made, rank=rank)
                rank += 1


def _others(workflow: Workflow, specs: Specs, step: Step, target: str) -> list[str]:
    """Return the steps that give all that is taken of `target` and do not wait for this one, the closest name first."""
    wanted = {one.path[0] for one in step.body.references if one.root == target and one.path}
    whole = any(one.root == target and not one.path for one in step.body.references)
    behind, first = downstream(workflow, step), by_id(workflow)
    meant = first.get(target)
    found: list[Step] = []
    for other in workflow.steps:
        if other.index in behind or not other.id or other.id == target or first[other.id] is not other:
            continue
        spec = specs.get(other.body.action or "")
        fits = spec is not None and bool(wanted) and wanted <= dict(spec.output.fields).keys()
        looped = (other.body.for_each is None) == (meant is None or meant.body.for_each is None)
        if fits and looped and not whole:
            found.append(other)
    if len(found) > _NEAR:
        found = nsmallest(_NEAR, found, key=lambda other: abs(step.index - other.index))
    names = ranked(target, [other.id or "" for other in found])
    told = set(names)
    near = {other.id: (other.index > step.index, abs(step.index - other.index)) for other in found}
    rest = sorted((name for name in near if name not in told), key=lambda name: near[name])
    return [*names, *(name for name in rest if name)]


def _changes(step: Step, target: str, name: str) -> tuple[Change, ...]:
    made: list[Change] = []
    for source in sources(step):
        spans = [one.parts[0] for one in source.expression.references if one.root == target]
        text = with_name(source, target, name, spans) if spans else None
        made += [source.to(text)] if text is not None else []
    return tuple(made)


REPAIR = Repair("reroute", frozenset({"cycle", "self-reference"}), 0.5, _propose)
