"""One step's life: condition, elements, call, and the output it leaves behind."""

import asyncio
from collections.abc import Sequence
from hashlib import blake2b

import msgspec

from calibrant.engine.call import Asked, Called, Desk, Prepared, call, prepare
from calibrant.engine.context import CallContext
from calibrant.engine.elements import merge_called, merge_failures
from calibrant.engine.outputs import content_key, file_digests
from calibrant.engine.render import render
from calibrant.engine.validate import mismatch
from calibrant.model.connector import Connector, Effect
from calibrant.model.event import StepStatus
from calibrant.model.failure import Failure, StepError
from calibrant.model.issue import Kind
from calibrant.model.ports import UnstorableError
from calibrant.model.value import UNKNOWN, holds_unknown
from calibrant.model.workflow import StepBody


class Given(msgspec.Struct, frozen=True):
    """What a step starts with. `provisional`: a value in scope is a stand-in or was rehearsed. `unknown` says which value
    is not known, and why a call that needs it is not made; empty where all are known.
    """

    scope: dict[str, object]
    provisional: bool = False
    unknown: str = ""


class Ended(msgspec.Struct, frozen=True):
    """How a step ended. `good`: `output` is what dependents read; else they get a stand-in.

    `provisional`: it began with a stand-in. `tentative`: its output is only what an outside write would have given.
    `declined`: its own condition kept it from running. `observed` is as in `StepFinished`.
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
    whole = body.for_each is not None
    warnings = merge_failures([one.warnings for one in prepared], whole=whole)
    key, reusable = await _key(body, connector, prepared, desk)
    found, output = desk.recall(Asked(body, connector, prepared, key, reusable))
    if found:
        seen = b"" if given.provisional else desk.see(output)
        return Ended("completed", "", warnings, True, output, given.provisional, True, key, observed=seen)
    called = await _call_all(body, connector, prepared, desk)
    result = merge_called(called) if whole else called[0]
    failures = merge_failures([one.failures for one in called], whole=whole)
    if result.status == "unknown":
        return Ended("skipped", _not_known(given), warnings, provisional=given.provisional)
    if result.status not in ("completed", "rehearsed"):
        return Ended(result.status, result.reason, failures + warnings, provisional=given.provisional)
    output = [one.output for one in called] if whole else result.output
    outside = any(one.effect is Effect.WRITE for one in prepared) and not desk.request.live
    ended = Ended(
        result.status,
        "",
        warnings,
        True,
        output,
        given.provisional,
        False,
        key,
        unknown=(bool(given.unknown) or outside) and holds_unknown(output),
        tentative=outside,
    )
    return ended if ended.provisional or ended.unknown or outside else _recorded(body, ended, desk)


async def _call_all(body: StepBody, connector: Connector, prepared: Sequence[Prepared], desk: Desk) -> Sequence[Called]:
    """Make the calls, at most `concurrency` at a time; results stand in the order of the elements."""
    if len(prepared) == 1:
        return [await call(body, connector, prepared[0], desk)]
    results: list[Called | None] = [None] * len(prepared)
    rest = iter(enumerate(prepared))

    async def work() -> None:
        for index, one in rest:
            results[index] = await call(body, connector, one, desk)

    async with asyncio.TaskGroup() as group:
        for _ in range(min(desk.request.concurrency, len(prepared))):
            group.create_task(work())
    return [result for result in results if result is not None]


async def _key(body: StepBody, connector: Connector, prepared: Sequence[Prepared], desk: Desk) -> tuple[str, bool]:
    """Return the key of the step's output, and whether an output recorded under it may be used again.

    Only what has no effect of its own is used again, and of what was read only what files' content tells of.
    """
    if any(one.effect is None for one in prepared):
        return "", False
    reusable = True
    files: list[str] = []
    for one in prepared:
        reusable = reusable and _repeatable(connector, one)
        if reusable and one.effect is Effect.READ:
            context = CallContext(desk.shared, live=desk.request.live, timeout=body.timeout)
            digests = await file_digests(connector.reads, one.params, context)
            reusable = bool(digests)
            files += digests or ()
    calls = [one.params | one.functions for one in prepared]
    shown = desk.mask.value(calls)
    key = content_key(connector.spec, shown if body.for_each is not None else shown[0], files)  # type: ignore[index]
    if not key or shown is not calls:
        return key or _own_key(body, desk), False
    return key, reusable


def _repeatable(connector: Connector, one: Prepared) -> bool:
    if one.effect is Effect.NOTHING:
        return True
    return one.effect is Effect.READ and bool(connector.reads) and not connector.origin(one.params)


def _own_key(body: StepBody, desk: Desk) -> str:
    return blake2b(f"{desk.request.session}\0{body.id}".encode(), digest_size=16).hexdigest()


def _recorded(body: StepBody, ended: Ended, desk: Desk) -> Ended:
    """Hand the output to the store; it is masked where it holds a secret. Nobody waits for it to be durable."""
    shown = desk.mask.value(ended.output)
    try:
        encoded = desk.records.put(body.id or "", ended.key, shown, masked=shown is not ended.output)
    except UnstorableError as error:
        failure = Failure("unstorable-output", str(error), Kind.DATA_SHAPE, subject=body.action or "")
        return Ended("failed", "", (*ended.failures, failure))
    return msgspec.structs.replace(ended, observed=desk.see(shown, encoded))
