"""What is known of the workflows that are open in an editor: what their steps gave when they last ran. On the loop's thread."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from calibrant.model.event import Event, StepFinished, StepStarted
from calibrant.model.ports import StoreError
from calibrant.model.session import StepRecord
from calibrant.model.settings import Settings
from calibrant.workspace.documents import Documents, Snapshot

if TYPE_CHECKING:
    from calibrant.engine.mask import Mask
    from calibrant.ide.view import View
    from calibrant.model.workflow import Workflow
    from calibrant.workspace.pipeline import Pipeline
    from calibrant.workspace.queue import Run
    from calibrant.workspace.remembering import Remembered

EVERY = 0.1
"""Seconds for which changes of what is known of a document are gathered before listeners are told."""

LONG = 8
"""Characters from which a secret of now is hidden in values kept before: a variable like one may hold a mere word."""

_log = logging.getLogger(__name__)

Listener = Callable[[str], None]
"""Is told the key of an open document of which more is known, or less; a few times a second at most."""


Recorded = tuple[Sequence[StepRecord], Mapping[str, object]]


class Sources(msgspec.Struct, frozen=True):
    """What knowledge is made from.

    - `settings(path)`: those in force for a file.
    - `recorded(path)`: what looks up, in a thread, what is recorded of a workflow: how its steps came to their ends, newer runs
      first, and what it was given. It raises StoreError.
    - `secrets(workflow)`: values that must never be shown.
    - `spawn(work)`: does something beside all else.
    """

    settings: Callable[[Path | None], Settings]
    recorded: Callable[[Path], Callable[[], Recorded]]
    secrets: "Callable[[Workflow], Sequence[str]]"
    spawn: Callable[[Coroutine[Any, Any, None]], object]


class _Document:
    """An open document.

    `loaded` is set when what is recorded of it was taken in; `going` are sessions of runs of it, and `turns` grows when one
    begins or ends.
    """

    def __init__(self, remembered: "Remembered") -> None:
        self.steps = remembered
        self.inputs: Mapping[str, object] = {}
        self.given = False
        self.loaded = asyncio.Event()
        self.going: set[str] = set()
        self.turns = 0


class Knowledge:
    """What is known of every open workflow, kept up as runs go on."""

    def __init__(self, documents: Documents, pipeline: "Pipeline", sources: Sources) -> None:
        self._texts = documents
        self._pipeline = pipeline
        self._sources = sources
        self._documents: dict[str, _Document] = {}
        self._listeners: tuple[Listener, ...] = ()
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._hiding: tuple[tuple[str, ...], Mask] | None = None

    def listen(self, listener: Listener) -> None:
        """Have a listener told from now on."""
        self._listeners += (listener,)

    def opened(self, snapshot: Snapshot) -> None:
        """Take in what is recorded of a workflow that is opened in the editor."""
        from calibrant.workspace.remembering import Remembered

        document = self._documents[snapshot.key] = _Document(Remembered())
        if snapshot.path is None:
            document.loaded.set()
        else:
            self._sources.spawn(self._load(snapshot.key, snapshot.path, document))

    def refresh(self, snapshot: Snapshot) -> None:
        """Take in anew what is recorded of a workflow: another process may have run it. Not while it runs here."""
        document = self._documents.get(snapshot.key)
        if document and document.loaded.is_set() and not document.going and snapshot.path is not None:
            self._sources.spawn(self._reload(snapshot.key, snapshot.path, document, document.turns))

    def forget(self, key: str) -> None:
        """Let go of a document: it is closed."""
        self._documents.pop(key, None)
        if timer := self._timers.pop(key, None):
            timer.cancel()

    def close(self) -> None:
        """Tell nobody anything more."""
        for key in list(self._documents):
            self.forget(key)

    async def view(self, snapshot: Snapshot) -> "View | None":
        """Return what is known of a text; None for a document that is no workflow, and where another text came meanwhile."""
        await self._pipeline.ready(snapshot.key)
        document = self._documents.get(snapshot.key)
        if document:
            await document.loaded.wait()
        newest = self._texts.get(snapshot.key)
        return self.now(snapshot) if newest is None or newest.generation == snapshot.generation else None

    def now(self, snapshot: Snapshot) -> "View | None":
        """Return the same without waiting for anything: what an earlier server recorded may be missing yet."""
        from calibrant.ide.view import View

        analysis = self._pipeline.analysis(snapshot)
        if analysis is None:
            return None
        workflow, checked = analysis.workflow, analysis.checked
        document = self._documents.get(snapshot.key)
        previews = self._sources.settings(snapshot.path).previews == "on"
        if document is None:
            return View(workflow, checked, checked.specs, previews=previews)
        secrets = tuple(self._sources.secrets(workflow)) if previews else ()
        long = tuple(secret for secret in secrets if len(secret) >= LONG)
        steps = document.steps.of(workflow, previews=previews, hide=self._mask(long).text)
        inputs = _shown(workflow, document.inputs, secrets) if previews else {}
        return View(workflow, checked, checked.specs, steps, inputs, previews)

    def began(self, run: "Run") -> None:
        """Take in that a run goes on."""
        if document := self._documents.get(run.snapshot.key):
            document.going.add(run.session)
            document.turns += 1

    def happened(self, run: "Run", event: Event) -> None:
        """Take in what happened in a run."""
        document = self._documents.get(run.snapshot.key)
        if document is None or run.workflow is None:
            return
        from calibrant.workspace.definition import definition

        if isinstance(event, StepStarted):
            document.steps.began(event.step, run.session, definition(run.workflow.steps[event.index].body))
        elif isinstance(event, StepFinished):
            document.steps.ended(_record(run, event, definition(run.workflow.steps[event.index].body)))
        else:
            return
        self.touch(run.snapshot.key)

    def ended(self, run: "Run", error: BaseException | None) -> None:
        """Take in that a run is over, however it ended; `error` is why it could not be made."""
        document = self._documents.get(run.snapshot.key)
        if document is None:
            return
        document.going.discard(run.session)
        document.turns += 1
        document.steps.over(run.session)
        if error is None and run.going:
            document.inputs, document.given = run.options.inputs, True
        self.touch(run.snapshot.key)
        if error is not None:  # perhaps another process runs it
            self.refresh(run.snapshot)

    def touch(self, key: str) -> None:
        """Tell the listeners soon."""
        if key in self._documents and key not in self._timers:
            self._timers[key] = asyncio.get_running_loop().call_later(EVERY, self._tell, key)

    def again(self) -> None:
        """Tell the listeners of every document: settings changed."""
        for key in self._documents:
            self.touch(key)

    def _tell(self, key: str) -> None:
        del self._timers[key]
        for listener in self._listeners:
            listener(key)

    def _mask(self, secrets: tuple[str, ...]) -> "Mask":
        """Return what hides the secrets of now."""
        from calibrant.engine.mask import Mask

        if self._hiding is None or self._hiding[0] != secrets:
            self._hiding = secrets, Mask(secrets)
        return self._hiding[1]

    async def _load(self, key: str, path: Path, document: _Document) -> None:
        try:
            records, inputs = await self._recorded(path)
            document.steps.load(records)
            if not document.given:
                document.inputs = inputs
        finally:
            document.loaded.set()
        if self._documents.get(key) is document:
            self.touch(key)

    async def _reload(self, key: str, path: Path, document: _Document, turns: int) -> None:
        from calibrant.workspace.remembering import Remembered

        records, _ = await self._recorded(path)
        if document.turns != turns:
            return  # what was read may be of before, or of the middle of a run that told all of it meanwhile
        if self._documents.get(key) is document and records:
            document.steps = Remembered()
            document.steps.load(records)
            self.touch(key)

    async def _recorded(self, path: Path) -> Recorded:
        try:
            return await asyncio.to_thread(self._sources.recorded(path))
        except (StoreError, OSError) as error:  # a run tells of a store that cannot be used
            _log.info("Nothing is known of earlier runs of %s: %s", path, error)
            return (), {}


def _shown(workflow: "Workflow", given: Mapping[str, object], secrets: Sequence[str]) -> Mapping[str, object]:
    """Return what inputs were given that may be shown."""
    if not given:
        return {}
    from calibrant.workspace.secret_inputs import confided_of

    names = {item.name for item in workflow.inputs}
    confided = confided_of(workflow, given, secrets)
    return {name: value for name, value in given.items() if name in names and name not in confided}


def _record(run: "Run", event: StepFinished, defined: str) -> StepRecord:
    return StepRecord(
        run.session, event.step, event.status, event.reason, event.seconds, event.provisional, event.reused, defined,
        event.observed,
    )  # fmt: skip
