"""The environment of steps: what the toolchains of a folder give its commands, found inside the sandbox too."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from calibrant import dialects
from calibrant.connectors import registry
from calibrant.engine.context import Shared
from calibrant.engine.environment import Environments
from calibrant.engine.overlay import Overlay
from calibrant.engine.processes import Runner
from calibrant.engine.run import run_workflow
from calibrant.engine.sandbox import SECRET_PLACES
from calibrant.model.event import RunRequest, StepFinished
from calibrant.model.toolchain import Evidence, Survey, Toolchain
from calibrant.workspace.surveying import survey_of
from engine.building import MemoryStore
from isolation.building import MODES, Mode, Shell, fill, needs_bwrap, without_bwrap

SAYS = (Evidence("pyproject.toml", "says so", 1.0),)


def toolchain(root: str, *search: str, environment: str = "", **variables: str) -> Toolchain:
    return Toolchain("python", "pip", root, 1.0, SAYS, environment=environment, search=search, variables=variables)


def program(path: Path, says: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho {says}\n")
    path.chmod(0o755)
    return path


class Furnished(Shell):
    """A shell in the environment that a survey gives."""

    def __init__(self, workspace: Path, mode: Mode, home: Path, *toolchains: Toolchain) -> None:
        super().__init__(workspace, mode, home)
        self.asked = 0

        async def environments() -> Environments:
            self.asked += 1
            return Environments(Survey(str(workspace), toolchains), self.copy.overlay)

        self.runner = Runner(self.copy, mode, self.environ, 1 << 20, environments)


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Mode:
    found: Mode = request.param
    if found == "open":
        without_bwrap(monkeypatch)
    return found


@pytest.fixture
async def shell(mode: Mode, tmp_path: Path) -> AsyncIterator[Furnished]:
    """A workspace with a real virtual environment, another one in a project below, and tools in the home."""
    workspace = fill(tmp_path / "work", {"sub/a.txt": "", "other/b.txt": ""})
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(workspace / ".venv")], check=True)
    program(workspace / ".venv/bin/tool", "outer")
    program(workspace / "sub/node_modules/.bin/tool", "inner")
    program(tmp_path / "home/opt/jdk/bin/tool", "elsewhere")
    fill(tmp_path / "home", {"opt/other": "NOT SHOWN", "opt/jdk/lib/x": "SHOWN"})
    shell = Furnished(
        workspace,
        mode,
        tmp_path / "home",
        toolchain(
            ".", ".venv/bin", environment=".venv", VIRTUAL_ENV=str(workspace / ".venv"), MODE="dev", HOME="/nowhere"
        ),
        toolchain("sub", "sub/node_modules/.bin"),
        toolchain("other", f"{tmp_path}/home/opt/jdk/bin", environment=f"{tmp_path}/home/opt/jdk"),
    )
    yield shell
    shell.copy.close()


async def test_programs_of_the_nearest_toolchain_come_first(shell: Furnished) -> None:
    assert (await shell.run("tool")).stdout == "outer\n"
    assert (await shell.run("tool", cwd="sub")).stdout == "inner\n"
    assert (await shell.run("tool", cwd="other")).stdout == "elsewhere\n"
    assert shell.asked == 1, "for all commands of a run"


async def test_a_virtual_environment_is_really_used(shell: Furnished, mode: Mode) -> None:
    done = await shell.run("python3 -c 'import sys; print(sys.prefix)'; echo $VIRTUAL_ENV $MODE")
    assert done.stderr == ""
    place = shell.copy.overlay.workspace / ".venv"
    assert done.stdout == f"{place}\n{place} dev\n", "also without a sandbox, where it is a link in the copy"
    inside = await shell.run('printf %s "$VIRTUAL_ENV" | wc -c', env={})
    in_root = shell.copy.overlay.root / ".venv"
    assert int(inside.stdout) == len(str(in_root if mode == "open" else place))


async def test_a_step_s_own_variables_win(shell: Furnished) -> None:
    done = await shell.run("echo $VIRTUAL_ENV $MODE; tool || echo none", env={"MODE": "own", "PATH": "/usr/bin:/bin"})
    assert done.stdout.endswith(" own\nnone\n")


async def test_the_home_stays_private(shell: Furnished) -> None:
    assert "nowhere" not in (await shell.run("echo $HOME")).stdout


@needs_bwrap
@pytest.mark.parametrize("mode", ["sandbox"])
async def test_of_a_home_no_more_is_shown_than_the_environment(shell: Furnished, tmp_path: Path) -> None:
    done = await shell.run(f"cat {tmp_path}/home/opt/jdk/lib/x; cat {tmp_path}/home/opt/other || true", cwd="other")
    assert done.stdout == "SHOWN"
    again = await shell.run(f"touch {tmp_path}/home/opt/jdk/lib/y 2>/dev/null || echo read-only", cwd="other")
    assert again.stdout == "read-only\n"


@needs_bwrap
async def test_no_secret_place_is_shown_whatever_is_called_an_environment(tmp_path: Path) -> None:
    workspace, home = (
        fill(tmp_path / "work", {"a": ""}),
        fill(tmp_path / "home", {".ssh/bin/id": "KEY", ".ssh/lib/x": ""}),
    )
    assert ".ssh" in SECRET_PLACES
    every = [str(home), str(home / ".ssh"), str(home / ".ssh/bin"), "../home"]
    shell = Furnished(workspace, "sandbox", home, toolchain(".", *every, environment=str(home / ".ssh")))
    done = await shell.run(f"cat {home}/.ssh/bin/id 2>/dev/null || echo hidden")
    shell.copy.close()
    assert done.stdout == "hidden\n"


@needs_bwrap
async def test_the_python_that_an_environment_stands_on_is_shown(tmp_path: Path) -> None:
    home, workspace = tmp_path / "home", fill(tmp_path / "work", {"a": ""})
    real = program(home / "pythons/mine/bin/python3.11", "mine")
    fill(home, {"pythons/mine/lib/x": "", "pythons/other": "NOT SHOWN"})
    (workspace / ".venv/bin").mkdir(parents=True)
    (workspace / ".venv/bin/python3").symlink_to(real)
    fill(workspace, {".venv/pyvenv.cfg": ""})
    shell = Furnished(workspace, "sandbox", home, toolchain(".", ".venv/bin", environment=".venv"))
    done = await shell.run(f"python3; cat {home}/pythons/other || true")
    shell.copy.close()
    assert done.stdout == "mine\n"


async def ended(folder: Path, steps: str, store: MemoryStore, **more: object) -> Mapping[str, StepFinished]:
    path = folder / "a.workflow.yaml"
    text = f"name: a\nsteps:\n{steps}"
    path.write_text(text)
    request = RunRequest("s", str(folder), str(path), text, "", **{"execute": "sandbox", "trusted": True, **more})  # type: ignore[arg-type]
    workflow = dialects.read(str(path), text)
    assert workflow is not None
    events = run_workflow(request, workflow, registry(), store, os.environ, lambda found: survey_of(found, os.environ))
    return {event.step: event async for event in events if isinstance(event, StepFinished)}


@needs_bwrap
async def test_a_workflow_runs_in_the_environment_that_a_survey_finds(tmp_path: Path) -> None:
    fill(tmp_path, {"pyproject.toml": "[project]\nname = 'a'\nversion = '1'\n"})
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / ".venv")], check=True)
    program(tmp_path / ".venv/bin/own-tool", "own")
    steps = "  - id: one\n    run: own-tool\n"
    store = MemoryStore()
    assert (await ended(tmp_path, steps, store))["one"].status == "completed"
    assert (await ended(tmp_path, steps, store, resume="partial"))["one"].reused
    (tmp_path / "more").mkdir()
    assert (await ended(tmp_path, steps, store, execute="no"))["one"].status == "not_run"


@needs_bwrap
async def test_an_environment_elsewhere_is_part_of_what_an_output_hangs_on(tmp_path: Path) -> None:
    workspace, elsewhere = fill(tmp_path / "work", {"a": ""}), tmp_path / "env/bin"
    program(elsewhere / "tool", "one")
    request = RunRequest("s", str(workspace), str(workspace / "a.workflow.yaml"), "", "", execute="sandbox")
    found = Survey(str(workspace), (toolchain(".", str(elsewhere), environment=str(elsewhere.parent)),))

    async def key(survey: Survey) -> str:
        shared = Shared(request, os.environ, survey=lambda _folder: survey)
        try:
            return (await shared.fingerprint())[1]
        finally:
            await shared.close()

    first = await key(found)
    assert first == await key(found)
    assert first != await key(Survey(str(workspace)))
    program(elsewhere / "other", "two")
    assert first != await key(found)


async def test_nothing_is_surveyed_where_nothing_may_run(tmp_path: Path) -> None:
    asked: list[Path] = []

    def survey(folder: Path) -> Survey:
        asked.append(folder)
        return Survey(str(folder))

    request = RunRequest("s", str(tmp_path), str(tmp_path / "a.workflow.yaml"), "", "", execute="no")
    shared = Shared(request, os.environ, survey=survey)
    await shared.environments()
    await shared.close()
    assert not asked


async def test_a_survey_that_breaks_off_costs_no_run(tmp_path: Path) -> None:
    def survey(_folder: Path) -> Survey:
        raise RuntimeError("no")

    request = RunRequest("s", str(tmp_path), str(tmp_path / "a.workflow.yaml"), "", "", execute="open")
    shared = Shared(request, os.environ, survey=survey)
    assert (await shared.environments()).toolchains(tmp_path) == ()
    await shared.close()


async def test_an_environment_that_nobody_may_look_into_costs_no_step(tmp_path: Path, mode: Mode) -> None:
    workspace = fill(tmp_path / "work", {"a": ""})
    shell = Shell(workspace, mode, fill(tmp_path / "home", {"x": ""}))
    done = await shell.run("mkdir .venv venv venv/lib; chmod 000 .venv venv/lib; ln -s nowhere node_modules")
    assert done.exit_code == 0
    assert (await shell.run("echo on")).stdout == "on\n"
    shell.copy.close()


def test_a_link_to_no_interpreter_shows_no_folder(tmp_path: Path) -> None:
    """An environment of the workspace may link to anything: only where an interpreter is installed is put into the sandbox."""
    home = fill(
        tmp_path / "home",
        {"app/lib/secret": "", "app/bin/rails": "", "runtime/lib/x": "", "runtime/bin/python3.12": ""},
    )
    workspace = fill(tmp_path / "work", {".venv/pyvenv.cfg": "", ".venv/bin/x": ""})
    environments = Environments(
        Survey(str(workspace), (toolchain(".", ".venv/bin", environment=".venv"),)),
        Overlay(workspace, workspace, live=False, open_paths=(), hidden=()),
    )
    (workspace / ".venv/bin/python").symlink_to(home / "app/bin/rails")
    assert environments.programs() == ()
    (workspace / ".venv/bin/python3").symlink_to(home / "runtime/bin/python3.12")
    assert environments.programs() == (home / "runtime",)
