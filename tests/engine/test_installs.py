"""Private installs with real pip and npm: what a step installs is found by later ones, and the workspace stays as it is."""

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from calibrant import dialects
from calibrant.connectors import registry
from calibrant.engine import tree
from calibrant.engine.installs import Installs, installs
from calibrant.engine.run import run_workflow
from calibrant.engine.workspace_copy import _rename_within
from calibrant.model.event import RunRequest, StepFinished
from calibrant.workspace.surveying import survey_of
from engine.building import MemoryStore
from engine.wheels import tarball, wheel
from isolation.building import MODES, fill, needs_bwrap, without_bwrap

needs_npm = pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")
INSTALL = "install --no-index --find-links wheels"


async def ran(
    folder: Path,
    steps: Mapping[str, str],
    store: MemoryStore | None = None,
    home: Path | None = None,
    seconds: float = 0.0,
    **more: object,
) -> Mapping[str, StepFinished]:
    """Run scripts one after the other in a workspace, each for so many seconds, and return how each ended."""
    lines, before = ["name: a", "steps:"], ""
    for name, script in steps.items():
        lines += [f"  - id: {name}", f"    needs: [{before}]" if before else "", "    run: |"]
        lines += [f"      {line}" for line in script.splitlines()]
        lines += [f"    timeout: {seconds:g}"] if seconds else []
        before = name
    return await ran_text(folder, "\n".join(lines) + "\n", store, home, **more)


async def ran_text(
    folder: Path, text: str, store: MemoryStore | None = None, home: Path | None = None, **more: object
) -> Mapping[str, StepFinished]:
    """Run a workflow in a workspace and return how each of its steps ended."""
    path = folder / "a.workflow.yaml"
    path.write_text(text)
    environ = {**os.environ, **({"HOME": str(home)} if home else {})}
    request = RunRequest("s", str(folder), str(path), text, "", **{"execute": "sandbox", "trusted": True, **more})  # type: ignore[arg-type]
    workflow = dialects.read(str(path), text)
    assert workflow is not None
    found = run_workflow(
        request, workflow, registry(), store or MemoryStore(), environ, lambda of: survey_of(of, environ)
    )
    return {event.step: event async for event in found if isinstance(event, StepFinished)}


def statuses(ended: Mapping[str, StepFinished]) -> dict[str, str]:
    """Return how steps ended, with what they said where that was not well."""
    return {
        step: event.status + "".join(f" {failure.output or failure.message}" for failure in event.failures)
        for step, event in ended.items()
    }


