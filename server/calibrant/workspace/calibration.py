"""One calibration of one workflow: lease, worker, events to findings, result."""

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from calibrant import failures, rules
from calibrant.engine.process import start_worker
from calibrant.failures.collector import collect
from calibrant.model.connector import Specs
from calibrant.model.event import Event, RunFinished, RunProblem, RunRequest, RunStatus, StepFinished
from calibrant.model.failure import Failure
from calibrant.model.fix import Fix
from calibrant.model.issue import Finding, Kind
from calibrant.model.language import ONLY_CHECKED
from calibrant.model.ports import SessionStore, StoreError
from calibrant.model.session import SessionResult, StepResult, digest_of_text, result_of
from calibrant.model.settings import Settings
from calibrant.model.toolchain import Ground
from calibrant.model.workflow import Workflow
from calibrant.workspace.analysis import Analysis, GroundOf, analyse, around_on_disk, broken_steps, nowhere
from calibrant.workspace.aside import opened_aside, to_its_end
from calibrant.workspace.definition import definition
from calibrant.workspace.files import workflow_name
from calibrant.workspace.hearing import heard, roots_of
from calibrant.workspace.inputs import fitting
from calibrant.workspace.offers import offered
from calibrant.workspace.secret_inputs import secret_values

Listener = Callable[[Event], None]
Found = Callable[[Analysis, Event, Sequence[Finding]], None]
"""Is told each event with the findings that it holds, as they are before settings, in the offsets of the text that runs."""


class RunOptions(msgspec.Struct, frozen=True):
    """What a caller may say of one run. `trust` is the user's word on the command line: commands run, sandbox or not.

    `afresh` names steps that are run whatever is recorded of them.

    `lenient`: what `inputs` say of an input that the text does not have, or not like this, is left out without a word.
    """

    inputs: dict[str, object] = {}
    resume: Literal["full", "partial"] = "full"
    live: bool = False
    trust: bool = False
    on_fatal: Literal["isolate", "stop"] | None = None
    lenient: bool = False
    afresh: tuple[str, ...] = ()


class Outcome(msgspec.Struct, frozen=True):
    """A finished run: what is shown of it, with the findings that the run itself added and the text they refer to.

    `fixes` are those on offer, by issue id, the best first; `trust` is how far strategies are trusted by what was measured.
    `recorded` are the keys of the outputs that steps gave on real data, by step. `ground` is where its commands ran.
    """

    result: SessionResult
    workflow: Workflow
    run_findings: tuple[Finding, ...]
    fixes: Mapping[str, tuple[Fix, ...]] = {}
    trust: Mapping[str, float] = {}
    recorded: Mapping[str, str] = {}
    ground: Ground | None = None


def new_session() -> str:
    """Return a fresh session id; ids sort by time of start."""
    return f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{secrets.token_hex(3)}"


def refused(name: str, problem: Finding) -> SessionResult:
    """Return the result for a workflow that cannot be read at all."""
    groups = failures.group(name, [problem])
    return SessionResult(new_session(), name, "failed", failures.summarise(groups, ()), groups, reason=problem.message)


