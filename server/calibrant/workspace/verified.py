"""What a run says of the fixes that stand in an open document: which of them do not hold, and what may be done about that."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from calibrant.model.applied import ChangeSession
from calibrant.model.session import SessionResult
from calibrant.workspace.concluding import Concluded, conclude_all
from calibrant.workspace.recorded_changes import RecordedChanges
from calibrant.workspace.standing import Standing
from calibrant.workspace.told import Failing

if TYPE_CHECKING:
    from calibrant.change import Site
    from calibrant.workspace.calibration import Outcome


async def failing_of(
    recorded: RecordedChanges,
    document: Standing,
    path: Path,
    outcome: "Outcome",
    inputs: Mapping[str, object],
    history: Callable[[], Sequence[SessionResult]],
) -> Sequence[Failing]:
    """Remember what a run says of the fixes that stand in its text; returns those that do not hold.

    `history()`: the newest runs of the workflow. Raises StoreError.
    """
    await recorded.look_up(path)
    if not any(one.status == "unverified" for one in recorded.sessions(str(path))):
        return []

    def work(site: "Site") -> list[Concluded]:
        mine = {fixed.session: fixed.application for fixed in document.state.standing if fixed.mine}
        return conclude_all(site, path, outcome, inputs, mine, history)

    concluded = await recorded.attempt(path, work) or []
    return [_failing(document, one.session, one.verdict.reason) for one in concluded if not one.verdict.holds]


def _failing(document: Standing, session: ChangeSession, reason: str) -> Failing:
    fixed = document.of(session.id)
    alone = fixed is not None and fixed.mine and fixed in document.state.untouched
    return Failing(session, reason, alone, fixed.application if fixed else None)