def everything(folder: Path) -> dict[str, tuple[int, int]]:
    """Return what tells whether anything below a folder was changed."""
    return {str(path): (path.lstat().st_mtime_ns, path.lstat().st_size) for path in sorted(folder.rglob("*"))}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A Python project with a virtual environment that lacks what is declared."""
    folder = fill(tmp_path / "work", {"requirements.txt": "tinypkg\n", "sub/a": ""})
    wheel(folder / "wheels", "tinypkg")
    wheel(folder / "wheels", "otherpkg")
    return folder


@pytest.fixture
def venv(project: Path) -> Path:
    subprocess.run([sys.executable, "-m", "venv", str(project / ".venv")], check=True)
    return project / ".venv"


@pytest.mark.parametrize("mode", MODES)
async def test_into_a_virtual_environment(
    project: Path, venv: Path, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if mode == "open":
        without_bwrap(monkeypatch)
    before = everything(venv)
    steps = {
        "without": "! python -c 'import tinypkg' 2>/dev/null",
        "install": f"pip {INSTALL} -r requirements.txt",
        "use": "python -c 'import tinypkg'\ntinypkg",
        "more": "cd sub\n../.venv/bin/python -m pip install --no-index --find-links ../wheels otherpkg\n../.venv/bin/otherpkg",
        "remove": "pip uninstall -y tinypkg",
        "gone": "! python -c 'import tinypkg' 2>/dev/null\notherpkg",
    }
    assert statuses(await ran(project, steps, execute=mode)) == dict.fromkeys(steps, "completed")
    assert everything(venv) == before, "nothing was installed into the workspace's own"


@needs_bwrap
async def test_without_a_virtual_environment_into_the_private_home(project: Path, tmp_path: Path) -> None:
    home = fill(tmp_path / "home", {".local/bin/x": ""})
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    real = home / f".local/lib/{version}/site-packages"
    fill(real, {"mine.py": "X = 1\n"})
    before = everything(home)
    steps = {
        "install": f"python3 -m pip {INSTALL} tinypkg",
        "use": "python3 -c 'import tinypkg, mine; print(tinypkg.__file__)'\ntinypkg",
    }
    ended = await ran(project, steps, home=home)
    if "externally-managed" in str(statuses(ended)):
        pytest.skip("the system's Python lets nothing be installed")
    assert statuses(ended) == dict.fromkeys(steps, "completed"), "what the real home has is found too"
    assert everything(home) == before


@needs_bwrap
@pytest.mark.skipif(
    not list(Path("/usr/lib").glob("python3*/EXTERNALLY-MANAGED")), reason="Python is not Debian's here"
)
async def test_a_python_that_the_system_manages_says_so(project: Path) -> None:
    if subprocess.run(["/usr/bin/python3", "-m", "pip", "--version"], capture_output=True, check=False).returncode:
        pytest.skip("Debian's pip is not installed")
    ended = await ran(project, {"install": f"/usr/bin/python3 -m pip {INSTALL} tinypkg"})
    assert ended["install"].status == "failed", "outside of a calibration it would be no other way"
    assert "externally-managed-environment" in ended["install"].failures[0].output


@needs_bwrap
async def test_an_environment_that_a_step_makes(project: Path) -> None:
    steps = {
        "make": "python3 -m venv .venv",
        "install": f".venv/bin/pip {INSTALL} tinypkg",
        "use": ".venv/bin/tinypkg\n. .venv/bin/activate\npython -c 'import tinypkg'",
    }
    assert statuses(await ran(project, steps)) == dict.fromkeys(steps, "completed")
    assert not (project / ".venv").exists()


@needs_bwrap
async def test_into_a_folder_of_its_own(project: Path, venv: Path) -> None:
    before = everything(venv)
    steps = {
        "target": f"pip {INSTALL} --target lib tinypkg\nPYTHONPATH=lib python -c 'import tinypkg'",
        "prefix": f"pip {INSTALL} --prefix $PWD/pre tinypkg\n"
        "PYTHONPATH=$(echo pre/lib/python*/site-packages) python -c 'import tinypkg'",
        "later": "PYTHONPATH=lib python -c 'import tinypkg'\nls pre/bin/tinypkg",
    }
    assert statuses(await ran(project, steps)) == dict.fromkeys(steps, "completed")
    assert everything(venv) == before


@needs_bwrap
async def test_what_needs_the_network_is_not_run_and_takes_nothing_away(project: Path, venv: Path) -> None:
    steps = {"install": "pip install surely-not-here", "use": "python --version"}
    ended = await ran(project, steps)
    assert (ended["install"].status, ended["use"].status) == ("not_run", "completed")
    assert "network" in ended["install"].reason


@needs_bwrap
async def test_an_install_is_made_again_for_a_later_step_that_runs(project: Path, venv: Path) -> None:
    store, steps = MemoryStore(), {"install": f"pip {INSTALL} tinypkg", "use": "tinypkg"}
    assert statuses(await ran(project, steps, store)) == dict.fromkeys(steps, "completed")
    again = await ran(project, {**steps, "use": "tinypkg && echo more"}, store, resume="partial")
    assert statuses(again) == dict.fromkeys(steps, "completed")


@needs_bwrap
async def test_an_environment_that_is_too_large_stays_as_it_is(
    project: Path, venv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("calibrant.engine.copying.LARGEST_ENVIRONMENT", 1_000)
    ended = await ran(project, {"install": f"pip {INSTALL} tinypkg", "use": "python --version"})
    assert (ended["install"].status, ended["use"].status) == ("not_run", "completed")
    assert "read-only" in ended["install"].reason


# Node


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A Node project with its packages installed, out of tarballs of its own."""
    folder = fill(
        tmp_path / "node", {"package.json": json.dumps({"name": "a", "version": "1.0.0", "scripts": {"go": "tiny"}})}
    )
    for name in ("tiny", "other"):
        tarball(folder / "packed", name)
    npm(folder, "install", "./packed/tiny-1.0.0.tgz")
    return folder


