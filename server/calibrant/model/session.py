"""The result of one run, as printed, stored and sent to editors."""

import msgspec

from calibrant.model.event import RunStatus, StepStatus
from calibrant.model.issue import Issue, Severity

_RANK: dict[Severity, int] = {"error": 0, "warning": 1, "hint": 2}


class StepResult(msgspec.Struct, frozen=True):
    """What became of one step; `seconds` is wall time."""

    id: str
    status: StepStatus
    reason: str = ""
    seconds: float = 0.0
    provisional: bool = False
    reused: bool = False


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


class SessionResult(msgspec.Struct, frozen=True):
    """One run of one workflow. `path` is as given by the caller; `started` is seconds since the epoch."""

    session: str
    path: str
    status: RunStatus
    summary: Summary
    issues: Groups
    steps: tuple[StepResult, ...] = ()
    reason: str = ""
    started: float = 0.0
    seconds: float = 0.0
