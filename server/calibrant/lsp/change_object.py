"""A change session as editors get it: the object of a run, with the change in it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import msgspec

from calibrant.model.applied import STANDING, ChangeSession
from calibrant.model.event import RunStatus
from calibrant.model.session import Groups, SessionResult, Summary

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer
    from calibrant.workspace.calibration import Outcome
    from calibrant.workspace.drafts import Left


def change_entry(
    ls: "CalibrantServer",
    path: Path,
    session: ChangeSession,
    left: "Sequence[Left]" = (),
    outcome: "Outcome | None" = None,
    status: RunStatus = "completed",
) -> dict[str, object]:
    """Return a change of the file at `path` as the object of a run, what `outcome` says of that included, with `change`."""
    result = SessionResult(session.id, str(path), status, Summary(), Groups(), reason=session.reason)
    text = ""
    if outcome:
        result = msgspec.structs.replace(outcome.result, session=session.id, path=str(path), status=status)
        text = outcome.workflow.text
    shown = cast("Mapping[str, object]", ls.services.session_object(result, text))
    return {**shown, "change": _change(session, left, outcome)}


def _change(session: ChangeSession, left: "Sequence[Left]", outcome: "Outcome | None") -> dict[str, object]:
    return {
        "session": session.id,
        "status": session.status,
        "standing": session.status in STANDING,
        "reason": session.reason,
        "fixes": [msgspec.to_builtins(fix) for fix in session.fixes],
        "left": [{"id": one.fix.id, "title": one.fix.title, "reason": one.why} for one in left],
        "files": [file.path for file in session.files],
        "answers": session.answers,
        "run": outcome.result.session if outcome and session.status != "refused" else "",
        "started": session.started,
        "ended": session.ended,
    }
