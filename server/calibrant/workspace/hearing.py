"""What the events of a worker say: findings, made in a thread where an output has to be read for them."""

import asyncio
from pathlib import Path

from calibrant.failures.collector import collect
from calibrant.failures.grounding import grounded
from calibrant.model.event import Event, StepFinished
from calibrant.model.issue import Finding
from calibrant.model.toolchain import Ground
from calibrant.model.workflow import Workflow


def roots_of(workspace: Path) -> tuple[str, ...]:
    """Return the absolute paths by which tools may name the workspace: as it is called, and with links resolved."""
    return tuple(dict.fromkeys((str(workspace), str(workspace.resolve()))))


async def heard(event: Event, workflow: Workflow, ground: Ground | None, roots: tuple[str, ...]) -> list[Finding]:
    """Return the findings that an event holds; a tool's output may be long, and a server must answer meanwhile."""
    if isinstance(event, StepFinished) and any(failure.output or failure.left for failure in event.failures):
        return await asyncio.to_thread(_found, event, workflow, ground, roots)
    return _found(event, workflow, ground, roots)


def _found(event: Event, workflow: Workflow, ground: Ground | None, roots: tuple[str, ...]) -> list[Finding]:
    files = ground.survey.files if ground else ()
    return grounded(collect(event, workflow, roots, files), ground)
