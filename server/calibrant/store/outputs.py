"""Outputs of steps: whole, under content keys; large ones compressed and held once for all who have the same."""

import threading
import zlib
from collections.abc import Mapping, Sequence
from hashlib import blake2b

import msgspec

from calibrant.model.codec import decode, encode
from calibrant.model.ports import Kept, Newest, StoreError, UnstorableError
from calibrant.store.db import Database, storable_text
from calibrant.store.recorder import Recorder, Statement, Write

INLINE_BYTES = 4 << 10
"""Up to this size an output lies in its own row."""
PACK_BYTES = 64 << 10
"""From this size on an output is compressed where that pays."""
MAX_BYTES = 900_000_000
"""What SQLite can hold in one value, with room for the rest of its row."""

OPEN, MASKED, PROVISIONAL = range(3)
"""Whether an output may be used again: yes; no; under its key alone, it is no good output of its step."""

_INSERT = (
    "INSERT INTO outputs (workflow, step, session, key, masked, made, wrote, basis, data, digest) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_CONTENT = "INSERT INTO contents (digest, packed, data) VALUES (?, ?, ?) ON CONFLICT (digest) DO NOTHING"
_COLUMNS = "SELECT o.masked, coalesce(o.data, c.data), coalesce(c.packed, 0) FROM outputs o LEFT JOIN contents c USING (digest)"
_BY_KEY = f"{_COLUMNS} WHERE o.key = ? ORDER BY o.position DESC LIMIT 1"
_BY_STEP = f"{_COLUMNS} WHERE o.workflow = ? AND o.step = ? AND o.masked = 0 ORDER BY o.position DESC LIMIT 1"
_KEPT = """SELECT o.masked, coalesce(o.data, c.data), coalesce(c.packed, 0), o.made, o.wrote, o.basis,
    o.position = (SELECT max(position) FROM outputs n WHERE n.workflow = o.workflow AND n.step = o.step AND n.masked = 0)
    FROM outputs o LEFT JOIN contents c USING (digest) """
_EARLIER_OF_STEP = (
    f"{_KEPT} WHERE o.key = ? AND o.workflow = ? AND o.step = ? AND o.session <> ? ORDER BY o.position DESC LIMIT 1"
)
_OF_ANY_STEP = f"{_KEPT} WHERE o.key = ? AND o.session <> ? ORDER BY o.position DESC LIMIT 1"
_NEWEST = """SELECT named.value, o.key, o.session, o.data, o.made, o.wrote, o.basis, o.masked
    FROM json_each(?2) named JOIN outputs o ON o.position = (SELECT max(position) FROM (
    SELECT max(position) AS position FROM outputs WHERE workflow = ?1 AND step = named.value AND masked = 0
    UNION ALL SELECT max(position) FROM outputs WHERE workflow = ?1 AND step = named.value AND masked = 1
    UNION ALL SELECT max(position) FROM outputs WHERE workflow = ?1 AND step = named.value AND masked = 2))"""
_RUN_BEFORE = """SELECT step, status, key FROM step_runs WHERE session = (SELECT id FROM sessions
    WHERE workflow = ? AND id <> ? ORDER BY position DESC LIMIT 1)"""
_OF_SESSION = f"{_COLUMNS} WHERE o.key = ? AND o.session = ? AND o.step = ? ORDER BY o.position DESC LIMIT 1"


class RecordOutput(msgspec.Struct, frozen=True, gc=False):
    """An output on its way to the disk. Many wait at once: `gc=False` keeps them out of the collector's way."""

    workflow: str
    step: str
    session: str
    key: str
    data: bytes
    masked: int
    made: float = 0.0
    wrote: bytes = b""
    basis: bytes = b""

    @property
    def size(self) -> int:
        """Bytes of memory that it takes while it waits."""
        return len(self.data) + 200

    def statements(self) -> Sequence[Statement]:
        """Return the row, and the content where it is large."""
        row = (
            self.workflow, self.step, self.session, self.key, self.masked, self.made, self.wrote, self.basis
        )  # fmt: skip
        if len(self.data) <= INLINE_BYTES:
            return ((_INSERT, (*row, self.data, None)),)
        digest = blake2b(self.data, digest_size=16).digest()
        data, packed = _packed(self.data)
        return ((_CONTENT, (digest, packed, data)), (_INSERT, (*row, None, digest)))


class Outputs:
    """The outputs of a workspace. What was put can be read at once, before it is durable."""

    def __init__(self, database: Database, recorder: Recorder) -> None:
        self._database = database
        self._recorder = recorder
        self._turn = threading.Lock()
        self._by_key: dict[str, RecordOutput] = {}
        self._by_step: dict[str, RecordOutput] = {}

    def get(self, key: str) -> tuple[bool, object]:
        """Return (True, output) where the newest output under that key may be used again, else (False, None)."""
        if not key:  # of calls that have none: never the same as another
            return False, None
        key = storable_text(key)
        with self._turn:
            pending = self._by_key.get(key)
        if pending is not None:
            return (False, None) if pending.masked == MASKED else (True, decode(pending.data))
        return self._found(_BY_KEY, (key,))

    def kept(self, key: str, *, workflow: str, step: str, session: str = "") -> Kept | None:
        """Return what is recorded under a key, where it may be used again: what the step itself gave last, else any.

        What was given in `session` is left out.
        """
        if not key:
            return None
        key, workflow, step = map(storable_text, (key, workflow, step))
        with self._turn:
            pending = self._by_key.get(key)
        if pending is not None and pending.session != session:
            self._recorder.flush()
        for own, sql, values in (
            (True, _EARLIER_OF_STEP, (key, workflow, step, session)),
            (False, _OF_ANY_STEP, (key, session)),
        ):
            for masked, data, packed, made, wrote, basis, last in self._database.read(sql, values):
                if masked == MASKED or data is None:
                    return None
                output = self._unpacked(data, packed=bool(packed))
                return Kept(key, output, made, wrote, basis, last=own and bool(last) and masked == OPEN)
        return None

    def newest(self, workflow: str, steps: Sequence[str]) -> Mapping[str, Newest]:
        """Return the newest that is recorded of each of the steps, also where it may not be used again."""
        named = msgspec.json.encode([storable_text(step) for step in steps]).decode()
        return {
            step: Newest(key, session, data, made, wrote, basis, use == MASKED, use == PROVISIONAL)
            for step, key, session, data, made, wrote, basis, use in self._database.read(
                _NEWEST, (storable_text(workflow), named)
            )
        }

    def run_before(self, workflow: str, session: str) -> Mapping[str, tuple[str, str]]:
        """Return how each step ended in the run before a session, and its output's key, by step."""
        rows = self._database.read(_RUN_BEFORE, (storable_text(workflow), session))
        return {step: (status, key) for step, status, key in rows}

    def last_good(self, workflow: str, step: str) -> tuple[bool, object]:
        """Return (True, output) of the newest output of a step that may be used again, else (False, None)."""
        workflow, step = storable_text(workflow), storable_text(step)
        with self._turn:
            pending = self._by_step.get(_place(workflow, step))
        if pending is not None:
            return True, decode(pending.data)
        return self._found(_BY_STEP, (workflow, step))

    def of_session(self, session: str, step: str, key: str) -> tuple[bool, object]:
        """Return (True, output) that a step gave in a session under that key, where it may be used again and is durable."""
        return self._found(_OF_SESSION, tuple(map(storable_text, (key, session, step)))) if key else (False, None)

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
        """Record an output and return it as encoded; returns at once.

        Raises:
            UnstorableError: the output holds a value that has no encoding, or is too large.
            StoreError: something before it could not be written.
        """
        data = encode(output)
        if len(data) > MAX_BYTES:
            raise UnstorableError(f"The output is too large to be stored: {len(data) / 1e9:.1f} GB, at most 0.9 GB.")
        workflow, step, session, key = map(storable_text, (workflow, step, session, key))
        use = MASKED if masked else PROVISIONAL if provisional else OPEN
        write = RecordOutput(workflow, step, session, key, data, use, made, wrote, basis)
        with self._turn:
            self._by_key[key] = write
            if use == OPEN:
                self._by_step[_place(workflow, step)] = write
        try:
            self._recorder.submit(write)
        except StoreError:
            self.forget((write,))
            raise
        return data

    def flush(self) -> None:
        """Wait until all that was put is durable.

        Raises:
            StoreError: something could not be written.
        """
        self._recorder.flush()

    def forget(self, writes: Sequence[Write]) -> None:
        """Let go of what can be read from the database now."""
        with self._turn:
            for write in writes:
                if isinstance(write, RecordOutput):
                    if self._by_key.get(write.key) is write:
                        del self._by_key[write.key]
                    place = _place(write.workflow, write.step)
                    if self._by_step.get(place) is write:
                        del self._by_step[place]

    def _found(self, sql: str, values: Sequence[object]) -> tuple[bool, object]:
        for masked, data, packed in self._database.read(sql, values):
            if masked == MASKED or data is None:
                break
            return True, self._unpacked(data, packed=bool(packed))
        return False, None

    def _unpacked(self, data: bytes, *, packed: bool) -> object:
        try:
            return decode(zlib.decompress(data) if packed else data)
        except (ValueError, zlib.error) as error:
            raise StoreError(
                f"An output in ‘{self._database.path}’ cannot be read. Run ‘calibrant clean’ to start afresh."
            ) from error


def _place(workflow: str, step: str) -> str:
    return f"{workflow}\0{step}"


def _packed(data: bytes) -> tuple[bytes, bool]:
    """Return the data to store and whether it is compressed; a first part tells whether that would pay."""
    if len(data) < PACK_BYTES or len(zlib.compress(data[:PACK_BYTES], 1)) > PACK_BYTES * 0.9:
        return data, False
    packed = zlib.compress(data, 1)
    return (packed, True) if len(packed) < len(data) * 0.9 else (data, False)
