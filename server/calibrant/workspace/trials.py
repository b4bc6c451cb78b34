"""Trial runs: the fixes for what failed in a run, tried on what the run recorded, before anyone applies one."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest
from pathlib import Path

import msgspec

from calibrant import failures, rules
from calibrant.engine.process import start_worker
from calibrant.model.connector import Effect
from calibrant.model.event import RunRequest, Trial, TrialFinished, TrialStarted
from calibrant.model.fix import Fix, order
from calibrant.model.issue import Finding
from calibrant.model.workflow import StepBody
from calibrant.workspace.analysis import Analysis, analyse, broken_steps, standing_on
from calibrant.workspace.calibration import Calibration, Outcome, RunOptions
from calibrant.workspace.candidates import (
    MOST,
    MOST_FOR_ISSUE,
    Candidate,
    candidates,
    errors_by_step,
    helped,
    judge,
    target_in,
)
from calibrant.workspace.hearing import heard, roots_of

TRIAL_SECONDS = 5.0
"""How long one trial may take."""

ALL_SECONDS = 20.0
"""How long all trials after one run may take together."""

COMMAND_SECONDS = 45.0
"""How long one trial of a step that runs a command may take: an install and the tests behind it are done in that."""

ALL_COMMAND_SECONDS = 120.0
"""How long all trials may take together where there are commands among them."""

_GRACE = 2.0
"""Seconds after its time in which a trial that does not end by itself is waited for."""


class Tried(msgspec.Struct, frozen=True):
    """A fix with what its trial said of it; `done` of `total` trials are made."""

    fix: Fix
    done: int
    total: int


class _Attempt(msgspec.Struct, frozen=True):
    """A candidate with its text read."""

    candidate: Candidate
    analysis: Analysis
    trial: Trial


def _silent(_tried: Tried) -> None: ...


async def try_fixes(
    calibration: Calibration,
    path: Path,
    outcome: Outcome,
    options: RunOptions,
    listen: Callable[[Tried], None] = _silent,
) -> Outcome:
    """Try fixes for what failed in a run that came to its end, and return its outcome with them in their new order.

    `outcome` is what the run of the workflow at `path` found, `options` those that it had. `listen` hears of each trial
    that is made. Nothing is recorded or written. Cancelling the task ends the worker process and its children. A live run
    has changed what it worked on, so nothing is tried after one.

    Raises:
        StoreError: the state directory cannot be used.
    """
    if options.live or outcome.result.status != "completed" or calibration.settings.trials == "off":
        return outcome
    if not outcome.workflow.language.runs:
        return with_tried(outcome, await _rechecked(calibration, path, outcome, listen))
    bench = _Bench(calibration, path, outcome, options, listen)
    await bench.run()
    return with_tried(outcome, bench.tried.values())


async def _rechecked(
    calibration: Calibration, path: Path, outcome: Outcome, listen: Callable[[Tried], None]
) -> list[Fix]:
    """Return the fixes of a workflow that is only checked, tried by checking it again: the best of each issue first."""
    from calibrant.workspace.rechecking import bench, with_verdict

    offers = [outcome.fixes.get(issue.id, ())[:MOST_FOR_ISSUE] for issue in outcome.result.issues.all]
    chosen = [fix for turn in zip_longest(*offers) for fix in turn if fix is not None][:MOST]
    issues = outcome.result.issues.all
    text, ground = outcome.workflow.text, standing_on(outcome.ground)
    on = await asyncio.to_thread(bench, path, text, calibration.settings, issues, ground)
    found: list[Fix] = []
    for fix in chosen:
        found.append(with_verdict(fix, await asyncio.to_thread(on.recheck, fix)))
        listen(Tried(found[-1], len(found), len(chosen)))
    return found


def with_tried(outcome: Outcome, tried: Iterable[Fix]) -> Outcome:
    """Return the outcome with what trials said of its fixes, and those in their order."""
    by_id = {fix.id: fix for fix in tried}
    fixes = {
        issue: tuple(sorted((by_id.get(fix.id, fix) for fix in offered), key=order))
        for issue, offered in outcome.fixes.items()
    }
    result = msgspec.structs.replace(outcome.result, issues=failures.offer(outcome.result.issues, fixes))
    return msgspec.structs.replace(outcome, result=result, fixes=fixes)


class _Bench:
    """The trials after one run. `tried` are the fixes that something is said of, by id."""

    def __init__(
        self,
        calibration: Calibration,
        path: Path,
        outcome: Outcome,
        options: RunOptions,
        listen: Callable[[Tried], None],
    ) -> None:
        self._calibration = calibration
        self._path = path
        self._outcome = outcome
        self._options = options
        self._listen = listen
        self._known = frozenset(issue.id for issue in outcome.result.issues.all)
        self._total = self._done = 0
        self._roots: tuple[str, ...] = ()
        self._attempts: dict[str, _Attempt] = {}
        self.tried: dict[str, Fix] = {}

    async def run(self) -> None:
        """Make the trials, as many as there is time for."""
        chosen = await asyncio.to_thread(lambda: list(candidates(str(self._path), self._outcome)))
        if not chosen:
            return
        ran = await asyncio.to_thread(self._read, self._outcome.workflow.text, None)
        session = self._outcome.result.session
        request = await asyncio.to_thread(self._calibration.request, session, self._path, ran, self._options)
        request = msgspec.structs.replace(
            request,
            recorded=dict(self._outcome.recorded),
            trial_seconds=TRIAL_SECONDS,
            time_limit=self._all_seconds(chosen),
            # Nobody has seen what a fix makes of a command: it is let loose nowhere.
            execute="sandbox" if request.execute == "open" else request.execute,
        )
        try:
            async with asyncio.timeout(self._all_seconds(chosen)):
                await self._all(chosen, ran, request)
        except TimeoutError:
            return  # what was tried until now stands

    def _all_seconds(self, chosen: Sequence[Candidate]) -> float:
        steps = self._outcome.workflow.steps
        return ALL_COMMAND_SECONDS if any(self._runs(steps[one.position].body) for one in chosen) else ALL_SECONDS

    def _runs(self, body: StepBody) -> bool:
        """Tell whether a step runs a command."""
        spec = self._calibration.specs.get(body.action or "")
        return spec is not None and Effect.EXECUTE in spec.effects

    async def _all(self, chosen: Sequence[Candidate], ran: Analysis, request: RunRequest) -> None:
        """Try each fix by itself; then those that this tells nothing of, with those that their steps wait for."""
        while chosen:
            attempts = [
                made for one in chosen if (made := await asyncio.to_thread(self._attempt, one, ran)) is not None
            ]
            self._total += len(attempts)
            self._attempts |= {one.trial.fix: one for one in attempts}
            while attempts:
                attempts = await self._in_one_worker(attempts, request)
            chosen = await asyncio.to_thread(self._again)

    def _again(self) -> list[Candidate]:
        """Return the fixes that nothing could be told of, with others that they may wait for."""
        tried = ((one, self.tried[fix]) for fix, one in self._attempts.items() if fix in self.tried)
        open_ = [one for one, fix in tried if fix.verified is None]
        offers = {
            issue: [self.tried.get(fix.id, fix) for fix in offered] for issue, offered in self._outcome.fixes.items()
        }
        specs, places = self._calibration.specs, errors_by_step(self._outcome)
        found = (
            helped(str(self._path), self._outcome, places, offers, one.candidate, one.analysis.workflow, specs)
            for one in open_
        )
        return [one for one in found if one is not None][: MOST - self._total]

    def _read(self, text: str, before: Analysis | None) -> Analysis:
        specs, settings, ground = self._calibration.specs, self._calibration.settings, standing_on(self._outcome.ground)
        analysis = analyse(str(self._path), text, specs, settings, before, ground_of=ground)
        assert analysis is not None, "the name of a workflow that ran is that of a workflow"
        return analysis

    def _attempt(self, candidate: Candidate, ran: Analysis) -> _Attempt | None:
        analysis = self._read(candidate.text, ran)
        target = target_in(analysis.workflow, ran.workflow, candidate.position)
        if target is None:
            return None
        seconds = COMMAND_SECONDS if self._runs(analysis.workflow.steps[target].body) else 0.0
        trial = Trial(candidate.fix.id, candidate.text, target, broken_steps(analysis), seconds)
        return _Attempt(candidate, analysis, trial)

    async def _in_one_worker(self, attempts: list[_Attempt], request: RunRequest) -> list[_Attempt]:
        """Try fixes in a worker process, and return those that one that broke off left for another."""
        hidden = {text for one in attempts for text in one.analysis.checked.confidential}
        asked = msgspec.structs.replace(
            request,
            trials=tuple(one.trial for one in attempts),
            confidential=tuple({*request.confidential, *hidden}),
        )
        waiting = {one.trial.fix: one for one in attempts}
        at_work = ""
        reason = "Its trial broke off."
        self._roots = self._roots or await asyncio.to_thread(roots_of, Path(request.workspace))
        worker = await start_worker(asked, self._calibration.command)
        ended = False
        try:
            async with asyncio.timeout(None) as clock:
                async for event in worker.events():
                    if isinstance(event, TrialStarted):
                        at_work = event.fix
                        allowed = waiting[at_work].trial.seconds or request.trial_seconds
                        clock.reschedule(asyncio.get_running_loop().time() + allowed + _GRACE)
                    elif isinstance(event, TrialFinished):
                        clock.reschedule(None)
                        found = await self._heard(waiting[event.fix], event)
                        at_work = ""
                        self._conclude(waiting.pop(event.fix), event, found)
            ended = True
        except TimeoutError:
            if not clock.expired():
                raise
            allowed = waiting[at_work].trial.seconds if at_work in waiting else 0.0
            reason = f"It took longer than {allowed or request.trial_seconds:g} seconds."
        finally:
            if not ended:
                await worker.cancel()
        if at_work not in waiting:  # it came to its end, or none was begun: another would do no better
            return []
        self._conclude(waiting.pop(at_work), TrialFinished(at_work, None, reason), [])
        return list(waiting.values())

    async def _heard(self, attempt: _Attempt, event: TrialFinished) -> list[Finding]:
        analysis = attempt.analysis
        return await heard(event.step, analysis.workflow, analysis.checked.ground, self._roots) if event.step else []

    def _conclude(self, attempt: _Attempt, event: TrialFinished, found: Sequence[Finding]) -> None:
        workflow = attempt.analysis.workflow
        step = workflow.steps[attempt.trial.target]
        loud = failures.apply(rules.unsilenced(workflow, found), self._calibration.settings)
        issues = failures.group(self._outcome.result.path, (*attempt.analysis.findings, *loud)).all
        verified, words = judge(attempt.candidate, step.label, self._known, issues, event)
        fix = msgspec.structs.replace(attempt.candidate.fix, verified=verified, outcome=words)
        self.tried[fix.id] = fix
        self._done += 1
        self._listen(Tried(fix, self._done, self._total))
