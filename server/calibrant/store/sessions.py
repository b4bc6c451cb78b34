"""Sessions: one run of one workflow each, its steps as they finish, and its result."""

from collections.abc import Iterator, Sequence
from typing import get_args

import msgspec

from calibrant.model.event import Event, RunStarted, RunStatus, StepFinished
from calibrant.model.failure import Failure
from calibrant.model.session import Groups, SessionResult, StepRecord, StepResult, Summary, UnderWay
from calibrant.store.answered import answers
from calibrant.store.db import Database, Row, storable_text
from calibrant.store.jsonrow import from_json, to_json
from calibrant.store.locks import held_sessions
from calibrant.store.recorder import Recorder, Statement

BROKEN_OFF = "The run broke off: its process ended before the run did."
OTHER_VERSION = "This session was recorded by another version of Calibrant, which alone can show its issues."

RECORDED_RUNS = 20
"""Newest runs of a workflow in which steps are looked for."""
RECORDS_OF_STEP = 4
"""Newest records of a step that gave something, and of those that gave nothing."""

_KEPT_OUTPUT = 32 << 10

_BEGIN = "INSERT OR REPLACE INTO sessions (id, workflow, started, status) VALUES (?, ?, ?, 'running')"
_TOTAL = "UPDATE sessions SET total = ? WHERE id = ?"
_STEP = (
    "INSERT OR REPLACE INTO step_runs (session, place, step, status, reason, seconds, provisional, reused, key, failures, "
    "definition, observed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_FINISH = (
    "INSERT INTO sessions (id, workflow, started, total, status, result) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) "
    "DO UPDATE SET total = excluded.total, status = excluded.status, result = excluded.result"
)
_CLEAR_ISSUES = "DELETE FROM issues WHERE session = ?"
_ISSUE = "INSERT INTO issues (session, place, id, code, kind, severity, step, message) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_COLUMNS = "SELECT id, workflow, started, total, status, result FROM sessions"
_HISTORY = f"{_COLUMNS} ORDER BY position DESC LIMIT ?"
_HISTORY_OF = f"{_COLUMNS} WHERE workflow = ? ORDER BY position DESC LIMIT ?"
_RUNNING = "SELECT id, workflow, started FROM sessions WHERE result IS NULL ORDER BY position DESC"
_STEPS = "SELECT step, status, reason, seconds, provisional, reused FROM step_runs WHERE session = ? ORDER BY place"
_RECORDS = """
    SELECT session, step, status, reason, seconds, provisional, reused, definition, observed FROM (
        SELECT r.*, s.position, row_number() OVER (PARTITION BY r.step, r.observed = x'' ORDER BY s.position DESC) AS rank
        FROM (SELECT id, position FROM sessions WHERE workflow = ? ORDER BY position DESC LIMIT ?) s
        JOIN step_runs r ON r.session = s.id WHERE r.definition <> '')
    WHERE rank <= ? ORDER BY position DESC, place"""


_STATUSES = frozenset(get_args(RunStatus))


class Record(msgspec.Struct, frozen=True):
    """Something about a session on its way to the disk."""

    parts: tuple[Statement, ...]
    size: int = 500

    def statements(self) -> Sequence[Statement]:
        """Return what to run."""
        return self.parts


