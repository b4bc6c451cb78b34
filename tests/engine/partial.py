"""A workspace in which a workflow runs again and again, each run using what the ones before recorded."""

import asyncio
import os
import shutil
from collections.abc import Mapping
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

from calibrant import connectors, dialects
from calibrant.engine.run import run_workflow
from calibrant.model.connector import Connector, Registry
from calibrant.model.event import RunRequest, StepFinished
from calibrant.store import open_store
from engine.building import Seen

NAME = "x.workflow.yaml"
ENVIRON = {"PATH": os.environ.get("PATH", os.defpath)}


class Ran(Seen):
    """What a run told; `ran` are the steps that were called, with the reasons why."""

    @property
    def ran(self) -> dict[str, str]:
        """Why each step that was called was."""
        called = ("completed", "rehearsed", "failed")
        return {
            step: event.reason for step, event in self.finished.items() if event.status in called and not event.reused
        }

    @property
    def reused(self) -> set[str]:
        """The steps that were taken from the record."""
        return {step for step, event in self.finished.items() if event.reused}


class Place:
    """A workspace with its state. `outputs` are what the last run gave, by step."""

    def __init__(self, folder: Path, *more: Connector) -> None:
        self.folder = folder / "workspace"
        self.folder.mkdir(parents=True)
        self.state = folder / "state"
        self.connectors: Registry = {
            **{one.spec.name: one for one in more},
            **{name: connectors.registry()[name] for name in connectors.registry()},
        }
        self._sessions = count(1)

    def write(self, **files: str) -> None:
        """Write files; two underscores in a name stand for a dot."""
        for name, text in files.items():
            (self.folder / name.replace("__", ".")).write_text(text)

    def twin(self, folder: Path) -> "Place":
        """Return a workspace of the same files in which nothing is recorded."""
        other = Place(folder)
        other.connectors = self.connectors
        shutil.copytree(self.folder, other.folder, dirs_exist_ok=True)
        return other

    async def run(
        self,
        text: str,
        resume: str = "partial",
        *,
        name: str = NAME,
        environ: Mapping[str, str] | None = None,
        ends_early: bool = False,
        **given: Any,
    ) -> Ran:
        """Run a workflow to its end, and record it as a server does. `ends_early`: not every step has to come to an end."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        workflow = dialects.read(str(path), text)
        assert workflow is not None
        session = f"s{next(self._sessions)}"
        fields: dict[str, Any] = {"trusted": True, "execute": "open", "resume": resume} | given
        request = RunRequest(session=session, workspace=str(self.folder), path=str(path), text=text, state="", **fields)
        events = []
        with closing(open_store(self.state, self.folder)) as store:
            store.begin(session, name, 0.0)
            running = run_workflow(request, workflow, self.connectors, store.outputs, ENVIRON | dict(environ or {}))
            async with asyncio.timeout(60):
                async for event in running:
                    store.record(session, event)
                    events.append(event)
            ended = [event.step for event in events if isinstance(event, StepFinished)]
            assert len(ended) == len(set(ended))
            assert ends_early or len(ended) == len(workflow.steps)
            return Ran(events)

    def output(self, step: str, name: str = NAME) -> object:
        """Return the last good output of a step."""
        with closing(open_store(self.state, self.folder)) as store:
            found, output = store.outputs.last_good(name, step)
            assert found, step
            return output
