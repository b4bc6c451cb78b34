"""What goes on with a workflow at the moment, as a status bar says it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from calibrant.model.words import counted
from calibrant.workspace.locate import is_run

if TYPE_CHECKING:
    from calibrant.lsp.core import CalibrantServer


class Doing(msgspec.Struct, frozen=True):
    """What goes on with a workflow now."""

    state: str = "idle"
    session: str | None = None
    percentage: int | None = None
    message: str = ""
    words: str = ""


def doing(ls: "CalibrantServer", key: str) -> Doing:
    """Return what goes on with a document: a run of it first of all."""
    if (run := ls.runs.current(key)) and is_run(run.path):
        progress = ls.runs_shown.progress(run.session)
        if progress is None:
            return Doing("running", run.session, message="waiting", words="Waiting to be calibrated")
        words = f"Calibrating {progress.percentage} %" if progress.total else "Calibrating"
        step = f" · {progress.step}" if progress.step else ""
        return Doing("running", run.session, progress.percentage, progress.message, words + step)
    if session := ls.changes.current(key):
        return Doing("changing", session, message="applying fixes", words="Applying fixes")
    if session := ls.trying.session(key):
        progress = ls.trials_shown.progress(session)
        message = progress.message if progress else "starting"
        return Doing("trying", session, progress.percentage if progress else None, message, f"Trying fixes · {message}")
    return Doing()


def shown(counts: Mapping[str, int]) -> str:
    """Return the counts in words: "11 errors, 1 warning"; hints only where there is nothing else."""
    pressing = [counted(counts[name], name) for name in ("error", "warning") if counts[name]]
    if pressing or not counts["hint"]:
        return ", ".join(pressing) or "no issues"
    return counted(counts["hint"], "hint")
