"""What is kept of a document for the next request is let go with it."""

from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from calibrant import app
from calibrant.model.settings import Settings
from calibrant.workspace.declared import Declared
from calibrant.workspace.documents import Documents, Snapshot
from calibrant.workspace.indexes import Indexes
from calibrant.workspace.pipeline import Pipeline


def spawn(work: Coroutine[Any, Any, None]) -> object:
    raise AssertionError(f"nothing goes on beside this: {work}")


def opened() -> tuple[Documents, Pipeline, Snapshot]:
    documents = Documents()
    settings = Settings()
    pipeline = Pipeline(documents, settings=lambda _: settings, analyse=app.analyse, show=lambda *_: None, spawn=spawn)
    key = "/ws/a.workflow.yaml"
    text = "name: mail\nsteps:\n  - {id: fetch, run: 'true'}\n"
    return documents, pipeline, documents.put(key, f"file://{key}", Path(key), text, version=1)


def test_an_index_is_made_once_and_goes_with_its_document() -> None:
    documents, pipeline, snapshot = opened()
    indexes = Indexes(documents, pipeline)
    assert indexes.of(snapshot) is indexes.of(snapshot)
    indexes.forget(snapshot.key)
    documents.remove(snapshot.key)
    assert indexes.of(snapshot), "whoever holds the text may still ask"
    assert indexes._newest == {}


def test_names_go_with_their_document() -> None:
    documents, pipeline, snapshot = opened()
    declared = Declared(documents, pipeline)
    pipeline.analysis(snapshot)
    assert [found.entry.name for found in declared.search("fetch", 10)] == ["fetch"]
    documents.remove(snapshot.key)
    declared.forget(snapshot.key)
    assert declared.search("fetch", 10) == []
    assert declared._names == {}
