"""Puts the rooms together: the only file that may import every one of them."""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

from calibrant.model.event import Event, RunRequest
from calibrant.model.settings import Settings
from calibrant.workspace.settings import load_settings


def state_dir() -> Path:
    """Return the user's state directory: `CALIBRANT_STATE`, else the platform's place for state."""
    named = os.environ.get("CALIBRANT_STATE")
    if named:
        return Path(named).absolute()
    import platformdirs

    return Path(platformdirs.user_state_dir("calibrant", appauthor=False))


def settings_for(workspace: Path, **overrides: object) -> tuple[Settings, list[str]]:
    """Return the settings in force for a workspace, `overrides` being the command line's, and what is wrong with them."""
    return load_settings(workspace, environ=os.environ, command_line=overrides)


def worker_command() -> tuple[str, ...]:
    """Return the command that starts a worker process; -P keeps the current folder's modules out of it."""
    return (sys.executable, "-P", "-m", "calibrant", "worker")


def run_worker() -> int:
    """Be the worker process: read one request from stdin, run it, and write its events to stdout."""
    from calibrant.engine.worker import serve_worker

    return serve_worker(_run)


async def _run(request: RunRequest) -> AsyncIterator[Event]:
    from calibrant import connectors, dialects
    from calibrant.engine.run import run_workflow
    from calibrant.store import open_store

    workflow = dialects.read(request.path, request.text)
    if workflow is None:
        raise ValueError(f"{request.path} is no workflow file")
    with closing(open_store(Path(request.state), Path(request.workspace))) as store:
        async for event in run_workflow(request, workflow, connectors.registry(), store.outputs, os.environ):
            yield event
