"""What all workflows of a workspace declare, by name."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from calibrant.workspace.documents import Documents, Snapshot
from calibrant.workspace.pipeline import Pipeline

if TYPE_CHECKING:
    from calibrant.ide.outline import Entry


class Found(msgspec.Struct, frozen=True, eq=False):
    """What a workflow declares; `inside` is the workflow's name, else that of its file."""

    entry: "Entry"
    snapshot: Snapshot
    inside: str


class _Names(msgspec.Struct, frozen=True, eq=False):
    """What one text declares, each with its name in small letters."""

    generation: int
    named: tuple[tuple[str, Found], ...]


class Declared:
    """The names in every document that was read. Nothing is read for them: what is not read yet is not found yet."""

    def __init__(self, documents: Documents, pipeline: Pipeline) -> None:
        self._documents = documents
        self._pipeline = pipeline
        self._names: dict[str, _Names] = {}

    def search(self, query: str, most: int) -> list[Found]:
        """Return what fits a query best, the best first."""
        from calibrant.ide.search import best

        return best(query, self._all(), most)

    def forget(self, key: str) -> None:
        """Let go of a document."""
        self._names.pop(key, None)

    def _all(self) -> Iterator[tuple[str, Found]]:
        for snapshot in self._documents:
            yield from self._of(snapshot)

    def _of(self, snapshot: Snapshot) -> tuple[tuple[str, Found], ...]:
        held = self._names.get(snapshot.key)
        if held is not None and held.generation == snapshot.generation:
            return held.named
        analysis = self._pipeline.held(snapshot)
        if analysis is None:
            return ()
        from calibrant.ide.hiding import hidden_entries
        from calibrant.ide.outline import declared

        workflow = analysis.workflow
        inside = workflow.name or (snapshot.path.name if snapshot.path else snapshot.name)
        entries = hidden_entries(declared(workflow), analysis.checked.confidential)
        named = tuple((one.name.casefold(), Found(one, snapshot, inside)) for one in entries)
        self._names[snapshot.key] = _Names(snapshot.generation, named)
        return named
