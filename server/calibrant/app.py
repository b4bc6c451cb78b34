"""Puts the rooms together: the only file that may import every one of them, each when it is first needed."""

import gc
import os
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, closing, contextmanager
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from calibrant.model.event import ChoicesFound, Choosing, Event, RunRequest
from calibrant.model.settings import Settings
from calibrant.workspace.settings import load_settings

if TYPE_CHECKING:
    from calibrant.change import Site
    from calibrant.model.connector import Specs
    from calibrant.model.fix import Fix
    from calibrant.model.issue import Finding, Issue
    from calibrant.model.session import SessionResult, StepRecord
    from calibrant.model.toolchain import Survey
    from calibrant.model.workflow import Workflow
    from calibrant.workspace.analysis import Analysis, Around, GroundOf
    from calibrant.workspace.calibration import Calibration, Outcome, RunOptions
    from calibrant.workspace.grounds import Grounds
    from calibrant.workspace.linting import Linter
    from calibrant.workspace.offers import Offered
    from calibrant.workspace.trials import Tried


def state_dir() -> Path:
    """Return the user's state directory: `CALIBRANT_STATE`, else the platform's place for state."""
    named = os.environ.get("CALIBRANT_STATE")
    if named:
        return Path(named).absolute()
    import platformdirs

    return Path(platformdirs.user_state_dir("calibrant", appauthor=False))


def settings_for(workspace: Path, editor: Mapping[str, object] | None = None) -> tuple[Settings, list[str]]:
    """Return the settings in force for a workspace, with the editor's on top, and what is wrong with them."""
    return load_settings(workspace, environ=os.environ, editor=editor)


def analyse(
    path: str,
    text: str,
    settings: Settings,
    previous: "Analysis | None" = None,
    around: "Around | None" = None,
    ground_of: "GroundOf | None" = None,
) -> "Analysis | None":
    """Read and check a workflow's text with the built-in connectors; see `workspace.analysis.analyse`.

    Without `around`, what it calls of its own repository is read from the disk; without `ground_of`, nothing is known of the
    tools that its commands find.
    """
    from calibrant.connectors import specs
    from calibrant.workspace.analysis import analyse as analyse_with
    from calibrant.workspace.analysis import around_on_disk, nowhere

    return analyse_with(path, text, specs(), settings, previous, around or around_on_disk, ground_of or nowhere)


def grounds(*, lasting: bool = True) -> "Grounds":
    """Return what finds out with which tools folders are built, each when it is first asked for; see `workspace.grounds`."""
    from calibrant.workspace.grounds import Grounds

    return Grounds(_survey, lasting=lasting)


def grounding() -> "GroundOf":
    """Return what tells where commands run, for one process: folders are surveyed when they are first asked for."""
    made = cache(grounds)
    return lambda path: made().at(path)


def _survey(folder: Path) -> "Survey":
    from calibrant.workspace.surveying import survey_of

    return survey_of(folder, os.environ)


async def look(
    analysis: "Analysis", workspace: Path, settings: Settings, linter: "Linter | None" = None
) -> "tuple[Finding, ...]":
    """Return what is not there of what a workflow names; see `workspace.looking.look`.

    Of a language that is only checked, what programs for that say of its scripts; `linter` remembers it.
    """
    if not analysis.workflow.language.runs:
        from calibrant.workspace.looking import lint

        return await lint(analysis, workspace, settings, linter)
    from calibrant.connectors import specs
    from calibrant.workspace.looking import look as look_with
    from calibrant.workspace.looking import worth_a_look

    if not worth_a_look(analysis.workflow, specs()):
        return ()
    return await look_with(analysis, workspace, settings, worker_command())


async def choose(choosing: Choosing, path: Path, text: str, workspace: Path, settings: Settings) -> ChoicesFound:
    """Return what there is for a place in a workflow's text; see `workspace.choosing.choose`."""
    from calibrant.workspace.choosing import choose as choose_with

    return await choose_with(choosing, path, text, workspace, settings, worker_command())


Judge = Callable[[Path, bool], bool]
"""Tells whether a workspace is trusted, given whether the user's state says so."""


def recorded(_workspace: Path, recorded: bool) -> bool:
    """Trust what the user's state says is trusted."""
    return recorded