def npm(folder: Path, *words: str) -> None:
    home = {"HOME": str(folder.parent), "NPM_CONFIG_FETCH_RETRIES": "0", "NPM_CONFIG_AUDIT": "false"}
    subprocess.run(["npm", *words], cwd=folder, env={**os.environ, **home}, check=True, capture_output=True)


@needs_npm
@pytest.mark.parametrize("mode", MODES)
async def test_node_packages(package: Path, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if mode == "open":
        without_bwrap(monkeypatch)
    before = everything(package)
    steps = {
        "clean": "npm ci",
        "use": "node -e \"require('tiny')\"\nnpm run go",
        "more": "npm install ./packed/other-1.0.0.tgz",
        "both": "node -e \"require('tiny'); require('other')\"\nnpx --no other",
    }
    assert statuses(await ran(package, steps, execute=mode)) == dict.fromkeys(steps, "completed")
    (package / "a.workflow.yaml").unlink()
    after = everything(package)
    assert after == before


@needs_npm
@needs_bwrap
async def test_without_node_modules_they_are_made_in_the_copy(package: Path) -> None:
    shutil.rmtree(package / "node_modules")
    steps = {"clean": "npm ci", "use": "npm run go"}
    assert statuses(await ran(package, steps)) == dict.fromkeys(steps, "completed")
    assert not (package / "node_modules").exists()


@needs_npm
@needs_bwrap
async def test_a_package_below_with_a_lock_file_of_its_own_takes_nothing_from_the_packages_above(package: Path) -> None:
    below = package / "below"
    below.mkdir()
    (below / "package.json").write_text('{"name": "b", "version": "1.0.0"}')
    npm(below, "install", "--package-lock-only")
    steps = {"clean": "cd below && npm ci", "other": "npm ci --prefix below", "use": "npm run go"}
    assert statuses(await ran(package, steps)) == dict.fromkeys(steps, "completed")


@needs_npm
@needs_bwrap
async def test_an_npm_ci_that_needs_the_network_leaves_the_packages_there(package: Path) -> None:
    lock = json.loads((package / "package-lock.json").read_text())
    (package / "package.json").write_text(
        json.dumps({"name": "a", "version": "1.0.0", "dependencies": {"far": "1.0.0"}})
    )
    lock["packages"] = {
        "": {"name": "a", "version": "1.0.0", "dependencies": {"far": "1.0.0"}},
        "node_modules/far": {"version": "1.0.0", "resolved": "https://packages.example/far/-/far-1.0.0.tgz"},
    }
    (package / "package-lock.json").write_text(json.dumps(lock))
    ended = await ran(package, {"clean": "npm ci", "use": "node -e \"require('tiny')\""})
    assert ended["clean"].status == "not_run", statuses(ended)
    assert "network" in ended["clean"].reason
    assert ended["clean"].seconds < 30, "it is not tried again and again"
    assert ended["use"].status == "completed", statuses(ended)


@needs_npm
@needs_bwrap
async def test_a_global_install_goes_into_the_private_home(package: Path, tmp_path: Path) -> None:
    steps = {"install": "npm install -g ./packed/other-1.0.0.tgz", "use": "other"}
    assert statuses(await ran(package, steps)) == dict.fromkeys(steps, "completed")


HERE = frozenset({"."})


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("pip install -r requirements.txt", Installs(python=True)),
        ("pip3.11 install x", Installs(python=True)),
        (".venv/bin/python -m pip install x", Installs(python=True)),
        ("python3 -I -m pip install x", Installs(python=True)),
        ("sudo pip install x", Installs(python=True)),
        ("uv pip install x", Installs(python=True)),
        ("uv sync --frozen", Installs(python=True)),
        ("uv run pytest", Installs()),
        ("poetry install --no-root", Installs(python=True)),
        ("pip list", Installs()),
        ("pipx run black .", Installs()),
        ("python -m venv .venv", Installs(python=True)),
        ("python -m pytest install", Installs()),
        ("echo pip install x", Installs()),
        ("if true; then\n  pip install x\nfi", Installs(python=True)),
        ("tox -e py", Installs(folders=frozenset({".tox"}))),
        ("python -m nox", Installs(folders=frozenset({".nox"}))),
        ("npm ci", Installs(node=HERE, clean=True)),
        ("npm ci && npm install x", Installs(node=HERE)),
        ("cd web && npm --prefix sub install", Installs(node=frozenset({"web/sub"}))),
        ("npm ci --prefix=web", Installs(node=frozenset({"web"}), clean=True)),
        ('cd "$WHERE" && npm ci', Installs(node=frozenset({None}), clean=True)),
        ("npm run install-all", Installs()),
        ("npm test", Installs()),
        ("npm i -g x", Installs(globally=True)),
        ("yarn", Installs(node=HERE)),
        ("yarn --frozen-lockfile", Installs(node=HERE)),
        ("yarn test", Installs()),
        ("pnpm install --frozen-lockfile", Installs(node=HERE)),
        ("bun add x", Installs(node=HERE)),
        ("make install", Installs()),
        ("for (", Installs()),
        ("", Installs()),
    ],
)
def test_which_scripts_install(script: str, found: Installs) -> None:
    assert installs(script) == found


