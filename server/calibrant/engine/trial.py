"""Tries fixes: the step that each is for, and what that needs, on what the steps gave in a run that came before.

A trial does no more than that run did, but for what its fix adds. What an earlier step gave is taken from the record; what
writes into the private copy, or is rehearsed, happens again, so that the step finds what it would find. A command happens
again where the step may look at the files that it made or at what it installed. Nothing is recorded.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import nullcontext
from functools import cache
from itertools import chain
from time import perf_counter

import msgspec

from calibrant.engine.call import Asked, Desk, Prepared
from calibrant.engine.context import Shared
from calibrant.engine.continuation import Isolation
from calibrant.engine.environment import SurveyOf, unknown
from calibrant.engine.inputs import make_start
from calibrant.engine.ledger import Ledger
from calibrant.engine.mask import Mask
from calibrant.engine.outputs import ReadOnly
from calibrant.engine.plan import Plan, make_plan
from calibrant.engine.run import told, workflow_name
from calibrant.engine.seeing import blind
from calibrant.engine.step import Ended, perform
from calibrant.engine.traces import ANYTHING, FOR_COMMANDS, LINKS, Traces, names_written
from calibrant.engine.unwritten import excused
from calibrant.expressions import Evaluator
from calibrant.model.connector import Connector, Effect, Registry
from calibrant.model.event import Event, RunFinished, RunRequest, RunStarted, Trial, TrialFinished, TrialStarted
from calibrant.model.failure import StepError
from calibrant.model.ports import Kept, OutputStore, ReadDialect
from calibrant.model.value import holds_unknown
from calibrant.model.workflow import Workflow

_HAPPEN_AGAIN = frozenset({Effect.WRITE_LOCAL, Effect.WRITE})


async def try_workflow(
    request: RunRequest,
    read: ReadDialect,
    connectors: Registry,
    outputs: OutputStore,
    environ: Mapping[str, str],
    survey: SurveyOf = unknown,
) -> AsyncGenerator[Event, None]:
    """Try the request's trials one after the other and yield what became of each.

    `survey` is as in a run; it is asked once for all trials.
    `RunStarted` comes first and `RunFinished` last. Secrets are hidden in every event. Closing the generator ends the trial
    under way with all its children.
    """
    yield RunStarted(request.session, len(request.trials))
    before = read(request.path, request.text)
    survey = cache(survey)
    for trial in request.trials:
        yield TrialStarted(trial.fix)
        workflow = read(request.path, trial.text, before)
        assert workflow is not None, "the name of a workflow that ran is that of a workflow"
        yield await _Attempt(request, trial, workflow, before, connectors, outputs, environ, survey).made()
    yield RunFinished("completed")


class _Untried(Exception):  # noqa: N818 - it is no error
    """Raised where a trial cannot be made; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Attempt:
    """One trial."""

    def __init__(
        self,
        request: RunRequest,
        trial: Trial,
        workflow: Workflow,
        before: Workflow | None,
        connectors: Registry,
        outputs: OutputStore,
        environ: Mapping[str, str],
        survey: SurveyOf,
    ) -> None:
        self._request = request
        self._trial = trial
        self._connectors = connectors
        self._plan = make_plan(workflow, connectors, trial.broken)
        start = make_start(workflow, chain.from_iterable(self._plan.references), request.inputs, environ)
        self._mask = Mask((*start.hidden, *request.confidential))
        self._shared = Shared(request, environ, self._mask.add, survey)
        self._records = ReadOnly(outputs, workflow_name(request), request.session)
        evaluator = Evaluator(request.expression_seconds)
        self._ledger = Ledger(self._plan, start, connectors, self._records, evaluator)
        self._desk = Desk(
            request=request,
            connectors=connectors,
            records=self._records,
            evaluator=evaluator,
            mask=self._mask,
            isolation=Isolation(),
            shared=self._shared,
            slots=asyncio.Semaphore(max(1, request.concurrency)),
            away=nullcontext,
            recall=self._recall,
            see=blind,
            traces=Traces(self._plan, lambda _position: True),
            replayed=self._replayed,
        )
        self._at = trial.target
        self._ran = {step.body.id: step.body.text for step in before.steps} if before else {}
        self._seconds = trial.seconds or request.trial_seconds
        self._otherwise: set[int] = set()

    async def made(self) -> TrialFinished:
        """Make the trial and return what became of it."""
        try:
            async with asyncio.timeout(self._seconds):
                finished = await self._make()
        except TimeoutError:
            finished = self._untried(f"It took longer than {self._seconds:g} seconds.")
        except _Untried as untried:
            finished = self._untried(untried.reason)
        finally:
            await self._desk.traces.close()
            await self._shared.close()
        if self._records.trouble is not None:
            finished = self._untried(f"What the run gave could not be read. {self._records.trouble}")
        event = self._mask.event(finished)
        assert isinstance(event, TrialFinished)
        return event

    def _untried(self, reason: str) -> TrialFinished:
        return TrialFinished(self._trial.fix, None, reason)

    async def _make(self) -> TrialFinished:
        target = self._trial.target
        if reason := self._plan.barred.get(target):
            return self._untried(reason)
        for position in _before(self._plan, target):
            await self._prepare(position)
        step = self._plan.steps[target]
        began = perf_counter()
        ended = await self._perform(target)
        event = told(target, step.label, ended, perf_counter() - began)
        return TrialFinished(self._trial.fix, event, self._why_no_proof(target, ended))

    async def _prepare(self, position: int) -> None:
        """Have an earlier step leave what the target needs of it."""
        if position in self._plan.barred:
            self._ledger.bar(position)
            self._desk.traces.settle(position)
            return
        ended = await self._perform(position)
        if ended.status == "not_run" and not self._was_not_run(position):
            raise _Untried(self._not_again(position, ended))
        self._ledger.keep(position, ended, self._ledger.isolated(position))
        self._ledger.let_go(position)
        self._desk.traces.settle(position)
        real = ended.key if ended.good and not ended.provisional else None
        if real != self._key(position) or any(other in self._otherwise for other in self._plan.before[position]):
            self._otherwise.add(position)

    async def _perform(self, position: int) -> Ended:
        self._at = position
        if isolating := self._ledger.isolated(position):
            return Ended("skipped", isolating)
        ended = await perform(self._plan.steps[position].body, self._ledger.given(position), self._desk)
        return excused(ended, position, self._plan, self._connectors, self._ledger.lost)

    def _why_no_proof(self, target: int, ended: Ended) -> str:
        if ended.provisional:
            return f"‘{self._ledger.not_real(target)}’, whose output it needs, gives nothing real yet."
        unknown = self._ledger.given(target).unknown
        return unknown if unknown and ended.good and holds_unknown(ended.output) else ""

    # What an earlier step may do

    def _recall(self, asked: Asked) -> Kept | None:
        """Return the recorded output that stands for a step's calls; else they are made, where a trial may make them.

        Raises:
            _Untried: a trial may not make them.
        """
        position = self._at
        if position == self._trial.target:
            return None
        effects = {one.effect for one in asked.prepared}
        if not effects & _HAPPEN_AGAIN:
            kept = self._recorded(position, asked)
            if kept is not None:
                return _with_traces(kept, asked) if Effect.EXECUTE in effects else kept
        for one in asked.prepared:
            self._must_be_harmless(position, asked, one)
        return None

    def _replayed(self, position: int, ended: Ended, _seconds: float, _reader: int) -> None:
        """Take note of a command of an earlier step that was run again, for its files or what it installed.

        Raises:
            _Untried: it did not work this time, so that nothing behind it is as it was.
        """
        if not ended.good:
            raise _Untried(self._not_again(position, ended))

    def _not_again(self, position: int, ended: Ended) -> str:
        label = self._plan.steps[position].label
        said = ended.reason or next((failure.message for failure in ended.failures), "")
        if self._key(position) is None:
            return f"‘{label}’, which it depends on, was not run: {said}"
        return f"‘{label}’, whose files it may use, did not run again: {said}"

    def _was_not_run(self, position: int) -> bool:
        """Tell whether a step is one that gave nothing in the run either, as it stands."""
        body = self._plan.steps[position].body
        return self._key(position) is None and self._ran.get(body.id) == body.text

    def _recorded(self, position: int, asked: Asked) -> Kept | None:
        if not asked.key or asked.key != self._key(position):
            return None
        if asked.repeatable:
            return self._records.kept(asked.key, asked.body.id or "", before=False)
        if any(other in self._otherwise for other in self._plan.before[position]):
            return None  # it may have read what an earlier step wrote otherwise this time
        return self._records.of_session(asked.body.id or "", asked.key)

    def _must_be_harmless(self, position: int, asked: Asked, one: Prepared) -> None:
        """Let a call of an earlier step pass that reaches nothing outside; a command, which runs in a sandbox, does not.

        Raises:
            _Untried: it does, or that cannot be told.
        """
        if one.failures or one.effect is Effect.NOTHING or one.effect is Effect.WRITE:
            return
        name = f"‘{self._plan.steps[position].label}’, which it depends on,"
        if one.effect is None:
            raise _Untried(f"{name} does not work yet.")
        if one.effect is not Effect.EXECUTE and self._request.trusted and _reaches_out(asked.connector, one):
            raise _Untried(f"{name} would have to reach outside again.")

    def _key(self, position: int) -> str | None:
        return self._request.recorded.get(self._plan.steps[position].body.id or "")


def _with_traces(kept: Kept, asked: Asked) -> Kept:
    """Return the recorded output of a command with what it did to files: any, where that is not recorded."""
    if asked.repeatable:
        return kept
    return msgspec.structs.replace(kept, wrote=names_written((ANYTHING, LINKS, FOR_COMMANDS)))


def _reaches_out(connector: Connector, one: Prepared) -> bool:
    try:
        return bool(connector.origin(one.params))
    except StepError:  # the call will say the same, without reaching anything
        return False


def _before(plan: Plan, target: int) -> list[int]:
    """Return the steps that a step waits for, however long the way, each behind those that it waits for itself."""
    found: dict[int, None] = {}
    waiting = [(target, False)]
    while waiting:
        position, done = waiting.pop()
        if done:
            found[position] = None
        elif position not in found:
            waiting.append((position, True))
            waiting += [(other, False) for other in plan.before[position] if other not in found]
    del found[target]
    return list(found)
