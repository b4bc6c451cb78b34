"""The run queue: one run per workflow at a time, the newest wanted one last; and the last outcome of each workflow."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from calibrant.model.event import Event, RunStatus
from calibrant.model.ports import StoreError
from calibrant.model.session import Groups, SessionResult, Summary
from calibrant.model.settings import Settings
from calibrant.workspace.aside import opened_aside
from calibrant.workspace.documents import Snapshot

if TYPE_CHECKING:
    from calibrant.model.issue import Finding
    from calibrant.model.workflow import Workflow
    from calibrant.workspace.analysis import Analysis
    from calibrant.workspace.calibration import Found, Outcome, RunOptions
    from calibrant.workspace.so_far import Known, SoFar
    from calibrant.workspace.verdict import Baseline

_log = logging.getLogger(__name__)

_REMEMBERED = 4
"""How many outcomes of a workflow are remembered, each of another text: undo and redo bring texts back."""


class Calibrating(Protocol):
    """Runs workflows of one workspace."""

    async def run(
        self,
        path: Path,
        text: str,
        options: "RunOptions",
        listen: Callable[[Event], None],
        *,
        session: str = "",
        found: "Found | None" = None,
        known: "Analysis | None" = None,
    ) -> "Outcome":
        """Calibrate one workflow; see `workspace.calibration.Calibration.run`."""


class Run:
    """A run of one text that waits or goes on. `asked`: the user wants this very run, not merely a save.

    `turns` are shared by runs of which only so many go on at a time. `workflow` is its text as read, once it was.
    """

    def __init__(
        self,
        session: str,
        snapshot: Snapshot,
        path: Path,
        options: "RunOptions",
        *,
        asked: bool,
        turns: asyncio.Semaphore | None = None,
    ) -> None:
        self.session = session
        self.snapshot = snapshot
        self.path = path
        self.options = options
        self.asked = asked
        self.turns = turns
        self.task: asyncio.Task[Outcome] | None = None
        self.going = False
        self.workflow: Workflow | None = None

    def stop(self) -> None:
        """Cancel the run, once: a second time would break off its tidying up."""
        if self.task and not self.task.cancelling():
            self.task.cancel()


class _Past(msgspec.Struct, frozen=True, eq=False):
    outcome: "Outcome"
    inputs: Mapping[str, object]


class RunListener(Protocol):
    """Is told of every run of a queue."""

    def began(self, run: Run) -> None:
        """It is the run's turn: it waits no longer."""

    def happened(self, run: Run, event: Event) -> None:
        """Something happened in a run."""

    def learned(self, run: Run) -> None:
        """What is known of the workflow changed, while the run goes on; told before `happened` is."""

    def ended(self, run: Run, result: SessionResult, error: BaseException | None) -> None:
        """A run came to its end, however it came; `error` is why it could not be made."""


class Rooms(msgspec.Struct, frozen=True):
    """What the queue needs from elsewhere.

    - `calibration(workspace, settings)`: opened for one run and closed after it, in a thread. Raises StoreError on entering.
    - `history(workspace, name)`: the newest results first; asked in a thread. Raises StoreError.
    - `inputs(path, given)`: what a run is given beside what the caller gives, and that; what does not fit its text is left out.
      None: nothing else.
    - `settings(path)`, `workspace_of(path)`, `name_of(path)`: of a workflow file.
    - `known(snapshot)`: the document as it was read last, where it was; it lends what is the same.
    """

    calibration: Callable[[Path, Settings], AbstractContextManager[Calibrating]]
    history: Callable[[Path, str], Sequence[SessionResult]]
    settings: Callable[[Path], Settings]
    workspace_of: Callable[[Path], Path]
    name_of: Callable[[Path], str]
    inputs: Callable[[Path, Mapping[str, object]], Awaitable[dict[str, object]]] | None = None
    known: "Callable[[Snapshot], Analysis | None]" = lambda _snapshot: None


