"""Where a marker word landed in a text that was read with it."""

from collections.abc import Iterator

import msgspec

from calibrant.ide.marking import Marked
from calibrant.model.expression import Path
from calibrant.model.nodes import Entry, Hole, Map, Node, Scalar, Seq
from calibrant.model.workflow import Job, Step, Workflow


class Landing(msgspec.Struct, frozen=True):
    """The scalar that holds the marker: a key of the map `parent` at `path`, else the value there, in `parent` or a list.

    `path` leads on from the map of `step`, where that is the place, else from the root. Spans are relative to `origin`.
    """

    path: Path
    scalar: Scalar
    parent: Map | None
    is_key: bool
    origin: int = 0
    step: Step | None = None
    job: Job | None = None
    listed: Seq | None = None
    """The list that the value is an element of."""


def landing(read: Workflow, marked: Marked) -> Landing | None:
    """Return where the marker landed: in a step, in a job without its steps, or around these."""
    at = marked.text.find(marked.marker)
    for step in read.steps:
        if step.origin <= at <= step.origin + len(step.body.text):
            found = next(_search(step.body.node, marked.marker, (), None), None)
            if found is not None:
                job = read.jobs[step.job] if step.job >= 0 else None
                return msgspec.structs.replace(found, origin=step.origin, step=step, job=job)
    for job in read.jobs:
        if job.origin <= at <= job.origin + len(job.body.text):
            found = _in_job(read, job, marked.marker)
            if found is not None:
                return msgspec.structs.replace(found, origin=job.origin, job=job)
    return next(_search(read.root, marked.marker, (), None), None)


def _in_job(read: Workflow, job: Job, marker: str) -> Landing | None:
    key = job.body.id_node
    if key is not None and isinstance(key.value, str) and marker in key.value:
        return Landing(job.path[:-1], key, _jobs(read, job), is_key=True)
    return next(_search(job.body.node, marker, job.path, None), None)


def _jobs(read: Workflow, job: Job) -> Map:
    """Return the map of the jobs with their names alone, as it stands relative to one of them."""
    entries: list[Entry] = []
    for one in read.jobs:
        if one.body.id_node is not None:
            by = one.origin - job.origin
            key = one.body.id_node
            moved = key if one is job else Scalar(key.span.shift(by), key.value, key.style, (), None, key.aliased)
            entries.append(Entry(moved, one.body.node, moved.span))
    return Map(job.body.node.span, tuple(entries))


def _search(node: Node, marker: str, path: Path, parent: Map | None) -> Iterator[Landing]:
    match node:
        case Scalar():
            if isinstance(node.value, str) and marker in node.value and not node.aliased:
                yield Landing(path, node, parent, is_key=False)
        case Map():
            for entry in node.entries:
                yield from _entry(entry, marker, path, node)
        case Seq():
            for at, item in enumerate(node.items):
                for found in _search(item, marker, (*path, at), None):
                    alone = isinstance(item, Map) and len(item.entries) == 1 and found.scalar is item.entries[0].key
                    yield msgspec.structs.replace(found, listed=node) if alone or found.scalar is item else found
        case Hole():
            return


def _entry(entry: Entry, marker: str, path: Path, node: Map) -> Iterator[Landing]:
    if isinstance(entry.key.value, str) and marker in entry.key.value:
        yield Landing(path, entry.key, node, is_key=True)
    else:
        yield from _search(entry.value, marker, (*path, entry.name), node)
