"""Changes of a native workflow written into its text."""

import re
from collections.abc import Iterable, Sequence
from itertools import islice

import msgspec

from calibrant.dialects.native.noting import note, same
from calibrant.dialects.native.reading import read
from calibrant.model.change import CannotChange, Change
from calibrant.model.nodes import Hole, Map, Node, Seq, plain
from calibrant.model.text import Span, TextEdit, apply_edits
from calibrant.model.workflow import Step, Workflow
from calibrant.syntax import moved, normal
from calibrant.syntax.draft import Added, Spot, settle
from calibrant.syntax.edit import Editor
from calibrant.syntax.looking import look_of

_DASH = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ ]*-")
_SAMPLE = 40
"""Steps that are looked at for how the document is written."""
_NOT_EXACT = (
    "This change cannot be written here without changing something else: the value may be shared by an anchor, or what"
    " stands around it cannot be read. Change it by hand."
)


def write(path: str, workflow: Workflow, changes: Sequence[Change]) -> list[TextEdit]:
    """Return the edits of `workflow.text` that make the changes and nothing else; see `model.change.WriteDialect`.

    Raises:
        CannotChange: they do not fit, contradict each other, or cannot be written without changing anything else.
    """
    text = normal(workflow.text)
    is_json = path.lower().endswith(".json")
    steps = {number for change in changes if (number := _step_of(change)) is not None}
    root = Spot(_document(workflow, text, steps))
    try:
        note(root, changes)
        settle(root)
        if not root.touched:
            return []
        look = look_of(workflow.text, _sample(workflow, root.node), json=is_json)
        for attempt in (look, msgspec.structs.replace(look, literals=False)):
            edits = _changed_only(workflow.text, Editor(text, attempt).write(root))
            if _is_exact(path, workflow, root, apply_edits(workflow.text, edits)):
                return edits
    except (TypeError, ValueError) as error:
        raise CannotChange(f"The new value cannot be written in this file: {error}.") from error
    raise CannotChange(_NOT_EXACT)


def _step_of(change: Change) -> int | None:
    path = getattr(change, "path", None)
    if path is None:
        return getattr(change, "step", None)
    return path[1] if len(path) > 1 and path[0] == "steps" and isinstance(path[1], int) else None


def _document(workflow: Workflow, text: str, wanted: set[int]) -> Node:
    """Return the root with its steps, in the document's offsets; those that are not wanted are only marked."""
    root = workflow.root
    listed = root.entry("steps") if isinstance(root, Map) else None
    if not isinstance(root, Map) or listed is None or not isinstance(listed.value, Seq):
        return root
    items = tuple(_placed(step) if step.index in wanted else _marked(step) for step in workflow.steps)
    span = listed.value.span
    is_flow = text[span.start : span.start + 1] == "["
    if items and not is_flow:
        dash = _DASH.match(text, workflow.steps[0].origin if workflow.in_pieces else span.start)
        start = dash.end() - 1 if dash else span.start
        span = Span(start, max(items[-1].span.end, start + 1))
    steps = Seq(span, items, flow=is_flow)
    entries = tuple(
        msgspec.structs.replace(entry, value=steps, span=entry.span.cover(span)) if entry is listed else entry
        for entry in root.entries
    )
    return msgspec.structs.replace(root, entries=entries, span=root.span.cover(span))


def _placed(step: Step) -> Node:
    return moved(step.body.node, lambda offset: offset + step.origin)


def _marked(step: Step) -> Node:
    return Hole(step.at(step.body.node.span), missing=False)


def _sample(workflow: Workflow, root: Node) -> Iterable[Node]:
    yield root
    for step in islice(workflow.steps, _SAMPLE):
        yield _placed(step)


def _changed_only(text: str, edits: Iterable[TextEdit]) -> list[TextEdit]:
    """Return the edits that write anything but what stands there."""
    return [edit for edit in edits if text[edit.span.start : edit.span.end] != edit.text]


def _is_exact(path: str, workflow: Workflow, root: Spot, text: str) -> bool:
    """Tell whether the new text is read as the draft means it."""
    after = read(path, text, workflow)
    wanted = _root_value(root)
    if not isinstance(wanted, dict) or not isinstance(after.root, Map):
        return False
    found = plain(after.root)
    assert isinstance(found, dict)
    steps = wanted.pop("steps", None)
    if isinstance(steps, _Steps):
        found.pop("steps", None)
        if not steps.are(workflow, after):
            return False
    elif steps is not None:
        wanted["steps"] = steps
    return same(wanted, found)


class _Steps:
    """The steps as the draft means them: old ones by their number, new ones by their value."""

    def __init__(self, spot: Spot) -> None:
        self.spot = spot

    def are(self, before: Workflow, after: Workflow) -> bool:
        """Tell whether these are the steps of a workflow read again."""
        wanted = list(self.spot.elements())
        if len(wanted) != len(after.steps):
            return False
        return all(self._is(one, value, before, step) for (one, value), step in zip(wanted, after.steps, strict=True))

    def _is(self, one: int | Added, value: object, before: Workflow, step: Step) -> bool:
        if isinstance(one, int) and not ((spot := self.spot.spots.get(one)) and spot.touched):
            old = before.steps[one].body
            return old is step.body or same(plain(old.node), plain(step.body.node))
        return same(value, plain(step.body.node))


def _root_value(root: Spot) -> object:
    """Return the plain value of the draft, its steps apart where they are not replaced as a whole."""
    steps = root.child("steps")
    if steps is None or not isinstance(steps.node, Seq) or steps.removed or steps.renamed or not steps.node.items:
        return root.value()
    value = root.value(but=steps)
    assert isinstance(value, dict)
    return {**value, "steps": _Steps(steps)}
