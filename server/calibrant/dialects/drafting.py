"""Changes written into a workflow's text: noted on a draft, edited in, and read again to see that they are exact."""

import re
from collections.abc import Callable, Iterable, Sequence

import msgspec

from calibrant.dialects.noting import Habits, note, same
from calibrant.model.change import CannotChange, Change
from calibrant.model.nodes import Hole, Node, Seq, plain
from calibrant.model.text import Span, TextEdit, apply_edits
from calibrant.model.workflow import Step, StepBody, Workflow
from calibrant.syntax import moved, normal
from calibrant.syntax.draft import KEEP, Added, Spot, settle
from calibrant.syntax.edit import Editor
from calibrant.syntax.looking import look_of

_DASH = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ ]*-")
_NOT_EXACT = (
    "This change cannot be written here without changing something else: the value may be shared by an anchor, or what"
    " stands around it cannot be read. Change it by hand."
)

IsExact = Callable[[Spot, str], bool]
"""Tells whether a text is read as a draft means it."""


class Draft(msgspec.Struct, frozen=True):
    """What changes are noted on: the document's nodes, and some that show how it is written; `json` is what it is written in."""

    document: Node
    sample: Iterable[Node]
    json: bool = False


def edits_of(
    workflow: Workflow, draft: Draft, changes: Sequence[Change], habits: Habits, is_exact: IsExact
) -> list[TextEdit]:
    """Return the edits of `workflow.text` that make the changes and nothing else.

    Raises:
        CannotChange: they do not fit, contradict each other, or cannot be written without changing anything else.
    """
    text, root = normal(workflow.text), Spot(draft.document)
    try:
        note(root, changes, habits)
        settle(root)
        if not root.touched:
            return []
        look = look_of(workflow.text, draft.sample, json=draft.json)
        for attempt in (look, msgspec.structs.replace(look, literals=False)):
            edits = _changed_only(workflow.text, Editor(text, attempt).write(root))
            if is_exact(root, apply_edits(workflow.text, edits)):
                return edits
    except (TypeError, ValueError) as error:
        raise CannotChange(f"The new value cannot be written in this file: {error}.") from error
    raise CannotChange(_NOT_EXACT)


def placed(step: Step) -> Node:
    """Return a step's node in the document's offsets."""
    return moved(step.body.node, lambda offset: offset + step.origin)


def marked(step: Step) -> Node:
    """Return what stands for a step that nothing is changed in."""
    return Hole(step.at(step.body.node.span), missing=False)


def list_of(text: str, listed: Seq, items: tuple[Node, ...], first: int) -> Seq:
    """Return a list with its steps, in the document's offsets; `first` is where it begins, or the blank lines above it."""
    is_flow = text[listed.span.start : listed.span.start + 1] == "["
    span = listed.span
    if items and not is_flow:
        dash = _DASH.match(text, first)
        start = dash.end() - 1 if dash else span.start
        span = Span(start, max(items[-1].span.end, start + 1))
    return Seq(span, items, flow=is_flow)


def is_kept(spot: Spot | None) -> bool:
    """Tell whether a list or map that has something in it stays, whatever becomes of its parts."""
    if spot is None or spot.removed or spot.renamed is not None or spot.new is not KEEP:
        return False
    return bool(spot.node.items if isinstance(spot.node, Seq) else getattr(spot.node, "entries", ()))


def are_steps(spot: Spot, before: Sequence[StepBody], after: Sequence[StepBody]) -> bool:
    """Tell whether steps that were read again are what the draft of their list means."""
    wanted = list(spot.elements())
    if len(wanted) != len(after):
        return False
    return all(_is_step(spot, one, value, before, body) for (one, value), body in zip(wanted, after, strict=True))


def _is_step(spot: Spot, one: int | Added, value: object, before: Sequence[StepBody], body: StepBody) -> bool:
    if isinstance(one, int) and not ((own := spot.spots.get(one)) and own.touched):
        old = before[one]
        return old is body or same(plain(old.node), plain(body.node))
    return same(value, plain(body.node))


def _changed_only(text: str, edits: Iterable[TextEdit]) -> list[TextEdit]:
    """Return the edits that write anything but what stands there."""
    return [edit for edit in edits if text[edit.span.start : edit.span.end] != edit.text]