class Sessions:
    """The sessions of a workspace."""

    def __init__(self, database: Database, recorder: Recorder) -> None:
        self._database = database
        self._recorder = recorder

    def begin(self, session: str, workflow: str, started: float) -> None:
        """Record that a run began, and wait until it is written: from here on it is remembered, however it ends.

        Raises:
            StoreError: it could not be written.
        """
        self._submit((_BEGIN, (session, storable_text(workflow), started)))
        self._recorder.flush()

    def record(self, session: str, event: Event, definition: str = "") -> None:
        """Record what happened in a run, of a finished step what stands for its text too; returns at once."""
        match event:
            case RunStarted():
                self._submit((_TOTAL, (event.total, session)))
            case StepFinished():
                self._submit_step(session, event, definition)
            case _:
                pass  # the result tells the rest

    def finish(self, result: SessionResult) -> None:
        """Record a run's result and wait until it is written.

        Raises:
            StoreError: it could not be written.
        """
        data = to_json(result)
        name = storable_text(result.path)
        total = result.summary.total_steps
        issues = tuple((_ISSUE, row) for row in _issue_rows(result))
        row = (result.session, name, result.started, total, result.status, data)
        parts: tuple[Statement, ...] = ((_FINISH, row), (_CLEAR_ISSUES, (result.session,)), *issues)
        self._recorder.submit(Record(parts, size=2 * len(data)))
        self._recorder.flush()

    def history(self, workflow: str | None, limit: int = 20) -> Sequence[SessionResult]:
        """Return the newest results of a workflow, or of all, newest first; a run that broke off is shown as failed."""
        self._recorder.flush()
        name = None if workflow is None else storable_text(workflow)
        running = held_sessions(self._database, workflow)
        changes = answers(self._database, name)
        most = limit + len(running)
        rows = (
            self._database.read(_HISTORY, (most,)) if name is None else self._database.read(_HISTORY_OF, (name, most))
        )
        ended = [row for row in rows if row[5] is not None or row[0] not in running][:limit]
        return [msgspec.structs.replace(self._result(row), changes=changes.get(row[0], ())) for row in ended]

    def under_way(self, workflow: str | None = None) -> Sequence[UnderWay]:
        """Return the runs of a workflow that go on now, or of all, newest first."""
        self._recorder.flush()
        running = held_sessions(self._database, workflow)
        return [UnderWay(*row) for row in self._database.read(_RUNNING) if row[0] in running]

    def step_runs(self, workflow: str) -> Sequence[StepRecord]:
        """Return how the steps of a workflow came to their ends in its last runs, those of newer runs first."""
        self._recorder.flush()
        rows = self._database.read(_RECORDS, (storable_text(workflow), RECORDED_RUNS, RECORDS_OF_STEP))
        return [
            StepRecord(session, step, status, reason, seconds, bool(provisional), bool(reused), definition, observed)
            for session, step, status, reason, seconds, provisional, reused, definition, observed in rows
        ]

    def _submit_step(self, session: str, event: StepFinished, definition: str) -> None:
        statement = (_STEP, _step_row(session, event, definition))
        self._recorder.submit(Record((statement,), size=500 + len(event.observed)))

    def _submit(self, statement: Statement) -> None:
        self._recorder.submit(Record((statement,)))

    def _result(self, row: Row) -> SessionResult:
        session, workflow, started, total, status, data = row
        if data is None:
            return self._without_result(session, workflow, started, total, BROKEN_OFF)
        try:
            return from_json(data, SessionResult)
        except msgspec.ValidationError:
            shown = self._without_result(session, workflow, started, total, OTHER_VERSION)
            return msgspec.structs.replace(shown, status=status if status in _STATUSES else "failed")

    def _without_result(self, session: str, workflow: str, started: float, total: int, reason: str) -> SessionResult:
        steps = tuple(
            StepResult(step, status, why, seconds, bool(provisional), bool(reused))
            for step, status, why, seconds, provisional, reused in self._database.read(_STEPS, (session,))
        )
        summary = _count(steps, total)
        return SessionResult(session, workflow, "failed", summary, Groups(), steps, reason, started)


def _step_row(session: str, event: StepFinished, definition: str) -> tuple[object, ...]:
    return (
        session, event.index, storable_text(event.step), event.status, storable_text(event.reason), event.seconds,
        event.provisional, event.reused, storable_text(event.key), to_json(tuple(map(_to_be_kept, event.failures))),
        storable_text(definition), event.observed,
    )  # fmt: skip


def _to_be_kept(failure: Failure) -> Failure:
    """Return a failure without what was read of it already: reports, and all but the end of a long output."""
    return msgspec.structs.replace(failure, output=failure.output[-_KEPT_OUTPUT:], left=())


def _issue_rows(result: SessionResult) -> Iterator[tuple[object, ...]]:
    for place, issue in enumerate(result.issues.all):
        found = issue.finding
        step = None if found.step is None else storable_text(found.step)
        message = storable_text(found.message)
        yield result.session, place, issue.id, found.code, str(found.kind), found.severity, step, message


def _count(steps: Sequence[StepResult], total: int) -> Summary:
    states = [step.status for step in steps]
    completed = states.count("completed") + states.count("rehearsed")
    failed = states.count("failed")
    total = max(total, len(steps))
    return Summary(
        completed_steps=completed, failed_steps=failed, skipped_steps=total - completed - failed, total_steps=total
    )
