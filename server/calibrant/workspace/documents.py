"""The texts that are live: open in the editor, or read from disk; each with its version and generation."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import msgspec

from calibrant.model.issue import Finding
from calibrant.model.text import LineIndex


class Snapshot(msgspec.Struct, frozen=True, dict=True):
    """One text at one moment. `key` is the same for every way of writing its URI; `uri` is as the editor wrote it.

    `path` is None for a document that is no file. `version` is the editor's, None for a text read from disk.
    `generation` grows with every change of any document. `problem` says why a file gave no text.
    """

    key: str
    uri: str
    path: Path | None
    text: str
    version: int | None
    generation: int
    problem: Finding | None = None

    @cached_property
    def lines(self) -> LineIndex:
        """Where the text's lines begin, found out when it is first asked for."""
        return LineIndex(self.text)

    @property
    def is_open(self) -> bool:
        """Tell whether the editor holds the document."""
        return self.version is not None

    @property
    def name(self) -> str:
        """The path, or what stands for one, that tells the workflow language by its ending."""
        return str(self.path) if self.path else self.key


class Documents:
    """The newest snapshot of every live text."""

    def __init__(self) -> None:
        self._newest: dict[str, Snapshot] = {}
        self._generation = 0

    def __iter__(self) -> Iterator[Snapshot]:
        return iter(list(self._newest.values()))

    def get(self, key: str) -> Snapshot | None:
        """Return the newest snapshot."""
        return self._newest.get(key)

    def put(
        self,
        key: str,
        uri: str,
        path: Path | None,
        text: str,
        version: int | None = None,
        problem: Finding | None = None,
    ) -> Snapshot:
        """Take a new text for a document and return its snapshot."""
        self._generation += 1
        snapshot = Snapshot(key, uri, path, text, version, self._generation, problem)
        self._newest[key] = snapshot
        return snapshot

    def remove(self, key: str) -> Snapshot | None:
        """Forget a document and return its last snapshot."""
        return self._newest.pop(key, None)

    def is_newest(self, snapshot: Snapshot) -> bool:
        """Tell whether nothing came after the snapshot."""
        newest = self._newest.get(snapshot.key)
        return newest is not None and newest.generation == snapshot.generation
