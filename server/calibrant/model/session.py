"""The result of one run, as printed, stored and sent to editors."""

from typing import Literal

import msgspec

from calibrant.model.applied import STANDING, ChangeStatus, digest_of
from calibrant.model.event import RunStatus, StepFinished, StepStatus
from calibrant.model.issue import Issue, Severity

Life = Literal["completed", "failed", "cancelled", "fixed", "rolled_back"]
"""What became of a run and of its issues: how it ended; then `fixed` while a change that answers it stands in the file, and
`rolled_back` when all that answered it were taken back."""

_RANK: dict[Severity, int] = {"error": 0, "warning": 1, "hint": 2}


class StepResult(msgspec.Struct, frozen=True):
    """What became of one step; `seconds` is wall time."""

    id: str
    status: StepStatus
    reason: str = ""
    seconds: float = 0.0
    provisional: bool = False
    reused: bool = False


def result_of(event: StepFinished) -> StepResult:
    """Return what became of a step that came to its end."""
    return StepResult(event.step, event.status, event.reason, event.seconds, event.provisional, event.reused)


class StepRecord(msgspec.Struct, frozen=True):
    """How a step came to its end in one run. `definition` stands for what its text said then, see `workspace.definition`.

    `observed` is what its output was like, for `seen.decode_seen`; empty where it gave nothing real.
    """

    session: str
    id: str
    status: StepStatus
    reason: str = ""
    seconds: float = 0.0
    provisional: bool = False
    reused: bool = False
    definition: str = ""
    observed: bytes = b""


class Summary(msgspec.Struct, frozen=True):
    """Counts. Rehearsed steps count as completed, not-run ones as skipped."""

    total: int = 0
    critical: int = 0
    warnings: int = 0
    auto_repairs: int = 0
    completed_steps: int = 0
    failed_steps: int = 0
    skipped_steps: int = 0
    total_steps: int = 0


class Groups(msgspec.Struct, frozen=True):
    """Issues, most pressing first.

    `auto_repairs`: severity error or warning with at least one fix; `critical`: the other errors; `warnings`: the rest.
    """

    critical: tuple[Issue, ...] = ()
    warnings: tuple[Issue, ...] = ()
    auto_repairs: tuple[Issue, ...] = ()

    @property
    def all(self) -> tuple[Issue, ...]:
        """Every issue in the order of showing: the worst first, then as they stand in the file."""
        issues = self.critical + self.warnings + self.auto_repairs
        return tuple(sorted(issues, key=lambda issue: (_RANK[issue.severity], issue.finding.span)))


class Answer(msgspec.Struct, frozen=True):
    """A change of the workflow's file that answers what a run found, by its session. Times as there."""

    session: str
    status: ChangeStatus
    started: float = 0.0
    ended: float = 0.0


class UnderWay(msgspec.Struct, frozen=True):
    """A run that has not ended yet. `started` is seconds since the epoch."""

    session: str
    path: str
    started: float


class SessionResult(msgspec.Struct, frozen=True):
    """One run of one workflow. `path` is as given by the caller; `started` is seconds since the epoch.

    `answers` is the session of the change that this run is the first to see; empty where the file was not changed by a fix
    since the run before. `changes` are those that answer this run, the oldest first; the store fills them in. `text` is what
    `digest_of_text` gives for the text that ran, empty where it is not known.
    """

    session: str
    path: str
    status: RunStatus
    summary: Summary
    issues: Groups
    steps: tuple[StepResult, ...] = ()
    reason: str = ""
    started: float = 0.0
    seconds: float = 0.0
    answers: str = ""
    changes: tuple[Answer, ...] = ()
    text: str = ""

    @property
    def life(self) -> Life:
        """How far the run and its issues have come."""
        states = {change.status for change in self.changes}
        if states & (STANDING | {"rolling_back"}):
            return "fixed"
        return "rolled_back" if "rolled_back" in states else self.status


def digest_of_text(text: str) -> str:
    """Return what tells whether a workflow's text is the one that ran."""
    return digest_of(text.encode("utf-8", "surrogatepass"))
