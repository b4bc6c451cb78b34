"""Code actions: the fixes of the issues in a range, all safe fixes at once, and what can be done with the whole file."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from lsprotocol import types

from calibrant.lsp.convert import key_of
from calibrant.lsp.editing import workspace_edit
from calibrant.lsp.extract import EXTRACT, extractions
from calibrant.lsp.publish import SOURCE, shown_at
from calibrant.lsp.source_actions import KINDS, asked_for, source_actions
from calibrant.lsp.trials import titled
from calibrant.model.fix import as_tried, order, preferred_of, sound
from calibrant.model.issue import Issue
from calibrant.model.text import Span
from calibrant.workspace.documents import Snapshot

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer
    from calibrant.workspace.analysis import Analysis
    from calibrant.workspace.drafts import Draft, Offer

QUICK_FIX = types.CodeActionKind.QuickFix.value
FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.calibrant"
OPTIONS = types.CodeActionOptions(code_action_kinds=[QUICK_FIX, EXTRACT, FIX_ALL, *KINDS], resolve_provider=True)

_DRAFTS = 64
"""Fixes offered at once to a client that cannot ask for their edits later; each is written beforehand."""


class _Data(msgspec.Struct, frozen=True):
    """What an action carries until it is resolved."""

    key: str
    generation: int
    fixes: tuple[str, ...]


class QuickFixes:
    """The fixes that were offered for the newest text of each open document."""

    def __init__(self, server: "CalibrantServer") -> None:
        self._server = server
        self._offered: dict[str, tuple[int, dict[str, Offer]]] = {}

    def offers(self, snapshot: Snapshot, analysis: "Analysis", issues: Sequence[Issue]) -> "list[Offer]":
        """Return the fixes of the issues, the most trusted first, and remember them for this text where it is open."""
        from calibrant.workspace.drafts import Offer

        ran = self._server.runs.outcome(snapshot.key)
        fixes = self._server.services.fixes(issues, analysis, ran.trust if ran else {}) if issues else {}
        key, text = snapshot.key, snapshot.text
        tried = {**self._server.trying.tried(key, text), **self._server.rechecks.tried(key, text)}
        found = [Offer(issue, as_tried(fix, tried)) for issue in issues for fix in fixes.get(issue.id, ())]
        found.sort(key=lambda offer: order(offer.fix))
        self.remember(snapshot, found)
        return found

    def remember(self, snapshot: Snapshot, offers: "Sequence[Offer]") -> None:
        """Keep what was offered for this text, so that it can be asked for by its id; of a closed file all is offered anew."""
        if not snapshot.is_open:
            return
        generation, known = self._offered.get(snapshot.key, (-1, {}))
        known = known if generation == snapshot.generation else {}
        self._offered[snapshot.key] = (snapshot.generation, known | {offer.fix.id: offer for offer in offers})

    def draft(self, snapshot: Snapshot, analysis: "Analysis", ids: Iterable[str]) -> "Draft | None":
        """Return what the fixes of those ids change together; None where they are of another text or change nothing."""
        from calibrant.workspace.drafts import draft

        generation, known = self._offered.get(snapshot.key, (-1, {}))
        if generation != snapshot.generation:
            return None
        offers = [known[fix] for fix in ids if fix in known]
        return draft(snapshot, analysis.workflow, offers)

    def offered(self, snapshot: Snapshot) -> "dict[str, Offer]":
        """Return what was offered for this very text, by the id of the fix."""
        generation, known = self._offered.get(snapshot.key, (-1, {}))
        return known if generation == snapshot.generation else {}

    def forget(self, key: str) -> None:
        """Drop what was offered: the document is closed."""
        self._offered.pop(key, None)


async def code_action(
    ls: "CalibrantServer", params: types.CodeActionParams
) -> list[types.CodeAction] | list[types.Command]:
    """Handle `textDocument/codeAction`, from what the server itself knows of the document.

    A client that takes no actions with edits gets those that are mere commands.
    """
    key = key_of(params.text_document.uri)
    await ls.pipeline.ready(key)
    snapshot = ls.documents.get(key)
    if snapshot is None or not snapshot.is_open or ls.pipeline.analysis(snapshot) is None:
        return []
    whole = await source_actions(ls, snapshot, params.context)
    if not _takes_actions(ls):
        return [action.command for action in whole if action.command]
    newest, analysis = _newest(ls, key)  # what of the whole file can be told took a while
    if newest is not None and analysis is not None:
        await ls.rechecks.at(newest, analysis, ls.positions(newest).span(params.range))
        newest, analysis = _newest(ls, key)
    if newest is None or analysis is None:
        return []
    return _Actions(ls, newest, analysis, params).all() + whole


def _newest(ls: "CalibrantServer", key: str) -> "tuple[Snapshot | None, Analysis | None]":
    snapshot = ls.documents.get(key)
    return snapshot, ls.pipeline.analysis(snapshot) if snapshot and snapshot.is_open else None


def resolve(ls: "CalibrantServer", action: types.CodeAction) -> types.CodeAction:
    """Handle `codeAction/resolve`; the action stays without an edit where the text it was made for is gone."""
    try:
        data = msgspec.convert(_plain(action.data), _Data)
    except msgspec.ValidationError:
        return action
    snapshot = ls.documents.get(data.key)
    if snapshot is None or not snapshot.is_open or snapshot.generation != data.generation:
        return action
    analysis = ls.pipeline.analysis(snapshot)
    found = ls.quick_fixes.draft(snapshot, analysis, data.fixes) if analysis else None
    if found:
        action.edit = edit_of(ls, found)
        action.command = action.command or told(ls, snapshot, data.fixes)
    return action


def edit_of(ls: "CalibrantServer", found: "Draft") -> types.WorkspaceEdit:
    """Return a draft as the client takes it; from now on it may be applied."""
    ls.applications.handed_out(found)
    return workspace_edit(ls, [(found.snapshot, found.edits)])


def told(ls: "CalibrantServer", snapshot: Snapshot, ids: tuple[str, ...]) -> types.Command | None:
    """Return the command by which the client tells that it has made the edit, where it calls commands."""
    workspace = ls.client_capabilities.workspace
    if not (workspace and workspace.execute_command):
        return None
    argument = {"uri": snapshot.uri, "fixes": list(ids)}
    return types.Command("Remember the fix", "calibrant.applied", arguments=[argument])


class _Actions:
    """Makes the actions of one request."""

    def __init__(
        self, server: "CalibrantServer", snapshot: Snapshot, analysis: "Analysis", params: types.CodeActionParams
    ) -> None:
        self._server = server
        self._snapshot = snapshot
        self._analysis = analysis
        self._issues = server.publisher.issues(snapshot, analysis)
        self._span = server.positions(snapshot).span(params.range)
        self._only = params.context.only
        self._sent = [one for one in params.context.diagnostics if one.source in {None, SOURCE}]
        self._later = _resolves(server, "edit")
        self._told_later = self._later and _resolves(server, "command")

    def all(self) -> list[types.CodeAction]:
        """Return what was asked for, the quick fixes first."""
        quick = self._quick() if asked_for(QUICK_FIX, self._only) else []
        safe = self._only is not None or any(action.is_preferred for action in quick)
        extracted = self._extract() if asked_for(EXTRACT, self._only) else []
        return quick + extracted + (self._fix_all() if safe and asked_for(FIX_ALL, self._only) else [])

    def _quick(self) -> list[types.CodeAction]:
        touched = [issue for issue in self._issues if _touches(issue, self._span)]
        offers = self._server.quick_fixes.offers(self._snapshot, self._analysis, touched)
        made = [
            self._action(QUICK_FIX, titled(offer.fix), [offer]) for offer in offers[: None if self._later else _DRAFTS]
        ]
        actions = [(action, offer) for action, offer in zip(made, offers, strict=False) if action]
        best = preferred_of([offer.fix for _, offer in actions])
        preferred = next((action for action, offer in actions if offer.fix is best), None)
        for action, offer in actions:
            action.diagnostics = (self._named(offer.issue) if offer.issue else None) or None
            action.is_preferred = True if action is preferred else None
        return [action for action, _ in actions]

    def _extract(self) -> list[types.CodeAction]:
        offers = extractions(self._server.quick_fixes, self._snapshot, self._analysis, self._span)
        made = (self._action(EXTRACT, offer.fix.title, [offer]) for offer in offers)
        return [action for action in made if action]

    def _fix_all(self) -> list[types.CodeAction]:
        offers = self._server.quick_fixes.offers(self._snapshot, self._analysis, self._issues)
        best = best_safe(offers)
        if not best:
            return []
        action = self._action(FIX_ALL, "Apply all safe fixes", best)
        return [action] if action else []

    def _action(self, kind: str, title: str, offers: "list[Offer]") -> types.CodeAction | None:
        """Return an action with its edit, or with what it takes to make it later; None where nothing would change."""
        ids = tuple(offer.fix.id for offer in offers)
        # A client may take an action that has a command already for complete, and never ask for its edit.
        command = None if self._told_later else told(self._server, self._snapshot, ids)
        if self._later:
            data = msgspec.to_builtins(_Data(self._snapshot.key, self._snapshot.generation, ids))
            return types.CodeAction(title, kind, data=data, command=command)
        found = self._server.quick_fixes.draft(self._snapshot, self._analysis, ids)
        return types.CodeAction(title, kind, edit=edit_of(self._server, found), command=command) if found else None

    def _named(self, issue: Issue) -> list[types.Diagnostic]:
        """Return the diagnostics of an issue that the client sent."""
        return [one for one in self._sent if one.code == issue.code and _plain(one.data).get("id") == issue.id]


def best_safe(offers: "Iterable[Offer]") -> "list[Offer]":
    """Return the first safe offer for each issue, the best first; none that failed its trial."""
    best: dict[str, Offer] = {}
    for offer in offers:
        if sound(offer.fix):
            best.setdefault(offer.fix.issue, offer)
    return list(best.values())


def _touches(issue: Issue, span: Span) -> bool:
    return any(at.touches(span) for at in shown_at(issue.finding))


def _takes_actions(ls: "CalibrantServer") -> bool:
    """Tell whether the client takes actions with edits, and not only commands."""
    text = ls.client_capabilities.text_document
    return bool(text and text.code_action and text.code_action.code_action_literal_support)


def _resolves(ls: "CalibrantServer", part: str) -> bool:
    """Tell whether the client asks later for a part of an action."""
    text = ls.client_capabilities.text_document
    can = text.code_action if text else None
    return bool(can and can.data_support and can.resolve_support and part in can.resolve_support.properties)


def _plain(data: Any) -> dict[str, Any]:
    """Return what came over the wire as a map: the library gives an object of its own for one."""
    if isinstance(data, dict):
        return data
    return data._asdict() if hasattr(data, "_asdict") else {}
