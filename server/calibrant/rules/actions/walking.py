"""The maps and lists of a GitHub file, each with what may stand in it."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from calibrant.github.languages import ACTION
from calibrant.github.places import WHOLE, places_of
from calibrant.model.expression import Path
from calibrant.model.issue import Finding, Kind
from calibrant.model.language import KeySpec, PlaceSpec
from calibrant.model.nodes import Entry, Hole, Map, Node, Scalar, Seq
from calibrant.model.workflow import JobBody, StepBody, Workflow
from calibrant.rules.known import Known


class Value(NamedTuple):
    """A value in its place: what is known of it, its path, and the place that its own inside is, where it has one.

    `key` is the entry that it stands behind, None for the element of a list and for the root.
    """

    node: Node
    spec: KeySpec
    path: Path
    place: PlaceSpec | None
    key: Entry | None = None


def of_step(body: StepBody, known: Known) -> Iterator[Value]:
    """Yield a step's map and every value in it, an outer one before what is inside."""
    return _walk(body.node, "step", places_of(known.language.name))


def of_job(body: JobBody, known: Known) -> Iterator[Value]:
    """Yield a job's map (or ‘runs’ of an action) and every value in it, the steps apart."""
    return _walk(body.node, "runs" if known.language.name == ACTION else "job", places_of(known.language.name))


def of_root(workflow: Workflow) -> Iterator[Value]:
    """Yield the whole file and every value in it, jobs and ‘runs’ apart."""
    places = places_of(workflow.language.name)
    return (
        value
        for value in _walk(workflow.root, WHOLE[workflow.language.name], places)
        if not workflow.jobs or value.spec.place not in ("runs", "jobs")
    )


def _walk(root: Node, name: str, places: Mapping[str, PlaceSpec]) -> Iterator[Value]:
    waiting = [Value(root, KeySpec(name, ("object",), "", place=name), (), places[name])]
    while waiting:
        value = waiting.pop()
        yield value
        if value.place is None or value.node.aliased:
            continue
        inside: list[Value] = []
        if isinstance(value.node, Map):
            for entry in value.node.entries:
                spec = None if dynamic(entry.key) else value.place.key(entry.name)
                if spec is not None:
                    path = (*value.path, entry.name)
                    inside.append(Value(entry.value, spec, path, places.get(spec.place), entry))
        elif isinstance(value.node, Seq) and value.place.item is not None:
            item = value.place.item
            inside = [
                Value(node, item, (*value.path, at), places.get(item.place)) for at, node in enumerate(value.node.items)
            ]
        waiting += reversed(inside)


def dynamic(node: Node) -> bool:
    """Tell whether an expression stands in a scalar, so that nothing is known of it."""
    return isinstance(node, Scalar) and (
        node.template is not None or (isinstance(node.value, str) and "${{" in node.value)
    )


def text_of(node: Node | None) -> str | None:
    """Return a scalar as the text that GitHub reads it as; None where it is none, is empty, or has an expression in it."""
    if not isinstance(node, Scalar) or node.value is None or dynamic(node):
        return None
    if isinstance(node.value, bool):
        return "true" if node.value else "false"
    return node.value if isinstance(node.value, str) else str(node.value)


def missing(node: Node | None) -> bool:
    """Tell whether a value is missing: nothing stands there, or null."""
    if node is None:
        return True
    return node.missing if isinstance(node, Hole) else isinstance(node, Scalar) and node.value is None


def elements(node: Node | None) -> tuple[Node, ...]:
    """Return the elements of a list, or the one value that stands in place of a list."""
    if node is None or isinstance(node, Hole | Map):
        return ()
    return node.items if isinstance(node, Seq) else (node,)


def unreadable(problems: tuple[Finding, ...]) -> bool:
    """Tell whether something could not be read, so that what seems to be missing may be there."""
    return any(problem.kind is Kind.SYNTAX for problem in problems)
