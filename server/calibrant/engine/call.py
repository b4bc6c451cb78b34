"""One call of a connector: prepared, allowed or not, made, and tried again where that makes sense."""

import asyncio
import traceback
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Literal

import msgspec

from calibrant.engine.begun import Overdue, within
from calibrant.engine.context import CallContext, Shared
from calibrant.engine.continuation import Isolation, attempts, pause
from calibrant.engine.mask import Mask
from calibrant.engine.outputs import Records
from calibrant.engine.render import Scope, render_parameters
from calibrant.engine.scope import scope_mismatch
from calibrant.engine.seeing import See
from calibrant.engine.states import Fingerprint, State
from calibrant.engine.told import told
from calibrant.engine.traces import Traces
from calibrant.engine.validate import empties, validate
from calibrant.expressions import Evaluator
from calibrant.model.connector import Connector, Effect, Output, Params, Registry, Run
from calibrant.model.event import RunRequest
from calibrant.model.failure import Failure, NotRun, StepError
from calibrant.model.issue import Kind
from calibrant.model.nodes import Map
from calibrant.model.ports import Kept
from calibrant.model.value import holds_unknown
from calibrant.model.words import quotable
from calibrant.model.workflow import Retry, StepBody

if TYPE_CHECKING:
    from calibrant.engine.step import Ended

CallStatus = Literal["completed", "rehearsed", "failed", "skipped", "not_run", "unknown"]


class Prepared(msgspec.Struct, frozen=True):
    """A call that could be made. `effect` is None where it cannot be: `failures` say why, or something is `unknown`."""

    params: dict[str, object]
    functions: dict[str, object]
    failures: tuple[Failure, ...] = ()
    warnings: tuple[Failure, ...] = ()
    unknown: bool = False
    effect: Effect | None = None


class Asked(msgspec.Struct, frozen=True):
    """The calls that a step is about to make, with the key of the output they would give.

    `repeatable`: the key tells all that the output hangs on, but where it is `aged`: then it holds for a time only.
    `secret`: they are given one, so that there is no such key. `call` is the key of the calls alone; the output hangs
    also on `states` of files, on the `workspace` as a whole, and on what steps before it did to them (`ids`, with labels).
    `sees` are those of these steps, as bits by position, that must have done it before the calls are made. `writes` names
    the files that the calls change, where that is known before.
    """

    body: StepBody
    connector: Connector
    prepared: Sequence[Prepared]
    key: str
    repeatable: bool
    position: int = 0
    aged: bool = False
    secret: bool = False
    call: str = ""
    states: tuple[State, ...] = ()
    workspace: Fingerprint | None = None
    ids: tuple[tuple[str, str], ...] = ()
    sees: int = 0
    writes: tuple[str, ...] = ()


class Desk(msgspec.Struct, frozen=True):
    """What the steps of one run work with. A step that only waits does so in `away`, which has another one begin.

    `recall` is asked before the calls of a step are made: it gives what is recorded and stands for them. Where it gives
    nothing, `why` tells in words why not. `see` tells what an output was like, see `seeing.Seeing`. `traces` are what the
    steps did to files; `replayed` is told of a step that was taken from the record and then called all the same: how long
    it took in seconds, and for which other one. Without it, none is.
    """

    request: RunRequest
    connectors: Registry
    records: Records
    evaluator: Evaluator
    mask: Mask
    isolation: Isolation
    shared: Shared
    slots: asyncio.Semaphore
    away: Callable[[], AbstractContextManager[None]]
    recall: Callable[[Asked], Kept | None]
    see: See
    traces: Traces
    why: Callable[[Asked], str] = lambda _asked: ""
    replayed: "Replayed | None" = None


Replayed = Callable[[int, "Ended", float, int], None]


class Where(msgspec.Struct, frozen=True):
    """What a call reaches, as whom, and where that login is got (see `Connector`); empty where that means nothing."""

    origin: str
    credential: str
    login: str


class Called(msgspec.Struct, frozen=True):
    """What became of a call. One that completed may have `failures` too: what its command told of, though it ended well."""

    status: CallStatus
    output: Output | None = None
    failures: tuple[Failure, ...] = ()
    reason: str = ""


