"""Fixes that the editor applied in open documents: recognised by the text they give, recorded, verified by later runs."""

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from calibrant.model.applied import AppliedFix, Verdict
from calibrant.model.ports import StoreError
from calibrant.workspace.documents import Snapshot
from calibrant.workspace.verdict import verdict_on

if TYPE_CHECKING:
    from calibrant.change import Site
    from calibrant.workspace.calibration import Outcome
    from calibrant.workspace.drafts import Draft

Answer = TypeVar("Answer")

_MOST = 64
"""Edits handed out and fixes applied that are remembered of one document."""


_log = logging.getLogger(__name__)


class Applied:
    """A draft that stands in its document; `before` is what the last run before it found, `session` that of the change."""

    def __init__(self, draft: "Draft", before: "Outcome | None") -> None:
        self.draft = draft
        self.before = before
        self.session = ""
        self.concluded = False

    @property
    def title(self) -> str:
        """What was done, for the user."""
        first = self.draft.offers[0].fix.title
        more = len(self.draft.offers) - 1
        return f"‘{first}’ and {more} more" if more else f"‘{first}’"


class Applications:
    """What was handed out and what of it stands, by document. Lives on the event loop's thread; the store in another.

    `site(workspace)` opens the door to a workspace's files and raises StoreError on entering; `say(message)` tells the user.
    """

    def __init__(
        self,
        *,
        site: "Callable[[Path], AbstractContextManager[Site]]",
        workspace_of: Callable[[Path], Path],
        say: Callable[[str], None],
    ) -> None:
        self._site = site
        self._workspace_of = workspace_of
        self._say = say
        self._pending: dict[str, deque[Draft]] = defaultdict(lambda: deque(maxlen=_MOST))
        self._standing: dict[str, deque[Applied]] = defaultdict(lambda: deque(maxlen=_MOST))
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    def handed_out(self, draft: "Draft") -> None:
        """Remember an edit that the editor may apply."""
        pending = self._pending[draft.snapshot.key]
        if draft.snapshot.path and draft not in pending:
            pending.append(draft)

    def changed(self, snapshot: Snapshot, before: "Outcome | None") -> None:
        """Recognise in a document's new text a fix that was applied, or one that was undone.

        `before` is what the last run of the document found.
        """
        key, text = snapshot.key, snapshot.text
        for applied in reversed(self._standing.get(key, ())):
            if applied.draft.snapshot.text == text:
                self._standing[key].remove(applied)
                self._pending[key].append(applied.draft)
                self._do(self._undone(applied))
                return
        for draft in reversed(self._pending.get(key, ())):
            if draft.gives(text):
                self._pending[key].remove(draft)
                applied = Applied(draft, before)
                self._standing[key].append(applied)
                self._do(self._record(applied))
                return

    def ran(self, key: str, outcome: "Outcome") -> None:
        """Verify what stands in a document by a run that came to its end."""
        for applied in list(self._standing.get(key, ())):
            if not applied.concluded:
                self._do(self._verify(applied, outcome))

    def release(self, session: str) -> None:
        """Let go of a change that is being rolled back."""
        for standing in self._standing.values():
            for applied in [one for one in standing if one.session == session]:
                standing.remove(applied)

    def forget(self, key: str) -> None:
        """Drop the edits that were handed out for a document: it is closed. What was applied may still be verified."""
        self._pending.pop(key, None)

    async def at_door(self, workspace: Path, work: "Callable[[Site], Answer]") -> Answer:
        """Do something with the store in a thread, after all that was begun before.

        Raises:
            StoreError: the state directory cannot be used.
        """

        def do() -> Answer:
            with self._site(workspace) as site:
                return work(site)

        async with self._turn:
            return await asyncio.to_thread(do)

    async def close(self) -> None:
        """Wait until all is recorded."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _record(self, applied: Applied) -> None:
        from calibrant.change import OpenEdits, record

        draft = applied.draft
        path = _path(draft)
        answers = applied.before.result.session if applied.before else ""
        fixes = [AppliedFix(one.fix.id, one.fix.title, one.fix.strategy, one.fix.issue) for one in draft.offers]
        edits = OpenEdits(path, draft.snapshot.text, draft.edits)
        done = await self._told(path, lambda site: record(site, [edits], fixes, answers=answers))
        if done:
            applied.session = done.session

    async def _undone(self, applied: Applied) -> None:
        from calibrant.change import rolled_back

        await self._told(
            _path(applied.draft), lambda site: rolled_back(site, applied.session) if applied.session else None
        )

    async def _verify(self, applied: Applied, outcome: "Outcome") -> None:
        from calibrant.change import conclude

        def work(site: "Site") -> Verdict | None:
            if applied.concluded or not applied.session or not _stands(applied.draft, outcome.workflow.text):
                return None
            mended = [offer.issue for offer in applied.draft.offers if offer.issue]
            verdict = verdict_on(mended, applied.before, outcome)
            if verdict.holds is not None:
                conclude(site, applied.session, verdict)
            return verdict

        verdict = await self._told(_path(applied.draft), work)
        if verdict is None or verdict.holds is None:
            return
        applied.concluded = True
        if not verdict.holds:
            self._say(f"{applied.title} did not hold. {verdict.reason} The command ‘calibrant.rollback’ takes it back.")

    async def _told(self, path: Path, work: "Callable[[Site], Answer]") -> Answer | None:
        """Do something with the store; where it cannot be used, the user is told."""
        try:
            answer = await self.at_door(self._workspace_of(path), work)
        except (StoreError, OSError) as error:
            self._say(f"What the fix changed in {path.name} is not remembered, so only the editor can undo it. {error}")
            return None
        self._refused(path, answer)
        return answer

    def _refused(self, path: Path, answer: object) -> None:
        from calibrant.change import Done

        if isinstance(answer, Done) and answer.status == "refused":
            _log.warning("A change of %s is not remembered: %s", path, answer.reason)

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _log.error("A change could not be remembered", exc_info=error)


def _stands(draft: "Draft", text: str) -> bool:
    """Tell whether a text holds what the draft put there."""
    from calibrant.change.hunks import Clash, inverse, take_back

    hunks = inverse(draft.snapshot.text, draft.edits)
    return text != draft.snapshot.text and not isinstance(take_back(draft.after, hunks, text), Clash)


def _path(draft: "Draft") -> Path:
    assert draft.snapshot.path, "only files are handed out"
    return draft.snapshot.path