class RunQueue:
    """All runs of this process, and the last outcome of each workflow. Lives on the event loop's thread."""

    def __init__(self, rooms: Rooms, listener: RunListener) -> None:
        self._rooms = rooms
        self._listener = listener
        self._active: dict[str, list[Run]] = defaultdict(list)
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._ends: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._telling: set[asyncio.Task[None]] = set()
        self._past: dict[str, list[_Past]] = {}
        self._so_far: dict[str, SoFar] = {}
        self._closed = False

    def outcome(self, key: str) -> "Outcome | None":
        """Return what the last run of a workflow found, or the one that was recalled since."""
        return self._past[key][-1].outcome if key in self._past else None

    def known(self, key: str, text: str) -> "Known | None":
        """Return what runs found of a workflow that has this text now: each step's newest end counts, also of a run under way.

        What a cancelled run told counts, too. Where the text is again the one that the last outcome is of, only that counts.
        """
        if so_far := self._partial(key, text):
            going = any(run.session == so_far.session for run in self._active.get(key, ()))
            return so_far.known(going=going)
        outcome = self.outcome(key)
        return _known(outcome) if outcome else None

    def baseline(self, key: str, text: str) -> "Baseline | None":
        """Return what a change of this text can be measured by: the run whose findings are shown for it."""
        return self._partial(key, text) or self.outcome(key)

    def _partial(self, key: str, text: str) -> "SoFar | None":
        so_far, outcome = self._so_far.get(key), self.outcome(key)
        if so_far and outcome and outcome.workflow.text == text != so_far.workflow.text:
            return None
        return so_far

    def inputs(self, key: str) -> Mapping[str, object]:
        """Return what that run was given."""
        return self._past[key][-1].inputs if key in self._past else {}

    def recall(self, key: str, text: str) -> None:
        """Let what a run of this very text found count again, where it is remembered."""
        past = self._past.get(key, [])
        for one in past[:-1]:
            if one.outcome.workflow.text == text != past[-1].outcome.workflow.text:
                self._learn(key, one)
                if self.current(key) is None:
                    self._so_far.pop(key, None)
                return

    def learn(self, key: str, outcome: "Outcome", inputs: Mapping[str, object]) -> None:
        """Take what a run found; of one that broke off, what was known of steps that it did not come to still counts."""
        self._learn(key, _Past(outcome, inputs))
        so_far = self._so_far.get(key)
        broke_off = so_far and so_far.session == outcome.result.session and outcome.result.status == "failed"
        if so_far and (not broke_off or so_far.is_whole):
            del self._so_far[key]

    def settle(self, key: str) -> None:
        """Remember only what counts now: the document is closed, and no undo brings its earlier texts back."""
        if key in self._past:
            self._past[key] = self._past[key][-1:]

    def current(self, key: str) -> Run | None:
        """Return the newest run of a workflow that has not ended."""
        return self._active[key][-1] if self._active.get(key) else None

    def going(self) -> list[Run]:
        """Return every run that has not ended."""
        return [run for runs in self._active.values() for run in runs]

    def forget(self, key: str) -> None:
        """Drop what a workflow's runs found: the file is gone."""
        self._past.pop(key, None)
        self._so_far.pop(key, None)

    def start(
        self, snapshot: Snapshot, options: "RunOptions", *, asked: bool, turns: asyncio.Semaphore | None = None
    ) -> str:
        """Start a run of a text and return its session; runs of the same workflow that it outdates are cancelled.

        A live run is never cut short by another one: this one waits for it. With `turns`, it also waits for one of these.

        Raises:
            ValueError: the text is that of no file.
        """
        from calibrant.workspace.calibration import new_session

        if snapshot.path is None:
            raise ValueError("Only a file can be run.")
        for other in self._active[snapshot.key]:
            if not (other.going and other.options.live):
                other.stop()
        run = Run(new_session(), snapshot, snapshot.path, options, asked=asked, turns=turns)
        self._active[snapshot.key].append(run)
        run.task = asyncio.create_task(self._calibrate(run))
        run.task.add_done_callback(lambda task: self._ended(run, task))
        return run.session

    def cancel(self, session: str) -> bool:
        """Cancel a run; False where there is none of that session."""
        for runs in self._active.values():
            for run in runs:
                if run.session == session and run.task:
                    run.stop()
                    return True
        return False

    @asynccontextmanager
    async def alone(self, key: str) -> AsyncIterator[None]:
        """Wait for the runs of a workflow that go on, and let the next one wait, while in the context."""
        async with self._locks[key]:
            yield

    async def close(self) -> None:
        """Cancel every run and wait until their processes are gone."""
        self._closed = True
        left = [run for runs in self._active.values() for run in runs]
        for run in left:
            run.stop()
        for telling in list(self._telling):
            telling.cancel()
        tasks = [*self._telling, *(run.task for run in left if run.task)]
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _calibrate(self, run: Run) -> "Outcome":
        async with run.turns or nullcontext(), self._locks[run.snapshot.key]:
            run.going = True
            self._listener.began(run)
            if self._rooms.inputs:
                given = await self._rooms.inputs(run.path, run.options.inputs)
                run.options = msgspec.structs.replace(run.options, inputs=given, lenient=True)
            settings, workspace = self._rooms.settings(run.path), self._rooms.workspace_of(run.path)
            async with opened_aside(self._rooms.calibration(workspace, settings)) as calibration:
                return await calibration.run(
                    run.path,
                    run.snapshot.text,
                    run.options,
                    lambda event: self._listener.happened(run, event),
                    session=run.session,
                    found=lambda analysis, event, findings: self._heard(run, settings, analysis, event, findings),
                    known=self._rooms.known(run.snapshot),
                )

    def _heard(
        self, run: Run, settings: Settings, analysis: "Analysis", event: Event, findings: "Sequence[Finding]"
    ) -> None:
        """Take in what a run tells; only now does it count, and what a run before it told counts no longer."""
        from calibrant.workspace.so_far import SoFar

        run.workflow = analysis.workflow
        key = run.snapshot.key
        so_far = self._so_far.get(key)
        if so_far is None or so_far.session != run.session:
            before = self.known(key, run.snapshot.text)
            so_far = self._so_far[key] = SoFar(run.session, self._rooms.name_of(run.path), settings, analysis, before)
        if so_far.hear(event, findings):
            self._listener.learned(run)

    def _learn(self, key: str, past: _Past) -> None:
        text = past.outcome.workflow.text
        others = [one for one in self._past.get(key, []) if one.outcome.workflow.text != text]
        self._past[key] = [*others, past][-_REMEMBERED:]

    def _ended(self, run: Run, task: "asyncio.Task[Outcome]") -> None:
        """Tell of a run's end, also when it was cancelled before its first step."""
        self._active[run.snapshot.key].remove(run)
        if self._closed:
            return
        if not task.cancelled() and task.exception() is None:
            self.learn(run.snapshot.key, task.result(), run.options.inputs)
        telling = asyncio.create_task(self._tell(run, task))
        self._telling.add(telling)
        telling.add_done_callback(self._told)

    async def _tell(self, run: Run, task: "asyncio.Task[Outcome]") -> None:
        """Tell it in the order in which runs of a workflow end, however long it takes to look one up."""
        async with self._ends[run.snapshot.key]:
            if task.cancelled():
                self._listener.ended(run, await self._unfinished(run, "cancelled", "The run was cancelled."), None)
            elif error := task.exception():
                self._listener.ended(run, await self._unfinished(run, "failed", str(error)), error)
            else:
                self._listener.ended(run, task.result().result, None)

    def _told(self, telling: asyncio.Task[None]) -> None:
        self._telling.discard(telling)
        if not telling.cancelled() and (error := telling.exception()):
            _log.error("The end of a run could not be told", exc_info=error)

    async def _unfinished(self, run: Run, status: RunStatus, reason: str) -> SessionResult:
        """Return the result of a run that gave none: as far as it was recorded, else without steps."""
        name = self._rooms.name_of(run.path)
        recorded: list[SessionResult] = []
        if run.going:
            try:
                history = await asyncio.to_thread(self._rooms.history, self._rooms.workspace_of(run.path), name)
                recorded = [one for one in history if one.session == run.session]
            except (StoreError, OSError):  # told already, when the run could not begin
                recorded = []
        return recorded[0] if recorded else SessionResult(run.session, name, status, Summary(), Groups(), reason=reason)


def _known(outcome: "Outcome") -> "Known":
    from calibrant.workspace.so_far import Known

    return Known(outcome.workflow, outcome.run_findings, outcome.result.steps)
