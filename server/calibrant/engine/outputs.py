"""Outputs under content keys: what makes a recorded output the output of a call that has not been made yet."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from itertools import islice

from calibrant.model.codec import decode, encode
from calibrant.model.connector import ConnectorSpec
from calibrant.model.ports import Kept, Newest, OutputStore, StoreError, UnstorableError

_AT_ONCE = 500
"""Steps that are looked up at once: a question to the store takes its time however little it asks."""


def content_key(spec: ConnectorSpec, calls: object) -> str:
    """Return the key of what a step calls: 32 hex digits over the connector, its version and the calls' parameters.

    `calls` is the rendered parameters, or for each element of a `for_each` its own; the order of keys in their values counts,
    as it shows in what is written of them. Empty where they have no encoding.
    """
    try:
        content = encode([spec.name, spec.version, calls])
    except UnstorableError:
        return ""
    return blake2b(content, digest_size=16).hexdigest()


class Records:
    """A run's view of the store. Trouble with the store costs no step: it is remembered as `trouble`, told at the end."""

    def __init__(self, store: OutputStore, workflow: str, session: str) -> None:
        self._store = store
        self._workflow = workflow
        self._session = session
        self.trouble: StoreError | None = None
        self._expected: dict[str, int] = {}
        self._looked_up: set[int] = set()
        self._newest: dict[str, Newest] = {}

    def expect(self, steps: Sequence[str]) -> None:
        """Take in which steps will be asked for, about in that order: they are looked up many at once."""
        self._expected = {step: place for place, step in enumerate(dict.fromkeys(steps))}

    def kept(self, key: str, step: str, *, before: bool) -> Kept | None:
        """Return what is recorded under a key and may be used again, best of that step; `before`: by another run than this."""
        session = self._session if before else ""
        newest = self.newest(step) if before else None
        if newest is not None and newest.key == key and newest.session != session:
            if newest.masked:
                return None
            if newest.data is not None:
                output = decode(newest.data)
                return Kept(
                    key, output, newest.made, newest.wrote, newest.basis, last=not newest.provisional, data=newest.data
                )
        try:
            return self._store.kept(key, workflow=self._workflow, step=step, session=session)
        except StoreError as error:
            self.trouble = self.trouble or error
            return None

    def newest(self, step: str) -> Newest | None:
        """Return the newest that is recorded of a step by the time when it is first asked for, or one beside it."""
        place = self._expected.get(step)
        if place is None:
            return None
        if place // _AT_ONCE not in self._looked_up:
            self._looked_up.add(place // _AT_ONCE)
            start = place // _AT_ONCE * _AT_ONCE
            self._look_up(list(islice(self._expected, start, start + _AT_ONCE)))
        return self._newest.get(step)

    def _look_up(self, steps: Sequence[str]) -> None:
        try:
            self._newest |= self._store.newest(self._workflow, steps)
        except StoreError as error:
            self.trouble = self.trouble or error

    def run_before(self) -> Mapping[str, tuple[str, str]]:
        """Return how each step ended in the run before this one, and its output's key, by step."""
        try:
            return self._store.run_before(self._workflow, self._session)
        except StoreError as error:
            self.trouble = self.trouble or error
            return {}

    def last_good(self, step: str) -> tuple[bool, object]:
        """Return (True, output) of the newest successful run of that step that may be used again, else (False, None)."""
        try:
            return self._store.last_good(self._workflow, step)
        except StoreError as error:
            self.trouble = self.trouble or error
            return False, None

    def of_session(self, step: str, key: str) -> Kept | None:
        """Return what the step gave in this very session under that key, if it may be used again."""
        try:
            found, output = self._store.of_session(self._session, step, key)
        except StoreError as error:
            self.trouble = self.trouble or error
            return None
        return Kept(key, output) if found else None

    def put(
        self,
        step: str,
        key: str,
        output: object,
        *,
        masked: bool,
        provisional: bool = False,
        made: float = 0.0,
        wrote: bytes = b"",
        basis: bytes = b"",
    ) -> bytes:
        """Record an output and return it as encoded, or nothing where the store is in trouble; returns at once.

        Raises:
            UnstorableError: the output holds a value that has no encoding.
        """
        try:
            return self._store.put(
                workflow=self._workflow,
                step=step,
                session=self._session,
                key=key,
                output=output,
                masked=masked,
                provisional=provisional,
                made=made,
                wrote=wrote,
                basis=basis,
            )
        except StoreError as error:
            self.trouble = self.trouble or error
            return b""

    def flush(self) -> None:
        """Wait until all is durable.

        Raises:
            StoreError: something could not be read or written.
        """
        self._store.flush()
        if self.trouble is not None:
            raise self.trouble


class ReadOnly(Records):
    """A view of the store that keeps nothing of what is put; what could not be stored is told all the same."""

    def put(self, step: str, key: str, output: object, **_more: object) -> bytes:
        """Look whether the output could be recorded, and return it as encoded.

        Raises:
            UnstorableError: the output holds a value that has no encoding.
        """
        del step, key
        return encode(output)
