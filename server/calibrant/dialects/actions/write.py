"""Changes of a GitHub Actions file written into its text."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

import msgspec

from calibrant.dialects.actions.reading import read
from calibrant.dialects.drafting import Draft, are_steps, edits_of, is_kept, list_of, marked, placed
from calibrant.dialects.noting import Habits, same
from calibrant.expressions.actions.scan import find_braces
from calibrant.model.change import AddKey, AddNeed, Change, InsertItem, RemoveNeed
from calibrant.model.expression import Path
from calibrant.model.nodes import Entry, Hole, Map, Node, Scalar, Seq, plain
from calibrant.model.text import Span, TextEdit
from calibrant.model.workflow import Job, Workflow
from calibrant.syntax import moved, normal
from calibrant.syntax.draft import Added, Spot

_WORKFLOW: Final = ("name", "run-name", "on", "permissions", "env", "defaults", "concurrency", "jobs")
_ACTION: Final = ("name", "author", "description", "inputs", "outputs", "runs", "branding")
_JOB: Final = (
    *("name", "if", "needs", "permissions", "runs-on", "environment", "concurrency", "outputs", "env", "defaults"),
    *("strategy", "continue-on-error", "timeout-minutes", "container", "services", "uses", "with", "secrets", "steps"),
)
_STEP: Final = ("name", "id", "if", "uses", "with", "shell", "working-directory", "env", "run")
"""The orders in which keys are written where one is added."""

_SAMPLE: Final = 40
"""Jobs, and steps, that are looked at for how the document is written."""


def write(path: str, workflow: Workflow, changes: Sequence[Change]) -> list[TextEdit]:
    """Return the edits of `workflow.text` that make the changes and nothing else; see `model.change.WriteDialect`.

    Raises:
        CannotChange: they do not fit, contradict each other, or cannot be written without changing anything else.
    """
    wanted = [(change.path, not isinstance(change, AddKey | InsertItem | AddNeed | RemoveNeed)) for change in changes]
    root = _document(workflow, normal(workflow.text), wanted)
    draft = Draft(root, _sample(workflow, root))
    return edits_of(workflow, draft, changes, _HABITS, lambda root, text: _is_exact(path, workflow, root, text))


def _order(path: Path) -> Sequence[str]:
    if not path:
        return (*_WORKFLOW, *_ACTION[3:])
    if path[-2:-1] == ("steps",):
        return _STEP
    return _JOB if len(path) == 2 and path[0] == "jobs" else ()


def _insides(text: str) -> Sequence[tuple[int, int]]:
    return [(braces.inner, braces.inner_end) for braces in find_braces(text)]


_HABITS: Final = Habits(_order, _insides)

_Wanted = Sequence[tuple[Path, bool]]
"""Paths that are changed; with what stands below them, or not."""


def _names(wanted: _Wanted, path: Path) -> bool:
    """Tell whether any change needs the node at a path: it leads there or further, or changes all that it is in."""
    return any(one[: len(path)] == path or (below and path[: len(one)] == one) for one, below in wanted)


def _document(workflow: Workflow, text: str, wanted: _Wanted) -> Node:
    """Return the root with its jobs and their steps, in the document's offsets; those that are not wanted are only marked."""
    root = workflow.root
    if not isinstance(root, Map) or not workflow.jobs:
        return root
    holder = str(workflow.jobs[0].path[0])
    held = root.entry(holder)
    if held is None:
        return root
    value = _held(workflow, text, held.value, wanted)
    span = held.span.cover(value.span)
    entries = tuple(Entry(one.key, value, span) if one is held else one for one in root.entries)
    return msgspec.structs.replace(root, entries=entries, span=root.span.cover(value.span))


def _held(workflow: Workflow, text: str, node: Node, wanted: _Wanted) -> Node:
    if len(workflow.jobs[0].path) == 1:
        return _placed(workflow, workflow.jobs[0], text, wanted)
    entries = tuple(_entry(workflow, job, text, wanted) for job in workflow.jobs)
    flow = isinstance(node, Map) and node.flow
    own = [entry.span for entry in entries if not entry.key.aliased]
    span = Span(own[0].start, own[-1].end) if own and not flow else node.span
    return Map(span, entries, flow, node.aliased)


def _entry(workflow: Workflow, job: Job, text: str, wanted: _Wanted) -> Entry:
    key = moved(job.body.id_node or Scalar(Span(0, 0), ""), lambda offset: offset + job.origin)
    assert isinstance(key, Scalar)
    if _names(wanted, job.path):
        value = _placed(workflow, job, text, wanted)
    else:
        last = workflow.steps[job.after - 1].span if job.after > job.first else job.at(job.body.node.span)
        value = Hole(job.at(job.body.node.span).cover(last), missing=False)
    return Entry(key, value, key.span.cover(value.span))


