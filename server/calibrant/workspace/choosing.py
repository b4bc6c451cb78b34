"""What the targets of a step have for a place that is being written, found in a worker process beside the typing."""

from collections.abc import Sequence
from pathlib import Path

from calibrant.engine.process import start_worker
from calibrant.model.event import ChoicesFound, Choosing, RunRequest
from calibrant.model.settings import Settings

_TIME_LIMIT = 10.0


async def choose(
    choosing: Choosing, path: Path, text: str, workspace: Path, settings: Settings, command: Sequence[str]
) -> ChoicesFound:
    """Return what there is for a place in a workflow's text; nothing is run, written or reached outside the workspace.

    `command` starts a worker process. Cancelling the task ends it.
    """
    request = RunRequest(
        session="choices",
        workspace=str(workspace),
        path=str(path),
        text=text,
        state="",
        choosing=choosing,
        time_limit=_TIME_LIMIT,
        open_paths=settings.open_paths,
    )
    worker = await start_worker(request, command)
    found = ChoicesFound(())
    ended = False
    try:
        async for event in worker.events():
            if isinstance(event, ChoicesFound):
                found = event
        ended = True
    finally:
        if not ended:
            await worker.cancel()
    return found
