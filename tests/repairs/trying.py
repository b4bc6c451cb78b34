"""Checks and runs of workflows, for the tests of repairs; everything real, in this process."""

import asyncio
import sys
import venv
from pathlib import Path

import msgspec

from calibrant import connectors, failures
from calibrant.engine.run import run_workflow
from calibrant.failures.collector import collect
from calibrant.failures.grounding import grounded
from calibrant.model.event import Event, RunRequest
from calibrant.model.issue import Issue
from calibrant.model.nodes import plain
from calibrant.model.settings import Settings
from calibrant.model.toolchain import Ground
from calibrant.model.workflow import Workflow
from calibrant.syntax import normal, parse_piece
from calibrant.workspace.analysis import Analysis, analyse, around_on_disk, broken_steps
from calibrant.workspace.surveying import survey_of
from engine.building import MemoryStore

SPECS = connectors.specs()
ENVIRON = {"PATH": "/usr/bin:/bin"}
"""The system's programs, by which a folder is surveyed."""

WITH_TOOLS = {"PATH": f"{ENVIRON['PATH']}:{Path(sys.executable).parent}"}
"""Behind them those that the tests are run with, for steps."""


def read(path: Path, text: str, workspace: Path | None = None) -> Analysis:
    """Return a text as read and checked, with what its commands find in a folder."""
    ground = Ground(survey_of(workspace, ENVIRON)) if workspace else None
    analysis = analyse(str(path), text, SPECS, Settings(), None, around_on_disk, lambda _path: ground)
    assert analysis is not None
    return analysis


def checked(analysis: Analysis) -> tuple[Issue, ...]:
    """Return what the static checks found."""
    return failures.group("x.workflow.yaml", analysis.findings).all


def calibrated(analysis: Analysis, folder: Path) -> tuple[Issue, ...]:
    """Return what the static checks and a run in the folder found."""
    workflow = analysis.workflow
    told = [finding for event in asyncio.run(_run(analysis, folder)) for finding in collect(event, workflow)]
    found = grounded(told, analysis.checked.ground)
    return failures.group("x.workflow.yaml", (*analysis.findings, *found)).all


async def _run(analysis: Analysis, folder: Path) -> list[Event]:
    request = RunRequest(
        session="s",
        workspace=str(folder),
        path=str(folder / "x.workflow.yaml"),
        text=analysis.workflow.text,
        state="",
        trusted=True,
        execute="open",
        broken=broken_steps(analysis),
    )
    if (folder / "requirements.txt").exists():
        venv.create(folder / ".venv", with_pip=True, symlinks=True)
    running = run_workflow(
        request,
        analysis.workflow,
        connectors.registry(),
        MemoryStore(),
        WITH_TOOLS,
        lambda workspace: survey_of(workspace, ENVIRON),
    )
    async with asyncio.timeout(30):
        return [event async for event in running]


def data_of(workflow: Workflow) -> object:
    """Return a workflow as plain data."""
    if workflow.jobs:
        return plain(parse_piece(normal(workflow.text), "yaml").node)
    root = plain(workflow.root)
    assert isinstance(root, dict)
    return root | ({"steps": [plain(step.body.node) for step in workflow.steps]} if "steps" in root else {})


def words(changes: object) -> str:
    """Return changes for a failed test's message."""
    return msgspec.json.encode(changes).decode()
