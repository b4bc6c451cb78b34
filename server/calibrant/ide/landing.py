"""Where a marker word landed in a text that was read with it."""

from collections.abc import Iterator

import msgspec

from calibrant.ide.marking import Marked
from calibrant.model.expression import Path
from calibrant.model.nodes import Entry, Hole, Map, Node, Scalar, Seq
from calibrant.model.workflow import Step, Workflow


class Landing(msgspec.Struct, frozen=True):
    """The scalar that holds the marker: a key of the map `parent` at `path`, else the value there, in `parent` or a list."""

    path: Path
    scalar: Scalar
    parent: Map | None
    is_key: bool


def landing(read: Workflow, marked: Marked) -> tuple[Landing, Step | None] | None:
    """Return where the marker landed, and in which step."""
    at = marked.text.find(marked.marker)
    for step in read.steps:
        if step.origin <= at <= step.origin + len(step.body.text):
            found = next(_search(step.body.node, marked.marker, (), None), None)
            if found is not None:
                return found, step
    found = next(_search(read.root, marked.marker, (), None), None)
    return (found, None) if found is not None else None


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
                yield from _search(item, marker, (*path, at), None)
        case Hole():
            return


def _entry(entry: Entry, marker: str, path: Path, node: Map) -> Iterator[Landing]:
    if isinstance(entry.key.value, str) and marker in entry.key.value:
        yield Landing(path, entry.key, node, is_key=True)
    else:
        yield from _search(entry.value, marker, (*path, entry.name), node)
