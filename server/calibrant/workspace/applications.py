"""Fixes in open documents: recognised by the texts they give, recorded, verified by runs, and shown as sessions."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from calibrant.model.applied import ChangeSession
from calibrant.model.session import SessionResult
from calibrant.workspace.application import Application, of_draft, placed
from calibrant.workspace.documents import Snapshot
from calibrant.workspace.door import Door
from calibrant.workspace.recorded_changes import RecordedChanges
from calibrant.workspace.standing import Fixed, Standing
from calibrant.workspace.told import Failing, Told

if TYPE_CHECKING:
    from calibrant.change import Site
    from calibrant.workspace.calibration import Outcome
    from calibrant.workspace.drafts import Draft
    from calibrant.workspace.verdict import Baseline

_LOADED = 8
"""How many recorded sessions of a document are taken in when it is opened."""

_CLOSED = 16
"""How many files that are not open are remembered, the newest: what was fixed in them may still be verified, or come back."""

_NOT_TOLD = "Whether the fixes in {name} hold could not be told ({error}), so they stand. The server's log says more."

_log = logging.getLogger(__name__)


class Applications:
    """What was handed out and what of it stands, by document. Lives on the event loop's thread; the store in another.

    `history(workspace, name)`: the newest runs of a workflow. Raises StoreError.
    """

    def __init__(
        self,
        door: Door,
        *,
        workspace_of: Callable[[Path], Path],
        name_of: Callable[[Path], str],
        history: Callable[[Path, str], Sequence[SessionResult]],
        told: Told,
    ) -> None:
        self.recorded = RecordedChanges(door, workspace_of, told.say, self._seen)
        self._workspace_of = workspace_of
        self._name_of = name_of
        self._history = history
        self._told = told
        self._documents: dict[str, Standing] = defaultdict(Standing)
        self._closed: dict[str, None] = {}
        self._news: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._tasks: set[asyncio.Task[None]] = set()
        self._reactions: set[asyncio.Task[None]] = set()

    def handed_out(self, draft: "Draft") -> None:
        """Remember an edit that the editor may apply."""
        if draft.snapshot.path:
            self.hand_out(draft.snapshot.key, of_draft(draft))

    def hand_out(self, key: str, application: Application) -> Application:
        """Remember an edit that the editor may apply; returns the one that counts."""
        return self._documents[key].hand_out(application)

    def withdraw(self, key: str, application: Application) -> None:
        """Forget an edit that was handed out: the editor did not apply it."""
        self.of(key).withdraw(application)

    def of(self, key: str) -> Standing:
        """Return what stands in a document."""
        return self._documents.get(key) or Standing()

    def unverified(self, key: str) -> tuple[str, ...]:
        """Return the steps of the issues that fixes answer which stand in a document and were not verified yet."""
        judged = {one.id for one in self.recorded.sessions(key) if one.holds is not None or one.status != "unverified"}
        standing = [fixed for fixed in self.of(key).state.standing if fixed.session not in judged]
        steps = (issue.finding.step for fixed in standing for issue in fixed.application.issues)
        return tuple(dict.fromkeys(step for step in steps if step))

    def opened(self, snapshot: Snapshot) -> None:
        """Take in a document that was opened, and in the background what was recorded of it."""
        if snapshot.path:
            self._closed.pop(snapshot.key, None)
            self.changed(snapshot, None, {})
            self._do(self._load(snapshot, snapshot.path))

    def changed(self, snapshot: Snapshot, baseline: "Baseline | None", inputs: Mapping[str, object]) -> None:
        """Recognise in a document's new text fixes that were applied, undone, or applied again.

        `baseline` is the run that what is shown of the text before comes from, `inputs` what was given to the last one.
        """
        if snapshot.path is None:
            return
        moved = self._documents[snapshot.key].changed(snapshot.text)
        for fixed in moved.gone:
            self._do(self._gone(snapshot.path, fixed.session, fixed.leaving))
            fixed.wanted = fixed.wanted or bool(fixed.leaving)
            fixed.leaving = ""
        for fixed in moved.came:
            self._came(snapshot, fixed, baseline, inputs)
        self._news.pop(snapshot.key, asyncio.Event()).set()

    def applied(
        self, snapshot: Snapshot, fixes: tuple[str, ...], baseline: "Baseline | None", inputs: Mapping[str, object]
    ) -> str:
        """Take the editor's word that it applied these fixes; returns the session where they stand and were not seen yet."""
        application = self.of(snapshot.key).offered(fixes)
        return self._adopt(snapshot, application, baseline, inputs) if application else ""

    async def settled(
        self, newest: Callable[[], Snapshot | None], key: str, application: Application, within: float, quiet: float
    ) -> bool:
        """Wait until an edit that the editor says it made is seen in the document; returns whether it was.

        `within`: seconds to wait for any change, `quiet`: for the very text; then what of it stands counts.
        """
        snapshot, document = newest(), self.of(key)
        wait = within if snapshot and snapshot.text == application.before else quiet
        while document.is_offered(application):
            try:
                async with asyncio.timeout(wait):
                    await self._news[key].wait()
                wait = quiet
            except TimeoutError:
                snapshot = newest()
                adopted = snapshot is not None and self._adopt(
                    snapshot, application, application.baseline, application.inputs
                )
                document.withdraw(application)
                return bool(adopted)
        return True

    def ran(self, key: str, path: Path, outcome: "Outcome", inputs: Mapping[str, object]) -> None:
        """Verify what stands in a document by a run that came to its end."""
        self._do(self._conclude(key, path, outcome, dict(inputs)))

    def release(self, key: str, session: str) -> None:
        """Let go of a change that has been taken out of the document's text."""
        self.of(key).release(session)

    def forget(self, key: str) -> None:
        """Drop the edits that were handed out for a document: it is closed. What was applied may still be verified."""
        self.of(key).withdraw()
        self._news.pop(key, None)
        self._note_closed(key)

    def refresh(self, path: Path) -> None:
        """Look up anew, in the background, which changes stand in a file."""
        self._do(self.recorded.look_up(path))

    async def close(self) -> None:
        """Wait until all is recorded. What waits for the editor is given up."""
        for reaction in list(self._reactions):
            reaction.cancel()
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _came(
        self, snapshot: Snapshot, fixed: Fixed, baseline: "Baseline | None", inputs: Mapping[str, object]
    ) -> None:
        from calibrant.change.applying import new_session

        fixed.application = msgspec.structs.replace(fixed.application, baseline=baseline, inputs=dict(inputs))
        fixed.session = fixed.application.session or new_session()
        fixed.application = msgspec.structs.replace(fixed.application, session="")
        self._do(self._record(fixed.application, fixed.session, snapshot.text, kept=fixed.wanted))
        if not fixed.wanted:
            self._told.verify(snapshot.key)

    def _adopt(
        self, snapshot: Snapshot, application: Application, baseline: "Baseline | None", inputs: Mapping[str, object]
    ) -> str:
        found = placed(application, snapshot.text)
        if found is None:
            return ""
        document = self._documents[snapshot.key]
        document.withdraw(application)
        fixed = document.adopt(found)
        self._came(snapshot, fixed, baseline, inputs)
        return fixed.session

    async def _record(self, application: Application, session: str, text: str, *, kept: bool) -> None:
        from calibrant.change import OpenEdits, record

        answers = application.baseline.result.session if application.baseline else ""

        def work(site: "Site") -> object:
            there = placed(application, text) or application
            edits = OpenEdits(there.path, there.before, there.edits)
            return record(site, [edits], there.fixes, answers=answers, session=session, kept=kept)

        await self.recorded.attempt(application.path, work)

    async def _gone(self, path: Path, session: str, reason: str) -> None:
        from calibrant.change import rolled_back

        def work(site: "Site") -> None:  # what took it out may have told it already, and then this is refused
            if reason:
                rolled_back(site, session, reason=reason, by_user=False)
            else:
                rolled_back(site, session)

        await self.recorded.attempt(path, work)

    async def _load(self, snapshot: Snapshot, path: Path) -> None:
        from calibrant.workspace.loading import recorded_in

        document = self._documents[snapshot.key]
        await self.recorded.settle(self._workspace_of(path))
        known = {fixed.session for fixed in document.state.standing}

        def work(site: "Site", sessions: tuple[ChangeSession, ...]) -> list[Fixed]:
            return recorded_in(site, path, snapshot.text, sessions, known, _LOADED)

        for fixed in await self.recorded.look(path, work) or ():
            if document.of(fixed.session) is None:
                document.load(snapshot.text, fixed)

    async def _conclude(self, key: str, path: Path, outcome: "Outcome", inputs: dict[str, object]) -> None:
        from calibrant.workspace.verified import failing_of

        try:
            failing = await failing_of(self.recorded, self.of(key), path, outcome, inputs, lambda: self._runs(path))
        except Exception as error:  # noqa: BLE001 - whatever it is, what waits for the run has an end
            _log.exception("What a run says of the fixes in %s could not be told", path)
            self._told.say(_NOT_TOLD.format(name=path.name, error=type(error).__name__))
            failing = []
        if failing:
            self._do(self._react(key, path, failing), self._reactions)
        else:
            self._told.concluded(key)

    async def _react(self, key: str, path: Path, failing: Sequence[Failing]) -> None:
        try:
            await self._told.failing(path, failing)
        finally:
            self._told.concluded(key)

    def _runs(self, path: Path) -> Sequence[SessionResult]:
        return self._history(self._workspace_of(path), self._name_of(path))

    def _seen(self, key: str) -> None:
        """Hear that other changes stand in a file than was known."""
        if key not in self._documents or key in self._closed:
            self._note_closed(key)
        self._told.refreshed(key)

    def _note_closed(self, key: str) -> None:
        """Remember that a file is not open; the file of which that was noted longest ago is let go."""
        self._closed.pop(key, None)
        self._closed[key] = None
        if len(self._closed) > _CLOSED:
            oldest = next(iter(self._closed))
            del self._closed[oldest]
            self._documents.pop(oldest, None)
            self.recorded.forget(oldest)

    def _do(self, work: Coroutine[Any, Any, None], tasks: set[asyncio.Task[None]] | None = None) -> None:
        task = asyncio.create_task(work)
        (self._tasks if tasks is None else tasks).add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._reactions.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _log.error("A change could not be remembered", exc_info=error)