@needs_bwrap
async def test_an_install_that_fails_of_its_own_leaves_the_environment_in_place(project: Path, venv: Path) -> None:
    steps = {
        "wrong": f"pip {INSTALL} nothing-of-that-name",
        "right": f"pip {INSTALL} tinypkg",
        "broken": f"pip {INSTALL} otherpkg\nexit 3",
        "both": "tinypkg\notherpkg",
    }
    ended = await ran(project, steps)
    assert [event.status for event in ended.values()] == ["failed", "completed", "failed", "completed"], statuses(ended)


@needs_bwrap
async def test_a_step_that_is_stopped_while_it_installs_takes_nothing_away(project: Path, venv: Path) -> None:
    steps = {"slow": "rm -rf .venv/lib\nsleep 30\npip install x", "use": "python -c 'import pip'"}
    ended = await ran(project, steps, seconds=2.0)
    assert [failure.code for failure in ended["slow"].failures] == ["step-timeout"]
    assert ended["use"].status == "completed", statuses(ended)


NO_NETWORK = "echo 'curl: (6) Could not resolve host: example.com' >&2; exit 6"


@pytest.fixture
def others(tmp_path: Path) -> Path:
    """A folder beside the workspace, with packages of its own."""
    folder = fill(tmp_path / "others", {"node_modules/deep/a.js": "precious", "keep/inner/b": ""})
    (folder / "keep").chmod(0o755)
    return folder


@needs_bwrap
async def test_a_link_that_a_command_leaves_leads_no_install_out(tmp_path: Path, others: Path) -> None:
    """The folder of an environment is made a link: nothing is copied to where it leads, and nothing removed there."""
    folder = fill(tmp_path / "work", {"sub/package.json": "{}", "sub/node_modules/left/index.js": "x"})
    before = everything(others)
    swapped = {
        "once": f"npm -C sub install --offline || true\nrm -rf sub; ln -s {others} sub\n{NO_NETWORK}",
        "move": f"test -d sub/node_modules || mv sub away; ln -s {others} sub 2>/dev/null || true",
        "install": f"npm install --offline || true\n{NO_NETWORK}",
    }
    ended = await ran(folder, swapped)
    assert ended["once"].status == "not_run"
    moved = {
        "move": f"mv sub away\nln -s {others} sub",
        "plain": "test -d away/node_modules",
        "install": f"npm install --offline || true\n{NO_NETWORK}",
    }
    ended = await ran(folder, moved)
    assert statuses(ended)["plain"] == "completed"
    assert everything(others) == before


@needs_bwrap
async def test_an_environment_that_became_a_link_is_put_back(tmp_path: Path, others: Path) -> None:
    folder = fill(tmp_path / "work", {"package.json": "{}", "node_modules/left/index.js": "x"})
    (others / "keep" / "inner").chmod(0o755)
    before = everything(others)
    ended = await ran(
        folder,
        {
            "swap": f"npm install --offline || true\nrm -rf node_modules\nln -s {others} node_modules\n{NO_NETWORK}",
            "file": f"npm install --offline || true\nrm -rf node_modules\ntouch node_modules\n{NO_NETWORK}",
            "there": "test -f node_modules/left/index.js",
        },
    )
    assert statuses(ended)["there"] == "completed"
    assert everything(others) == before
    assert (others / "keep" / "inner").stat().st_mode & 0o777 == 0o755


