"""One step's life: condition, elements, call, and the output it leaves behind."""

import asyncio
from collections.abc import Sequence
from time import perf_counter, time

import msgspec

from calibrant.engine.asking import ask, basis_of, own_key
from calibrant.engine.call import Asked, Called, Desk, Prepared, Replayed, call, prepare
from calibrant.engine.elements import merge_called, merge_failures
from calibrant.engine.render import render
from calibrant.engine.traces import ANYTHING, Again, names_written, read_names
from calibrant.engine.validate import mismatch
from calibrant.model.connector import Connector, Effect
from calibrant.model.event import StepStatus
from calibrant.model.failure import Failure, StepError
from calibrant.model.issue import Kind
from calibrant.model.ports import Kept, UnstorableError
from calibrant.model.value import UNKNOWN, holds_unknown
from calibrant.model.workflow import StepBody


class Given(msgspec.Struct, frozen=True):
    """What a step starts with. `provisional`: a value in scope is a stand-in or was rehearsed. `unknown` says which value
    is not known, and why a call that needs it is not made; empty where all are known. `position`: its place in the file.
    """

    scope: dict[str, object]
    provisional: bool = False
    unknown: str = ""
    position: int = 0


class Ended(msgspec.Struct, frozen=True):
    """How a step ended. `good`: `output` is what dependents read; else they get a stand-in.

    `provisional`: it began with a stand-in. `tentative`: its output is only what an outside write would have given.
    `declined`: its own condition kept it from running. `observed` is as in `StepFinished`. `told`: its calls ended well, and
    tell of something all the same.
    """

    status: StepStatus
    reason: str = ""
    failures: tuple[Failure, ...] = ()
    good: bool = False
    output: object = None
    provisional: bool = False
    reused: bool = False
    key: str = ""
    unknown: bool = False
    tentative: bool = False
    declined: bool = False
    observed: bytes = b""
    told: bool = False


async def perform(body: StepBody, given: Given, desk: Desk) -> Ended:
    """Run one step to its end. Never raises but where it is cancelled, and what `desk.recall` raises."""
    connector = desk.connectors.get(body.action or "")
    if connector is None:
        return Ended("failed", f"There is no connector called ‘{body.action}’.")
    held = _held_back(body, given, desk)
    if held is not None:
        return held
    if body.for_each is None:
        prepared = [prepare(body, connector, given.scope, desk, tainted=bool(given.unknown))]
    else:
        elements = _elements(body, given, desk)
        if isinstance(elements, Ended):
            return elements
        tainted = bool(given.unknown)
        prepared = [
            prepare(body, connector, {**given.scope, "item": item, "index": index}, desk, tainted=tainted)
            for index, item in enumerate(elements)
        ]
    return await _run(body, connector, prepared, given, desk)


def _held_back(body: StepBody, given: Given, desk: Desk) -> Ended | None:
    """Return the end of a step whose condition keeps it from running."""
    if body.condition is None:
        return None
    try:
        value = desk.evaluator.evaluate(body.condition, given.scope)
    except StepError as error:
        failure = msgspec.structs.replace(
            error.failure, kind=Kind.LOGIC, span=error.failure.span or body.condition.span
        )
        reason = "Its condition cannot be evaluated."
        return Ended("failed", reason, (failure,), provisional=given.provisional)
    if value is UNKNOWN:
        return Ended("skipped", _not_known(given), provisional=given.provisional)
    return None if value else Ended("skipped", f"Its condition is false: {body.condition.source}", declined=True)


def _not_known(given: Given) -> str:
    return given.unknown or "It needs a value that is not known yet."


def _elements(body: StepBody, given: Given, desk: Desk) -> Sequence[object] | Ended:
    """Return the elements of `for_each`, or how the step ends without them."""
    assert body.for_each is not None
    try:
        value = render(body.for_each, given.scope, desk.evaluator)
    except StepError as error:
        failure = msgspec.structs.replace(error.failure, span=error.failure.span or body.for_each.span)
        return Ended("failed", failures=(failure,), provisional=given.provisional)
    if value is UNKNOWN:
        return Ended("skipped", _not_known(given), provisional=given.provisional)
    if isinstance(value, (list, tuple)):
        return value
    failure = mismatch("for_each", "array", body.for_each, value)
    failure = msgspec.structs.replace(failure, parameter=(), span=body.for_each.span)
    return Ended("failed", failures=(failure,), provisional=given.provisional)


async def _run(body: StepBody, connector: Connector, prepared: Sequence[Prepared], given: Given, desk: Desk) -> Ended:
    asked = await ask(body, connector, prepared, given.position, desk)
    kept = desk.recall(asked)
    if kept is not None:
        return _reused(asked, kept, given, desk)
    why = desk.why(asked)
    if desk.traces.missing(asked.sees):
        with desk.away():
            await desk.traces.redo(asked.sees, given.position)
    made = time()
    touched: set[str] = set()
    ended = await _made(asked, given, desk, touched)
    names = asked.writes if ended.good and asked.writes else tuple(sorted(touched))
    if names:
        identity = _identity(asked, made) if ended.good and asked.repeatable else own_id(asked, desk)
        desk.traces.wrote(given.position, identity, names, command=Effect.EXECUTE in _effects(prepared))
    if why and not ended.reason and ended.status in ("completed", "rehearsed", "failed"):
        ended = msgspec.structs.replace(ended, reason=why)
    return _recorded(asked, ended, made, names, desk) if ended.good and not ended.unknown else ended


