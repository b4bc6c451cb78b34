"""Outputs under content keys: what makes a recorded output the output of a call that has not been made yet."""

import asyncio
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from pathlib import Path

from calibrant.model.codec import canonical, encode
from calibrant.model.connector import ConnectorSpec, Context
from calibrant.model.failure import NotRun, StepError
from calibrant.model.ports import OutputStore, StoreError, UnstorableError

_BLOCK = 1 << 20


def content_key(spec: ConnectorSpec, calls: object, files: Sequence[str] = ()) -> str:
    """Return the key of an output: 32 hex digits over the connector, its version, the calls' parameters and files' content.

    `calls` is the rendered parameters, or for each element of a `for_each` its own. Empty where they have no encoding.
    """
    try:
        content = canonical([spec.name, spec.version, calls, list(files)])
    except UnstorableError:
        return ""
    return blake2b(content, digest_size=16).hexdigest()


async def file_digests(reads: Sequence[str], params: Mapping[str, object], context: Context) -> list[str] | None:
    """Return a digest for each file that a call reads; None where one cannot be told, and the output not be used again."""
    named = [(name, str(params[name])) for name in reads if params.get(name) is not None]
    try:
        # In a thread also for small files: a path may have to wait until a copying of the workspace is over.
        return await asyncio.to_thread(lambda: [_digest(context.read_path(path, name)) for name, path in named])
    except (StepError, NotRun, OSError, ValueError):
        return None  # the call itself will say what is wrong with the file


def _digest(path: Path) -> str:
    """Return a digest of a file's content, or of all names, sizes and times below a folder."""
    digest = blake2b(digest_size=16)
    if path.is_dir():
        for below in sorted(path.rglob("*")):
            state = below.lstat()
            digest.update(repr((str(below.relative_to(path)), state.st_size, state.st_mtime_ns)).encode())
        return digest.hexdigest()
    with path.open("rb") as file:
        while chunk := file.read(_BLOCK):
            digest.update(chunk)
    return digest.hexdigest()


class Records:
    """A run's view of the store. Trouble with the store costs no step: it is remembered as `trouble`, told at the end."""

    def __init__(self, store: OutputStore, workflow: str, session: str) -> None:
        self._store = store
        self._workflow = workflow
        self._session = session
        self.trouble: StoreError | None = None

    def get(self, key: str) -> tuple[bool, object]:
        """Return (True, output) for a key that is recorded and may be used again, else (False, None)."""
        try:
            return self._store.get(key)
        except StoreError as error:
            self.trouble = self.trouble or error
            return False, None

    def last_good(self, step: str) -> tuple[bool, object]:
        """Return (True, output) of the newest successful run of that step that may be used again, else (False, None)."""
        try:
            return self._store.last_good(self._workflow, step)
        except StoreError as error:
            self.trouble = self.trouble or error
            return False, None

    def of_session(self, step: str, key: str) -> tuple[bool, object]:
        """Return (True, output) that the step gave in this very session under that key, if it may be used again."""
        try:
            return self._store.of_session(self._session, step, key)
        except StoreError as error:
            self.trouble = self.trouble or error
            return False, None

    def put(self, step: str, key: str, output: object, *, masked: bool) -> bytes:
        """Record an output and return it as encoded, or nothing where the store is in trouble; returns at once.

        Raises:
            UnstorableError: the output holds a value that has no encoding.
        """
        try:
            return self._store.put(
                workflow=self._workflow, step=step, session=self._session, key=key, output=output, masked=masked
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

    def put(self, step: str, key: str, output: object, *, masked: bool) -> bytes:
        """Look whether the output could be recorded, and return it as encoded.

        Raises:
            UnstorableError: the output holds a value that has no encoding.
        """
        del step, key, masked
        return encode(output)
