"""Taking a session of changes back: through the editor where it holds the documents, then in the files that it does not."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from calibrant.lsp.editing import CHANGED, apply_edit, workspace_edit
from calibrant.model.text import TextEdit, apply_edits
from calibrant.workspace.documents import Snapshot

if TYPE_CHECKING:
    from calibrant.change import Done, FileOutcome, Preview, RollbackEdits
    from calibrant.lsp.core import CalibrantServer

_OPEN_ONLY = (
    "{open} as it was before the fix is in the editor, where undo brings the fix back. {closed} still has it: {why}"
)


class Result(msgspec.Struct, frozen=True):
    """What became of a rollback; `reason` is empty where it was made. `conflicts` as in `change.Done`."""

    session: str
    reason: str = ""
    conflicts: "tuple[FileOutcome, ...]" = ()


class TakingBack:
    """One rollback of a session that changed the file at `path`, or of the newest such session that stands."""

    def __init__(self, server: "CalibrantServer", path: Path, session: str | None) -> None:
        self._server = server
        self._path = path
        self._session = session
        workspace_of = server.configuration.workspace_of
        self._open = {
            document.path: document
            for document in server.documents
            if document.is_open and document.path and workspace_of(document.path) == workspace_of(path)
        }

    async def preview(self, *, whole: bool) -> "Preview":
        """Return what would be done; nothing is changed.

        Raises:
            StoreError: what was recorded cannot be read.
        """
        from calibrant.change import preview

        return await self._server.applications.recorded.see(
            self._path, lambda site: preview(site, self._texts(), self._session, path=self._path, whole=whole)
        )

    async def done(self, *, whole: bool = False, reason: str = "") -> Result:
        """Do it. `reason`: why, where it is not the user who wants it.

        Raises:
            StoreError: the state directory cannot be used.
        """
        plan = await self._plan(whole=whole)
        if plan.reason:
            return Result(plan.session, plan.reason, plan.conflicts)
        changed = [(self._open[path], edits) for path, edits in plan.edits.items() if edits]
        why = await self._in_editor(plan.session, changed, reason)
        if why:
            return Result(plan.session, why)
        done = await self._remembered(plan, reason)
        if done.status == "refused":
            return Result(plan.session, _partly(changed, plan, done.reason), done.conflicts)
        self._released(plan)
        return Result(plan.session)

    async def _plan(self, *, whole: bool) -> "RollbackEdits":
        from calibrant.change import rollback_edits

        return await self._server.applications.recorded.at_door(
            self._path, lambda site: rollback_edits(site, self._texts(), self._session, path=self._path, whole=whole)
        )

    def _released(self, plan: "RollbackEdits") -> None:
        """Let go of the change where it is not in the text any longer; a change that is still to come says so itself."""
        for path, edits in plan.edits.items():
            document = self._open[path]
            newest = self._server.documents.get(document.key)
            if not edits or newest is None or newest.text != document.text:
                self._server.applications.release(document.key, plan.session)

    def _texts(self) -> dict[Path, str]:
        return {path: document.text for path, document in self._open.items()}

    async def _in_editor(
        self, session: str, changed: Sequence[tuple[Snapshot, Sequence[TextEdit]]], reason: str
    ) -> str:
        """Let the editor make the edits; returns why it did not."""
        if not changed:
            return ""
        for snapshot, _ in changed:
            if not self._server.documents.is_newest(snapshot):
                return CHANGED.format(name=snapshot.name)
        fixed = [
            self._server.applications.of(one.key).leaving(session, apply_edits(one.text, edits), reason)
            for one, edits in changed
        ]
        names = ", ".join(Path(snapshot.name).name for snapshot, _ in changed)
        why = await apply_edit(self._server, workspace_edit(self._server, changed), f"Roll back fixes in {names}")
        for one in fixed:
            if why and one:
                one.leaving = ""
        return why

    async def _remembered(self, plan: "RollbackEdits", reason: str) -> "Done":
        """Roll back what no editor holds, and note that all of it is."""
        from calibrant.change import Done, rollback, rolled_back

        at_door = self._server.applications.recorded.at_door
        if plan.closed:
            return await at_door(self._path, lambda site: rollback(site, plan.session, edited=list(plan.edits)))
        if reason:
            done = await at_door(self._path, lambda site: rolled_back(site, plan.session, reason=reason, by_user=False))
        else:
            done = await at_door(self._path, lambda site: rolled_back(site, plan.session))
        # the editor's change may have told it already
        return Done("rolled_back", session=plan.session) if done.status == "refused" else done


def _partly(changed: Sequence[tuple[Snapshot, Sequence[TextEdit]]], plan: "RollbackEdits", why: str) -> str:
    """Say precisely what stands, where the editor has taken its part back and the files could not be."""
    if not changed:
        return why
    names = ", ".join(f"‘{Path(snapshot.name).name}’" for snapshot, _ in changed)
    return _OPEN_ONLY.format(open=names, closed=", ".join(f"‘{path}’" for path in plan.closed), why=why)