@needs_bwrap
async def test_a_link_in_the_private_home_leads_no_install_out(tmp_path: Path) -> None:
    """Of the user's Python packages a word is written into the private home, where a command put a link before."""
    home = fill(tmp_path / "home", {f".local/lib/python3.{minor}/site-packages/a.py": "" for minor in (11, 12)})
    rc = home / "rc"
    rc.write_text("precious")
    deep = "$HOME/.python/lib/python3.11/site-packages"
    folder = fill(tmp_path / "work", {"a": ""})
    for name, link in {
        "file": f"mkdir -p {deep}; ln -s {rc} {deep}/home.pth",
        "folder": f"ln -s {home}/.local $HOME/.python",
    }.items():
        ended = await ran(folder, {name: link, "install": "pip install --no-index nothing || true"}, home=home)
        assert statuses(ended)["install"] == "completed"
        assert rc.read_text() == "precious"
        assert not list(home.rglob("home.pth"))


def test_programs_behind_a_link_are_not_renamed(tmp_path: Path) -> None:
    outside = fill(tmp_path / "outside", {"tool": "#!/place/.venv/bin/python\n"})
    environment = fill(tmp_path / ".venv", {"pyvenv.cfg": ""})
    (environment / "bin").symlink_to(outside)
    _rename_within(environment, "/place/.venv", "/copy/.venv")
    assert (outside / "tool").read_text() == "#!/place/.venv/bin/python\n"


@needs_bwrap
@needs_npm
async def test_who_works_beside_an_install_sees_no_half_of_it(tmp_path: Path) -> None:
    folder = fill(tmp_path, {"node_modules/a/index.js": "", "package.json": '{"dependencies": {"a": "1"}}'})
    there = "for _ in 1 2 3 4 5 6 7 8; do test -e node_modules/a/index.js || exit 1; sleep 0.1; done"
    text = "steps:\n" + "".join(
        f"  - {{id: {name}, run: {json.dumps(script)}}}\n"
        for name, script in (("install", "npm ci"), ("one", there), ("two", there), ("three", there))
    )
    ended = await ran_text(folder, text)
    assert {step: event.status for step, event in ended.items()} == {
        "install": "failed",
        "one": "completed",
        "two": "completed",
        "three": "completed",
    }


@needs_bwrap
@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
async def test_what_vite_keeps_among_the_packages(tmp_path: Path) -> None:
    folder = fill(tmp_path, {"node_modules/.vite/deps/a.js": "", "sub/node_modules/a/index.js": ""})
    before = everything(folder / "node_modules")
    make = "fs.mkdirSync('node_modules/.vite/vitest', {recursive: true})"
    write = f"node -e \"{make}; fs.writeFileSync('node_modules/.vite/a', '')\""
    ended = await ran(folder, {"there": write, "none": f"cd sub\n{write}"})
    assert {step: event.status for step, event in ended.items()} == {"there": "completed", "none": "not_run"}
    assert "‘node_modules/.vite/vitest’, which is read-only in a calibration" in (ended["none"].reason or "")
    assert everything(folder / "node_modules") == before


@needs_bwrap
async def test_where_the_disk_is_full_an_environment_stays_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = fill(tmp_path / "work", {"package.json": "{}", "node_modules/left/index.js": "x"})
    copied = tree.copy_file

    def full(source: Path, target: Path) -> None:
        if source.name == "index.js":
            raise OSError(errno.ENOSPC, "no space")
        copied(source, target)

    monkeypatch.setattr(tree, "copy_file", full)
    again = "npm install --offline || true\ntest -f node_modules/left/index.js && ! touch node_modules/a"
    assert set(statuses(await ran(folder, {"one": again, "two": again})).values()) == {"completed"}


@needs_bwrap
async def test_beside_a_virtual_environment_without_pip(project: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(project / ".venv")], check=True)
    ended = await ran(project, {"install": f"pip {INSTALL} tinypkg"})
    if "externally-managed" in str(statuses(ended)):
        pytest.skip("the system's Python lets nothing be installed")
    assert statuses(ended) == {"install": "completed"}
