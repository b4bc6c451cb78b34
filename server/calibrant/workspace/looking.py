"""A look at what a workflow names — files, sheets, tables — in a worker process, beside the typing."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from calibrant import failures, rules
from calibrant.engine.process import start_worker
from calibrant.failures.collector import collect
from calibrant.model.connector import Effect, Specs
from calibrant.model.event import RunRequest
from calibrant.model.issue import Finding
from calibrant.model.settings import Settings
from calibrant.model.workflow import Workflow
from calibrant.rules.concealing import conceal
from calibrant.workspace.analysis import Analysis, broken_steps

if TYPE_CHECKING:
    from calibrant.workspace.linting import Linter

_TIME_LIMIT = 20.0
_HERE = frozenset({Effect.READ, Effect.WRITE_LOCAL})


def worth_a_look(workflow: Workflow, specs: Specs) -> bool:
    """Tell whether a step names something of the workspace that can be looked at."""
    return any(
        (spec := specs.get(step.body.action or "")) is not None and bool(_HERE & set(spec.effects))
        for step in workflow.steps
    )


async def lint(
    analysis: Analysis, workspace: Path, settings: Settings, linter: "Linter | None" = None
) -> tuple[Finding, ...]:
    """Return what programs that check scripts say of a workflow's; see `workspace.linting`."""
    from calibrant.workspace.linting import Linter

    found = await (linter or Linter()).findings(analysis.workflow, workspace, analysis.checked.findings)
    told = conceal(rules.unsilenced(analysis.workflow, found), analysis.checked.confidential)
    return tuple(failures.apply(told, settings))


async def look(analysis: Analysis, workspace: Path, settings: Settings, command: Sequence[str]) -> tuple[Finding, ...]:
    """Return what is not there of what the workflow names; nothing is run, written or reached outside the workspace.

    `command` starts a worker process. Cancelling the task ends it.
    """
    request = RunRequest(
        session="look",
        workspace=str(workspace),
        path=analysis.path,
        text=analysis.workflow.text,
        state="",
        look=True,
        broken=broken_steps(analysis),
        time_limit=_TIME_LIMIT,
        open_paths=settings.open_paths,
    )
    worker = await start_worker(request, command)
    found: list[Finding] = []
    ended = False
    try:
        async for event in worker.events():
            found += collect(event, analysis.workflow)
        ended = True
    finally:
        if not ended:
            await worker.cancel()
    return tuple(failures.apply(rules.unsilenced(analysis.workflow, found), settings))
