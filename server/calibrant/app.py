"""Puts the rooms together: the only file that may import every one of them."""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

from calibrant.model.event import Event, RunRequest


def state_dir() -> Path:
    """Return the user's state directory: `CALIBRANT_STATE`, else the platform's place for state."""
    named = os.environ.get("CALIBRANT_STATE")
    if named:
        return Path(named).absolute()
    import platformdirs

    return Path(platformdirs.user_state_dir("calibrant", appauthor=False))


def user_settings() -> Path:
    """Return the path of the user's own settings file: `CALIBRANT_CONFIG`, else in the platform's configuration folder."""
    named = os.environ.get("CALIBRANT_CONFIG")
    if named:
        return Path(named).absolute()
    import platformdirs

    return Path(platformdirs.user_config_dir("calibrant", appauthor=False)) / "calibrant.toml"


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