@contextmanager
def calibration(
    workspace: Path, settings: Settings, *, judge: Judge = recorded, ground_of: "GroundOf | None" = None
) -> "Iterator[Calibration]":
    """Open a workspace for calibrating; `judge` has the last word on trust, `ground_of` tells of the tools that commands find.

    Raises:
        StoreError: the state directory cannot be used.
    """
    from calibrant.connectors import specs
    from calibrant.store import open_store
    from calibrant.workspace.calibration import Calibration

    state = state_dir()
    with closing(open_store(state, workspace, limit=settings.state_limit, backups=_backups(settings))) as store:
        yield Calibration(
            workspace,
            state=state,
            store=store,
            specs=specs(),
            settings=settings,
            command=worker_command(),
            trusted=judge,
            ground_of=ground_of or grounding(),
        )


async def try_fixes(
    workspace: Path,
    settings: Settings,
    path: Path,
    outcome: "Outcome",
    options: "RunOptions",
    listen: "Callable[[Tried], None]",
    *,
    judge: Judge = recorded,
    ground_of: "GroundOf | None" = None,
) -> "Outcome":
    """Try the fixes for what failed in a run; see `workspace.trials.try_fixes`. The store is opened in a thread."""
    from calibrant.workspace.aside import opened_aside
    from calibrant.workspace.trials import try_fixes as try_with

    async with opened_aside(calibration(workspace, settings, judge=judge, ground_of=ground_of)) as opened:
        return await try_with(opened, path, outcome, options, listen)


@contextmanager
def site(workspace: Path, settings: Settings | None = None, *, create: bool = True) -> "Iterator[Site]":
    """Open a workspace for changing its workflow files, or with `create` False for looking at what was changed.

    `settings`: those in force (None: those of files and environment); they say how many backups are kept.

    Raises:
        StoreError: the state directory cannot be used.
    """
    from calibrant.change import Site
    from calibrant.store import open_store

    backups = _backups(settings or settings_for(workspace)[0])
    with closing(open_store(state_dir(), workspace, create=create, backups=backups)) as store:
        yield Site(workspace, store.changes)


def _backups(settings: Settings) -> tuple[int, int]:
    return settings.backup_count, settings.backup_days


def worker_command() -> tuple[str, ...]:
    """Return the command that starts a worker process; -P keeps the current folder's modules out of it."""
    return (sys.executable, "-P", "-m", "calibrant", "worker")


def run_worker() -> int:
    """Be the worker process: read one request from stdin, run it, and write its events to stdout."""
    from calibrant.engine.worker import serve_worker

    return serve_worker(_run)


async def _run(request: RunRequest) -> AsyncIterator[Event]:
    """Do what a request asks for. Someone waits for choices with a finger on a key: nothing else is imported for them."""
    async with aclosing(_choices(request) if request.choosing is not None else _events(request)) as events:
        async for event in events:
            yield event


async def _choices(request: RunRequest) -> AsyncGenerator[Event, None]:
    from calibrant import connectors, dialects
    from calibrant.engine.choices import choose_in_workflow

    workflow = dialects.read(request.path, request.text)
    if workflow is None:
        raise ValueError(f"{request.path} is no workflow file")
    async with aclosing(choose_in_workflow(request, workflow, connectors.registry(), os.environ)) as choices:
        async for event in choices:
            yield event


async def _events(request: RunRequest) -> AsyncGenerator[Event, None]:
    from calibrant import connectors, dialects
    from calibrant.engine.look import look_workflow
    from calibrant.engine.run import run_workflow
    from calibrant.engine.trial import try_workflow
    from calibrant.store import open_store

    workflow = dialects.read(request.path, request.text)
    if workflow is None:
        raise ValueError(f"{request.path} is no workflow file")
    if request.look:
        async with aclosing(look_workflow(request, workflow, connectors.registry(), os.environ)) as looks:
            async for event in looks:
                yield event
        return
    with closing(open_store(Path(request.state), Path(request.workspace))) as store:
        registry = connectors.registry()
        if request.trials:
            events = try_workflow(request, dialects.read, registry, store.outputs, os.environ, _survey)
        else:
            events = run_workflow(request, workflow, registry, store.outputs, os.environ, _survey)
        async with aclosing(events):
            async for event in events:
                yield event


