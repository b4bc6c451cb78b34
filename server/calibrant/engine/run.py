"""Runs one workflow from its plan to its end, telling what happens as events."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Mapping
from itertools import chain
from pathlib import Path
from time import perf_counter

import msgspec

from calibrant.engine.call import Desk
from calibrant.engine.context import Shared
from calibrant.engine.continuation import FATAL, Isolation
from calibrant.engine.inputs import Start, make_start
from calibrant.engine.mask import Mask
from calibrant.engine.outputs import Records
from calibrant.engine.plan import Plan, make_plan
from calibrant.engine.scheduler import Scheduler
from calibrant.engine.standin import stand_in
from calibrant.engine.step import Ended, Given, perform
from calibrant.expressions import Evaluator
from calibrant.model.connector import Registry
from calibrant.model.event import Event, RunFinished, RunProblem, RunRequest, RunStarted, StepFinished, StepStarted
from calibrant.model.failure import Failure
from calibrant.model.issue import Kind
from calibrant.model.ports import OutputStore, StoreError
from calibrant.model.value import UNKNOWN, holds_unknown
from calibrant.model.workflow import StepBody, Workflow


async def run_workflow(
    request: RunRequest, workflow: Workflow, connectors: Registry, outputs: OutputStore, environ: Mapping[str, str]
) -> AsyncGenerator[Event, None]:
    """Run a workflow and yield what happens, `RunStarted` first and `RunFinished` last.

    Steps that the run does not come to have no event. Closing the generator, or cancelling the task that iterates it,
    ends the run with all its children before it returns. Secrets are hidden in every event.
    """
    run = _Run(request, workflow, connectors, outputs, environ)
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


class _Outcome(msgspec.Struct):
    """What a step left for those behind it. `output` is a stand-in, made when first read, where `good` is False."""

    good: bool = False
    output: object = None
    made: bool = False
    provisional: bool = False
    unknown: bool = False
    isolating: str = ""


class _Run:
    def __init__(
        self,
        request: RunRequest,
        workflow: Workflow,
        connectors: Registry,
        outputs: OutputStore,
        environ: Mapping[str, str],
    ) -> None:
        self._request = request
        self._workflow = workflow
        self._plan: Plan = make_plan(workflow, connectors, request.broken)
        self._start: Start = make_start(workflow, chain.from_iterable(self._plan.references), request.inputs, environ)
        self._mask = Mask((*self._start.hidden, *request.confidential))
        self._shared = Shared(request, environ, self._mask.add)
        self._scheduler = Scheduler(self._plan.before, self._plan.after, self._work, request.concurrency)
        self._desk = Desk(
            request=request,
            connectors=connectors,
            records=Records(outputs, workflow_name(request), request.session),
            evaluator=Evaluator(request.expression_seconds),
            mask=self._mask,
            isolation=Isolation(),
            shared=self._shared,
            slots=asyncio.Semaphore(max(1, request.concurrency)),
            away=self._scheduler.away,
        )
        self._outcomes: list[_Outcome | None] = [None] * len(self._plan.steps)
        self._readers = [0] * len(self._plan.steps)
        for position, others in enumerate(self._plan.data):
            for other in others if position not in self._plan.barred else ():
                self._readers[other] += 1
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
            await self._shared.close()
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
            self._outcomes[position] = _Outcome()
            self._tell(StepFinished(position, label, "failed", barred))
            return
        self._tell(StepStarted(position, label))
        began = self._at_work[position] = perf_counter()
        isolating = self._isolated(position)
        if isolating:
            ended = Ended("skipped", isolating)
        else:
            ended = await perform(step.body, self._given(position), self._desk)
        del self._at_work[position]
        self._keep(position, label, ended, isolating)
        self._let_go(position)
        self._tell(
            StepFinished(
                position,
                label,
                ended.status,
                ended.reason,
                perf_counter() - began,
                ended.provisional,
                ended.reused,
                ended.failures,
                ended.key,
            )
        )

    def _keep(self, position: int, label: str, ended: Ended, isolating: str) -> None:
        fatal = [failure for failure in ended.failures if failure.kind in FATAL] if ended.status == "failed" else []
        if any(failure.kind is Kind.LOGIC for failure in fatal):
            isolating = f"Not run: ‘{label}’, which it depends on, could not be decided."
        if fatal and self._request.on_fatal == "stop" and not self._stop_reason:
            self._stop_reason = f"Stopped at ‘{label}’: {fatal[0].message}"
            self._scheduler.stop()
        self._outcomes[position] = _Outcome(
            ended.good,
            ended.output,
            ended.good,
            ended.provisional or ended.tentative,
            ended.unknown,
            isolating,
        )

    def _let_go(self, position: int) -> None:
        """Drop the outputs that nobody will read any more, now that a step has ended: they may be large."""
        for other in self._plan.data[position]:
            self._readers[other] -= 1
        for other in (position, *self._plan.data[position]):
            outcome = self._outcomes[other]
            if outcome is not None and not self._readers[other]:
                self._desk.evaluator.forget(outcome.output)
                outcome.output = None

    def _isolated(self, position: int) -> str:
        """Return why a step behind a failed decision is not run, however far behind it is."""
        for other in self._plan.before[position]:
            outcome = self._outcomes[other]
            if outcome is not None and outcome.isolating:
                return outcome.isolating
        return ""

    def _given(self, position: int) -> Given:
        """Return the values a step may refer to: outputs, else stand-ins for them."""
        scope: dict[str, object] = dict(self._start.scope)
        provisional, unknown = False, self._unknown_value(position)
        for other in self._plan.data[position]:
            outcome = self._outcomes[other]
            body = self._plan.steps[other].body
            if outcome is None or body.id is None:
                continue
            if not outcome.good:
                self._make_stand_in(outcome, body)
            provisional = provisional or outcome.provisional or not outcome.good
            if outcome.unknown and not unknown:
                unknown = f"It depends on ‘{body.id}’, whose output is not known yet."
            scope[body.id] = outcome.output
        return Given(scope, provisional, unknown)

    def _make_stand_in(self, outcome: _Outcome, body: StepBody) -> None:
        if outcome.made:
            return
        connector = self._desk.connectors.get(body.action or "")
        outcome.output = stand_in(body, connector.spec.output if connector else None, self._desk.records)
        outcome.made = True
        outcome.unknown = holds_unknown(outcome.output)

    def _unknown_value(self, position: int) -> str:
        """Return which input or secret of a step has no value, in words."""
        for reference in self._plan.references[position]:
            values = self._start.scope.get(reference.root)
            if values is None:
                continue
            named = [values.get(str(reference.path[0]))] if reference.path else list(values.values())
            if any(value is UNKNOWN for value in named):
                return f"It needs ‘{reference}’, which has no value."
        return ""


def workflow_name(request: RunRequest) -> str:
    """Return a workflow's name in the store: its path from the workspace, with slashes."""
    path, workspace = Path(request.path), Path(request.workspace)
    return path.relative_to(workspace).as_posix() if path.is_relative_to(workspace) else path.name
