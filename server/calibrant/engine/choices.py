"""What the targets of a step have for a place in its parameters: files, sheets, tables, columns."""

import asyncio
import os
import posixpath
from collections.abc import AsyncGenerator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from msgspec.structs import replace

from calibrant.engine.context import CallContext, Shared
from calibrant.engine.inputs import make_start
from calibrant.engine.render import render_parameters, step_references
from calibrant.expressions import Evaluator
from calibrant.model.connector import Choice, Connector, Effect, Params, Registry
from calibrant.model.event import ChoicesFound, Choosing, Event, RunFinished, RunRequest, RunStarted, Seen
from calibrant.model.failure import NotRun, StepError
from calibrant.model.value import UNKNOWN
from calibrant.model.workflow import Workflow

_SECONDS = 5.0
"""How long looking may take."""
_MOST = 1_000
"""Choices, and entries of a folder that are looked at."""
_LONGEST = 500
"""Characters that a choice may have, and what is said beside it."""
_OUTSIDE = frozenset({Effect.WRITE, Effect.EXECUTE})


async def choose_in_workflow(
    request: RunRequest, workflow: Workflow, connectors: Registry, environ: Mapping[str, str]
) -> AsyncGenerator[Event, None]:
    """Look in the workspace for what may stand at `request.choosing`, and yield it as one `ChoicesFound`.

    As with a look, nothing is called, written, executed or reached outside the workspace, and no output is known.
    `RunStarted` comes first and `RunFinished` last.
    """
    yield RunStarted(request.session, 1)
    shared = Shared(request, environ)
    try:
        assert request.choosing is not None
        yield await _choices(request.choosing, request, workflow, connectors, shared)
    finally:
        await shared.close()
    yield RunFinished("completed")


class _Noting(CallContext):
    """Notes which files and folders a connector asks for."""

    __slots__ = ("asked",)

    def __init__(self, shared: Shared) -> None:
        super().__init__(shared, live=False, timeout=_SECONDS)
        self.asked: list[Path] = []

    def read_path(self, path: str, parameter: str) -> Path:
        """Return where to read the file or folder of that name."""
        found = super().read_path(path, parameter)
        self.asked.append(found)
        return found

    def list_files(self, path: str, parameter: str, most: int | None = None) -> list[str]:
        """Return the files below a folder, as the workflow would write them."""
        self.asked.append(super().read_path(path, parameter))
        return super().list_files(path, parameter, most)

    def seen(self) -> tuple[Seen, ...]:
        """Return how what was asked for is now."""
        return tuple(_stamp(path) for path in dict.fromkeys(self.asked))


def _stamp(path: Path) -> Seen:
    try:
        stat = path.stat()
    except OSError:  # it is not there: what was found says so
        return Seen(str(path), 0, -1)
    return Seen(str(path), stat.st_mtime_ns, stat.st_size)


async def _choices(
    choosing: Choosing, request: RunRequest, workflow: Workflow, connectors: Registry, shared: Shared
) -> ChoicesFound:
    context = _Noting(shared)
    found: Sequence[Choice] = ()
    try:
        async with asyncio.timeout(_SECONDS):
            if choosing.place:
                found = await _of_step(choosing, request, workflow, connectors, context)
            else:
                found = await asyncio.to_thread(_files, choosing.typed, context)
    except (StepError, NotRun, TimeoutError):
        found = ()  # what is wrong with the target, a look tells
    fitting = (_with_short_detail(choice) for choice in found if _is_short(choice.value))
    return ChoicesFound(tuple(islice(fitting, _MOST)), context.seen())


def _is_short(text: str) -> bool:
    """Tell whether a text is one that a workflow can say and an editor show: a name may be whole pages, or no text."""
    return len(text) <= _LONGEST and text.isprintable()


def _with_short_detail(choice: Choice) -> Choice:
    return choice if _is_short(choice.detail) else replace(choice, detail="")


async def _of_step(
    choosing: Choosing, request: RunRequest, workflow: Workflow, connectors: Registry, context: CallContext
) -> Sequence[Choice]:
    step = next((step for step in workflow.steps if step.index == choosing.step), None)
    connector = connectors.get(step.body.action or "") if step is not None else None
    if step is None or connector is None or connector.spec.parameter(str(choosing.place[0])) is None:
        return ()
    start = make_start(workflow, step_references(step.body, connector.spec), request.inputs, {})
    ids = {step.body.id: UNKNOWN for step in workflow.steps if step.body.id}
    scope: dict[str, object] = {**ids, **start.scope, "item": UNKNOWN, "index": UNKNOWN}
    params = render_parameters(step.body, connector.spec, scope, Evaluator(request.expression_seconds)).params
    params.pop(str(choosing.place[0]), None)
    return await _of_connector(connector, choosing.place, params, context)


async def _of_connector(
    connector: Connector, place: tuple[str | int, ...], params: Params, context: CallContext
) -> Sequence[Choice]:
    if connector.choices is None or _OUTSIDE & set(connector.spec.effects) or connector.origin(params):
        return ()
    return await connector.choices(place, params, context)


def _files(typed: str, context: CallContext) -> Sequence[Choice]:
    """Return the files and folders in the folder that is being typed, files first.

    Raises:
        StepError: the folder is not in the workspace.
    """
    folder, slash, begun = typed.rpartition("/")
    place = context.read_path(folder or ("/" if slash else "."), "path")
    found: list[tuple[bool, str, Choice]] = []
    try:
        with os.scandir(place) as entries:
            for entry in islice(entries, _MOST):
                name = f"{folder}{slash}{entry.name}"
                if (entry.name.startswith(".") and not begun.startswith(".")) or not _is_inside(name, context):
                    continue
                is_folder = entry.is_dir()
                choice = Choice(name + "/" * is_folder, "folder" if is_folder else "file")
                found.append((is_folder, entry.name.casefold(), choice))
    except OSError:  # there is no such folder, or it may not be read
        return ()
    return [choice for *_, choice in sorted(found, key=lambda one: one[:2])]


def _is_inside(name: str, context: CallContext) -> bool:
    """Tell whether an entry is one that the workflow may name: a link may lead out."""
    try:
        CallContext.read_path(context, posixpath.normpath(name), "path")
    except StepError:
        return False
    return True