def _reused(asked: Asked, kept: Kept, given: Given, desk: Desk) -> Ended:
    """Return how a step ends whose recorded output stands for it; what it did to files is done only when somebody looks."""
    whole = asked.body.for_each is not None
    names = read_names(kept.wrote)
    if names:
        effects = _effects(asked.prepared)
        command = Effect.EXECUTE in effects

        identity = _identity(asked, kept.made)
        again = None if desk.replayed is None else _again(asked, given, desk, desk.replayed)
        desk.traces.wrote(given.position, identity, names, command=command, needs=asked.sees, again=again)
    outside = _rehearsed(asked.prepared, desk)
    status: StepStatus = "rehearsed" if outside or _effects(asked.prepared) & {Effect.WRITE_LOCAL} else "completed"
    warnings = merge_failures([one.warnings for one in asked.prepared], whole=whole)
    unreal = given.provisional or outside
    if not kept.last and not unreal:  # from now on it is: what stands in for the step, where it fails
        desk.records.put(
            asked.body.id or "",
            asked.key,
            kept.output,
            masked=False,
            made=kept.made,
            wrote=kept.wrote,
            basis=basis_of(asked),
        )
    seen = b"" if unreal else desk.see(kept.output, b"" if desk.mask.active else kept.data)
    return Ended(
        status, "", warnings, True, kept.output, given.provisional, True, asked.key, tentative=outside, observed=seen
    )


def _again(asked: Asked, given: Given, desk: Desk, replayed: Replayed) -> Again:
    """Return what makes the calls of a step that was taken from the record after all."""

    async def again(reader: int) -> None:
        began = perf_counter()
        ended = await _made(asked, given, desk, set())
        replayed(given.position, ended, perf_counter() - began, reader)

    return again


async def _made(asked: Asked, given: Given, desk: Desk, touched: set[str]) -> Ended:
    """Make the calls of a step; returns how it ended. `touched` takes in which files they change."""
    body, prepared = asked.body, asked.prepared
    whole = body.for_each is not None
    called = await _call_all(body, asked.connector, prepared, desk, touched)
    result = merge_called(called) if whole else called[0]
    warnings = merge_failures([one.warnings for one in prepared], whole=whole)
    failures = merge_failures([one.failures for one in called], whole=whole)
    if result.status == "unknown":
        return Ended("skipped", _not_known(given), warnings, provisional=given.provisional)
    if result.status not in ("completed", "rehearsed"):
        return Ended(result.status, result.reason, failures + warnings, provisional=given.provisional)
    output = [one.output for one in called] if whole else result.output
    outside = _rehearsed(prepared, desk)
    return Ended(
        result.status,
        "",
        failures + warnings,
        True,
        output,
        given.provisional,
        False,
        asked.key,
        unknown=(bool(given.unknown) or outside) and holds_unknown(output),
        tentative=outside,
        told=bool(failures),
    )


def _effects(prepared: Sequence[Prepared]) -> set[Effect | None]:
    return {one.effect for one in prepared}


def _rehearsed(prepared: Sequence[Prepared], desk: Desk) -> bool:
    """Tell whether a step only rehearses something outside."""
    return not desk.request.live and any(one.effect is Effect.WRITE for one in prepared)


async def _call_all(
    body: StepBody, connector: Connector, prepared: Sequence[Prepared], desk: Desk, touched: set[str]
) -> Sequence[Called]:
    """Make the calls, at most `concurrency` at a time; results stand in the order of the elements."""
    if len(prepared) == 1:
        return [await call(body, connector, prepared[0], desk, touched)]
    results: list[Called | None] = [None] * len(prepared)
    rest = iter(enumerate(prepared))

    async def work() -> None:
        for index, one in rest:
            results[index] = await call(body, connector, one, desk, touched)

    async with asyncio.TaskGroup() as group:
        for _ in range(min(desk.request.concurrency, len(prepared))):
            group.create_task(work())
    return [result for result in results if result is not None]


def _identity(asked: Asked, made: float) -> str:
    """Return what stands for what a step did to files: what hangs on more than its key is another thing each time."""
    return f"{asked.key}@{made}" if asked.aged else asked.key


def own_id(asked: Asked, desk: Desk) -> str:
    """Return what stands for what a step did to files in this run, and in no other."""
    return f"{own_key(asked.body, desk)}@{asked.key}"


def _recorded(asked: Asked, ended: Ended, made: float, names: Sequence[str], desk: Desk) -> Ended:
    """Hand the output to the store; it is masked where it holds a secret. Nobody waits for it to be durable.

    What a file was like is looked at before it is read: where it has changed since, the output is nobody's but this run's.
    """
    body = asked.body
    shown = desk.mask.value(ended.output)
    unreal = ended.provisional or ended.tentative
    named = names if desk.mask.value(names) is names else (ANYTHING,)  # a file's name may hold a secret, too
    key = ended.key if all(state.still() for state in asked.states) else own_key(body, desk)
    try:
        encoded = desk.records.put(
            body.id or "",
            key,
            shown,
            masked=shown is not ended.output,
            provisional=unreal,
            made=made,
            wrote=names_written(named) if named else b"",
            basis=basis_of(asked, told=ended.told),
        )
    except UnstorableError as error:
        if unreal:  # it is of no use to anyone but this run
            return ended
        failure = Failure("unstorable-output", str(error), Kind.DATA_SHAPE, subject=body.action or "")
        return Ended("failed", "", (*ended.failures, failure))
    return msgspec.structs.replace(ended, key=key, observed=b"" if unreal else desk.see(shown, encoded))
