"""Runs one workflow from its plan to its end, telling what happens as events."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Mapping
from itertools import chain
from pathlib import Path
from time import perf_counter, time

import msgspec

from calibrant.engine.asking import has_told
from calibrant.engine.call import Asked, Desk, may_be_made
from calibrant.engine.context import Shared
from calibrant.engine.continuation import FATAL, Isolation
from calibrant.engine.environment import SurveyOf, unknown
from calibrant.engine.inputs import Start, make_start
from calibrant.engine.ledger import Ledger
from calibrant.engine.mask import Mask
from calibrant.engine.outputs import Records
from calibrant.engine.plan import Plan, make_plan
from calibrant.engine.reasons import Reasons
from calibrant.engine.scheduler import Scheduler
from calibrant.engine.seeing import Seeing
from calibrant.engine.step import Ended, perform
from calibrant.engine.traces import Traces
from calibrant.engine.unwritten import excused
from calibrant.expressions import Evaluator
from calibrant.model.connector import Effect, Registry
from calibrant.model.event import Event, RunFinished, RunProblem, RunRequest, RunStarted, StepFinished, StepStarted
from calibrant.model.failure import Failure
from calibrant.model.issue import Kind
from calibrant.model.ports import Kept, OutputStore, StoreError
from calibrant.model.workflow import Workflow


async def run_workflow(
    request: RunRequest,
    workflow: Workflow,
    connectors: Registry,
    outputs: OutputStore,
    environ: Mapping[str, str],
    survey: SurveyOf = unknown,
) -> AsyncGenerator[Event, None]:
    """Run a workflow and yield what happens, `RunStarted` first and `RunFinished` last.

    `survey` tells what the workspace is built with: its commands get that environment.
    Steps that the run does not come to have no event. Closing the generator, or cancelling the task that iterates it,
    ends the run with all its children before it returns. Secrets are hidden in every event.
    """
    run = _Run(request, workflow, connectors, outputs, environ, survey)
    driver = asyncio.ensure_future(run.drive())
    driver.add_done_callback(lambda _: run.told.set())
    try:
        while True:
            while run.events:
                yield run.events.popleft()
            if driver.done():
                break
            run.told.clear()
            await run.told.wait()
        driver.result()
    finally:
        driver.cancel()
        await asyncio.wait([driver])
        if not driver.cancelled():
            driver.exception()  # looked at: where it was not raised above, the caller has left already


class _Run:
    def __init__(
        self,
        request: RunRequest,
        workflow: Workflow,
        connectors: Registry,
        outputs: OutputStore,
        environ: Mapping[str, str],
        survey: SurveyOf,
    ) -> None:
        self._request = request
        self._workflow = workflow
        self._plan: Plan = make_plan(workflow, connectors, request.broken)
        self._start: Start = make_start(workflow, chain.from_iterable(self._plan.references), request.inputs, environ)
        self._mask = Mask((*self._start.hidden, *request.confidential))
        self._shared = Shared(request, environ, self._mask.add, survey)
        self._scheduler = Scheduler(self._plan.before, self._plan.after, self._work, request.concurrency)
        records = Records(outputs, workflow_name(request), request.session)
        records.expect([step.body.id for step in self._plan.steps if step.body.id])
        evaluator = Evaluator(request.expression_seconds)
        self._ledger = Ledger(self._plan, self._start, connectors, records, evaluator)
        self._traces = Traces(self._plan, self._may_look)
        self._reasons = Reasons(self._plan, records, request, reused=self._was_reused, lost=self._ledger.lost)
        self._reused: set[int] = set()
        self._held: dict[int, StepFinished] = {}
        self._desk = Desk(
            request=request,
            connectors=connectors,
            records=records,
            evaluator=evaluator,
            mask=self._mask,
            isolation=Isolation(),
            shared=self._shared,
            slots=asyncio.Semaphore(max(1, request.concurrency)),
            away=self._scheduler.away,
            recall=self._recall,
            see=Seeing(self._mask, previews=request.previews).see,
            traces=self._traces,
            why=self._why,
            replayed=self._replayed,
        )
        self._at_work: dict[int, float] = {}
        self._stop_reason = ""
        self.events: deque[Event] = deque()
        self.told = asyncio.Event()

    def _tell(self, event: Event) -> None:
        self.events.append(self._mask.event(event))
        self.told.set()

    async def drive(self) -> None:
        """Run everything and tell the end."""
        self._tell(RunStarted(self._request.session, len(self._plan.steps)))
        for problem in self._start.problems:
            self._tell(problem)
        end = RunFinished("completed")
        try:
            end = await self._within_limit()
        finally:
            await self._traces.close()
            await self._shared.close()
        for event in self._held.values():
            self._tell(event)
        try:
            await asyncio.to_thread(self._desk.records.flush)
        except StoreError as error:
            failure = Failure("store-failed", str(error), Kind.INFRA, subject="store")
            self._tell(RunProblem(failure))
            end = RunFinished("failed", f"What the run found could not be recorded. {error}")
        self._tell(end)

    async def _within_limit(self) -> RunFinished:
        limit = self._request.time_limit
        try:
            async with asyncio.timeout(limit) as clock:
                await self._scheduler.run()
        except TimeoutError:
            if not clock.expired():
                raise
            for index, since in self._at_work.items():
                reason = "The run reached its time limit while this step was at work."
                seconds = perf_counter() - since
                self._tell(StepFinished(index, self._plan.steps[index].label, "not_run", reason, seconds))
            return RunFinished("failed", f"The run reached its time limit of {limit:g} seconds and was stopped.")
        return RunFinished("failed", self._stop_reason) if self._stop_reason else RunFinished("completed")

    async def _work(self, position: int) -> None:
        step = self._plan.steps[position]
        label = step.label
        barred = self._plan.barred.get(position)
        if barred is not None:
            self._ledger.bar(position)
            self._traces.settle(position)
            self._tell(StepFinished(position, label, "failed", barred))
            return
        self._tell(StepStarted(position, label))
        began = self._at_work[position] = perf_counter()
        isolating = self._ledger.isolated(position)
        if isolating:
            ended = Ended("skipped", isolating)
        else:
            ended = await perform(step.body, self._ledger.given(position), self._desk)
            ended = excused(ended, position, self._plan, self._desk.connectors, self._ledger.lost)
        del self._at_work[position]
        self._keep(position, label, ended, isolating)
        self._ledger.let_go(position)
        self._traces.settle(position)
        event = told(position, label, ended, perf_counter() - began)
        if ended.reused:
            self._reused.add(position)
        if ended.reused and self._plan.after[position] and self._traces.missing(1 << position):
            self._held[position] = event  # it may still be called
        else:
            self._tell(event)

    def _keep(self, position: int, label: str, ended: Ended, isolating: str) -> None:
        fatal = [failure for failure in ended.failures if failure.kind in FATAL] if ended.status == "failed" else []
        if fatal and self._request.on_fatal == "stop" and not self._stop_reason:
            self._stop_reason = f"Stopped at ‘{label}’: {fatal[0].message}"
            self._scheduler.stop()
        self._ledger.keep(position, ended, isolating)

    # What is used again

    def _recall(self, asked: Asked) -> Kept | None:
        """Return an output of an earlier run that may stand for a step's calls, where the run may take it."""
        if not asked.repeatable or self._request.resume != "partial" or asked.body.id in self._request.afresh:
            return None
        if not may_be_made(asked, self._desk):
            return None
        kept = self._desk.records.kept(asked.key, asked.body.id or "", before=True)
        if kept is not None and asked.aged and not -1 < time() - kept.made <= self._request.reuse_seconds:
            return None
        if kept is not None and asked.workspace is not None and has_told(kept.basis):
            return None
        return kept

    def _why(self, asked: Asked) -> str:
        return self._reasons.why(asked) if self._request.resume == "partial" else ""

    def _effects(self, position: int) -> frozenset[Effect]:
        connector = self._desk.connectors.get(self._plan.steps[position].body.action or "")
        return frozenset(connector.spec.effects) if connector else frozenset()

    def _may_look(self, position: int) -> bool:
        return position not in self._plan.barred and bool(self._effects(position) - {Effect.NOTHING})

    def _is_writer(self, position: int) -> bool:
        return Effect.WRITE_LOCAL in self._effects(position)

    def _was_reused(self, position: int) -> bool:
        return position in self._reused

    def _replayed(self, position: int, ended: Ended, seconds: float, reader: int) -> None:
        """Take note of a step that was called all the same, because another one reads what it writes."""
        del self._held[position]
        if not ended.good:
            self._ledger.keep(position, ended)
        if not ended.reason:
            does = "changes files after it" if self._is_writer(reader) else "reads what it writes"
            why = f"Run again, because ‘{self._plan.steps[reader].label}’ {does}."
            ended = msgspec.structs.replace(ended, reason=why)
        self._tell(told(position, self._plan.steps[position].label, ended, seconds))


def told(position: int, label: str, ended: Ended, seconds: float) -> StepFinished:
    """Return how a step ended as an event."""
    return StepFinished(
        position,
        label,
        ended.status,
        ended.reason,
        seconds,
        ended.provisional,
        ended.reused,
        ended.failures,
        ended.key,
        ended.observed,
    )


def workflow_name(request: RunRequest) -> str:
    """Return a workflow's name in the store: its path from the workspace, with slashes."""
    path, workspace = Path(request.path), Path(request.workspace)
    return path.relative_to(workspace).as_posix() if path.is_relative_to(workspace) else path.name
