"""Looks at what steps name — files, sheets, tables — without running any of them."""

import asyncio
import posixpath
from collections.abc import AsyncGenerator, Mapping, Sequence
from itertools import chain

import msgspec

from calibrant.engine.context import CallContext, Shared
from calibrant.engine.inputs import make_start
from calibrant.engine.plan import Plan, make_plan
from calibrant.engine.render import render_parameters
from calibrant.expressions import Evaluator
from calibrant.model.connector import Connector, Effect, Params, Registry
from calibrant.model.event import Event, RunFinished, RunRequest, RunStarted, StepFinished
from calibrant.model.failure import Failure, NotRun, StepError
from calibrant.model.value import UNKNOWN
from calibrant.model.workflow import Step, Workflow

_SECONDS = 5.0
"""How long one look may take; what takes longer is left to a run."""

_CHANGES = frozenset({Effect.WRITE_LOCAL, Effect.EXECUTE})
_OUTSIDE = frozenset({Effect.WRITE, Effect.EXECUTE})


async def look_workflow(
    request: RunRequest, workflow: Workflow, connectors: Registry, environ: Mapping[str, str]
) -> AsyncGenerator[Event, None]:
    """Look at the targets of a workflow's steps in the workspace and yield a `StepFinished` for each that is at fault.

    No step is called, nothing is written, executed or reached outside the workspace, and no output is known: only what a
    step names by itself, or by an input with a value, is looked at. A target that another step may make is left alone.
    `RunStarted` comes first and `RunFinished` last.
    """
    yield RunStarted(request.session, len(workflow.steps))
    shared = Shared(request, environ)
    try:
        for target in _targets(request, workflow, connectors):
            failure = await _look(target, shared)
            if failure is not None:
                yield StepFinished(target.step.index, target.step.label, "failed", failures=(failure,))
    finally:
        await shared.close()
    yield RunFinished("completed")


class _Target(msgspec.Struct, frozen=True):
    step: Step
    connector: Connector
    params: Params
    paths: frozenset[str]
    changes: bool


def _targets(request: RunRequest, workflow: Workflow, connectors: Registry) -> Sequence[_Target]:
    """Return the steps whose target can be looked at now, in the order of the file."""
    plan = make_plan(workflow, connectors, request.broken)
    start = make_start(workflow, chain.from_iterable(plan.references), request.inputs, {})
    ids = {step.body.id: UNKNOWN for step in plan.steps if step.body.id}
    scope: dict[str, object] = {**ids, **start.scope, "item": UNKNOWN, "index": UNKNOWN}
    evaluator = Evaluator(request.expression_seconds)
    known = [_target(step, connectors, scope, evaluator) for step in plan.steps]
    later = _behind_changes(plan, known)
    made = [target.paths for target in known if target is not None and target.changes]
    return [
        target
        for position, target in enumerate(known)
        if target is not None
        and position not in later
        and position not in plan.barred
        and _is_cheap(target)
        and sum(bool(target.paths & paths) for paths in made) <= target.changes
    ]


def _target(step: Step, connectors: Registry, scope: Mapping[str, object], evaluator: Evaluator) -> _Target | None:
    connector = connectors.get(step.body.action or "")
    if connector is None:
        return None
    rendered = render_parameters(step.body, connector.spec, scope, evaluator)
    if rendered.failures:
        return None
    named = (rendered.params.get(declared.name) for declared in connector.spec.parameters if declared.type == "path")
    paths = frozenset(posixpath.normpath(value) for value in named if isinstance(value, str))
    return _Target(step, connector, rendered.params, paths, _may_change(connector, rendered.params))


def _may_change(connector: Connector, params: Params) -> bool:
    """Tell whether a call may change files; of a connector that does more than that, its parameters say."""
    effects = set(connector.spec.effects)
    if not effects & _CHANGES or effects <= _CHANGES:
        return bool(effects & _CHANGES)
    try:
        return connector.touches(params) in _CHANGES
    except StepError:
        return True


def _behind_changes(plan: Plan, known: Sequence[_Target | None]) -> set[int]:
    """Return the steps that wait, however long the way, for one that may change files."""
    waiting = [position for position, target in enumerate(known) if target is None or target.changes]
    behind: set[int] = set()
    while waiting:
        for position in plan.after[waiting.pop()]:
            if position not in behind:
                behind.add(position)
                waiting.append(position)
    return behind


def _is_cheap(target: _Target) -> bool:
    connector = target.connector
    if connector.check is None or _OUTSIDE & set(connector.spec.effects):
        return False
    try:
        return not connector.origin(target.params)
    except StepError:
        return False


async def _look(target: _Target, shared: Shared) -> Failure | None:
    context = CallContext(shared, live=False, timeout=_SECONDS)
    check = target.connector.check
    assert check is not None
    try:
        async with asyncio.timeout(_SECONDS):
            await check(target.params, context)
    except StepError as error:
        return error.failure
    except (NotRun, TimeoutError):
        return None
    return None
