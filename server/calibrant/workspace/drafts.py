"""Fixes as edits of one text of a document, before the editor applies them."""

from collections.abc import Sequence

import msgspec

from calibrant.dialects import write
from calibrant.model.change import CannotChange
from calibrant.model.fix import Fix
from calibrant.model.issue import Issue
from calibrant.model.text import TextEdit, apply_edits
from calibrant.model.workflow import Workflow
from calibrant.workspace.documents import Snapshot


class Offer(msgspec.Struct, frozen=True):
    """A fix with the issue that it answers; None for a change that is offered where nothing is wrong."""

    issue: Issue | None
    fix: Fix


class Draft(msgspec.Struct, frozen=True):
    """What the offers would change in a snapshot's text; `length` is that of the text they give."""

    snapshot: Snapshot
    offers: tuple[Offer, ...]
    edits: tuple[TextEdit, ...]
    length: int

    @property
    def after(self) -> str:
        """The text with the edits."""
        return apply_edits(self.snapshot.text, self.edits)

    def gives(self, text: str) -> bool:
        """Tell whether the edits give exactly that text."""
        return len(text) == self.length and text == self.after


def draft(snapshot: Snapshot, workflow: Workflow, offers: Sequence[Offer]) -> Draft | None:
    """Return the edits of those offers that can be written together, the first ones first; None where nothing changes.

    `workflow` is the one that the snapshot's text was read as.
    """
    fitting, edits = _fitting(snapshot.name, workflow, [], tuple(offers))
    if not fitting or not edits:
        return None
    growth = sum(len(edit.text) - (edit.span.end - edit.span.start) for edit in edits)
    return Draft(snapshot, tuple(fitting), tuple(edits), len(snapshot.text) + growth)


def _fitting(
    name: str, workflow: Workflow, before: list[Offer], more: tuple[Offer, ...]
) -> tuple[list[Offer], Sequence[TextEdit]]:
    """Return the offers of `before` with those of `more` that fit: all at once, else by halves, for writing takes time."""
    wanted = [*before, *more]
    try:
        return wanted, write(name, workflow, [change for offer in wanted for change in offer.fix.changes])
    except CannotChange:
        if len(more) < 2:
            return before, write(name, workflow, [change for offer in before for change in offer.fix.changes])
    half = len(more) // 2
    fitting, _ = _fitting(name, workflow, before, more[:half])
    return _fitting(name, workflow, fitting, more[half:])
