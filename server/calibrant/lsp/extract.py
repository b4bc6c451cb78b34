"""Inputs made of what is selected: the refactorings at a place, beside the fixes of issues."""

from typing import TYPE_CHECKING

from lsprotocol import types

from calibrant.model.expression import Path
from calibrant.model.text import Span
from calibrant.workspace.documents import Snapshot

if TYPE_CHECKING:
    from calibrant.lsp.code_action import QuickFixes
    from calibrant.workspace.analysis import Analysis
    from calibrant.workspace.drafts import Offer

EXTRACT = types.CodeActionKind.RefactorExtract.value


def extractions(offered: "QuickFixes", snapshot: Snapshot, analysis: "Analysis", span: Span) -> "list[Offer]":
    """Return what can be made of the literal that a selection or cursor is at, and remember it for this text."""
    from calibrant.repairs.extract import extractions
    from calibrant.workspace.drafts import Offer

    checked = analysis.checked
    offers = [Offer(None, fix) for fix in extractions(analysis.workflow, span, checked.specs, checked.confidential)]
    offers = [offer for offer in offers if _can_be_written(snapshot, analysis, offer)]
    offered.remember(snapshot, offers)
    return offers


def _can_be_written(snapshot: Snapshot, analysis: "Analysis", offer: "Offer") -> bool:
    """Tell whether an edit can be made of it: what has an anchor may stand elsewhere too."""
    from calibrant.workspace.drafts import draft

    if not analysis.workflow.language.runs:
        return draft(snapshot, analysis.workflow, [offer]) is not None
    paths: list[Path] = [getattr(change, "path", ()) for change in offer.fix.changes]
    indices = {path[1] for path in paths if path[:1] == ("steps",) and len(path) > 1}
    steps = [step.body.anchors for step in analysis.workflow.steps if step.index in indices]
    if all(anchors is not None and not anchors.given for anchors in steps):
        return True
    return draft(snapshot, analysis.workflow, [offer]) is not None
