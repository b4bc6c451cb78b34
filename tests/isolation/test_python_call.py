"""python.call in the real private copy and sandbox."""

import os
from pathlib import Path
from typing import Literal

import pytest

from calibrant.connectors import registry
from calibrant.engine.context import CallContext, Shared
from calibrant.model.connector import Output
from calibrant.model.event import RunRequest
from calibrant.model.failure import NotRun, StepError
from isolation.building import MODES, Mode, fill, needs_bwrap, without_bwrap

TOOLS = """
import socket
from pathlib import Path
def write(n):
    Path("made.txt").write_text("x" * n)
    return [str(Path.cwd()), __file__]
def ask():
    socket.getaddrinfo("example.com", 80)
def fails():
    raise ValueError("no")
"""


async def called(workspace: Path, mode: Literal["no", "sandbox", "open"], function: str, **args: object) -> Output:
    path = str(workspace / "flows/a.workflow.yaml")
    shared = Shared(RunRequest("s", str(workspace), path, "", "", execute=mode, trusted=True), os.environ)
    try:
        context = CallContext(shared, live=False, timeout=30.0)
        return await registry()["python.call"].run({"function": function, "args": args}, context)
    finally:
        await shared.close()


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return fill(tmp_path / "ws", {"flows/tools.py": TOOLS, "flows/a.workflow.yaml": ""})


@pytest.mark.parametrize("mode", MODES)
async def test_it_works_in_the_private_copy(workspace: Path, mode: Mode, monkeypatch: pytest.MonkeyPatch) -> None:
    if mode == "open":
        without_bwrap(monkeypatch)
    before = sorted(path.name for path in workspace.rglob("*"))
    output = await called(workspace, mode, "tools:write", n=3)
    assert output == {"result": [str(workspace / "flows"), str(workspace / "flows/tools.py")]}
    with pytest.raises(StepError) as caught:
        await called(workspace, mode, "tools:fails")
    assert caught.value.failure.evidence["line"] == "tools.py:10"
    assert f'File "{workspace}/flows/tools.py", line 10' in caught.value.failure.details
    assert sorted(path.name for path in workspace.rglob("*")) == before


async def test_without_trust_nothing_is_called(workspace: Path) -> None:
    with pytest.raises(NotRun):
        await called(workspace, "no", "tools:write", n=1)


@needs_bwrap
async def test_a_function_that_needs_the_network_is_not_run(workspace: Path) -> None:
    with pytest.raises(NotRun) as caught:
        await called(workspace, "sandbox", "tools:ask")
    assert "needs the network" in caught.value.reason
