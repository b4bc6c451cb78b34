"""The index of every document that was asked about, made when it is needed, by what the one before it knows."""

from typing import TYPE_CHECKING

from calibrant.workspace.documents import Documents, Snapshot
from calibrant.workspace.pipeline import Pipeline

if TYPE_CHECKING:
    from calibrant.ide.index import Index


class Indexes:
    """The newest index of each document."""

    def __init__(self, documents: Documents, pipeline: Pipeline) -> None:
        self._documents = documents
        self._pipeline = pipeline
        self._newest: dict[str, Index] = {}

    def of(self, snapshot: Snapshot) -> "Index | None":
        """Return the index of a snapshot's workflow, None for a document that is none."""
        analysis = self._pipeline.analysis(snapshot)
        if analysis is None:
            return None
        held = self._newest.get(snapshot.key)
        if held is not None and held.workflow is analysis.workflow:
            return held
        from calibrant.ide.index import index_of

        made = index_of(analysis.workflow, analysis.checked.specs, held)
        if self._documents.get(snapshot.key) is not None:
            self._newest[snapshot.key] = made
        return made

    def forget(self, key: str) -> None:
        """Let go of a document."""
        self._newest.pop(key, None)
