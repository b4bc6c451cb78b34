"""The command that rolls back fixes: through the editor where it holds the document, else in the file."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams

from calibrant.lsp.code_action import workspace_edit
from calibrant.lsp.commands import RollbackArguments, path_of, read
from calibrant.model.ports import StoreError
from calibrant.workspace.documents import Snapshot

if TYPE_CHECKING:
    from calibrant.change import Done, RollbackEdits
    from calibrant.lsp.core import CalibrantServer

_CHANGED = "‘{name}’ was changed meanwhile, and was left as it is. Try again."
_NOT_TAKEN = "The editor did not take the edit{why}. Nothing was changed."
_NO_EDITS = "This editor takes no edits from a language server. Its own undo takes the fix back."
_SEVERAL = "The session changed several documents that are open. Close all but one of them, then try again."


async def rollback(ls: "CalibrantServer", given: dict[str, Any]) -> dict[str, str]:
    """Roll back a session, or the newest that stands for the file; returns the session, with the reason where it stays."""
    arguments = read(given, RollbackArguments)
    path = path_of(arguments.uri)
    try:
        return await _Rollback(ls, path, arguments.session).answer()
    except (StoreError, OSError) as error:
        raise JsonRpcInvalidParams(f"The fixes of {path.name} cannot be rolled back: {error}") from error


class _Rollback:
    """One rollback of one file's session."""

    def __init__(self, server: "CalibrantServer", path: Path, session: str | None) -> None:
        self._server = server
        self._path = path
        self._session = session
        self._workspace = server.configuration.workspace_of(path)
        self._open = {
            document.path: document
            for document in server.documents
            if document.is_open
            and document.path
            and server.configuration.workspace_of(document.path) == self._workspace
        }

    async def answer(self) -> dict[str, str]:
        """Do it, and return what the command answers."""
        plan = await self._plan()
        if plan.reason:
            return _answer(plan.session, plan.reason)
        why = await self._in_editor(plan) if plan.edits else ""
        if why:
            return _answer(plan.session, why)
        done = await self._remembered(plan)
        self._server.applications.release(plan.session)
        return _answer(plan.session, done.reason if done.status == "refused" else "")

    async def _plan(self) -> "RollbackEdits":
        from calibrant.change import rollback_edits

        texts = {path: document.text for path, document in self._open.items()}
        return await self._server.applications.at_door(
            self._workspace, lambda site: rollback_edits(site, texts, self._session, path=self._path)
        )

    async def _in_editor(self, plan: "RollbackEdits") -> str:
        """Let the editor make the edits; returns why it did not."""
        workspace = self._server.client_capabilities.workspace
        changed = [(self._open[path], edits) for path, edits in plan.edits.items() if edits]
        if not changed:
            return ""
        if len(changed) > 1:
            return _SEVERAL
        if not (workspace and workspace.apply_edit):
            return _NO_EDITS
        (snapshot, edits), *_ = changed
        if not self._server.documents.is_newest(snapshot):
            return _CHANGED.format(name=snapshot.name)
        edit = workspace_edit(self._server, snapshot, self._server.positions(snapshot).edits(edits))
        return await self._applied(snapshot, edit)

    async def _applied(self, snapshot: Snapshot, edit: types.WorkspaceEdit) -> str:
        params = types.ApplyWorkspaceEditParams(edit, f"Roll back fixes in {Path(snapshot.name).name}")
        try:
            result = await self._server.workspace_apply_edit_async(params)
        except JsonRpcException as error:
            return _NOT_TAKEN.format(why=f": {error.message}")
        if result.applied:
            return ""
        return _NOT_TAKEN.format(why=f": {result.failure_reason}" if result.failure_reason else "")

    async def _remembered(self, plan: "RollbackEdits") -> "Done":
        """Roll back what no editor holds, and note that all of it is."""
        from calibrant.change import Done, rollback, rolled_back

        if plan.closed:
            return await self._server.applications.at_door(
                self._workspace, lambda site: rollback(site, plan.session, edited=list(plan.edits))
            )
        done = await self._server.applications.at_door(self._workspace, lambda site: rolled_back(site, plan.session))
        # the editor's change may have told it already: it looks like an undo
        return Done("rolled_back", session=plan.session) if done.status == "refused" else done


def _answer(session: str, reason: str) -> dict[str, str]:
    return {"session": session, "reason": reason} if reason else {"session": session}