def prepare(body: StepBody, connector: Connector, scope: Scope, desk: Desk, *, tainted: bool) -> Prepared:
    """Return a call with its parameters rendered and checked; `tainted`: the scope may hold unknown values."""
    rendered = render_parameters(body, connector.spec, scope, desk.evaluator)
    failed = frozenset(str(failure.parameter[0]) for failure in rendered.failures if failure.parameter)
    failures = [*rendered.failures, *validate(body, connector.spec, rendered.params, failed)]
    warnings = tuple(empties(body, connector.spec, rendered.params))
    unknown = (tainted or rendered.holes) and holds_unknown(rendered.params)
    effect: Effect | None = None
    if not failures and not unknown:
        try:
            effect = connector.touches(rendered.params)
        except StepError as error:
            failures.append(error.failure)
    return Prepared(rendered.params, rendered.functions, tuple(failures), warnings, unknown, effect)


async def call(body: StepBody, connector: Connector, prepared: Prepared, desk: Desk, touched: set[str]) -> Called:
    """Make the call, or say why it is not made. Never raises but where it is cancelled.

    `touched` takes in the names of the files that it changes.
    """
    if prepared.failures:
        return Called("failed", failures=prepared.failures)
    params, effect = prepared.params, prepared.effect
    if effect is None:
        return await _look(body, connector, params, desk)
    where = where_of(connector, params)
    kept = kept_from(connector, effect, where, desk)
    if kept is not None:
        return kept
    rehearsed = effect is Effect.WRITE and not desk.request.live
    run = connector.rehearse if rehearsed and connector.rehearse else connector.run
    called = await _try(body, run, params, effect, desk, where, touched, rehearsed=rehearsed)
    if called.status == "failed":
        failures = tuple(_placed(failure, where) for failure in called.failures)
        for failure in failures:
            desk.isolation.note(body.id or "", failure)
        return Called("failed", failures=failures)
    if called.status == "completed" and (rehearsed or (effect is Effect.WRITE_LOCAL and not desk.request.live)):
        return Called("rehearsed", called.output)
    return called


async def _look(body: StepBody, connector: Connector, params: Params, desk: Desk) -> Called:
    """Look at the target of a call that cannot be made because something is unknown, where the connector can."""
    if connector.check is None:
        return Called("unknown")
    origin = _named(connector.origin, params)
    if origin is None or (origin and (not desk.request.trusted or desk.isolation.reason(origin, ""))):
        return Called("unknown")
    check = connector.check

    async def run(params: Params, context: CallContext) -> Output:
        await check(params, context)
        return {}

    called = await _once(body, run, params, Effect.READ, desk, set())  # type: ignore[arg-type]
    return called if called.status == "failed" else Called("unknown")


def _named(name: Callable[[Params], str], params: Params) -> str | None:
    """Return an origin or credential, None where it cannot be told."""
    try:
        return name(params)
    except StepError:
        return None
    except Exception:  # noqa: BLE001 - a connector's own function, maybe on an unknown value: the call itself will tell
        return None


def where_of(connector: Connector, params: Params) -> Where:
    """Return what a call reaches, and as whom."""
    return Where(
        origin=_named(connector.origin, params) or "",
        credential=_named(connector.credential, params) or "",
        login=_named(connector.login, params) or "",
    )


def _isolated(where: Where, desk: Desk) -> str:
    """Return why there is no getting through, as another step found; empty where there may be."""
    if desk.isolation.empty or not where.origin:
        return ""
    reason = desk.isolation.reason(where.origin, where.credential)
    return reason or (desk.isolation.reason(where.login, where.credential) if where.login else "")


def may_be_made(asked: Asked, desk: Desk) -> bool:
    """Tell whether nothing keeps a step's calls from being made: what may not be done now is not taken from the record."""
    for one in asked.prepared:
        if one.effect is None or one.effect is Effect.NOTHING:
            continue
        if kept_from(asked.connector, one.effect, where_of(asked.connector, one.params), desk) is not None:
            return False
    return True


def kept_from(connector: Connector, effect: Effect, where: Where, desk: Desk) -> Called | None:
    """Return why a call may not be made, or None."""
    if where.origin and not desk.request.trusted and effect is not Effect.NOTHING:
        reason = f"This workspace is not trusted, so nothing outside it ({where.origin}) is reached."
        return Called("not_run", reason=reason + " ‘calibrant trust’ trusts it.")
    if reason := _isolated(where, desk):
        return Called("skipped", reason=reason)
    if effect is Effect.WRITE and not desk.request.live and connector.rehearse is None:
        reason = f"It would change something outside, and {connector.spec.name} cannot rehearse that."
        return Called("not_run", reason=reason + " Run it for real with --live.")
    return None


