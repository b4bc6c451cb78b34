"""Changes that belong together: renaming something everywhere, making an input or a secret of a literal."""

from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec

from calibrant.model.change import AddKey, CannotChange, Change, EditText, InsertItem, SetValue
from calibrant.model.expression import Path, Reference
from calibrant.model.nodes import Map, Node, Scalar, Seq
from calibrant.model.text import Span
from calibrant.model.workflow import Step, Workflow


class Literal(msgspec.Struct, frozen=True):
    """Where a literal stands: the value at `path`, or the characters [start, end) of that text."""

    path: Path
    start: int | None = None
    end: int | None = None


def extract_input(
    workflow: Workflow, places: Iterable[Literal], name: str, spec: Mapping[str, object] | None
) -> tuple[Change, ...]:
    """Return the changes that write `{{ inputs.name }}` in place of literals, and declare the input as `spec` says.

    Without `spec`, or where an input of that name is declared, nothing is declared.
    """
    inside = tuple(_written(place, f"{{{{ inputs.{name} }}}}") for place in places)
    if spec is None or any(item.name == name for item in workflow.inputs):
        return inside
    return (AddKey(("inputs",), name, dict(spec)), *inside)


def literal_to_secret(workflow: Workflow, places: Iterable[Literal], name: str) -> tuple[Change, ...]:
    """Return the changes that write `{{ secrets.NAME }}` in place of literals, and declare the secret where it is not."""
    inside = tuple(_written(place, f"{{{{ secrets.{name} }}}}") for place in places)
    if any(secret.name == name for secret in workflow.secrets):
        return inside
    listed = workflow.root.get("secrets") if isinstance(workflow.root, Map) else None
    if isinstance(listed, Seq):
        return (InsertItem(("secrets",), len(listed.items), name), *inside)
    if listed is not None:
        return (SetValue(("secrets",), [name]), *inside)
    return (AddKey((), "secrets", [name]), *inside)


def rename_step(workflow: Workflow, old: str, new: str) -> tuple[Change, ...]:
    """Return the changes that give the first step called `old` another id, in every reference and `needs` too.

    Raises:
        CannotChange: one of the places is written elsewhere, behind an alias.
    """
    step = workflow.step(old)
    if step is None or old == new:
        return ()
    changes: list[Change] = [SetValue(("steps", step.index, "id"), new)]
    for other in workflow.steps:
        listed = other.body.node.get("needs") if isinstance(other.body.node, Map) else None
        for path, node in _scalars(listed, ("steps", other.index, "needs")) if listed is not None else ():
            if node.value == old:
                changes.append(SetValue(path, new))
    return (*changes, *_renamed(workflow, lambda reference: reference.parts[0] if reference.root == old else None, new))


def _written(place: Literal, text: str) -> Change:
    if place.start is None or place.end is None:
        return SetValue(place.path, text)
    return EditText(place.path, place.start, place.end, text)


def _renamed(workflow: Workflow, part: Callable[[Reference], Span | None], new: str) -> Iterator[Change]:
    """Yield the edits of every reference of which `part` gives the place of the name that changes."""
    for step in workflow.steps:
        spans = [span for reference in step.body.references if (span := part(reference)) is not None]
        if spans:
            yield from _in_step(step, sorted(set(spans)), new)


def _in_step(step: Step, spans: Iterable[Span], new: str) -> Iterator[Change]:
    texts = list(_scalars(step.body.node, ("steps", step.index)))
    for span in spans:
        found = next(((path, node) for path, node in texts if _holds(node, span) and not node.aliased), None)
        if found is None:
            message = f"The step ‘{step.label}’ refers to it behind an alias; change it where its anchor stands."
            raise CannotChange(message)
        path, node = found
        start, end = _offset(node, span.start), _offset(node, span.end - 1) + 1
        yield EditText(path, start, end, new)


def _holds(node: Scalar, span: Span) -> bool:
    return isinstance(node.value, str) and node.span.start <= span.start and span.end <= node.span.end


def _offset(node: Scalar, source: int) -> int:
    """Return the offset in a text value of the character that stands at `source` in its piece."""
    value, place = max((mark for mark in node.marks if mark[1] <= source), key=lambda mark: mark[1])
    return value + source - place


def _scalars(node: Node, path: Path) -> Iterator[tuple[Path, Scalar]]:
    """Yield the scalars of a node that are in force, and where they stand."""
    match node:
        case Scalar():
            yield path, node
        case Seq():
            for at, item in enumerate(node.items):
                yield from _scalars(item, (*path, at))
        case Map():
            seen: set[str] = set()
            for entry in node.entries:
                if entry.name not in seen:
                    seen.add(entry.name)
                    yield from _scalars(entry.value, (*path, entry.name))
