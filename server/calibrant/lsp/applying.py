"""Fixes applied on request: in an open document through the editor, in a closed file through the door."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from calibrant.lsp.commands import read, workflow_of
from calibrant.lsp.convert import key_of
from calibrant.lsp.editing import CHANGED, NO_EDITS, apply_edit, can_confirm, may_edit, workspace_edit
from calibrant.model.text import TextEdit
from calibrant.workspace.documents import Snapshot

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer
    from calibrant.workspace.analysis import Analysis
    from calibrant.workspace.application import Application
    from calibrant.workspace.drafts import Draft, Left, Offer

_ANY_CHANGE, _VERY_TEXT = 5.0, 0.5
"""Seconds to wait, after the editor says it made an edit, for a change of the document, and for the very text."""

_NO_SAFE = "There is no safe fix on offer for {name}."
_UNKNOWN = (
    "There is no fix {ids} on offer for {name} as it is now. Its text has changed since, or it was not calibrated yet: "
    "look at its issues again, or calibrate it first."
)
_NOT_SEEN = "The editor said that it made the edit, but {name} does not show it."


class ApplyArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `calibrant.applyFixes` takes."""

    uri: str
    fixes: tuple[str, ...] | Literal["safe"]


class AppliedArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `calibrant.applied` takes."""

    uri: str
    fixes: tuple[str, ...]


class Applying(msgspec.Struct, frozen=True, eq=False):
    """What is to be applied: `offers` are empty where a run must first tell what is safe."""

    session: str
    snapshot: Snapshot
    path: Path
    analysis: "Analysis"
    offers: "tuple[Offer, ...]"
    safe: bool


def apply_fixes(ls: "CalibrantServer", given: dict[str, Any]) -> dict[str, str]:
    """Begin to apply fixes to a workflow, open or not, and return the session that the change has."""
    from calibrant.change.applying import new_session

    arguments = read(given, ApplyArguments)
    snapshot = workflow_of(ls, arguments.uri)
    analysis = ls.pipeline.analysis(snapshot)
    if analysis is None or snapshot.path is None:
        raise JsonRpcInvalidParams(f"‘{snapshot.name}’ is not a workflow file.")
    offers = _chosen(ls, snapshot, analysis, arguments.fixes)
    applying = Applying(new_session(), snapshot, snapshot.path, analysis, offers, arguments.fixes == "safe")
    ls.changes.start(applying)
    return {"session": applying.session}


def applied(ls: "CalibrantServer", given: dict[str, Any]) -> dict[str, str]:
    """Take an editor's word that it applied an action's edit; returns the session where that was not seen before."""
    arguments = read(given, AppliedArguments)
    snapshot = ls.documents.get(key_of(arguments.uri))
    if snapshot is None or not snapshot.is_open:
        return {}
    baseline, inputs = ls.runs.baseline(snapshot.key, snapshot.text), ls.runs.inputs(snapshot.key)
    session = ls.applications.applied(snapshot, arguments.fixes, baseline, inputs)
    return {"session": session} if session else {}


async def apply_open(ls: "CalibrantServer", applying: Applying) -> "tuple[str, tuple[Left, ...]]":
    """Apply fixes in an open document; returns why that was not done, and which fixes were left out."""
    from calibrant.workspace.application import of_draft
    from calibrant.workspace.drafts import drafted, shares

    if not applying.offers:
        return _NO_SAFE.format(name=applying.path.name), ()
    if not may_edit(ls):
        return f"{NO_EDITS} Its quick fixes apply them.", ()
    draft, left = drafted(applying.snapshot, applying.analysis.workflow, applying.offers)
    if draft is None:
        return left[0].why if left else "Nothing would change: the text is as it should be already.", left
    confirmed = can_confirm(ls) and sum(one.fix.safety == "review" for one in draft.offers) > 1
    parts = shares(draft, applying.analysis.workflow) if confirmed else ()
    application = of_draft(draft, session=applying.session, shares=parts)
    label = f"Apply {len(draft.offers)} fix{'' if len(draft.offers) == 1 else 'es'} to {applying.path.name}"
    return await apply_in_editor(ls, applying.snapshot, application, label, _annotations(draft, parts)), left


async def apply_in_editor(
    ls: "CalibrantServer",
    snapshot: Snapshot,
    application: "Application",
    label: str,
    annotations: tuple[dict[TextEdit, str], dict[str, types.ChangeAnnotation]] | None = None,
) -> str:
    """Let the editor apply fixes to the newest text of a document, and see that it did; returns why not."""
    if not ls.documents.is_newest(snapshot):
        return CHANGED.format(name=Path(snapshot.name).name)
    key = snapshot.key
    application = ls.applications.hand_out(key, application)
    named, described = annotations or ({}, {})
    why = await apply_edit(ls, workspace_edit(ls, [(snapshot, application.edits)], named, described), label)
    if why:
        ls.applications.withdraw(key, application)
        return why
    seen = await ls.applications.settled(lambda: ls.documents.get(key), key, application, _ANY_CHANGE, _VERY_TEXT)
    return "" if seen else _NOT_SEEN.format(name=Path(snapshot.name).name)


def _annotations(
    draft: "Draft", parts: Sequence[Sequence[int]]
) -> tuple[dict[TextEdit, str], dict[str, types.ChangeAnnotation]] | None:
    """Return which annotation each edit belongs to, and the annotations: one for each fix, to be confirmed where for review."""
    if not parts:
        return None
    named: dict[TextEdit, str] = {}
    for offer, places in zip(draft.offers, parts, strict=True):
        for place in places:
            named.setdefault(draft.edits[place], offer.fix.id)
    described = {
        offer.fix.id: types.ChangeAnnotation(
            offer.fix.title,
            needs_confirmation=offer.fix.safety == "review",
            description=offer.issue.finding.message if offer.issue else None,
        )
        for offer in draft.offers
        if offer.fix.id in named.values()
    }
    return {edit: named.get(edit, draft.offers[0].fix.id) for edit in draft.edits}, described


def _chosen(
    ls: "CalibrantServer", snapshot: Snapshot, analysis: "Analysis", wanted: tuple[str, ...] | Literal["safe"]
) -> "tuple[Offer, ...]":
    """Return the offers that are wanted, of those for the newest text.

    Raises:
        JsonRpcInvalidParams: one of them is not on offer.
    """
    from calibrant.lsp.code_action import best_safe

    offers = ls.quick_fixes.offers(snapshot, analysis, ls.publisher.issues(snapshot, analysis))
    if wanted == "safe":
        return tuple(best_safe(offers))
    by_id = ls.quick_fixes.offered(snapshot) | {offer.fix.id: offer for offer in offers}
    missing = [one for one in wanted if one not in by_id]
    if missing or not wanted:
        ids = ", ".join(f"‘{one}’" for one in missing) or "by no name"
        raise JsonRpcInvalidParams(_UNKNOWN.format(ids=ids, name=Path(snapshot.name).name))
    return tuple(by_id[one] for one in dict.fromkeys(wanted))