def _placed(workflow: Workflow, job: Job, text: str, wanted: _Wanted) -> Node:
    """Return a job's node with its steps; the last one is always there, for what follows may hang on how it ends."""
    node = moved(job.body.node, lambda offset: offset + job.origin)
    listed = node.entry("steps") if isinstance(node, Map) else None
    if not isinstance(node, Map) or listed is None or not isinstance(listed.value, Seq):
        return node
    steps = workflow.steps[job.first : job.after]
    needed = {step.number for step in steps if _names(wanted, (*job.path, "steps", step.number))}
    needed.add(len(steps) - 1)
    items = tuple(placed(step) if step.number in needed else marked(step) for step in steps)
    first = steps[0].origin if workflow.in_pieces and steps else listed.value.span.start
    value = list_of(text, listed.value, items, first)
    value = msgspec.structs.replace(value, aliased=listed.value.aliased)
    entries = tuple(Entry(one.key, value, one.span.cover(value.span)) if one is listed else one for one in node.entries)
    return msgspec.structs.replace(node, entries=entries, span=node.span.cover(value.span))


def _sample(workflow: Workflow, root: Node) -> Iterable[Node]:
    yield root
    for job in workflow.jobs[:_SAMPLE]:
        yield moved(job.body.node, lambda offset, origin=job.origin: offset + origin)  # type: ignore[misc]
    for step in islice(workflow.steps, _SAMPLE):
        yield placed(step)


def _is_exact(path: str, workflow: Workflow, root: Spot, text: str) -> bool:
    """Tell whether the new text is read as the draft means it."""
    after = read(path, text, workflow)
    holder = str(workflow.jobs[0].path[0]) if workflow.jobs else ""
    held = root.child(holder)
    if held is None or not is_kept(held):
        return same(root.value(), _whole(after))
    wanted, found = root.value(but=held), plain(after.root)
    if not isinstance(wanted, dict) or not isinstance(found, dict) or holder not in found:
        return False
    return same(wanted, {**found, holder: None}) and _are_jobs(held, workflow, after)


def _are_jobs(held: Spot, before: Workflow, after: Workflow) -> bool:
    if len(before.jobs[0].path) == 1:
        return len(after.jobs) == 1 and _is_job(held, before, before.jobs[0], after, after.jobs[0])
    wanted = list(_wanted_jobs(held))
    if len(wanted) != len(after.jobs):
        return False
    return all(
        name == job.body.id and _is_one(held, one, before, after, job)
        for (one, name), job in zip(wanted, after.jobs, strict=True)
    )


def _wanted_jobs(held: Spot) -> Iterator[tuple[int | Added, str | None]]:
    """Yield the jobs as the draft means them, each with its name: old ones by their number."""
    assert isinstance(held.node, Map)
    for one, _ in held.elements():
        if isinstance(one, Added):
            yield one, one.name
        else:
            spot = held.spots.get(one)
            yield one, spot.renamed if spot and spot.renamed is not None else held.node.entries[one].name


def _is_one(held: Spot, one: int | Added, before: Workflow, after: Workflow, job: Job) -> bool:
    if isinstance(one, Added):
        return same(one.value, _value(after, job))
    spot, old = held.spots.get(one), before.jobs[one]
    if spot is not None and spot.touched:
        return _is_job(spot, before, old, after, job)
    if old.body is not job.body and not same(plain(old.body.node), plain(job.body.node)):
        return False
    steps = Spot(Seq(Span(0, 0), tuple(Hole(Span(0, 0)) for _ in range(old.first, old.after))))
    return _steps_are(steps, before, old, after, job)


def _is_job(spot: Spot, before: Workflow, old: Job, after: Workflow, job: Job) -> bool:
    steps = spot.child("steps")
    if spot.texts or steps is None or not is_kept(spot) or not is_kept(steps):
        return same(spot.value(), _value(after, job))
    wanted, found = spot.value(but=steps), plain(job.body.node)
    if not isinstance(wanted, dict) or not isinstance(found, dict) or "steps" not in found:
        return False
    return same(wanted, {**found, "steps": None}) and _steps_are(steps, before, old, after, job)


def _steps_are(steps: Spot, before: Workflow, old: Job, after: Workflow, job: Job) -> bool:
    bodies = [step.body for step in before.steps[old.first : old.after]]
    return are_steps(steps, bodies, [step.body for step in after.steps[job.first : job.after]])


def _value(workflow: Workflow, job: Job) -> object:
    """Return a job's plain value, its steps included."""
    value = plain(job.body.node)
    if job.after > job.first and isinstance(value, dict):
        value["steps"] = [plain(step.body.node) for step in workflow.steps[job.first : job.after]]
    return value


def _whole(workflow: Workflow) -> object:
    """Return a document's plain value, all of it included."""
    value = plain(workflow.root)
    for job in reversed(workflow.jobs):
        if isinstance(value, dict):
            if len(job.path) == 1:
                value[str(job.path[0])] = _value(workflow, job)
            else:
                value["jobs"][job.body.id] = _value(workflow, job)
    return value
