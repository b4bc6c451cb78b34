"""From a change to its diagnostics: a burst is waited out, the newest text read and checked once, and published once."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calibrant.model.settings import Settings
from calibrant.workspace.documents import Documents, Snapshot
from calibrant.workspace.locate import is_workflow_file
from calibrant.workspace.turns import Turns

if TYPE_CHECKING:
    from calibrant.model.issue import Finding
    from calibrant.workspace.analysis import Analysis

READ_AFTER = 0.008
"""Seconds without a change after which the text is read; most of the work is then done before it is to be shown."""
PUBLISH_AFTER = 0.035
"""Seconds without a change after which diagnostics are published: a key that is held down repeats faster."""
PUBLISH_BY = 0.5
"""Seconds after which they are published even while changes go on."""
LONG = 20_000
"""Characters above which a text is read for the first time in a thread, so that messages are answered meanwhile.

So is the very first text, whatever its length: what reading takes is imported with it.
"""

_log = logging.getLogger(__name__)


def _findings(analysis: "Analysis | None") -> "tuple[Finding, ...]":
    return analysis.findings if analysis else ()


class _Burst:
    """Changes of one document that are waited out together."""

    def __init__(self, now: float) -> None:
        self.began = now
        self.timers: list[asyncio.TimerHandle] = []

    def stop(self) -> None:
        for timer in self.timers:
            timer.cancel()
        self.timers.clear()


class Pipeline:
    """The newest analysis of every document, made when it is needed, and shown when it is new.

    `settings(path)` are those in force; `analyse(path, text, settings, previous)` reads a text; `show(snapshot, analysis)`
    publishes it; `spawn(work)` does something beside all else; `analyse_aside` is `analyse` where it may read other files. No
    first text is read in a thread before `ready()` was waited for.
    """

    def __init__(
        self,
        documents: Documents,
        *,
        settings: Callable[[Path | None], Settings],
        analyse: "Callable[[str, str, Settings, Analysis | None], Analysis | None]",
        show: "Callable[[Snapshot, Analysis | None], None]",
        spawn: Callable[[Coroutine[Any, Any, None]], object],
        analyse_aside: "Callable[[str, str, Settings, Analysis | None], Analysis | None] | None" = None,
        ready: Callable[[], Coroutine[Any, Any, None]] | None = None,
    ) -> None:
        self._documents = documents
        self._settings = settings
        self._analyse = analyse
        self._analyse_aside = analyse_aside or analyse
        self._ready = ready
        self._show = show
        self._spawn = spawn
        self._bursts: dict[str, _Burst] = {}
        self._analyses: dict[str, tuple[int, Analysis | None]] = {}
        self._published: dict[str, int] = {}
        self._first: dict[str, asyncio.Event] = {}
        self._due: dict[str, Callable[[str], None]] = {}
        self._working = False
        self._cold = True
        self._turns: dict[tuple[bool, bool], Turns] = defaultdict(Turns)  # no short text waits for a long one
        self._closed = False

    def touch(self, key: str) -> None:
        """Publish a changed document soon: when no more changes follow, at the latest after `PUBLISH_BY`."""
        if self._closed or key in self._first:
            return
        snapshot = self._documents.get(key)
        if snapshot and key not in self._analyses and (self._cold or len(snapshot.text) > LONG):
            self._spawn(self.read_first(snapshot))
            return
        loop = asyncio.get_running_loop()
        burst = self._bursts.setdefault(key, _Burst(loop.time()))
        self._stop(key)
        publish = min(loop.time() + PUBLISH_AFTER, burst.began + PUBLISH_BY)
        burst.timers = [
            loop.call_at(min(loop.time() + READ_AFTER, publish), self._soon, key, self._read),
            loop.call_at(publish, self._soon, key, self._publish),
        ]

    def now(self, key: str) -> None:
        """Publish a document at once, in place of any publication under way."""
        self._stop(key)
        self._publish(key)

    def again(self) -> None:
        """Let every document be read anew with the settings in force now; those that are open are published."""
        for key, (_, held) in list(self._analyses.items()):
            self._analyses[key] = (-1, held)
        for snapshot in self._documents:
            if snapshot.is_open:
                self.touch(snapshot.key)

    def outdate(self, key: str) -> None:
        """Let a document be read and published anew: something else than its text changed that it hangs on."""
        snapshot = self._documents.get(key)
        if key in self._analyses:
            self._analyses[key] = (-1, self._analyses[key][1])
        if snapshot and snapshot.is_open:
            self.touch(key)
        elif snapshot:
            self._spawn(self.read_first(snapshot))

    async def renew(self, key: str) -> "Analysis | None":
        """Read a document anew, in a thread, since something else changed that it hangs on; returns what came of it.

        It is published only where something else was found than before. Where it was edited meanwhile, the newest text is
        read by the difference. None: it was not read, since it is gone, or is being read for the first time.
        """
        snapshot = self._documents.get(key)
        if snapshot is None or self._closed:
            return None
        async with self._turns[snapshot.is_open, len(snapshot.text) > LONG].turn():
            snapshot, before = self._documents.get(key), self._analyses.get(key)
            if key in self._first or before is None or snapshot is None:
                return None  # whoever reads it next knows what there is to be known
            settings = self._settings(snapshot.path)
            analysis = await asyncio.to_thread(self._analyse_aside, snapshot.name, snapshot.text, settings, before[1])
        if self._documents.get(key) is None:
            return None
        same = self._analyses.get(key) is before and self._documents.get(key) is snapshot
        if same and settings is self._settings(snapshot.path):
            self._analyses[key] = (snapshot.generation, analysis)
            if self.is_shown(snapshot) and _findings(analysis) != _findings(before[1]):
                self.now(key)
        elif key in self._analyses:
            self._analyses[key] = (-1, analysis)
            self.outdate(key)
        return analysis

    async def read_first(self, snapshot: Snapshot) -> None:
        """Read a text in a thread, then publish the newest one: what has changed meanwhile is read by the difference."""
        key = snapshot.key
        if key in self._first:
            return
        done = self._first[key] = asyncio.Event()
        try:
            async with self._turns[snapshot.is_open, len(snapshot.text) > LONG].turn():
                if self._ready:
                    await self._ready()
                await self._read_aside(key)
        finally:
            del self._first[key]
            done.set()
        if self._documents.get(key):
            self.now(key)

    async def _read_aside(self, key: str) -> None:
        snapshot = self._documents.get(key)
        if snapshot is None or self._closed:
            return
        settings = self._settings(snapshot.path)
        held = self._analyses.get(key, (-1, None))[1]
        analysis = await asyncio.to_thread(self._analyse_aside, snapshot.name, snapshot.text, settings, held)
        self._cold = False
        if self._documents.get(key):
            newest = settings is self._settings(snapshot.path)
            self._analyses[key] = (snapshot.generation if newest else -1, analysis)

    async def ready(self, key: str) -> None:
        """Wait until a document's first reading in a thread is done, where there is one."""
        if key in self._first:
            await self._first[key].wait()

    def analysis(self, snapshot: Snapshot) -> "Analysis | None":
        """Return the analysis of a snapshot, read now unless it was; None for a document that is no workflow.

        It is kept unless the document was let go, or a newer text of it was read: a request may still be at the one before.
        """
        generation, held = self._analyses.get(snapshot.key, (-1, None))
        if generation == snapshot.generation:
            return held
        analysis = self._analyse(snapshot.name, snapshot.text, self._settings(snapshot.path), held)
        if generation < snapshot.generation and self._documents.get(snapshot.key):
            self._analyses[snapshot.key] = (snapshot.generation, analysis)
        return analysis

    def held(self, snapshot: Snapshot) -> "Analysis | None":
        """Return the analysis of a snapshot where it was made; nothing is read."""
        generation, held = self._analyses.get(snapshot.key, (-1, None))
        return held if generation == snapshot.generation else None

    def latest(self, snapshot: Snapshot) -> "Analysis | None":
        """Return the latest analysis of a document that was made, of whichever text and settings: it lends what is the same."""
        return self._analyses.get(snapshot.key, (-1, None))[1]

    def is_shown(self, snapshot: Snapshot) -> bool:
        """Tell whether this very snapshot was published as it is with the settings in force now."""
        read, _ = self._analyses.get(snapshot.key, (-1, None))
        return self._published.get(snapshot.key) == read == snapshot.generation

    def is_workflow(self, snapshot: Snapshot) -> bool:
        """Tell whether a document's name is that of a workflow; its text is not looked at."""
        return is_workflow_file(snapshot.name)

    def forget(self, key: str) -> None:
        """Let go of a document."""
        self._stop(key)
        self._bursts.pop(key, None)
        self._analyses.pop(key, None)
        self._published.pop(key, None)

    def close(self) -> None:
        """Publish nothing more."""
        self._closed = True
        for key in self._bursts:
            self._stop(key)

    def _stop(self, key: str) -> None:
        """Let nothing be done about a document's changes up to now."""
        self._due.pop(key, None)
        if burst := self._bursts.get(key):
            burst.stop()

    def _soon(self, key: str, work: Callable[[str], None]) -> None:
        """Do something about a document once what is at hand is done."""
        self._due.pop(key, None)
        self._due[key] = work
        if not self._working:
            self._working = True
            asyncio.get_running_loop().call_soon(self._work)

    def _work(self) -> None:
        """Do one thing that is due, the latest first; messages that came meanwhile are handled before the next one."""
        if not self._due:
            self._working = False
            return
        asyncio.get_running_loop().call_soon(self._work)
        key, work = self._due.popitem()
        work(key)

    def _read(self, key: str) -> None:
        snapshot = self._documents.get(key)
        if snapshot:
            self._guarded(snapshot)

    def _publish(self, key: str) -> None:
        self._bursts.pop(key, None)
        snapshot = self._documents.get(key)
        if snapshot and not self._closed and key not in self._first and self._guarded(snapshot):
            self._show(snapshot, self.analysis(snapshot))
            self._published[key] = snapshot.generation

    def _guarded(self, snapshot: Snapshot) -> bool:
        """Analyse; an error of ours in one text must not take the diagnostics of the others with it."""
        try:
            self.analysis(snapshot)
        except Exception:  # noqa: BLE001 - see above; logged
            _log.exception("Cannot analyse %s", snapshot.name)
            self._analyses.pop(snapshot.key, None)
            return False
        return True