def serve() -> int:
    """Be the language server, over stdin and stdout; returns the exit status."""
    gc.disable()  # the protocol's types are many objects that stay for good: not walking them over and over saves time
    from calibrant.lsp import wire_types

    wire_types.load()
    from calibrant.lsp.server import create_server
    from calibrant.lsp.services import Services
    from calibrant.lsp.stdio import serve as serve_over_stdio
    from calibrant.pages import link, page
    from calibrant.workspace.linting import Linter
    from calibrant.workspace.trust import EditorTrust

    editor_trust, known = EditorTrust(), grounds(lasting=False)
    services = Services(
        analyse=analyse,
        warm_up=_warm_up,
        specs=_specs,
        look=partial(look, linter=Linter()),
        choose=choose,
        grounds=known,
        calibration=partial(calibration, judge=editor_trust.judge, ground_of=known.at),
        try_fixes=partial(try_fixes, judge=editor_trust.judge, ground_of=known.at),
        issues=_issues,
        fixes=_fixes,
        history=history,
        step_runs=_step_runs,
        inputs=_inputs,
        remember=_remember,
        secrets=_secrets,
        site=site,
        seen=partial(site, create=False),
        trusted=partial(_trusted, judge=editor_trust.judge),
        trust=_trust,
        editor_trust=editor_trust,
        settings=settings_for,
        link=link,
        page=page,
        session_object=_session_object,
    )
    server = create_server(services)
    gc.freeze()
    gc.enable()
    return serve_over_stdio(server)


def _warm_up() -> None:
    """Import what reading and checking a workflow takes, and let it make what it makes only once."""
    text = "name: a\nsteps:\n  - {id: a, uses: data.filter, with: {items: '{{ [1] }}', where: item > 1}}\n"
    analyse("a.workflow.yaml", text, Settings())


def _specs() -> "Specs":
    from calibrant import connectors

    return connectors.specs()


def _issues(name: str, findings: "Sequence[Finding]") -> "Sequence[Issue]":
    from calibrant import failures

    return failures.group(name, findings).all


def _fixes(
    issues: "Sequence[Issue]", analysis: "Analysis", trust: Mapping[str, float]
) -> "Mapping[str, tuple[Fix, ...]]":
    from calibrant.repairs import propose

    return propose(issues, analysis.workflow, analysis.checked.specs, analysis.checked.confidential, trust)


def offers(name: str, analysis: "Analysis") -> "Offered":
    """Return what the static checks found in a workflow, as issues with the fixes on offer."""
    from calibrant.workspace.offers import offered

    return offered(name, analysis.findings, analysis.workflow, analysis.checked.specs, analysis.checked.confidential)


def history(workspace: Path, name: str) -> "Sequence[SessionResult]":
    """Return the results of a workflow's newest runs, the newest first.

    Raises:
        StoreError: what was recorded cannot be read.
    """
    from calibrant.store import open_store

    with closing(open_store(state_dir(), workspace, create=False)) as store:
        return store.history(name)


def _step_runs(workspace: Path, name: str) -> "Sequence[StepRecord]":
    from calibrant.store import open_store

    with closing(open_store(state_dir(), workspace, create=False)) as store:
        return store.step_runs(name)


def _inputs(workspace: Path, name: str) -> Mapping[str, object]:
    from calibrant.store import open_store

    with closing(open_store(state_dir(), workspace, create=False)) as store:
        return store.inputs(name)


def _remember(workspace: Path, name: str, values: Mapping[str, object]) -> None:
    from calibrant.store import open_store

    with closing(open_store(state_dir(), workspace)) as store:
        store.remember_inputs(name, values)


def _secrets(workflow: "Workflow") -> "Sequence[str]":
    """Return the values of the secrets that a workflow names, and of variables that look as if they held one."""
    from calibrant.engine.mask import is_credential_name

    named = {secret.name for secret in workflow.secrets}
    return [value for name, value in os.environ.items() if value and (name in named or is_credential_name(name))]


def _trusted(workspace: Path, judge: Judge) -> bool:
    from calibrant.store import open_store

    with closing(open_store(state_dir(), workspace, create=False)) as store:
        return judge(workspace, store.trusted())


def _trust(workspace: Path) -> None:
    from calibrant.store import open_store

    with closing(open_store(state_dir(), workspace)) as store:
        store.trust(True)


def _session_object(result: "SessionResult", text: str) -> object:
    from calibrant.model.text import LineIndex
    from calibrant.report import session_object

    return session_object(result, LineIndex(text))
