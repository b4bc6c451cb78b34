"""Changes of a native workflow written into its text."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

import msgspec

from calibrant.dialects.drafting import Draft, are_steps, edits_of, is_kept, list_of, marked, placed
from calibrant.dialects.native.reading import read
from calibrant.dialects.noting import Habits, same
from calibrant.expressions.scan import find_braces
from calibrant.model.change import Change
from calibrant.model.expression import Path
from calibrant.model.nodes import Map, Node, Seq, plain
from calibrant.model.text import TextEdit
from calibrant.model.workflow import Workflow
from calibrant.syntax import normal
from calibrant.syntax.draft import Spot

_ORDER: Final = ("name", "description", "inputs", "secrets", "steps")
"""The order in which the keys of a workflow are written."""
_SAMPLE: Final = 40
"""Steps that are looked at for how the document is written."""


def write(path: str, workflow: Workflow, changes: Sequence[Change]) -> list[TextEdit]:
    """Return the edits of `workflow.text` that make the changes and nothing else; see `model.change.WriteDialect`.

    Raises:
        CannotChange: they do not fit, contradict each other, or cannot be written without changing anything else.
    """
    steps = {number for change in changes if (number := _step_of(change.path)) is not None}
    root = _document(workflow, normal(workflow.text), steps)
    draft = Draft(root, _sample(workflow, root), json=path.lower().endswith(".json"))
    return edits_of(workflow, draft, changes, _HABITS, lambda root, text: _is_exact(path, workflow, root, text))


def _order(path: Path) -> Sequence[str]:
    return () if path else _ORDER


def _insides(text: str) -> Sequence[tuple[int, int]]:
    return [(braces.inner, braces.inner_end) for braces in find_braces(text)]


_HABITS: Final = Habits(_order, _insides)


def _step_of(path: Path) -> int | None:
    return path[1] if len(path) > 1 and path[0] == "steps" and isinstance(path[1], int) else None


def _document(workflow: Workflow, text: str, wanted: set[int]) -> Node:
    """Return the root with its steps, in the document's offsets; those that are not wanted are only marked."""
    root = workflow.root
    listed = root.entry("steps") if isinstance(root, Map) else None
    if not isinstance(root, Map) or listed is None or not isinstance(listed.value, Seq):
        return root
    items = tuple(placed(step) if step.index in wanted else marked(step) for step in workflow.steps)
    first = workflow.steps[0].origin if workflow.in_pieces and items else listed.value.span.start
    steps = list_of(text, listed.value, items, first)
    entries = tuple(
        msgspec.structs.replace(entry, value=steps, span=entry.span.cover(steps.span)) if entry is listed else entry
        for entry in root.entries
    )
    return msgspec.structs.replace(root, entries=entries, span=root.span.cover(steps.span))


def _sample(workflow: Workflow, root: Node) -> Iterable[Node]:
    yield root
    for step in islice(workflow.steps, _SAMPLE):
        yield placed(step)


def _is_exact(path: str, workflow: Workflow, root: Spot, text: str) -> bool:
    """Tell whether the new text is read as the draft means it."""
    after = read(path, text, workflow)
    steps = root.child("steps")
    kept = steps if is_kept(steps) else None
    wanted = root.value(but=kept)
    if not isinstance(wanted, dict) or not isinstance(after.root, Map):
        return False
    found = plain(after.root)
    assert isinstance(found, dict)
    if kept is not None:
        if not are_steps(kept, [step.body for step in workflow.steps], [step.body for step in after.steps]):
            return False
        wanted.pop("steps", None)
        found.pop("steps", None)
    return same(wanted, found)
