"""Looks at what open workflows name, once their typing rests, and what they found."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from calibrant.model.issue import Finding
from calibrant.model.workflow import Workflow
from calibrant.workspace.documents import Documents, Snapshot

if TYPE_CHECKING:
    from calibrant.workspace.analysis import Analysis

LOOK_AFTER = 0.7
"""Seconds without a change after which a workflow's targets are looked at."""


class Looked(msgspec.Struct, frozen=True):
    """What a look at a workflow found; spans are of that workflow's text."""

    workflow: Workflow
    findings: tuple[Finding, ...]


class Looks:
    """The newest look at every open workflow.

    `look(analysis, path)` makes one; `show(key)` is called when a look changed what is known; `spawn(work)` does something
    beside all else.
    """

    def __init__(
        self,
        documents: Documents,
        *,
        look: "Callable[[Analysis, Path], Awaitable[tuple[Finding, ...]]]",
        show: Callable[[str], None],
        spawn: Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]],
    ) -> None:
        self._documents = documents
        self._look = look
        self._show = show
        self._spawn = spawn
        self._found: dict[str, Looked] = {}
        self._texts: dict[str, str] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def found(self, key: str) -> Looked | None:
        """Return what the newest look found."""
        return self._found.get(key)

    def want(self, snapshot: Snapshot, analysis: "Analysis | None") -> None:
        """Look at an open workflow soon, unless this very text has been looked at; a look under way is outdated."""
        if snapshot.path is None or not snapshot.is_open or analysis is None:
            return
        if self._texts.get(snapshot.key) == snapshot.text:
            return
        self._texts[snapshot.key] = snapshot.text
        if task := self._tasks.get(snapshot.key):
            task.cancel()
        self._tasks[snapshot.key] = self._spawn(self._after_a_rest(snapshot, snapshot.path, analysis))

    def settle(self, key: str) -> None:
        """Drop what was found, and do not look at this text again: a run has seen for itself."""
        self._found.pop(key, None)

    def forget(self, key: str) -> None:
        """Drop what was found: the document is gone, or what it names may have changed."""
        self._found.pop(key, None)
        self._texts.pop(key, None)
        if task := self._tasks.pop(key, None):
            task.cancel()

    async def _after_a_rest(self, snapshot: Snapshot, path: Path, analysis: "Analysis") -> None:
        await asyncio.sleep(LOOK_AFTER)
        findings = await self._look(analysis, path)
        newest = self._documents.get(snapshot.key)
        if newest is None or newest.text != snapshot.text:
            return
        before = self._found.get(snapshot.key)
        self._found[snapshot.key] = Looked(analysis.workflow, findings)
        if findings or (before and before.findings):
            self._show(snapshot.key)