def _placed(failure: Failure, where: Where) -> Failure:
    """Return the failure with whom it met and as whom, where the connector did not say (a redirect leads elsewhere)."""
    if failure.kind not in (Kind.AUTH, Kind.CONNECTION) or failure.origin:
        return failure
    return msgspec.structs.replace(failure, origin=where.origin, credential=where.credential)


async def _try(
    body: StepBody,
    run: Run,
    params: Params,
    effect: Effect,
    desk: Desk,
    where: Where,
    touched: set[str],
    *,
    rehearsed: bool,
) -> Called:
    """Make a call, again where that makes sense.

    What is fetched to be written here is written whole or not at all, so that it may be fetched again. It
    gives up early when another step found meanwhile that there is no getting through.
    """
    attempt = 1
    while True:
        called = await _once(body, run, params, effect, desk, touched)
        if called.status != "failed":
            return called
        failure = called.failures[0]
        asked = asked_retry(body)
        tried = Effect.READ if effect is Effect.WRITE_LOCAL and where.origin else effect
        if attempt >= attempts(asked, failure, tried, rehearsed=rehearsed) or _isolated(where, desk):
            return called
        with desk.away():
            await asyncio.sleep(pause(asked, attempt, failure))
        if _isolated(where, desk):
            return called
        attempt += 1


def asked_retry(body: StepBody) -> Retry | None:
    """Return the step's own `retry`, or None where it says nothing."""
    written = isinstance(body.node, Map) and body.node.entry("retry") is not None
    return body.retry if written or body.retry != Retry() else None


async def _once(body: StepBody, run: Run, params: Params, effect: Effect, desk: Desk, touched: set[str]) -> Called:
    context = CallContext(
        desk.shared, live=desk.request.live, timeout=body.timeout, touched=touched, alone=body.scope is not None
    )
    limit = None if effect is Effect.EXECUTE else body.timeout  # the runner keeps a child's timeout, copying apart
    async with desk.slots:
        try:
            output: object = await within(limit, run(params, context))
        except StepError as error:
            return Called("failed", failures=(error.failure, *_out_of_scope(body, context, desk)))
        except NotRun as error:
            return Called("not_run", reason=error.reason)
        except Overdue:
            return Called("failed", failures=(_overdue(body),))
        except Exception as error:  # noqa: BLE001 - a connector's own mistake is one step's failure, not the run's
            return Called("failed", failures=(_broke_off(body, error),))
    if not isinstance(output, dict):
        return Called("failed", failures=(_broke_off(body, TypeError("its output is no object")),))
    reported = [found for done in context.done if (found := told(done)) is not None]
    return Called("completed", output, (*reported, *_out_of_scope(body, context, desk)))


def _out_of_scope(body: StepBody, context: CallContext, desk: Desk) -> tuple[Failure, ...]:
    """Return what a call's commands did outside of what its step says that they may change."""
    altered = [name for done in context.done for name in done.altered or ()]
    if body.scope is None or not altered:
        return ()
    others = desk.shared.written
    overlay = desk.shared.copy.overlay
    names = [overlay.as_written(name) for name in dict.fromkeys(altered) if name not in others]
    found = scope_mismatch(body, names)
    return (found,) if found is not None else ()


def _overdue(body: StepBody) -> Failure:
    message = f"It took longer than its timeout of {body.timeout:g} seconds and was stopped."
    hint = "Give the step a longer ‘timeout’, or look for what it waits for."
    return Failure("step-timeout", message, Kind.RUNTIME, hint=hint, subject="timeout")


def _broke_off(body: StepBody, error: Exception) -> Failure:
    name = type(error).__name__
    message = f"{body.action} broke off with an error of its own: {quotable(str(error)) or name}"
    details = "".join(traceback.format_exception(error))
    hint = "This is a mistake in the connector, not in the workflow."
    return Failure("connector-error", message, Kind.UNKNOWN, hint=hint, details=details, subject=name)
