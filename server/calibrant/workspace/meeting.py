"""Fixes that meet in the same text: which one is in the way of which, in words."""

from collections.abc import Iterable, Sequence

from calibrant.dialects import write
from calibrant.model.change import CannotChange, Change
from calibrant.model.fix import Fix
from calibrant.model.workflow import Workflow


def why_left(path: str, workflow: Workflow, fitting: Sequence[Fix], fix: Fix, error: CannotChange) -> str:
    """Return why a fix cannot be written together with those that fit, naming the one that is in its way.

    `error` is what came of writing them all.
    """
    if not _fits(path, workflow, fix.changes):
        return str(error)
    other = next((one for one in fitting if not _fits(path, workflow, (*one.changes, *fix.changes))), None)
    if other is None:
        return str(error)
    return f"It would change the same place as ‘{other.title}’, which goes first. Look again after that one."


def _fits(path: str, workflow: Workflow, changes: Iterable[Change]) -> bool:
    try:
        write(path, workflow, list(changes))
    except CannotChange:
        return False
    return True