class Calibration:
    """Runs workflows of one workspace.

    `command` starts a worker process; `state` is the state directory that the worker opens its own store in.
    """

    def __init__(
        self,
        workspace: Path,
        *,
        state: Path,
        store: SessionStore,
        specs: Specs,
        settings: Settings,
        command: Sequence[str],
        trusted: Callable[[Path, bool], bool] = lambda _workspace, recorded: recorded,
        ground_of: GroundOf = nowhere,
    ) -> None:
        """`trusted(workspace, recorded)` has the last word on whether commands may run; without it, what is recorded counts.

        `ground_of(path)` tells of the tools that commands find; it may take time and the disk.
        """
        self._workspace = workspace
        self._state = state
        self._store = store
        self.specs = specs
        self.settings = settings
        self.command = command
        self._trusted = trusted
        self._ground_of = ground_of

    async def run(
        self,
        path: Path,
        text: str,
        options: RunOptions,
        listen: Listener,
        *,
        session: str = "",
        found: Found | None = None,
        known: Analysis | None = None,
    ) -> Outcome:
        """Calibrate one workflow and return what was found; cancelling the task ends the worker and its children.

        A workflow of a language that is only checked is read, and nothing of it is run or recorded.

        `path` is absolute and in the workspace; `text` is the snapshot to run. `found` is told each event before `listen` is.
        `known` is of this text, or of an earlier one, and lends what is the same.

        Raises:
            AlreadyRunningError: another live session runs this workflow.
            StoreError: the state directory cannot be used.
            ValueError: the path is no workflow file by its name.
        """
        # What takes time or the disk is done in threads: a server must answer meanwhile.
        analysis = await asyncio.to_thread(
            analyse, str(path), text, self.specs, self.settings, known, around_on_disk, self._ground_of
        )
        if analysis is None:
            raise ValueError(f"{path.name} is not a workflow file")
        session = session or new_session()
        name = workflow_name(path, self._workspace)
        started = time.time()
        tally = _Tally(analysis.workflow)
        if not analysis.workflow.language.runs:
            tally.end = RunFinished("completed")
            return await asyncio.to_thread(self._outcome, session, name, analysis, tally, started)
        steps = analysis.workflow.steps

        def tell(event: Event, findings: list[Finding]) -> None:
            tally.add(event, findings)
            of = definition(steps[event.index].body) if isinstance(event, StepFinished) else ""
            self._store.record(session, event, of)
            if found:
                found(analysis, event, findings)
            listen(event)

        outcome: Outcome | None = None
        try:
            async with opened_aside(self._store.lease(name, session)):
                try:
                    request = await to_its_end(self._begin, session, path, analysis, options, tally, started)
                    await self._watch(request, analysis, tell)
                except asyncio.CancelledError:
                    tally.end = RunFinished("cancelled", "The run was cancelled.")
                    await to_its_end(self._conclude, session, name, analysis, tally, started)
                    raise
                outcome = await to_its_end(self._conclude, session, name, analysis, tally, started)
        except StoreError as error:
            if outcome is None:
                raise
            outcome = self._unkept(error, session, name, analysis, tally, started)
        return outcome

    def _begin(
        self, session: str, path: Path, analysis: Analysis, options: RunOptions, tally: "_Tally", started: float
    ) -> RunRequest:
        """Record that a run begins; returns what its worker is asked for."""
        name = workflow_name(path, self._workspace)
        tally.answers = self._unseen_change(name, path)
        self._store.begin(session, name, started)
        return self.request(session, path, analysis, options)

    def _conclude(self, session: str, name: str, analysis: Analysis, tally: "_Tally", started: float) -> "Outcome":
        """Record what was found, and return it."""
        outcome = self._outcome(session, name, analysis, tally, started)
        try:
            self._store.finish(outcome.result)
        except StoreError as error:
            return self._unkept(error, session, name, analysis, tally, started)
        return outcome

    def _unkept(
        self, error: StoreError, session: str, name: str, analysis: Analysis, tally: "_Tally", started: float
    ) -> "Outcome":
        """Return what was found, which is shown all the same, with what could not be kept."""
        problem = RunProblem(Failure("store-failed", str(error), Kind.INFRA, subject="store"))
        tally.add(problem, collect(problem, analysis.workflow))
        return self._outcome(session, name, analysis, tally, started)

    def _unseen_change(self, name: str, path: Path) -> str:
        """Return the change that this run is the first to see; empty where no fix was applied since the run before."""
        root, target = self._workspace.resolve(), path.resolve()
        inside = target.is_relative_to(root)
        return self._store.unseen_change(name, target.relative_to(root).as_posix()) if inside else ""

    async def _watch(
        self, request: RunRequest, analysis: Analysis, tell: Callable[[Event, list[Finding]], None]
    ) -> None:
        roots = await asyncio.to_thread(roots_of, self._workspace)
        worker = await start_worker(request, self.command)
        ended = False
        try:
            async for event in worker.events():
                tell(event, await heard(event, analysis.workflow, analysis.checked.ground, roots))
            ended = True
        finally:
            if not ended:
                await worker.cancel()

    def request(self, session: str, path: Path, analysis: Analysis, options: RunOptions) -> RunRequest:
        """Return what a worker is asked for; it looks up whether the workspace is trusted.

        Raises:
            StoreError: the state directory cannot be used.
        """
        settings = self.settings
        trusted = self._trusted(self._workspace, self._store.trusted())
        inputs = fitting(analysis.workflow, options.inputs) if options.lenient else options.inputs
        return RunRequest(
            session=session,
            workspace=str(self._workspace),
            path=str(path),
            text=analysis.workflow.text,
            state=str(self._state),
            inputs=inputs,
            resume=options.resume,
            afresh=options.afresh,
            live=options.live,
            on_fatal=options.on_fatal or settings.on_fatal,
            execute=execution(settings, trusted=trusted, word=options.trust),
            trusted=trusted or options.trust,
            broken=broken_steps(analysis),
            concurrency=settings.concurrency,
            reuse_seconds=settings.reuse_seconds,
            time_limit=settings.time_limit,
            open_paths=settings.open_paths,
            previews=settings.previews == "on",
            confidential=(*analysis.checked.confidential, *secret_values(analysis.workflow, inputs)),
        )

    def _outcome(self, session: str, name: str, analysis: Analysis, tally: "_Tally", started: float) -> Outcome:
        loud = rules.unsilenced(analysis.workflow, tally.findings)
        found = tuple(failures.apply(loud, self.settings))
        hidden = analysis.checked.confidential
        trust = self._measured()
        offer = offered(name, (*analysis.findings, *found), analysis.workflow, analysis.checked.specs, hidden, trust)
        steps = tuple(tally.results())
        result = SessionResult(
            session=session,
            path=name,
            status=tally.end.status,
            reason=tally.end.reason,
            summary=failures.summarise(offer.groups, steps),
            issues=offer.groups,
            steps=steps,
            started=started,
            seconds=time.time() - started,
            answers=tally.answers,
            text=digest_of_text(analysis.workflow.text),
        )
        return Outcome(result, analysis.workflow, found, offer.fixes, trust, tally.recorded(), analysis.checked.ground)

    def _measured(self) -> Mapping[str, float]:
        """Return the confidence of strategies whose fixes were measured; none where that cannot be read now.

        The run's own record meets the same trouble with the store, and tells.
        """
        try:
            outcomes = self._store.changes.outcomes()
        except StoreError:
            return {}
        if not outcomes:  # nothing was ever applied: the strategies are not even loaded
            return {}
        from calibrant.repairs.trust import measured

        return measured(outcomes)


