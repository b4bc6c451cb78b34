"""Runs, rollback and trust as actions on the whole file: for editors that show no code lenses, and for key bindings."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lsprotocol import types

from calibrant.lsp.code_lens import last_result, status_of
from calibrant.lsp.editor_trust import is_trusted
from calibrant.lsp.not_run import TRUST
from calibrant.workspace.application import title_of
from calibrant.workspace.locate import is_run

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer
    from calibrant.workspace.documents import Snapshot

_OURS = f"{types.CodeActionKind.Source.value}.calibrant"
CALIBRATE_KIND, CANCEL_KIND = f"{_OURS}.calibrate", f"{_OURS}.cancel"
ROLL_BACK_KIND, TRUST_KIND = f"{_OURS}.rollBack", f"{_OURS}.trust"
KINDS = (CALIBRATE_KIND, CANCEL_KIND, ROLL_BACK_KIND, TRUST_KIND)


def asked_for(kind: str, only: Sequence[types.CodeActionKind | str] | None) -> bool:
    """Tell whether a kind of action is asked for, by itself or by one that holds it."""
    kinds = [one.value if isinstance(one, types.CodeActionKind) else one for one in only or [""]]
    return any(one in ("", kind) or kind.startswith(f"{one}.") for one in kinds)


async def source_actions(
    ls: "CalibrantServer", snapshot: "Snapshot", context: types.CodeActionContext
) -> list[types.CodeAction]:
    """Return what can be done with a workflow as a whole; nothing for a menu that the user did not ask for."""
    everything = not context.only or "" in context.only
    if snapshot.path is None or (everything and not _by_the_user(ls, context)):
        return []
    runs = is_run(snapshot.path)
    actions = [_running(ls, snapshot)] if runs else []
    changes = ls.applications.recorded.sessions(snapshot.key)
    if changes:
        title = f"Roll back {title_of(changes[0].fixes)} ({status_of(changes[0])})"
        argument = {"uri": snapshot.uri, "session": changes[0].id}
        actions.append(_action(ROLL_BACK_KIND, title, "calibrant.rollback", argument))
    if runs and asked_for(TRUST_KIND, context.only) and await _wants_trust(ls, snapshot):
        actions.append(_action(TRUST_KIND, TRUST, "calibrant.trust", {"uri": snapshot.uri}))
    return [action for action in actions if asked_for(str(action.kind), context.only)]


def _by_the_user(ls: "CalibrantServer", context: types.CodeActionContext) -> bool:
    """Tell whether the user asked for all that there is: an editor that shows a bulb by itself says so.

    One that does not say why it asks gets what other editors show as code lenses, where it has none.
    """
    if context.trigger_kind is None:
        text = ls.client_capabilities.text_document
        return not (text and text.code_lens)
    return context.trigger_kind == types.CodeActionTriggerKind.Invoked


def _running(ls: "CalibrantServer", snapshot: "Snapshot") -> types.CodeAction:
    run = ls.runs.current(snapshot.key)
    if run:
        return _action(CANCEL_KIND, "Cancel the run", "calibrant.cancel", {"session": run.session})
    return _action(CALIBRATE_KIND, "Calibrate this workflow", "calibrant.calibrate", {"uri": snapshot.uri})


async def _wants_trust(ls: "CalibrantServer", snapshot: "Snapshot") -> bool:
    """Tell whether something was not run that would be in a trusted workspace."""
    if snapshot.path is None or ls.services.editor_trust.word.restricted:
        return False
    last = await last_result(ls, snapshot)
    if last is None or all(step.status != "not_run" for step in last.steps):
        return False
    return not await is_trusted(ls, ls.configuration.workspace_of(snapshot.path))


def _action(kind: str, title: str, command: str, argument: dict[str, str]) -> types.CodeAction:
    return types.CodeAction(title, kind, command=types.Command(title, command, arguments=[argument]))
