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
from calibrant.workspace.meeting import why_left


class Offer(msgspec.Struct, frozen=True):
    """A fix with the issue that it answers; None for a change that is offered where nothing is wrong."""

    issue: Issue | None
    fix: Fix


class Left(msgspec.Struct, frozen=True):
    """A fix that was wanted and is not applied, and why, in words for the user.

    `failed`: it was run and did not hold; else it could not be written beside the others.
    """

    fix: Fix
    why: str
    failed: bool = False


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
    return drafted(snapshot, workflow, offers)[0]


def drafted(snapshot: Snapshot, workflow: Workflow, offers: Sequence[Offer]) -> tuple[Draft | None, tuple[Left, ...]]:
    """Return the same, and which fixes meet others and are left out."""
    left: list[Left] = []
    fitting, edits = _fitting(snapshot.name, workflow, [], tuple(offers), left)
    if not fitting or not edits:
        return None, tuple(left)
    growth = sum(len(edit.text) - (edit.span.end - edit.span.start) for edit in edits)
    return Draft(snapshot, tuple(fitting), tuple(edits), len(snapshot.text) + growth), tuple(left)


def shares(draft: Draft, workflow: Workflow) -> tuple[tuple[int, ...], ...]:
    """Return, for each offer of a draft, the places of the edits that carry it out; one edit may serve several."""
    alone = [write(draft.snapshot.name, workflow, offer.fix.changes) for offer in draft.offers]
    return tuple(
        tuple(n for n, edit in enumerate(draft.edits) if any(edit.span.touches(one.span) for one in own))
        for own in alone
    )


def _fitting(
    name: str, workflow: Workflow, before: list[Offer], more: tuple[Offer, ...], left: list[Left]
) -> tuple[list[Offer], Sequence[TextEdit]]:
    """Return the offers of `before` with those of `more` that fit: all at once, else by halves, for writing takes time.

    Adds those that do not fit to `left`.
    """
    wanted = [*before, *more]
    try:
        return wanted, write(name, workflow, [change for offer in wanted for change in offer.fix.changes])
    except CannotChange as error:
        if len(more) < 2:
            there = [offer.fix for offer in before]
            left += [Left(offer.fix, why_left(name, workflow, there, offer.fix, error)) for offer in more]
            return before, write(name, workflow, [change for offer in before for change in offer.fix.changes])
    half = len(more) // 2
    fitting, _ = _fitting(name, workflow, before, more[:half], left)
    return _fitting(name, workflow, fitting, more[half:], left)
