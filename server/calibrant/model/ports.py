"""The ports by which rooms on one floor meet: Protocols whose real makers `app.py` hands in."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import msgspec

from calibrant.model.applied import ChangeSession, Outcome
from calibrant.model.event import Event
from calibrant.model.session import SessionResult, StepRecord, UnderWay
from calibrant.model.workflow import Workflow


class ReadDialect(Protocol):
    """Reads a workflow's text; `previous` lends the bodies of unchanged steps. Never raises, whatever the text."""

    def __call__(self, path: str, text: str, previous: Workflow | None = None) -> Workflow | None:
        """Return the workflow, or None where no dialect knows the file's name."""


class Kept(msgspec.Struct, frozen=True):
    """A recorded output. `made` is when its step began to make it, in seconds since the epoch.

    `wrote` and `basis` are the engine's: which files the step changed, and what the output hangs on. `last`: it is what the
    step that asks for it gave last. `data` is the output as encoded, where it is at hand.
    """

    key: str
    output: object
    made: float = 0.0
    wrote: bytes = b""
    basis: bytes = b""
    last: bool = True
    data: bytes = b""


class Newest(msgspec.Struct, frozen=True):
    """The newest that is recorded of a step, in which `session`. `data` is the output as encoded, where it is small.

    The others are as in `Kept`; `provisional` as in `OutputStore.put`.
    """

    key: str
    session: str
    data: bytes | None = None
    made: float = 0.0
    wrote: bytes = b""
    basis: bytes = b""
    masked: bool = False
    provisional: bool = False


class OutputStore(Protocol):
    """Whole outputs under content keys."""

    def get(self, key: str) -> tuple[bool, object]:
        """Return (True, output) for a key that is recorded and may be used again, else (False, None)."""

    def last_good(self, workflow: str, step: str) -> tuple[bool, object]:
        """Return (True, output) of the newest successful run of that step that may be used again, else (False, None)."""

    def of_session(self, session: str, step: str, key: str) -> tuple[bool, object]:
        """Return (True, output) that a step gave in a session under that key, where it may be used again and is durable."""

    def kept(self, key: str, *, workflow: str, step: str, session: str = "") -> Kept | None:
        """Return what is recorded under a key, where it may be used again: what the step itself gave last, else any.

        What was given in `session` is left out.
        """

    def newest(self, workflow: str, steps: Sequence[str]) -> Mapping[str, Newest]:
        """Return the newest that is recorded of each of the steps, also where it may not be used again."""

    def run_before(self, workflow: str, session: str) -> Mapping[str, tuple[str, str]]:
        """Return how each step ended in the run before a session, and its output's key, by step; those that did end."""

    def put(
        self,
        *,
        workflow: str,
        step: str,
        session: str,
        key: str,
        output: object,
        masked: bool,
        provisional: bool = False,
        made: float = 0.0,
        wrote: bytes = b"",
        basis: bytes = b"",
    ) -> bytes:
        """Record an output and return it as encoded; returns at once, the write is joined with others.

        A `masked` one is never used again. A `provisional` one is used again under its key, but is no good output of its
        step. The others are as in `Kept`.

        Raises:
            UnstorableError: the output holds a value that has no canonical encoding.
        """

    def flush(self) -> None:
        """Wait until all that was put is durable.

        Raises:
            StoreError: something could not be written (disk full, read-only); says what to do.
        """


class Lease(Protocol):
    """A held lock on one workflow."""

    session: str

    def renew(self) -> bool:
        """Renew for another two minutes; False where it was lost."""


class ChangeStore(Protocol):
    """What is remembered of changes of workflow files. Whatever it takes is on the disk when the call returns.

    Every method raises StoreError where the state directory cannot be used, or holds something damaged.
    """

    def lease(self, path: str, session: str) -> AbstractContextManager[Lease]:
        """Hold a file's lock while in the context; it is not the lock of runs.

        Raises:
            AlreadyRunningError: another live session holds it; it names that session.
        """

    def keep(self, data: bytes) -> str:
        """Keep bytes under their digest and return that; the same bytes are kept once."""

    def kept(self, digest: str) -> bytes:
        """Return the bytes of a digest, exactly."""

    def kept_at(self, digest: str) -> str:
        """Return the path of the file in which they are kept, for the user to find."""

    def write(self, session: ChangeSession, outcome: Outcome | None = None) -> None:
        """Record a session as it is now, and count what became of its fixes, in one step that is durable."""

    def get(self, session: str) -> ChangeSession | None:
        """Return a session."""

    def history(self, path: str | None = None, limit: int = 20) -> Sequence[ChangeSession]:
        """Return the newest sessions, those that changed `path` where it is given, newest first."""

    def unsettled(self) -> Sequence[ChangeSession]:
        """Return the sessions that are under way or were interrupted, newest first."""

    def outcomes(self) -> Mapping[str, Mapping[Outcome, int]]:
        """Return how many fixes of each strategy came to each outcome; each counts once, by the last word on it."""

    def make_room(self) -> int:
        """Drop old sessions and backups that nothing can need any longer; return the bytes freed."""


class SessionStore(Protocol):
    """What is remembered of runs in one workspace."""

    @property
    def changes(self) -> ChangeStore:
        """What is remembered of changes of its workflow files."""

    def lease(self, workflow: str, session: str) -> AbstractContextManager[Lease]:
        """Hold the workflow's lock while in the context.

        Raises:
            AlreadyRunningError: another live session holds it; it names that session.
        """

    def begin(self, session: str, workflow: str, started: float) -> None:
        """Record that a run began."""

    def record(self, session: str, event: Event, definition: str = "") -> None:
        """Record what happened in a run; of a finished step also what stands for what its text said."""

    def finish(self, result: SessionResult) -> None:
        """Record a run's result."""

    def history(self, workflow: str | None, limit: int = 20) -> Sequence[SessionResult]:
        """Return the newest results of a workflow, or of all, newest first, with the changes that answer each."""

    def step_runs(self, workflow: str) -> Sequence[StepRecord]:
        """Return how the steps of a workflow came to their ends in its last runs, those of newer runs first.

        Of each step there are only the newest ones, some of them with what it gave, if it gave anything.
        """

    def under_way(self, workflow: str | None = None) -> Sequence[UnderWay]:
        """Return the runs of a workflow that go on now, or of all, newest first."""

    def unseen_change(self, workflow: str, path: str) -> str:
        """Return the newest standing change of a file (its path as in `ChangedFile`) that no run of its workflow has seen.

        That is the session's id; empty where there is none.
        """

    def inputs(self, workflow: str) -> Mapping[str, object]:
        """Return what is remembered of what a workflow was given, by the name of the input, as it was given."""

    def remember_inputs(self, workflow: str, values: Mapping[str, object]) -> None:
        """Remember what a workflow was given, beside what is remembered already; None forgets one. Values are JSON's."""

    def trusted(self) -> bool:
        """Tell whether the user trusts this workspace."""

    def trust(self, on: bool = True) -> None:
        """Remember whether the user trusts this workspace."""


class StoreError(Exception):
    """The store cannot be used; the message says why and what to do."""


class UnstorableError(Exception):
    """An output holds a value that cannot be stored; the message names its type and its path."""


class AlreadyRunningError(Exception):
    """Another live session runs the same workflow."""

    def __init__(self, session: str) -> None:
        super().__init__(f"This workflow is already running, in session {session}.")
        self.session = session
