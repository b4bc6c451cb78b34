"""One editor's open documents, real runs of them in worker processes, and what is known of them."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

from calibrant import app
from calibrant.ide.view import StepRun, View
from calibrant.model.event import Event
from calibrant.model.session import SessionResult
from calibrant.model.settings import Settings
from calibrant.workspace.calibration import RunOptions
from calibrant.workspace.documents import Documents, Snapshot
from calibrant.workspace.knowledge import Knowledge, Sources
from calibrant.workspace.pipeline import Pipeline
from calibrant.workspace.queue import Rooms, Run, RunQueue


class Window:
    """One editor on one workspace. `seen` is called at each event of a run; `told` are the documents of which there was news."""

    def __init__(self, workspace: Path, settings: Settings | None = None) -> None:
        self.workspace = workspace
        self.settings = settings or Settings()
        self.documents = Documents()
        self.told: list[str] = []
        self.ends: list[SessionResult] = []
        self.seen: Callable[[Event], None] = lambda _event: None
        self._tasks: set[asyncio.Task[None]] = set()
        self.pipeline = Pipeline(
            self.documents,
            settings=lambda _path: self.settings,
            analyse=app.analyse,
            show=lambda _snapshot, _analysis: None,
            spawn=self._spawn,
        )
        self.knowledge = Knowledge(
            self.documents,
            self.pipeline,
            Sources(
                settings=lambda _path: self.settings,
                recorded=lambda path: (
                    lambda: (
                        app._step_runs(workspace, path.name),
                        app._inputs(workspace, path.name),
                    )
                ),
                secrets=app._secrets,
                spawn=self._spawn,
            ),
        )
        self.knowledge.listen(self.told.append)
        rooms = Rooms(
            app.calibration, app.history, lambda _path: self.settings, lambda _path: workspace, lambda path: path.name
        )
        self.runs = RunQueue(rooms, self)

    def open(self, text: str, name: str = "a.workflow.yaml") -> Snapshot:
        snapshot = self.type(text, name)
        self.knowledge.opened(snapshot)
        return snapshot

    def type(self, text: str, name: str = "a.workflow.yaml") -> Snapshot:
        path = self.workspace / name
        return self.documents.put(str(path), path.as_uri(), path, text, 1)

    async def run(self, snapshot: Snapshot, inputs: Mapping[str, object] | None = None, *, trust: bool = False) -> str:
        """Run a text to its end; return the session."""
        options = RunOptions(inputs=dict(inputs or {}), trust=trust)
        session = self.runs.start(snapshot, options, asked=True)
        await self.over(session)
        return session

    async def over(self, session: str) -> None:
        async with asyncio.timeout(30):
            while all(one.session != session for one in self.ends):
                await asyncio.sleep(0.005)

    async def view(self, snapshot: Snapshot) -> View:
        found = await self.knowledge.view(snapshot)
        assert found is not None
        return found

    async def step(self, snapshot: Snapshot, label: str) -> StepRun:
        return (await self.view(snapshot)).steps[label]

    async def at_rest(self) -> None:
        """Wait until all that was begun beside all else is done."""
        await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        self.knowledge.close()
        await self.runs.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def began(self, run: Run) -> None:
        self.knowledge.began(run)

    def happened(self, run: Run, event: Event) -> None:
        self.knowledge.happened(run, event)
        self.seen(event)

    def learned(self, run: Run) -> None:
        """Nothing is shown here."""

    def ended(self, run: Run, result: SessionResult, error: BaseException | None) -> None:
        self.knowledge.ended(run, error)
        self.ends.append(result)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> object:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        return task