def execution(settings: Settings, *, trusted: bool, word: bool) -> Literal["no", "sandbox", "open"]:
    """Return whether commands may run: never merely because a file was opened or saved (see docs/security.md)."""
    if settings.execute == "never" or not (trusted or word):
        return "no"
    return "open" if word or settings.execute == "unsandboxed" else "sandbox"


_GOOD = frozenset({"completed", "rehearsed"})


class _Tally:
    """What a run has told so far; `answers` is the change that it is the first to see."""

    def __init__(self, workflow: Workflow) -> None:
        self._workflow = workflow
        self.answers = ""
        self._finished: dict[int, StepFinished] = {}
        self.findings: list[Finding] = []
        self.end = RunFinished("failed", "The run broke off.")

    def add(self, event: Event, found: Sequence[Finding]) -> None:
        """Take an event with the findings that it holds."""
        self.findings += found
        if isinstance(event, StepFinished):
            self._finished[event.index] = event
        elif isinstance(event, RunFinished):
            self.end = event

    def recorded(self) -> dict[str, str]:
        real = (one for one in self._finished.values() if one.status in _GOOD and not one.provisional)
        return {one.step: one.key for one in real if one.key}

    def results(self) -> list[StepResult]:
        return [self._result(step.index, step.label) for step in self._workflow.steps]

    def _result(self, index: int, label: str) -> StepResult:
        event = self._finished.get(index)
        if not self._workflow.language.runs:
            return StepResult(label, "not_run", reason=ONLY_CHECKED)
        if event is None:
            return StepResult(label, "skipped", reason=_UNREACHED[self.end.status])
        return result_of(event)


_UNREACHED: dict[RunStatus, str] = {
    "completed": "The run did not come to this step.",
    "failed": "The run ended before this step.",
    "cancelled": "The run was cancelled before this step.",
}
