"""The store where nothing was ever recorded and nothing may be written."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import NoReturn, Self

from calibrant.model.applied import ChangeSession, Outcome
from calibrant.model.event import Event
from calibrant.model.ports import Kept, Lease, Newest, StoreError
from calibrant.model.session import SessionResult, StepRecord, UnderWay


def refuse() -> NoReturn:
    """Refuse to write.

    Raises:
        StoreError: always.
    """
    raise StoreError("Nothing can be recorded here: the state directory was opened for reading only.")


class EmptyOutputs:
    """No outputs."""

    def get(self, _key: str) -> tuple[bool, object]:
        """Return (False, None)."""
        return False, None

    def last_good(self, _workflow: str, _step: str) -> tuple[bool, object]:
        """Return (False, None)."""
        return False, None

    def of_session(self, _session: str, _step: str, _key: str) -> tuple[bool, object]:
        """Return (False, None)."""
        return False, None

    def kept(self, _key: str, *, workflow: str, step: str, session: str = "") -> Kept | None:  # noqa: ARG002
        """Return None."""
        return None

    def newest(self, _workflow: str, _steps: Sequence[str]) -> Mapping[str, Newest]:
        """Return nothing."""
        return {}

    def run_before(self, _workflow: str, _session: str) -> Mapping[str, tuple[str, str]]:
        """Return nothing."""
        return {}

    def put(self, **_given: object) -> bytes:
        """Refuse."""
        refuse()

    def flush(self) -> None:
        """Return: nothing is waiting."""


class EmptyChanges:
    """No changes, no backups."""

    def lease(self, _path: str, _session: str) -> AbstractContextManager[Lease]:
        """Refuse."""
        refuse()

    def keep(self, _data: bytes) -> str:
        """Refuse."""
        refuse()

    def kept(self, _digest: str) -> bytes:
        """Refuse: no digest can be known."""
        raise StoreError("No backup was ever kept here.")

    def kept_at(self, _digest: str) -> str:
        """Return nothing."""
        return ""

    def write(self, _session: ChangeSession, _outcome: Outcome | None = None) -> None:
        """Refuse."""
        refuse()

    def get(self, _session: str) -> ChangeSession | None:
        """Return None."""
        return None

    def history(self, _path: str | None = None, _limit: int = 20) -> Sequence[ChangeSession]:
        """Return no sessions."""
        return ()

    def unsettled(self) -> Sequence[ChangeSession]:
        """Return no sessions."""
        return ()

    def outcomes(self) -> Mapping[str, Mapping[Outcome, int]]:
        """Return none."""
        return {}

    def make_room(self) -> int:
        """Refuse."""
        refuse()


class EmptyStore:
    """No sessions, no outputs, no trust; whatever would write raises StoreError."""

    def __init__(self) -> None:
        self.outputs = EmptyOutputs()
        self.changes = EmptyChanges()

    def lease(self, _workflow: str, _session: str) -> AbstractContextManager[Lease]:
        """Refuse."""
        refuse()

    def begin(self, _session: str, _workflow: str, _started: float) -> None:
        """Refuse."""
        refuse()

    def record(self, _session: str, _event: Event, _definition: str = "") -> None:
        """Refuse."""
        refuse()

    def finish(self, _result: SessionResult) -> None:
        """Refuse."""
        refuse()

    def history(self, _workflow: str | None, _limit: int = 20) -> Sequence[SessionResult]:
        """Return no results."""
        return ()

    def step_runs(self, _workflow: str) -> Sequence[StepRecord]:
        """Return nothing."""
        return ()

    def under_way(self, _workflow: str | None = None) -> Sequence[UnderWay]:
        """Return no runs."""
        return ()

    def unseen_change(self, _workflow: str, _path: str) -> str:
        """Return nothing."""
        return ""

    def inputs(self, _workflow: str) -> Mapping[str, object]:
        """Return none."""
        return {}

    def remember_inputs(self, _workflow: str, _values: Mapping[str, object]) -> None:
        """Refuse."""
        refuse()

    def trusted(self) -> bool:
        """Return False."""
        return False

    def trust(self, on: bool = True) -> None:  # noqa: ARG002, FBT
        """Refuse."""
        refuse()

    def close(self) -> None:
        """Return: nothing is open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        return
