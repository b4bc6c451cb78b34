"""Inputs made of what is selected: the refactorings at a place, beside the fixes of issues."""

from typing import TYPE_CHECKING

from lsprotocol import types

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
    offered.remember(snapshot, offers)
    return offers
